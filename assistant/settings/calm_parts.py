"""Does the calm file hold together? Its lines, its short pause and its cards, each checked against the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from assistant.settings.calm import GAPS, ShortPause
from assistant.settings.calm_topics import Card, Cards, card_problems
from assistant.settings.partly import part
from assistant.settings.placeholders import has_stray_brace, placeholders
from assistant.settings.plan import Parts, plan_problems
from assistant.settings.script import Line, Lines
from assistant.settings.values import did_you_mean, either, shown

Problems = Iterator[tuple[str, str]]
"""The key, counted from 1 in lists, and a sentence."""

TOGETHER = (("first", "second"), ("place_one", "place_two"))
"""Gaps that are filled both or not at all, and in this order."""

_LINES: TypeAdapter[dict[str, Line]] = TypeAdapter(Lines)
_SHORT_PAUSE = TypeAdapter(ShortPause)
_CARDS: TypeAdapter[tuple[Card, ...]] = TypeAdapter(Cards)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalmParts:
    """The parts of the file; None where a part could not be read, so that the others are checked all the same."""

    short_pause: ShortPause | None
    lines: Mapping[str, Line] | None
    cards: Sequence[Card] | None

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> CalmParts:
        """What can be read of the file's table."""
        return cls(
            short_pause=part(_SHORT_PAUSE, table, "short_pause"),
            lines=part(_LINES, table, "lines"),
            cards=part(_CARDS, table, "cards"),
        )


def calm_problems(
    parts: CalmParts, *, script_lines: Mapping[str, Line] | None, themes: Mapping[str, str] | None
) -> Problems:
    """Everything that does not fit together, as (key, sentence).

    ``script_lines``: of the script. ``themes``: of the reflection file. None where they could not be read.
    """
    for line_id, line in (parts.lines or {}).items():
        yield from _gaps(f"lines.{line_id}", line)
    if parts.short_pause is not None:
        yield from _short_pause(parts.short_pause, script_lines)
    if parts.cards is not None:
        yield from card_problems(parts.cards, themes)


def _gaps(key: str, line: Line) -> Problems:
    used = [gap for sentence in line.sentences for gap in placeholders(sentence)]
    for gap in dict.fromkeys(used):
        if gap not in GAPS:
            hint = did_you_mean(gap, GAPS) or f"; choose {either(GAPS)}"
            yield key, f"{{{gap}}} is not a known placeholder{hint}"
    if any(has_stray_brace(sentence) for sentence in line.sentences):
        yield key, "a brace is open or closed on its own; write placeholders like {first}"
    for pair in TOGETHER:
        found = tuple(gap for gap in used if gap in pair)
        if found != pair * (len(found) // 2):
            yield key, f"both or none: {{{pair[0]}}} and then {{{pair[1]}}}"


def _short_pause(short: ShortPause, script_lines: Mapping[str, Line] | None) -> Problems:
    lines = None if script_lines is None else {**script_lines, **short.lines}
    if script_lines is not None:
        for line_id in short.lines:
            if line_id not in script_lines:
                hint = did_you_mean(line_id, script_lines)
                yield f"short_pause.lines.{line_id}", f"{shown(line_id)} is no line of the script{hint}"
    parts = Parts(
        lengths=None,
        timing=None,
        pause=short.plan,
        extension=short.extension,
        guide=None,
        times_left=None,
        lines=lines,
    )
    for key, sentence in plan_problems(parts):
        named, _, rest = key.partition(".")
        yield f"short_pause.{'plan' if named == 'pause' else named}.{rest}".removesuffix("."), sentence
    for name, plan, minutes in (
        ("plan", short.plan, short.minutes),
        ("extension", short.extension, short.extension_minutes),
    ):
        yield from _in_time(f"short_pause.{name}", [step.second(60 * minutes) for step in plan], 60 * minutes)
    parting = next((step for step in short.plan if step.state == "separating"), None)
    if parting and (parting.anchor != "start" or parting.at != short.undo_seconds):
        yield "short_pause.undo_seconds", "this has to be when separating begins, counted from the start"


def _in_time(key: str, seconds: Sequence[float], length: float) -> Problems:
    for number, (before, second) in enumerate(zip([0.0, *seconds], seconds, strict=False), 1):
        if not before <= second <= length:
            yield (
                f"{key}.{number}.at",
                f"this comes at {second:g} s; put the steps in order of time, up to {length:g} s",
            )
            return
    if not seconds or seconds[-1] != length:
        yield key, 'the last step has to be from = "end", at = 0.0'
