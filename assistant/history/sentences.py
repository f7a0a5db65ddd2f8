"""A few gentle sentences about the pauses of many weeks, where there are enough of them to say anything."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.history.pauses import BANDS, Band
from assistant.history.summary import Summary, of_band
from assistant.history.words import WEEKDAYS, number
from assistant.records import Ending

ENOUGH = 5
"""Below so many pauses, a sentence about most of them would be about one evening."""

NOTHING = (
    "No pause has been counted yet.",
    "When there is one, you can look back on it here.",
)
_DAYS = range(7)
_WORKING_DAYS, _WEEKEND = _DAYS[:5], _DAYS[5:]
_AT = {
    Band.NIGHT: "at night",
    Band.MORNING: "in the morning",
    Band.AFTERNOON: "in the afternoon",
    Band.EVENING: "in the evening",
}
_ENDED = {
    Ending.SETTLED: "Most pauses ended with a talk, and it was settled.",
    Ending.LATER_TODAY: "After most pauses you chose to talk later that day.",
    Ending.TOMORROW: "After most pauses you chose to talk the next day.",
    Ending.LET_GO: "After most pauses you let it go for the day.",
}  # about the other endings there is nothing to say that is kind and plain


def sentences(summary: Summary) -> tuple[str, ...]:
    """Plain sentences: what most pauses had in common, if anything."""
    if not summary.count:
        return NOTHING
    if summary.count < ENOUGH:
        plural = "pause has" if summary.count == 1 else "pauses have"
        return f"So far, {number(summary.count)} {plural} been counted.", "With a few more, there is more to see."
    return tuple(sentence for sentence in (_when(summary), _length(summary), _ending(summary)) if sentence is not None)


def _when(summary: Summary) -> str | None:
    known = len(summary.known)
    if known < ENOUGH:
        return None
    for common, count in _in_common(summary):
        if 2 * count > known:
            return f"Most pauses were {common}."
    return "Your pauses came at many times of the week."


def _in_common(summary: Summary) -> Iterator[tuple[str, int]]:
    """What may hold for most pauses, and for how many it does; the most exact first."""
    # Of the night, nobody can tell which day it belongs to.
    by_day = [(band, counts) for band, counts in zip(BANDS, summary.grid, strict=True) if band is not Band.NIGHT]
    for band, counts in by_day:
        for weekday, name in enumerate(WEEKDAYS):
            yield f"on {name} {band}s", counts[weekday]
    for band, counts in by_day:
        yield f"on weekday {band}s", sum(counts[day] for day in _WORKING_DAYS)
        yield f"on weekend {band}s", sum(counts[day] for day in _WEEKEND)
    for weekday, name in enumerate(WEEKDAYS):
        yield f"on {name}s", sum(counts[weekday] for counts in summary.grid)
    for at, common in _AT.items():
        yield common, of_band(summary, at)
    yield "on weekends", sum(counts[day] for counts in summary.grid for day in _WEEKEND)


def _length(summary: Summary) -> str:
    if not summary.extended:
        return "Each pause was as long as you had agreed."
    if summary.extended == 1:
        return "One pause was made longer, and that is fine."
    return f"{number(summary.extended).capitalize()} pauses were made longer, and that is fine."


def _ending(summary: Summary) -> str | None:
    return next((_ENDED.get(ending) for ending, count in summary.endings if 2 * count > summary.count), None)
