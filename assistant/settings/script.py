"""The script: every line Breather can say, and the plan of a pause (``config/script.en.toml``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from assistant.messages import Cue
from assistant.settings.agreement import Talk
from assistant.settings.values import Table, how_many, number, shown, text, whole

Seconds = Annotated[float, number(0, 7200)]

State = Literal["opening", "separating", "body", "mind", "return_cue"]
STATES: tuple[State, ...] = ("opening", "separating", "body", "mind", "return_cue")
"""The parts of the agreed time, in their order."""


def _minutes(value: object) -> object:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 3:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 5 <= value <= 60:
        raise ValueError(f"{shown(value)} is not a length; use whole minutes from 5 to 60")
    return value


class Line(Table):
    """Something Breather says. ``sentences`` may hold placeholders; ``quiet_cue`` replaces them in quiet mode."""

    sentences: Annotated[tuple[Annotated[str, text(longest=200)], ...], how_many(*range(1, 9))]
    quiet_cue: Cue | None = None


class Step(Table):
    """One moment of the plan, ``at`` seconds from an anchor. What it does happens in the order of the fields.

    ``talk``: its words are said only where the couple wants at least so much talk; otherwise a short sound is heard.
    """

    anchor: Annotated[Literal["start", "half", "end"], Field(alias="from")]
    at: Annotated[float, number(-3600, 3600)]
    state: State | None = None
    tones: Literal["start", "soften", "stop"] | None = None
    breaths: Annotated[int, whole(1, 12)] | None = None
    cue: Cue | None = None
    say: str | None = None
    question: Literal["feeling", "next"] | None = None
    talk: Literal["full", "some"] | None = None

    def has_words_at(self, level: Talk) -> bool:
        """Whether its words are said at this level of talk."""
        return self.talk is None or level in ("full", self.talk)

    def second(self, length_seconds: float) -> float:
        """When it happens, in seconds from the start of a pause of this length."""
        return {"start": 0.0, "half": length_seconds / 2, "end": length_seconds}[self.anchor] + self.at


class GuidedStep(Table):
    """One step of the guided talk: a cue, a line, and then so many ``seconds`` for the couple.

    ``asks``: who is spoken to by name, the one who comes first in this pause or the other; None for both.
    """

    say: str
    seconds: Annotated[float, number(1, 600)]
    asks: Literal["one", "other"] | None = None
    cue: Cue | None = None


class TimeLeft(Table):
    """How a time that is left is said, if it is ``up_to_seconds`` long."""

    up_to_seconds: Annotated[float, number(1, 7200)]
    words: Annotated[str, text(longest=40)]


class Emergency(Table):
    """Who to call, as it is spoken."""

    words: Annotated[str, text(longest=60)]


class Timing(Table):
    """How long the dialogue waits, in seconds."""

    sentence_gap_seconds: Annotated[float, number(0.1, 3)]
    line_gap_seconds: Annotated[float, number(0, 10)]
    cue_lead_seconds: Annotated[float, number(0, 10)]
    undo_seconds: Seconds
    walk_back_seconds: Seconds
    reply_seconds: Annotated[float, number(3, 60)]
    answer_seconds: Annotated[float, number(2, 15)]
    confirm_seconds: Annotated[float, number(3, 60)]
    choice_seconds: Annotated[float, number(10, 600)]
    set_time_seconds: Annotated[float, number(5, 600)]
    no_show_seconds: Annotated[tuple[Seconds, ...], how_many(2)]
    give_up_seconds: Seconds
    offer_seconds: Annotated[float, number(5, 120)]
    talk_seconds: Seconds
    settle_seconds: Annotated[float, number(10, 600)]
    evening_seconds: Annotated[float, number(0, 86_400)]
    extension_minutes: Annotated[int, whole(5, 30)]
    most_extensions: Annotated[int, whole(0, 5)]


class MinutesInWords(Table):
    """How a length is spoken, whole and half."""

    whole: Annotated[str, text(longest=40)]
    half: Annotated[str, text(longest=40)]


Lengths = dict[Annotated[int, BeforeValidator(_minutes)], MinutesInWords]
Plan = tuple[Step, ...]
Guide = Annotated[tuple[GuidedStep, ...], how_many(*range(1, 21))]
TimesLeft = Annotated[tuple[TimeLeft, ...], how_many(*range(1, 41))]
Lines = dict[str, Line]


class Script(Table):
    """The whole file. What its parts demand of one another is checked in `assistant.settings.plan`."""

    language: Literal["en"]
    minutes_in_words: Lengths
    time_left: TimesLeft
    emergency: Emergency
    timing: Timing
    pause: Plan
    extension: Plan
    guide: Guide
    lines: Lines

    def left_in_words(self, seconds: float) -> str:
        """How so many seconds are said; what is longer than the table knows is said like its last entry."""
        fitting = (entry.words for entry in self.time_left if seconds <= entry.up_to_seconds)
        return next(fitting, self.time_left[-1].words)

    def times_left(self, longest_seconds: float) -> tuple[str, ...]:
        """All that can be left of a pause that is at most so long."""
        before = [0.0, *(entry.up_to_seconds for entry in self.time_left)]
        pairs = zip(self.time_left, before, strict=False)
        return tuple(entry.words for entry, shorter in pairs if shorter < longest_seconds)
