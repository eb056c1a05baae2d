"""A run over real pages with the shipped model."""

import io
from functools import partial
from pathlib import Path

import pytest

from boilerkill.dumps.factory import make_cleaner
from boilerkill.dumps.options import Options
from boilerkill.dumps.run import Console, clean_pages

AEB = Path(__file__).parents[2] / "shared" / "corpora" / "aeb" / "html"


@pytest.mark.skipif(not AEB.is_dir(), reason=f"needs the real pages in {AEB}")
def test_every_real_page_is_kept(tmp_path: Path) -> None:
    options = Options(out=tmp_path / "out", time_limit=60)
    factory = partial(make_cleaner, None, options.mode, options.limits)
    console = Console(stdin=io.BytesIO(), stdout=io.BytesIO())
    tally = clean_pages([str(AEB)], options, factory, console).tally
    assert tally.pages == tally.kept == 181
    assert len(list((tmp_path / "out").glob("*.txt"))) == 181
