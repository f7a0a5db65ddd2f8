"""The look back in a terminal: with colors or without, in any encoding, from forty columns on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.history.pauses import BANDS
from assistant.history.sentences import sentences
from assistant.history.summary import Summary, shade
from assistant.history.words import (
    ENDING_WORDS,
    HOURS,
    KEPT,
    LONGER_WORDS,
    TITLE,
    TOGETHER,
    WEEKDAYS,
    day,
    pauses,
    span,
)

WIDEST, NARROWEST = 80, 40
LONGEST_BAR, LONGEST_STEP = 32, 4
_SIGNS = "░▒▓█"  # from few to many
_PLAIN_SIGNS = "~-=#"
_DOT, _PLAIN_DOT = "·", "."
_QUIET, _BAR, _HEAD = "grey50", "color(30)", "bold"  # to be read on light and on dark ground


def terminal_view(summary: Summary, stream: TextIO, *, columns: int | None = None) -> str:
    """All lines of it, for this stream: colors only on a terminal, signs only if its encoding has them.

    ``columns``: how wide it may be; None for as wide as the terminal is, at most 80.
    """
    console = Console(file=stream)
    width = max(NARROWEST, min(columns or console.width, WIDEST))
    drawn = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=console.is_terminal,
        no_color=console.no_color,
        color_system="auto" if console.is_terminal else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    view = _View(summary, width=width, plain=not _writes(stream, _SIGNS + _DOT))
    for part in view.parts():
        drawn.print(part)
    assert isinstance(drawn.file, io.StringIO)
    return "\n".join(line.rstrip() for line in drawn.file.getvalue().splitlines())


def _writes(stream: TextIO, signs: str) -> bool:
    try:
        signs.encode(stream.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


class _View:
    def __init__(self, summary: Summary, *, width: int, plain: bool) -> None:
        self._summary, self._narrow = summary, width < 64
        self._longest_bar = 8 if self._narrow else LONGEST_BAR
        self._signs, self._dot = (_PLAIN_SIGNS, _PLAIN_DOT) if plain else (_SIGNS, _DOT)

    def parts(self) -> Iterator[Text | Table | Padding]:
        summary = self._summary
        yield Text(TITLE, style=_HEAD)
        if summary.count:
            yield Text(self._what(), style=_QUIET)
        yield Text()
        for sentence in sentences(summary):
            yield Text(sentence)
        if summary.known:
            yield from self._titled("When", self._grid())
            yield from self._titled("Week by week", self._weeks())
        if summary.count:
            yield from self._titled("How long", self._lengths())
            yield from self._titled("How they ended", self._endings())
            yield Text(f"\n{KEPT}", style=_QUIET)
            yield Text(TOGETHER, style=_QUIET)

    def _what(self) -> str:
        since = self._summary.since
        weeks = f". {span(since, self._summary.weeks[-1].monday)}" if since is not None else ""
        unknown = f". Of {self._summary.unknown}, the time is not known" if self._summary.unknown else ""
        return f"{pauses(self._summary.count)}{weeks}{unknown}."

    def _titled(self, title: str, table: Table) -> Iterator[Text | Padding]:
        yield Text(f"\n{title}", style=_HEAD)
        yield Padding(table, (0, 0, 0, 2))

    def _grid(self) -> Table:
        most = max(max(row) for row in self._summary.grid)
        table = Table.grid(padding=(0, 1 if self._narrow else 2))
        table.add_column(min_width=9)
        for _ in WEEKDAYS:
            table.add_column(min_width=3, justify="center")
        table.add_column(style=_QUIET)
        table.add_row("", *(Text(name[: 2 if self._narrow else 3], style=_QUIET) for name in WEEKDAYS))
        for band, counts in zip(BANDS, self._summary.grid, strict=True):
            cells = [self._cell(count, most) for count in counts]
            table.add_row(str(band), *cells, "" if self._narrow else HOURS[band])
        return table

    def _cell(self, count: int, most: int) -> Text:
        """A sign that is the fuller the more there were, and how many."""
        if not count:
            return Text(self._dot, style=_QUIET)
        step = shade(count, most)
        return Text(f"{self._signs[step]}{count}", style=f"{_BAR} bold" if step == len(self._signs) - 1 else _BAR)

    def _weeks(self) -> Table:
        return self._bars([(day(week.monday), week.count, "") for week in self._summary.weeks])

    def _lengths(self) -> Table:
        rows = []
        for length in self._summary.lengths:
            for times, count in enumerate(length.counts):
                if count:
                    rows.append((f"{length.minutes} min", count, LONGER_WORDS[times]))
        return self._bars(rows)

    def _endings(self) -> Table:
        rows = [(ENDING_WORDS[ending], count, "") for ending, count in self._summary.endings]
        return self._bars(rows)

    def _bars(self, rows: list[tuple[str, int, str]]) -> Table:
        """A row each: name, bar, count, and a remark."""
        step = min(LONGEST_STEP, self._longest_bar / max(1, *(count for _, count, _ in rows), 1))
        table = Table.grid(padding=(0, 1 if self._narrow else 2))
        for style in ("", _BAR, "", _QUIET):
            table.add_column(style=style)
        for name, count, remark in rows:
            bar = self._signs[-1] * max(1, round(step * count)) if count else ""
            table.add_row(name, bar, Text(str(count) if count else self._dot, style="" if count else _QUIET), remark)
        return table
