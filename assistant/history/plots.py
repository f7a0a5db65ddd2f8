"""Where everything stands in the pictures of the page, in the units of their own coordinates. Pure.

The template draws what is laid out here. ``color``: a name, for which the template knows the colors by day and night.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.history.pauses import BANDS
from assistant.history.summary import Summary, shade
from assistant.history.words import ENDING_WORDS, HOURS, LONGER_WORDS, WEEKDAYS, day, pauses

WIDTH = 520
LEFT = 92  # for what a row is called
GAP = 3
SMALLEST = 7.0  # a segment narrower than this could not be seen


@dataclass(frozen=True, slots=True)
class Shape:
    """A rounded rectangle. ``count``: stands in it, or over it. ``title``: told by a pointer that rests on it."""

    x: float
    y: float
    width: float
    height: float
    color: str
    count: int
    title: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def roomy(self) -> bool:
        """The count fits in."""
        return self.width >= 14 + 8 * len(str(self.count))


@dataclass(frozen=True, slots=True)
class Label:
    """``small``: a second, quieter line; "" for none."""

    x: float
    y: float
    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """``height``: the width is `WIDTH`. ``shapes``, ``labels``: all that is in it. ``base``: a line under bars."""

    height: float
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]
    base: float | None = None


def grid(summary: Summary) -> Picture:
    """A place for each weekday and time of the day; the more pauses, the fuller its color."""
    column, row, top = (WIDTH - LEFT) / len(WEEKDAYS), 46.0, 26.0
    most = max(max(counts) for counts in summary.grid)
    shapes = tuple(
        Shape(
            x=round(LEFT + weekday * column + GAP, 1),
            y=top + band * row + GAP,
            width=round(column - 2 * GAP, 1),
            height=row - 2 * GAP,
            color=f"heat{shade(count, most)}" if count else "none",
            count=count,
            title=f"{WEEKDAYS[weekday]}, {BANDS[band]}: {pauses(count)}",
        )
        for band, counts in enumerate(summary.grid)
        for weekday, count in enumerate(counts)
    )
    days = (Label(round(LEFT + (at + 0.5) * column, 1), top - 9, name[:3]) for at, name in enumerate(WEEKDAYS))
    bands = (Label(0, top + (at + 0.5) * row, str(band), HOURS[band]) for at, band in enumerate(BANDS))
    return Picture(height=top + row * len(BANDS), shapes=shapes, labels=(*days, *bands))


def weeks(summary: Summary) -> Picture:
    """A bar for each week."""
    base, highest = 134.0, 108.0
    column = WIDTH / max(len(summary.weeks), 1)
    step = min(27.0, highest / max((week.count for week in summary.weeks), default=1))
    shapes = tuple(
        Shape(
            x=round(at * column + 7, 1),
            y=round(base - step * week.count, 1),
            width=round(column - 14, 1),
            height=round(step * week.count, 1),
            color="bar",
            count=week.count,
            title=f"Week of {day(week.monday)}: {pauses(week.count)}",
        )
        for at, week in enumerate(summary.weeks)
    )
    # Every second week is named: all of them would touch each other.
    labels = tuple(
        Label(round((at + 0.5) * column, 1), base + 20, day(week.monday))
        for at, week in enumerate(summary.weeks)
        if at % 2 == 1
    )
    return Picture(height=base + 28, shapes=shapes, labels=labels, base=base)


def lengths(summary: Summary) -> Picture:
    """A row for each length that was agreed; in it, how often a pause was made longer."""
    row, height = 42.0, 30.0
    most = max((sum(length.counts) for length in summary.lengths), default=1)
    shapes: list[Shape] = []
    labels: list[Label] = []
    for at, length in enumerate(summary.lengths):
        y = at * row + (row - height) / 2
        share = sum(length.counts) / most
        parts = [(f"longer{times}", count, LONGER_WORDS[times]) for times, count in enumerate(length.counts)]
        shapes += _stacked(parts, x=LEFT, y=y, width=(WIDTH - LEFT) * share, height=height)
        labels.append(Label(0, y + height / 2, f"{length.minutes} min"))
    return Picture(height=row * len(summary.lengths), shapes=tuple(shapes), labels=tuple(labels))


def endings(summary: Summary) -> Picture:
    """One bar, in it a part for each way in which pauses ended."""
    parts = [(str(ending), count, ENDING_WORDS[ending]) for ending, count in summary.endings]
    return Picture(height=40, shapes=tuple(_stacked(parts, x=0, y=2, width=WIDTH, height=36)), labels=())


def _stacked(
    parts: Iterable[tuple[str, int, str]], *, x: float, y: float, width: float, height: float
) -> Iterator[Shape]:
    """Parts side by side, as wide as they are many; the smallest stay visible at the cost of the others."""
    present = [part for part in parts if part[1]]
    free = max(width - GAP * (len(present) - 1) - SMALLEST * len(present), 0.0)
    total = sum(count for _, count, _ in present)
    for color, count, name in present:
        wide = SMALLEST + free * count / total
        yield Shape(round(x, 1), round(y, 1), round(wide, 1), height, color, count, f"{name}: {pauses(count)}")
        x += wide + GAP
