"""From the counted pauses to what is shown of them. Pure. It counts; it does not judge, and knows no score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.history.pauses import BANDS, Band, Pause, When, monday_of, trusted
from assistant.history.words import ENDING_WORDS
from assistant.records import Ending

WEEKS_SHOWN = 12
MOST_EXTENSIONS_SHOWN = 3
"""How often a pause was made longer is told apart up to here; the last stands for "as often, or more"."""


SHADES = 4


@dataclass(frozen=True, slots=True)
class Week:
    """``monday``: its first day. ``count``: the pauses in it."""

    monday: date
    count: int


@dataclass(frozen=True, slots=True)
class Length:
    """``minutes``: as agreed. ``counts``: pauses by how often they were made longer, from 0 times on."""

    minutes: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """``count``: all pauses. ``known``: the times of those whose time is known. ``grid``: a row for each band, in it a
    count for each weekday, Monday first. ``weeks``: the last twelve, the latest last; none when no time is known.
    ``lengths``: by minutes. ``endings``: those that there were, in the order of `ENDING_WORDS`.
    """

    count: int
    known: tuple[When, ...]
    grid: tuple[tuple[int, ...], ...]
    weeks: tuple[Week, ...]
    lengths: tuple[Length, ...]
    endings: tuple[tuple[Ending, int], ...]

    @property
    def unknown(self) -> int:
        """How many pauses nobody knows the time of."""
        return self.count - len(self.known)

    @property
    def extended(self) -> int:
        """How many pauses were made longer."""
        return sum(sum(length.counts[1:]) for length in self.lengths)

    @property
    def since(self) -> date | None:
        """The Monday of the first week with a pause."""
        return min((when.week for when in self.known), default=None)


def summarized(pauses: Sequence[Pause], today: date | None) -> Summary:
    """What is shown. ``today``: as the clock says; where that cannot be right, the latest pause says it."""
    known = tuple(pause.when for pause in pauses if pause.when is not None)
    places = Counter((when.band, when.weekday) for when in known)
    endings = Counter(pause.ending for pause in pauses)
    return Summary(
        count=len(pauses),
        known=known,
        grid=tuple(tuple(places[band, weekday] for weekday in range(7)) for band in BANDS),
        weeks=_weeks(known, today),
        lengths=_lengths(pauses),
        endings=tuple((ending, endings[ending]) for ending in ENDING_WORDS if endings[ending]),
    )


def of_band(summary: Summary, band: Band) -> int:
    """How many pauses there were at this time of the day."""
    return sum(summary.grid[BANDS.index(band)])


def shade(count: int, most: int) -> int:
    """How full a place of the grid looks: 0 for one pause, 3 for the most there are in any place, if that is four."""
    return (SHADES - 1) * (count - 1) // max(most - 1, SHADES - 1)


def _weeks(known: Iterable[When], today: date | None) -> tuple[Week, ...]:
    counts = Counter(when.week for when in known)
    if not counts:
        return ()
    latest = max(counts)
    if today is not None and trusted(today):
        latest = max(latest, monday_of(today))
    mondays = [latest - timedelta(weeks=ago) for ago in reversed(range(WEEKS_SHOWN))]
    return tuple(Week(monday, counts[monday]) for monday in mondays)


def _lengths(pauses: Iterable[Pause]) -> tuple[Length, ...]:
    counts = Counter((pause.minutes, min(pause.extensions, MOST_EXTENSIONS_SHOWN)) for pause in pauses)
    return tuple(
        Length(minutes, tuple(counts[minutes, times] for times in range(MOST_EXTENSIONS_SHOWN + 1)))
        for minutes in sorted({minutes for minutes, _ in counts})
    )
