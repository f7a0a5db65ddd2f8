"""A picture made of terminal cells: each is two pixels, one above the other, or a letter in the terminal's own type.

A pixel is one number: how much of the circle shines there, and how much ink lies on it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len

from assistant.screen.letters import Pixels, typeface
from assistant.screen.words import Page

SHADES, INKS = 16, 8
"""How many steps there are from no circle to all of it, and from no ink to all of it."""


@dataclass(frozen=True, slots=True)
class Letters:
    """A cell in the terminal's own type. ``text``: a letter with its accents, "" for the second half of a wide one."""

    text: str
    ink: int
    shade: int


class Canvas:
    """``columns``, ``rows``: its size in cells."""

    def __init__(self, *, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.shade: Pixels = np.zeros((2 * rows, columns), np.uint8)
        self.ink: Pixels = np.zeros((2 * rows, columns), np.uint8)
        self.letters: dict[tuple[int, int], Letters] = {}

    @property
    def pixels(self) -> Pixels:
        """Ink and circle in one number, shape ``(2 * rows, columns)``."""
        mixed: Pixels = self.ink * np.uint8(SHADES) + self.shade
        return mixed

    def disc(self, *, x: float, y: float, radius: float, strength: float) -> None:
        """A soft disc. ``strength``: 0 to 1."""
        soft = max(1.5, 0.22 * radius)
        inside = np.clip((radius + 0.5 - self._distance(x, y)) / soft, 0, 1)
        self.shade = (inside * (strength * (SHADES - 1)) + 0.5).astype(np.uint8)

    def ring(self, *, x: float, y: float, radius: float) -> None:
        """A thin circle of ink, for terminals without colors."""
        self.ink[np.abs(self._distance(x, y) - radius) < 0.6] = INKS - 1

    def page(self, page: Page, *, x: int, y: int, ink: int, clear_around: int = 0) -> None:
        """A page of words. ``x``, ``y``: where it begins, in pixels. ``clear_around``: room to make around a word."""
        for word in page.words:
            left, base = x + word.x, y + word.base
            if word.plain:
                self.plain(word.text, row=(base - 1) // 2, column=left, ink=ink)
                continue
            face = typeface(page.cap)
            if clear_around:
                right = left + face.width(word.text) + clear_around
                self.ink[
                    max(0, base - face.cap - clear_around) : max(0, base + clear_around),
                    max(0, left - clear_around) : max(0, right),
                ] = 0
            face.draw(word.text, self.ink, x=left, base=base, value=ink)

    def plain(self, text: str, *, row: int, column: int, ink: int) -> None:
        """Words in the terminal's own type; what sticks out is left out."""
        for each in _clusters(text):
            width = cell_len(each)
            if 0 <= row < self.rows and column >= 0 and column + width <= self.columns:
                shade = int(self.shade[2 * row + 1, column])
                self.ink[2 * row : 2 * row + 2, column : column + width] = 0
                self.letters[row, column] = Letters(each, ink, shade)
                if width == 2:
                    self.letters[row, column + 1] = Letters("", ink, shade)
            column += width

    def _distance(self, x: float, y: float) -> npt.NDArray[np.float32]:
        return _distances(self.columns, 2 * self.rows, x, y)


@lru_cache(maxsize=2)
def _distances(columns: int, height: int, x: float, y: float) -> npt.NDArray[np.float32]:
    """From the middle of each pixel to a point."""
    across = np.arange(columns, dtype=np.float32) + 0.5 - x
    down = np.arange(height, dtype=np.float32) + 0.5 - y
    distances: npt.NDArray[np.float32] = np.hypot(across[None, :], down[:, None]).astype(np.float32)
    return distances


def _clusters(text: str) -> list[str]:
    """Letters with the marks that belong to them, each at least one cell wide."""
    clusters: list[str] = []
    for letter in text:
        if clusters and (cell_len(letter) == 0 or unicodedata.combining(letter)):
            clusters[-1] += letter
        elif cell_len(letter):
            clusters.append(letter)
    return clusters
