"""Does the script hold together? Its plan, lines, lengths and waits, each checked against the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.settings.placeholders import KNOWN, has_stray_brace, placeholders
from assistant.settings.script import STATES, Guide, Lengths, Lines, Plan, TimesLeft, Timing
from assistant.settings.values import did_you_mean, either, shown

Problems = Iterator[tuple[str, str]]
"""The key, counted from 1 in lists, and a sentence."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a script; None where a part could not be read, so that the others are checked all the same."""

    lengths: Lengths | None
    timing: Timing | None
    pause: Plan | None
    extension: Plan | None
    guide: Guide | None
    times_left: TimesLeft | None
    lines: Lines | None


def plan_problems(parts: Parts) -> Problems:
    """Everything that does not fit together, as (key, sentence)."""
    lengths = sorted(parts.lengths or ())
    if parts.lengths is not None and not lengths:
        yield "minutes_in_words", "there is no length at all; give at least one, such as 10"
    if parts.pause is not None:
        yield from _moments("pause", parts.pause, lengths, STATES, parts.lines)
    if parts.extension is not None:
        more = [parts.timing.extension_minutes] if parts.timing else []
        yield from _moments("extension", parts.extension, more, STATES[-1:], parts.lines)
    if parts.timing is not None:
        yield from _waits(parts.timing, parts.pause)
    if parts.timing and lengths and parts.timing.extension_minutes not in lengths:
        minutes = parts.timing.extension_minutes
        yield "timing.extension_minutes", f"{minutes} is not in [minutes_in_words]; choose {either(lengths)}"
    planned = {step.say for plan in (parts.pause, parts.extension) for step in plan or ()}
    planned |= {step.say for step in parts.guide or () if step.asks is None}
    yield from _guide(parts.guide, parts.lines)
    yield from _times_left(parts.times_left)
    yield from _gaps(parts.lengths, parts.lines, planned)


def _guide(guide: Guide | None, lines: Lines | None) -> Problems:
    for number, step in enumerate(guide or (), 1):
        if lines is not None and step.say not in lines:
            yield f"guide.{number}.say", f"{shown(step.say)} is not in [lines]{did_you_mean(step.say, lines)}"


def _times_left(times_left: TimesLeft | None) -> Problems:
    last = 0.0
    for number, entry in enumerate(times_left or (), 1):
        if entry.up_to_seconds <= last:
            yield f"time_left.{number}.up_to_seconds", f"{entry.up_to_seconds:g} is not more than the one above it"
        if placeholders(entry.words) or has_stray_brace(entry.words):
            yield f"time_left.{number}.words", "braces have no meaning here; write plain words"
        last = entry.up_to_seconds


def _moments(key: str, plan: Plan, lengths: Iterable[int], states: tuple[str, ...], lines: Lines | None) -> Problems:
    for number, step in enumerate(plan, 1):
        if step.say and lines is not None and step.say not in lines:
            yield f"{key}.{number}.say", f"{shown(step.say)} is not in [lines]{did_you_mean(step.say, lines)}"
    found = [step.state for step in plan if step.state]
    if found != list(states):
        wanted = f"{', '.join(states)}, each once and in this order" if len(states) > 1 else f"{states[0]}, once"
        yield key, f"the states are {', '.join(found) or 'missing'}; they have to be {wanted}"
    if "opening" in found and next(step for step in plan if step.state == "opening").second(600) != 0:
        yield key, "the opening has to come at the very start"
    yield from _tones(key, plan)
    for minutes in lengths:
        trouble = _out_of_time(key, plan, minutes)
        if trouble:
            yield trouble
            break  # the other lengths would say the same again


def _out_of_time(key: str, plan: Plan, minutes: int) -> tuple[str, str] | None:
    last = 0.0
    for number, step in enumerate(plan, 1):
        second = step.second(60 * minutes)
        if not 0 <= second <= 60 * minutes:
            return f"{key}.{number}.at", f"with {minutes} minutes this comes at {_clock(second)}, outside of them"
        if second < last:
            return (
                f"{key}.{number}.at",
                f"with {minutes} minutes this comes at {_clock(second)}, but the step above it at {_clock(last)};"
                " put the steps in order of time",
            )
        last = second
    if last != 60 * minutes:
        return key, f'with {minutes} minutes the last step comes at {_clock(last)}; it has to be from = "end", at = 0.0'
    return None


def _clock(second: float) -> str:
    minutes, seconds = divmod(abs(second), 60)
    return f"{'-' if second < 0 else ''}{int(minutes)}:{seconds:04.1f}".removesuffix(".0")


def _tones(key: str, plan: Plan) -> Problems:
    running = False
    for number, step in enumerate(plan, 1):
        if step.tones is None:
            continue
        if running == (step.tones == "start"):
            state = "already sound" if running else "do not sound"
            yield f"{key}.{number}.tones", f"{shown(step.tones)} is not possible here: the tones {state}"
        running = step.tones != "stop"
    if running:
        yield key, 'the breathing tones never end; add a step with tones = "stop"'


def _waits(timing: Timing, pause: Plan | None) -> Problems:
    if not timing.no_show_seconds[0] < timing.no_show_seconds[1] < timing.give_up_seconds:
        yield "timing.no_show_seconds", "the reminders have to come one after the other, and before give_up_seconds"
    parting = next((step for step in pause or () if step.state == "separating"), None)
    if parting and (parting.anchor != "start" or parting.at != timing.undo_seconds):
        yield (
            "timing.undo_seconds",
            f"this is {timing.undo_seconds:g}, but separating comes at {parting.at:g} from the {parting.anchor};"
            ' "carry on" has to end where separating begins',
        )


def _gaps(lengths: Lengths | None, lines: Lines | None, planned: set[str | None]) -> Problems:
    for minutes, words in (lengths or {}).items():
        if any(placeholders(text) or has_stray_brace(text) for text in (words.whole, words.half)):
            yield f"minutes_in_words.{minutes}", "braces have no meaning here; write plain words"
    for line_id, line in (lines or {}).items():
        used = {gap: None for sentence in line.sentences for gap in placeholders(sentence)}
        for gap in used:
            if gap not in KNOWN:
                hint = did_you_mean(gap, KNOWN) or f"; choose {either(KNOWN)}"
                yield f"lines.{line_id}", f"{{{gap}}} is not a known placeholder{hint}"
        if any(has_stray_brace(sentence) for sentence in line.sentences):
            yield f"lines.{line_id}", "a brace is open or closed on its own; write placeholders like {first}"
        if "name" in used and line_id in planned:
            yield (
                f"lines.{line_id}",
                "{name} is the one being asked, and the plan asks nobody; use both names",
            )
