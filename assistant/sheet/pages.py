"""The sheets as HTML that needs nothing else: no picture, no font and no script from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.sheet import curves
from assistant.sheet.content import PauseRule, PrivatePage

MARGIN_MM, SIDE_MM = 12.0, 14.0
NOTEBOOK_ROWS = 4


class Paper(StrEnum):
    """What is in the printer; the value is what is said on the command line."""

    A4 = "a4"
    LETTER = "letter"

    @property
    def width_mm(self) -> float:
        """From left to right."""
        return 210.0 if self is Paper.A4 else 215.9

    @property
    def height_mm(self) -> float:
        """From top to bottom."""
        return 297.0 if self is Paper.A4 else 279.4


@dataclass(frozen=True, slots=True)
class Size:
    """``points``: of the type most of a sheet is set in. ``gaps_mm``: between its parts, a number for every page."""

    points: float
    gaps_mm: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One file: what stands on it, and on how many pages of what paper."""

    content: PauseRule | PrivatePage
    language: str
    paper: Paper

    @property
    def pages(self) -> int:
        """How many there are meant to be."""
        return 1 if isinstance(self.content, PauseRule) else 2

    @property
    def bottom_mm(self) -> float:
        """How far down a page may be printed on."""
        return self.paper.height_mm - MARGIN_MM

    def html(self, size: Size) -> str:
        """The whole file, set in this size."""
        template = "pause-rule.html" if isinstance(self.content, PauseRule) else "private.html"
        return (
            _templates()
            .get_template(template)
            .render(
                page=self.content,
                language=self.language,
                size=size,
                width=self.paper.width_mm,
                height=self.paper.height_mm,
                margin=MARGIN_MM,
                side=SIDE_MM,
                curve={"width": curves.WIDTH, "height": curves.HEIGHT, "bottom": curves.BOTTOM},
                path=curves.breath_path,
                rows=NOTEBOOK_ROWS,
            )
        )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
