"""The script: every line Breather can say, and the plan of a pause (``config/script.en.toml``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from assistant.messages import Cue
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
    """One moment of the plan, ``at`` seconds from an anchor. What it does happens in the order of the fields."""

    anchor: Annotated[Literal["start", "half", "end"], Field(alias="from")]
    at: Annotated[float, number(-3600, 3600)]
    state: State | None = None
    tones: Literal["start", "soften", "stop"] | None = None
    cue: Cue | None = None
    say: str | None = None

    def second(self, length_seconds: float) -> float:
        """When it happens, in seconds from the start of a pause of this length."""
        return {"start": 0.0, "half": length_seconds / 2, "end": length_seconds}[self.anchor] + self.at


class Breathing(Table):
    """The breathing tones: nothing is held, and out is the longer part."""

    in_seconds: Annotated[float, number(2, 8)]
    out_seconds: Annotated[float, number(2, 12)]


class Timing(Table):
    """How long the dialogue waits, in seconds."""

    sentence_gap_seconds: Annotated[float, number(0.1, 3)]
    line_gap_seconds: Annotated[float, number(0, 10)]
    cue_lead_seconds: Annotated[float, number(0, 10)]
    undo_seconds: Seconds
    walk_back_seconds: Seconds
    reply_seconds: Annotated[float, number(3, 60)]
    answer_seconds: Annotated[float, number(2, 15)]
    choice_seconds: Annotated[float, number(10, 600)]
    set_time_seconds: Annotated[float, number(5, 600)]
    no_show_seconds: Annotated[tuple[Seconds, ...], how_many(2)]
    give_up_seconds: Seconds
    talk_seconds: Seconds
    extension_minutes: Annotated[int, whole(5, 30)]
    most_extensions: Annotated[int, whole(0, 5)]


class MinutesInWords(Table):
    """How a length is spoken, whole and half."""

    whole: Annotated[str, text(longest=40)]
    half: Annotated[str, text(longest=40)]


Lengths = dict[Annotated[int, BeforeValidator(_minutes)], MinutesInWords]
Plan = tuple[Step, ...]
Lines = dict[str, Line]


class Script(Table):
    """The whole file. What its parts demand of one another is checked in `assistant.settings.plan`."""

    language: Literal["en"]
    minutes_in_words: Lengths
    breathing: Breathing
    timing: Timing
    pause: Plan
    extension: Plan
    lines: Lines
