"""Damaged and forged model files: the short form of `python tests/fuzz_models.py 10000`."""

from random import Random

from fuzz_models import damaged, forged, fuzz
from tiny_model import model_bytes, random_arrays


def test_a_damaged_or_forged_model_is_refused_or_scores_without_fault() -> None:
    ends = fuzz(model_bytes(random_arrays(3)), 600)
    refused = [end for end in ends if end not in {"the same predictions", "forged: another model"}]
    assert sum(ends.values()) == 600
    assert len(refused) >= 10
    assert ends["forged: another model"] > 9


def test_every_file_is_another_one() -> None:
    data = model_bytes(random_arrays(3))
    files = [make(data, Random(i)) for make in (damaged, forged) for i in range(40)]
    assert len({*files}) > 70
