"""The script: every line Breather can say, and the plan of a pause (``config/script.en.toml``)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.messages import Cue

Seconds = Annotated[float, Field(ge=0, le=7200)]


class Table(BaseModel):
    """A TOML table: unknown keys are refused, values cannot be changed, numbers are not guessed from text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Line(Table):
    """Something Breather says. ``sentences`` may hold placeholders; ``quiet_cue`` replaces them in quiet mode."""

    sentences: Annotated[tuple[str, ...], Field(min_length=1)]
    quiet_cue: Cue | None = None


class Step(Table):
    """One moment of the plan, ``at`` seconds from an anchor. What it does happens in the order of the fields."""

    anchor: Annotated[Literal["start", "half", "end"], Field(alias="from")]
    at: Annotated[float, Field(ge=-3600, le=3600)]
    state: str | None = None
    tones: Literal["start", "soften", "stop"] | None = None
    cue: Cue | None = None
    say: str | None = None

    def second(self, length_seconds: float) -> float:
        """When it happens, in seconds from the start of a pause of this length."""
        return {"start": 0.0, "half": length_seconds / 2, "end": length_seconds}[self.anchor] + self.at


class Breathing(Table):
    """The breathing tones: nothing is held, and out is the longer part."""

    in_seconds: Annotated[float, Field(ge=2, le=8)]
    out_seconds: Annotated[float, Field(ge=2, le=12)]


class Timing(Table):
    """How long the dialogue waits, in seconds."""

    undo_seconds: Seconds
    walk_back_seconds: Seconds
    reply_seconds: Annotated[float, Field(ge=3, le=60)]
    choice_seconds: Annotated[float, Field(ge=10, le=600)]
    set_time_seconds: Annotated[float, Field(ge=5, le=600)]
    no_show_seconds: tuple[Seconds, Seconds]
    give_up_seconds: Seconds
    talk_seconds: Seconds
    extension_minutes: Annotated[int, Field(ge=5, le=30)]
    most_extensions: Annotated[int, Field(ge=0, le=5)]


class MinutesInWords(Table):
    """How a length is spoken, whole and half."""

    whole: str
    half: str


class Script(Table):
    """The whole file."""

    language: Literal["en"]
    minutes_in_words: dict[int, MinutesInWords]
    breathing: Breathing
    timing: Timing
    pause: tuple[Step, ...]
    extension: tuple[Step, ...]
    lines: dict[str, Line]

    @model_validator(mode="after")
    def _lines_exist(self) -> Self:
        missing = sorted({step.say for step in (*self.pause, *self.extension) if step.say} - self.lines.keys())
        if missing:
            raise ValueError(f"the plan says lines that are not in [lines]: {', '.join(missing)}")
        return self
