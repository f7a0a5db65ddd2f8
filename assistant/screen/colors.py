"""The colors of the screen, as many as the terminal has: a dark room, a soft blue-green circle, warm letters."""

from __future__ import annotations

from functools import cache

import numpy as np
from rich.color import Color, ColorSystem
from rich.style import Style

from assistant.screen.canvas import INKS, SHADES, Letters
from assistant.screen.letters import Pixels

Rgb = tuple[float, float, float]

NIGHT: Rgb = (8, 12, 14)
CIRCLE: Rgb = (30, 100, 103)
INK: Rgb = (226, 218, 202)
_GROUND_256 = tuple(Color.from_ansi(232 + shade // 2 if shade < 6 else 23) for shade in range(SHADES))
_NIGHT_16, _CIRCLE_16 = Color.parse("black"), Color.parse("blue")
_INKS_16 = {2: Color.parse("bright_black"), 4: Color.parse("white"), 6: Color.parse("bright_white")}


class Colors:
    """``system``: what the terminal can show, None for no color. ``blocks``: whether it can write half blocks."""

    def __init__(self, *, system: ColorSystem | None, blocks: bool = True) -> None:
        self.system, self.blocks = system, blocks
        colors = [self._color(pixel // SHADES, pixel % SHADES) for pixel in range(SHADES * INKS)]
        if system is None:
            same = [int(pixel // SHADES >= 2) for pixel in range(SHADES * INKS)]
        else:
            shown = [color.downgrade(system).get_ansi_codes() for color in colors]
            same = [shown.index(codes) for codes in shown]
        self._same = np.array(same, np.uint8)
        self._colors = colors
        self.codes = cache(self._codes)
        self.letter_codes = cache(self._letter_codes)

    def distinct(self, pixels: Pixels) -> Pixels:
        """The pixels with one number for all that look the same here."""
        return self._same[pixels]

    def block(self, top: int, bottom: int) -> str:
        """What to write for two pixels."""
        if self.system is None:
            if not self.blocks:
                return "o" if top or bottom else " "
            return " ▄▀█"[2 * bool(top) + bool(bottom)]
        return " " if top == bottom or not self.blocks else "▀"

    def _codes(self, top: int, bottom: int) -> str:
        """The escape sequence that goes before it."""
        if self.system is None:
            return "\x1b[0m"
        return self._sequence(Style(color=self._colors[top], bgcolor=self._colors[bottom]))

    def _letter_codes(self, letters: Letters) -> str:
        """The escape sequence that goes before a letter in the terminal's own type."""
        bold = letters.ink > INKS // 2
        if self.system is None:
            return "\x1b[0;1m" if bold else "\x1b[0m"
        ink, ground = self._color(letters.ink, letters.shade), self._color(0, letters.shade)
        return self._sequence(Style(color=ink, bgcolor=ground, bold=bold))

    def _sequence(self, style: Style) -> str:
        return style.render("x", color_system=self.system).partition("x")[0].replace("\x1b[", "\x1b[0;", 1)

    def _color(self, ink: int, shade: int) -> Color:
        if self.system is ColorSystem.STANDARD:
            ground = _CIRCLE_16 if shade > SHADES * 0.35 else _NIGHT_16
            return _INKS_16.get(ink // 2 * 2, ground)
        if self.system is ColorSystem.EIGHT_BIT and ink == 0:
            return _GROUND_256[shade]
        ground_rgb = _between(NIGHT, CIRCLE, shade / (SHADES - 1))
        return Color.from_rgb(*_between(ground_rgb, INK, ink / (INKS - 1)))


def _between(one: Rgb, other: Rgb, part: float) -> Rgb:
    red, green, blue = (a + (b - a) * part for a, b in zip(one, other, strict=True))
    return red, green, blue
