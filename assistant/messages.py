"""What goes into the dialogue (intents) and what comes out of it (commands). Values only: no sound, clock or I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assistant.records import Kept


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
    # any time in a pause
    MORE_TIME = "more_time"
    TIME_LEFT = "time_left"
    REPEAT = "repeat"
    SOFTER = "softer"
    LOUDER = "louder"
    BREATHE = "breathe"
    QUESTION = "question"
    KIND_WORDS = "kind_words"
    ANOTHER_WAY = "another_way"  # this exercise is not for me
    CHOICES = "choices"  # what can I say?
    STOP_TONES = "stop_tones"
    END = "end"
    SILENT_EXIT = "silent_exit"
    HELP = "help"
    NO_BREATH = "no_breath"  # "I can't breathe": never an exercise
    # when they talk again
    GUIDE = "guide"
    LEAVE_US = "leave_us"
    STARTER = "starter"
    NEXT_TURN = "next_turn"
    # on calm days
    REHEARSE = "rehearse"
    REFLECT = "reflect"
    AGREEMENT = "agreement"  # read it to us, and change it if we like
    FORGET = "forget"  # erase what was kept


class Press(StrEnum):
    """What a finger did on the button. ``TOUCH`` comes at once, one of the others when it is clear which it was."""

    TOUCH = "touch"
    SHORT = "short"
    DOUBLE = "double"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person in the room wants. ``sure``: enough to act on it; otherwise they have to be asked.

    ``phrase``: which of the phrases listened for it was; ``score``: how well it fitted (0 is certain). Only the
    rehearsal and the agreement ask for these two; they are never printed, logged or stored.
    """

    intent: Intent
    sure: bool = True
    phrase: str = field(default="", repr=False, compare=False)
    score: float | None = field(default=None, repr=False, compare=False)


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
    MUTED = "muted"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Breath:
    """One breath of a pattern, in seconds: in, a little more, held, out, rest. A part of 0 s is left out."""

    in_seconds: float
    out_seconds: float
    top_up_seconds: float = 0.0
    hold_seconds: float = 0.0
    rest_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        """From one breath to the next."""
        return self.in_seconds + self.top_up_seconds + self.hold_seconds + self.out_seconds + self.rest_seconds

    @property
    def out_at(self) -> float:
        """When the out-breath begins."""
        return self.in_seconds + self.top_up_seconds + self.hold_seconds


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
    """Breathing tones: they rise with the in-breath and fall with the out-breath, over and over."""

    breath: Breath


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
class Silence:
    """Cut off every sound, now, and show nothing of it: the silent way out."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Everything louder or softer than the settings say, by so many decibels."""

    offset_db: float


@dataclass(frozen=True, slots=True)
class Listen:
    """From now on, only these intents mean anything.

    ``practising``: a pause is said for practice, so every attempt is told, also one that would not be acted on, and all
    the phrases that could be chosen are listened for.
    """

    intents: frozenset[Intent]
    practising: bool = False


@dataclass(frozen=True, slots=True)
class Light:
    state: LightState


@dataclass(frozen=True, slots=True)
class Blink:
    """Blink the minutes that are left: a long blink for every ten of them, a short one for each of the rest."""

    long: int
    short: int


@dataclass(frozen=True, slots=True)
class Countdown:
    """The time that is being kept: ``until`` is its last second on the clock, None when none is kept."""

    until: float | None


Command = (
    Speak
    | Chime
    | StartTones
    | SoftenTones
    | StopTones
    | Hush
    | Silence
    | Volume
    | Listen
    | Light
    | Blink
    | Countdown
    | Kept
)
