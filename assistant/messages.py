"""What goes into the dialogue (intents) and what comes out of it (commands). Values only: no sound, clock or I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a person in the room wants. The value is the table's name in ``config/phrases.en.toml``."""

    PAUSE = "pause"
    UNDO = "undo"
    READY = "ready"
    NOT_YET = "not_yet"
    QUIET = "quiet"
    TALK = "talk"
    SET_TIME = "set_time"
    LET_GO = "let_go"
    SETTLED = "settled"
    LATER_TODAY = "later_today"
    TOMORROW = "tomorrow"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person in the room wants. ``sure``: enough to act on it; otherwise they have to be asked."""

    intent: Intent
    sure: bool = True


class Cue(StrEnum):
    """A short sound. The value is the file's name in ``audio/``."""

    START = "start"  # a pause begins: one low note
    HALF = "half"  # half of it is over: two soft notes
    SOON = "soon"  # two minutes left, in quiet mode: one long note
    RETURN = "return"  # the time is over: three rising notes
    LISTEN = "listen"  # your turn to answer: one short, light note
    ASK_SECOND = "ask_second"  # in quiet mode, the other partner's turn: two short, light notes
    CLOSE = "close"  # all done: one low note, falling
    DEAF = "deaf"  # nothing can be heard, whatever is wrong: a dull tap


class LightState(StrEnum):
    """What a lamp would show; in a terminal, a word."""

    LISTENING = "listening"
    PAUSE = "pause"
    ASKING = "asking"
    DEAF = "deaf"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a line of the script. ``line``: its id. ``text``: its sentences, names filled in."""

    line: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chime:
    cue: Cue


@dataclass(frozen=True, slots=True)
class StartTones:
    """Breathing tones: they rise for ``in_seconds`` and fall for ``out_seconds``, over and over."""

    in_seconds: float
    out_seconds: float


@dataclass(frozen=True, slots=True)
class SoftenTones:
    """Let the breathing tones become half as loud, slowly."""


@dataclass(frozen=True, slots=True)
class StopTones:
    """Let the breathing tones fade away."""


@dataclass(frozen=True, slots=True)
class Hush:
    """Cut off whatever is being spoken, now."""


@dataclass(frozen=True, slots=True)
class Listen:
    """From now on, only these intents mean anything."""

    intents: frozenset[Intent]


@dataclass(frozen=True, slots=True)
class Light:
    state: LightState


Command = Speak | Chime | StartTones | SoftenTones | StopTones | Hush | Listen | Light
