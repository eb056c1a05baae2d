"""Another system's output."""

from pathlib import Path

import pytest

from boilerkill.errors import CorpusError
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.peers import is_output, read_peer


def written(folder: Path, *lines: str) -> Path:
    path = folder / "peer.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_texts_are_found_by_id(tmp_path):
    peer = read_peer(written(tmp_path, '{"id": "1", "text": "a", "confidence": 0.5}', ""))
    page = LabelledPage(id="1", corpus="any", source="", domain="d")
    assert peer.name == "peer"
    assert (peer.predict(page).text, peer.predict(page).confidence) == ("a", 0.5)
    assert peer.missing(["1", "2"]) == ["2"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: not JSON"),
        ('{"id": "2"}', "line 2: wanted"),
        ("[]", "line 2: wanted"),
        ('{"id": 2, "text": ""}', "line 2: 'id' is a number"),
        ('{"id": "1", "text": ""}', "line 2: the id '1' stands here for the second time"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, said):
    with pytest.raises(CorpusError, match=said):
        read_peer(written(tmp_path, '{"id": "1", "text": null}', line))


def test_a_name_tells_output_from_models():
    assert [is_output(Path(name)) for name in ("a.jsonl", "a.jsonl.gz", "a.bk")] == [
        True,
        True,
        False,
    ]
