"""Damaged archives: the short form of `python tests/fuzz_warcs.py 1000`."""

import pytest

pytest.importorskip("zstandard")

from random import Random

from fuzz_warcs import PACKERS, damaged, fuzz


def test_damage_to_an_archive_costs_no_intact_record() -> None:
    ends = fuzz(160)
    assert sum(ends.values()) == 160
    assert all(ends[f"{packing}: damage is named"] > 20 for packing in PACKERS)


@pytest.mark.parametrize("packing", PACKERS)
def test_every_archive_is_another_one(packing: str) -> None:
    assert len({damaged(Random(i), packing)[0] for i in range(20)}) == 20
