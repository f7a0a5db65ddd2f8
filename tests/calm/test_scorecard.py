"""Which words worked best for both, and what is told of it."""

from __future__ import annotations

import itertools

from assistant.calm.scorecard import best_for_both, of_nobody, times_heard, worth_a_try
from assistant.records import Saying


def heard(phrase: str, score: float | None = -0.5) -> Saying:
    return Saying(phrase, score, heard=True)


def missed(phrase: str = "") -> Saying:
    return Saying(phrase, -2.0 if phrase else None, heard=False)


def test_how_often() -> None:
    assert times_heard([heard("a"), missed("a"), heard("b")]) == 2


def test_the_best_was_heard_of_both() -> None:
    assert best_for_both([[heard("a"), heard("b")], [heard("b"), missed("a")]]) == "b"
    assert best_for_both([[heard("a")], [heard("b")]]) is None
    assert best_for_both([[], []]) is None


def test_first_counts_how_often_then_how_well() -> None:
    both = [heard("a", -0.1), heard("b", -0.9)], [heard("a", -0.1), missed("a"), heard("b", -0.9)]
    assert best_for_both(both) == "b"
    assert best_for_both([[heard("a", -0.1), heard("b", -0.2)]] * 2) == "a"
    assert best_for_both([[heard("a", None), heard("b", -0.2)]] * 2) == "b"


def test_another_one_is_agreed_on_if_possible() -> None:
    assert worth_a_try(tried={"a"}, agreed=["z", "a", "b"], recommended=["a", "b", "c"]) == "b"
    assert worth_a_try(tried={"a", "b"}, agreed=["z", "a", "b"], recommended=["a", "b", "c"]) == "z"
    assert worth_a_try(tried={"a", "b", "z"}, agreed=["z", "a", "b"], recommended=["a", "b", "c"]) == "c"
    assert worth_a_try(tried={"a"}, agreed=["a"], recommended=["a"]) is None


def test_nobody_can_tell_who_said_what() -> None:
    sayings = [heard("a", -0.1), heard("b"), missed(), heard("a", -0.3), missed("b"), heard("c", None)]
    told = {of_nobody([order[:3], order[3:]]) for order in itertools.permutations(sayings)}
    assert len(told) == 1
