"""Pause phrases that are said for practice: every attempt is told, also one that would not have been acted on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis


def attempt(hypotheses: Iterable[Hypothesis], meaning: Mapping[str, Intent]) -> Heard | None:
    """The best of these that is a pause phrase, as something half heard; None where there is none."""
    tries = [each for each in hypotheses if meaning.get(each.phrase) is Intent.PAUSE]
    best = max(tries, key=lambda each: (each.signs or 0, each.score), default=None)
    if best is None:
        return None
    return Heard(Intent.PAUSE, sure=False, phrase=best.phrase, score=best.score if best.signs is None else None)
