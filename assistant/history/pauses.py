"""What is counted of a pause, and nothing finer than that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from assistant.records import Ending, PauseOver

TRUSTED_FROM = date(2026, 1, 1)
"""An earlier day comes from a computer that does not know the time: a Pi has no clock of its own and begins in 1970."""


class Band(StrEnum):
    """A quarter of the day, six hours each, from midnight on."""

    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


BANDS = tuple(Band)


@dataclass(frozen=True, slots=True)
class When:
    """``week``: its Monday. ``weekday``: 0 is Monday."""

    week: date
    weekday: int
    band: Band


@dataclass(frozen=True, slots=True)
class Pause:
    """One row. ``when``: None if nobody knows. ``minutes``: as agreed. ``extensions``: how often it was made longer."""

    when: When | None
    minutes: int
    extensions: int
    ending: Ending


def counted(over: PauseOver, at: datetime | None) -> Pause:
    """What is kept of a pause that ended at this time on the clock of the house; None for an unknown time."""
    return Pause(when=_when(at), minutes=over.minutes, extensions=over.extensions, ending=over.ending)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def trusted(day: date) -> bool:
    """The clock that says so can be right."""
    return day >= TRUSTED_FROM


def _when(at: datetime | None) -> When | None:
    if at is None or not trusted(at.date()):
        return None
    return When(week=monday_of(at.date()), weekday=at.weekday(), band=BANDS[at.hour // 6])
