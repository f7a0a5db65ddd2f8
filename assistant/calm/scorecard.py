"""What a rehearsal found out. The procedure is scored, not the people: no number of either leaves the talk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from assistant.records import Saying


def times_heard(sayings: Iterable[Saying]) -> int:
    """How often it would have started a pause."""
    return sum(saying.heard for saying in sayings)


def best_for_both(sayings: Sequence[Sequence[Saying]]) -> str | None:
    """The phrase that was heard best, of those that each of them was heard with; None when there is none.

    First counts how often it was heard of the times it was said, then how well. ``sayings``: of the one and the other.
    """
    heard_of = [{saying.phrase for saying in of_one if saying.heard and saying.phrase} for of_one in sayings]
    common = heard_of[0].intersection(*heard_of[1:])
    return max(sorted(common), key=lambda phrase: _merit(phrase, sayings), default=None)


def _merit(phrase: str, sayings: Sequence[Sequence[Saying]]) -> tuple[float, float]:
    said = [saying for of_one in sayings for saying in of_one if saying.phrase == phrase]
    scores = [saying.score for saying in said if saying.heard and saying.score is not None]
    return times_heard(said) / len(said), sum(scores) / len(scores) if scores else float("-inf")


def worth_a_try(*, tried: Collection[str], agreed: Sequence[str], recommended: Sequence[str]) -> str | None:
    """A phrase that nobody has tried: one that is agreed on if possible, and a recommended one of those."""
    rows = (
        [phrase for phrase in agreed if phrase in recommended],
        agreed,
        recommended,
    )
    return next((phrase for row in rows for phrase in row if phrase not in tried), None)


def of_nobody(sayings: Iterable[Sequence[Saying]]) -> tuple[Saying, ...]:
    """All of them in the order of their phrases, so that none can be told to be of the one or the other."""
    everybody = [saying for of_one in sayings for saying in of_one]
    return tuple(sorted(everybody, key=lambda saying: (saying.phrase, saying.heard, saying.score or 0.0)))
