"""How claims are weighed, how the weights are fitted, and how answers are counted."""

from dataclasses import replace

from benchmarks.metadata import _Count
from boilerkill.metadata.claims import Claim, best
from training.metadata import FIELDS, examples, fit


def test_the_highest_sum_wins_and_none_below_the_least() -> None:
    one, two = Claim("a", "here", ("x",)), Claim("b", "there", ("x", "y", "unknown"))
    assert best([one, two], {"x": 1, "y": 1}) == two
    assert best([one, two], {"x": 1, "y": 0}) == one
    assert best([one, two], {"x": -1}) is None
    assert best([one], {"x": -1}, least=-2) == one


def test_signs_of_true_claims_get_the_higher_weights() -> None:
    claims = [Claim("Ann Lee", "", ("good",)), Claim("Bob Ray", "", ("bad",))]
    field = replace(FIELDS["author"], signs=[])
    data = list(examples([(claims, "ann lee")] * 9, field))
    weights = dict(zip(field.signs, fit(data, 0.1, len(field.signs)), strict=True))
    assert weights["good"] > 1
    assert weights["bad"] < 0


def test_answers_are_counted_by_words_and_days() -> None:
    count = _Count()
    count.add("author", "Ann Lee", "ann lee.")
    count.add("date", "2024-05-06", "2024-05-06 12:30")
    count.add("date", None, "2024-05-06")
    count.add("author", "Ann Lee", "UNKNOWN")
    assert (count.right, count.pages, count.false, count.without) == (2, 3, 1, 1)
