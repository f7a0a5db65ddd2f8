"""What the dialogue tells whoever keeps things, and begins on calm days. Nothing of it can be heard or seen.

Never who, never a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """How a pause ended. Never by whom."""

    SETTLED = "settled"
    LATER_TODAY = "later_today"
    TOMORROW = "tomorrow"
    LET_GO = "let_go"
    ENDED_EARLY = "ended_early"
    LEFT_OPEN = "left_open"  # they talked, and nobody said how it went
    NOBODY_CAME = "nobody_came"


@dataclass(frozen=True, slots=True)
class PauseUnderWay:
    """A pause can no longer be taken back."""


@dataclass(frozen=True, slots=True)
class PauseOver:
    """A pause has ended, but not silently.

    ``minutes``: the length agreed on. ``extensions``: how often it was made longer. ``ending``: how it ended.
    """

    minutes: int
    extensions: int
    ending: Ending


class CalmTalk(StrEnum):
    """What can be done together on a calm day. The value is the state's name."""

    REHEARSAL = "rehearsing"
    REFLECTION = "reflecting"
    AGREEMENT = "agreeing"
    FORGETTING = "forgetting"


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a talk of a calm day."""

    talk: CalmTalk


@dataclass(frozen=True, slots=True)
class Saying:
    """One time that somebody said a pause phrase for practice.

    ``phrase``: which one was heard, "" for none. ``score``: how well, None where it cannot be told.
    ``heard``: it would have started a pause.
    """

    phrase: str
    score: float | None
    heard: bool


@dataclass(frozen=True, slots=True)
class Practised:
    """A rehearsal is over. ``sayings``: in no particular order, of both together."""

    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Both have said yes to these values of the agreement, by their keys in ``agreement.toml``."""

    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase everything that was kept of the pauses."""


Kept = PauseUnderWay | PauseOver | Begin | Practised | Agreed | Erase
