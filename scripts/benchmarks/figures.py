"""Figures, their goals, and the table they are shown in."""

from __future__ import annotations

import datetime
import os
import platform
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]
"""Is told what is being measured, because it takes a while."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that is measured. ``at_most``, ``at_least``: the goal in `unit`; both None when there is none."""

    name: str
    unit: str
    digits: int = 0
    at_most: float | None = None
    at_least: float | None = None

    @property
    def goal(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g} {self.unit}"
        return f"≥ {self.at_least:g} {self.unit}" if self.at_least is not None else ""

    def measured(self, value: float, remark: str = "") -> Row:
        return Row(self, value, remark)


@dataclass(frozen=True, slots=True)
class Row:
    """A figure and what was found. ``value``: None when it could not be measured; then ``remark`` says why."""

    figure: Figure
    value: float | None
    remark: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None or not self.figure.goal:
            return ""
        low, high = self.figure.at_least, self.figure.at_most
        return "ok" if (low is None or self.value >= low) and (high is None or self.value <= high) else "short"

    @property
    def cells(self) -> tuple[str, str, str, str]:
        found = "" if self.value is None else f"{self.value:.{self.figure.digits}f} {self.figure.unit}"
        remark = f"({self.remark})" if found and self.remark else self.remark
        return self.figure.name, f"{found} {remark}".strip(), self.figure.goal, self.verdict

    def as_json(self) -> dict[str, object]:
        figure = self.figure
        return {
            "figure": figure.name,
            "measured": self.value,
            "unit": figure.unit,
            "remark": self.remark,
            "at_most": figure.at_most,
            "at_least": figure.at_least,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Subject:
    """What one `scripts/bench` command measures. ``measure`` yields a row for each of ``figures``, in their order.

    ``more``: Markdown that follows the table, once everything has been measured.
    """

    figures: tuple[Figure, ...]
    measure: Callable[[Say], Iterator[Row]]
    more: Callable[[], str] = str


def table(rows: Iterable[Row]) -> str:
    """A Markdown table whose columns stand under one another."""
    lines: list[Sequence[str]] = [("figure", "measured", "goal", "ok or short"), *(row.cells for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(_padded, line, widths)) + " |" for line in lines)


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def machine() -> str:
    """The machine and the day, and how busy the machine has been in the last minute (processes that wanted to run)."""
    try:
        model = re.search(r"^(?:model name|Model)\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        model = None
    name = " ".join(model[1].split()) if model else platform.machine()
    load = os.getloadavg()[0]
    return (
        f"{datetime.datetime.now(datetime.UTC).date()}, {name}, {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}; load beforehand {load:.1f}"
    )


def written_between(text: str, mark: str, content: str) -> str:
    """The text with what stands between ``<!-- mark -->`` and ``<!-- /mark -->`` replaced.

    Raises ValueError when the marks are missing.
    """
    begin, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
    before, found, rest = text.partition(begin)
    _, found_too, after = rest.partition(end)
    if not found or not found_too:
        raise ValueError(f"there is no {begin.strip()} … {end} to write between")
    return f"{before}{begin}{content}\n{end}{after}"
