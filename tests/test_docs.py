"""The guides: their commands run as written, and do what they say."""

import re
import shlex
from pathlib import Path

import pytest
from made_site import write_site

from boilerkill import cli

DOCS = Path(__file__).parents[1] / "docs"
_COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(guide: str) -> list[str]:
    blocks = _COMMANDS.findall((DOCS / guide).read_text("utf-8"))
    return [line for block in blocks for line in block.splitlines()]


def test_the_guide_to_retraining_makes_a_model_that_is_better_on_pages_held_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_site(tmp_path / "site")
    monkeypatch.chdir(tmp_path)
    said = {}
    for command in commands("retraining.md"):
        monkeypatch.setattr("sys.argv", shlex.split(command))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0, command
        said[command.split()[1]] = capsys.readouterr().out
    out_of_fold, held_out = said["train"].split("held out, 10 pages")
    assert "verdict: better beyond noise; " in out_of_fold
    gain = re.search(r"verdict: better beyond noise; \w+ \+(0\.\d+) ", held_out)
    assert gain
    assert float(gain[1]) > 0.1
    assert "site.bk is sound" in said["model"]
    assert "fits" in said["clean"]
