"""Pauses to count, for the tests of the look back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from assistant.history.store import History
from assistant.records import Ending, PauseOver

SETTLED = PauseOver(minutes=10, extensions=0, ending=Ending.SETTLED)
FRIDAY_EVENING = datetime(2026, 11, 20, 21, 14)


def silent(sentence: str) -> None:
    raise AssertionError(f"nothing was to be told: {sentence}")


def history(folder: Path) -> History:
    """One that has nothing to complain about."""
    return History(folder, on_notice=silent)


def filled(folder: Path, count: int = 6) -> History:
    """One with pauses of this many Friday evenings and of different lengths."""
    kept = history(folder)
    for number in range(count):
        kept.add(PauseOver(minutes=10, extensions=number % 2, ending=Ending.LATER_TODAY), FRIDAY_EVENING)
    return kept
