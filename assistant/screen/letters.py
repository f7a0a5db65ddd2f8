"""Large letters, made of pixels that are half a terminal cell high: a bold type in six sizes.

The pictures stand in `letters.txt`, with where they come from and their licence.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

CAPS = (25, 19, 14, 11, 8, 6)
"""How high a capital letter is, in pixels, in each size; the largest first."""
_FILE = Path(__file__).with_name("letters.txt")


@dataclass(frozen=True, slots=True)
class Letter:
    """``advance``: how far it moves on. ``left``, ``top``: where its picture begins, right of there and above the
    base line. ``picture``: 1 where there is ink, shape ``(height, width)``. All in pixels.
    """

    advance: int
    left: int
    top: int
    picture: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """One size. ``cap``, ``ascent``, ``descent``: pixels above and below the base line. ``rows``: letters as stored."""

    cap: int
    ascent: int
    descent: int
    rows: dict[str, str]

    def has(self, word: str) -> bool:
        """Whether every letter of the word is in this type."""
        return all(letter in self.rows for letter in word)

    def letter(self, letter: str) -> Letter:
        """One letter. Raises KeyError when the type does not have it."""
        return _letter(self.rows[letter])

    def width(self, word: str) -> int:
        """How many pixels wide a word is."""
        return sum(self.letter(letter).advance for letter in word)

    def draw(self, word: str, onto: Pixels, *, x: int, base: int, value: int) -> None:
        """Put a word into a picture, its base line below the pixel row ``base - 1``; what sticks out is left out."""
        for each in word:
            letter = self.letter(each)
            _stamp(letter.picture, onto, x=x + letter.left, y=base - letter.top, value=value)
            x += letter.advance


def printable(text: str) -> str:
    """The same without what is no letter to a terminal (escapes, line breaks), accents joined to their letters."""
    joined = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(letter for letter in joined if unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cn", "Zl"})


@cache
def typeface(cap: int) -> Typeface:
    """The type whose capitals are so many pixels high: one of `CAPS`."""
    for section in _FILE.read_text(encoding="utf-8").split("\nsize ")[1:]:
        head, *rows = section.splitlines()
        height, ascent, descent = (int(number) for number in head.split())
        if height == cap:
            return Typeface(cap, ascent, descent, {chr(int(row.split(" ", 1)[0], 16)): row for row in rows})
    raise ValueError(f"there are no letters {cap} pixels high")


@cache
def _letter(row: str) -> Letter:
    _, advance, left, top, width, digits = row.split()
    columns = int(width)
    length = max(1, -(-columns // 4))
    bits = [[int(digit, 16) >> bit & 1 for digit in digits[at : at + length] for bit in (3, 2, 1, 0)]
            for at in range(0, len(digits), length)]  # fmt: skip
    return Letter(int(advance), int(left), int(top), np.array(bits, np.uint8)[:, :columns])


def _stamp(picture: Pixels, onto: Pixels, *, x: int, y: int, value: int) -> None:
    top, left = max(0, -y), max(0, -x)
    bottom, right = min(picture.shape[0], onto.shape[0] - y), min(picture.shape[1], onto.shape[1] - x)
    if top < bottom and left < right:
        place = onto[y + top : y + bottom, x + left : x + right]
        place[picture[top:bottom, left:right] > 0] = value
