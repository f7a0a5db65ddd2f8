"""The terminal: its other page, on which nothing is left behind, and what has changed since the last picture.

Only what has changed is written, as one piece that the terminal shows at once. Writing never waits: a terminal that
has stopped taking text (Ctrl-S, a lost line) misses pictures, and the pause goes on.
"""

from __future__ import annotations

import os
import select
import termios
import time
from contextlib import suppress
from itertools import groupby
from types import TracebackType

import numpy as np
import numpy.typing as npt
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control

from assistant.errors import ScreenError
from assistant.screen.canvas import Canvas, Letters
from assistant.screen.colors import Colors

CLOSING_SECONDS = 0.3
_AT_ONCE, _AT_ONCE_END = "\x1b[?2026h", "\x1b[?2026l"  # a terminal that does not know them ignores them
_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"
_GAP = 4  # cells that have not changed are cheaper to write again than to step over


class ScreenTerminal:
    """``console``: where to show pictures. Raises `ScreenError` when it cannot show any."""

    def __init__(self, console: Console) -> None:
        if not console.is_terminal or console.is_dumb_terminal:
            raise ScreenError(
                "The screen needs a terminal that can move its cursor",
                where=f"TERM={os.environ.get('TERM', '')}" if console.is_terminal else "standard output",
                remedy="Run it in a terminal window or on the console, not through a pipe; or leave out --screen.",
            )
        self._console = console
        system = None if console.no_color or not console.color_system else ColorSystem[_SYSTEMS[console.color_system]]
        self.colors = Colors(system=system, blocks=console.encoding.startswith("utf"))
        self._descriptor: int | None = None
        self._pending = b""
        self._entered = self._lost = False
        self._cells = np.zeros((0, 0), np.int32)
        self._all = True  # write the next picture in full
        self._letters: dict[Letters, int] = {}

    def __enter__(self) -> ScreenTerminal:
        self._entered = True
        try:
            self._open()
            self._write(f"{Control.alt_screen(enable=True)}{Control.show_cursor(False)}{_NO_WRAP}")
        except BaseException:
            self.leave()  # Ctrl-C may come at any moment
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """Leave the terminal as it was. May be called twice. The page is cleared first: some consoles have only one."""
        if not self._entered:
            return
        self._entered = False
        self._cells = np.zeros((0, 0), np.int32)
        self._letters.clear()
        # A picture that was only half taken must not swallow what comes now: ST ends any sequence.
        ending = f"\x1b\\\x1b[0m\x1b[2J\x1b[H{_AT_ONCE_END}{_WRAP}{Control.show_cursor(True)}"
        ending += str(Control.alt_screen(enable=False))
        self._write(ending)
        if self._descriptor is None:
            return
        until = time.monotonic() + CLOSING_SECONDS
        while self._pending and (left := until - time.monotonic()) > 0:
            select.select([], [self._descriptor], [], left)
            self._flush()
        if self._pending:  # nobody takes it: throw away what is on its way, to make room for the ending
            with suppress(OSError, termios.error):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            self._pending = b""
            self._write(ending)
        os.close(self._descriptor)
        self._descriptor, self._pending = None, b""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, at least one of each."""
        columns, rows = self._console.size
        return max(1, columns), max(1, rows)

    @property
    def taking(self) -> bool:
        """Whether the last picture has been taken, so that another may be drawn."""
        self._flush()
        return self._entered and not self._pending and not self._lost

    def forget(self) -> None:
        """Write the next picture in full, over whatever else may have been written there."""
        self._all = True
        self._letters.clear()

    def show(self, canvas: Canvas) -> None:
        """Write what differs from the last picture."""
        cells = self._numbers(canvas)
        resized = cells.shape != self._cells.shape
        changed = np.ones(cells.shape, bool) if resized or self._all else cells != self._cells
        letters = list(self._letters)
        # Cleared only when it has to be: a terminal that does not show a piece at once would flicker.
        pieces = [f"{self.colors.codes(0, 0)}\x1b[2J"] if resized else []
        for row in np.flatnonzero(changed.any(axis=1)):
            for start, end in _runs(np.flatnonzero(changed[row])):
                pieces.append(f"\x1b[{row + 1};{start + 1}H")
                pieces += self._written(cells[row, start:end].tolist(), letters)
        self._cells, self._all = cells, False
        if pieces:
            # The cursor waits in the first corner, where whatever else is written cannot make the page roll up.
            self._write("".join([_AT_ONCE, *pieces, "\x1b[0m\x1b[H", _AT_ONCE_END]))

    def _written(self, cells: list[int], letters: list[Letters]) -> list[str]:
        pieces: list[str] = []
        last = ""
        for number, same in groupby(cells):
            count = sum(1 for _ in same)
            if number >= 0:
                top, bottom = divmod(number, 256)
                codes, text = self.colors.codes(top, bottom), self.colors.block(top, bottom)
            else:
                letter = letters[-1 - number]
                codes, text = self.colors.letter_codes(letter), letter.text
            pieces += [text * count] if codes == last else [codes, text * count]
            last = codes
        return pieces

    def _numbers(self, canvas: Canvas) -> npt.NDArray[np.int32]:
        """One number for each cell: two pixels, or a letter below zero."""
        pixels = self.colors.distinct(canvas.pixels).astype(np.int32)
        if not self.colors.blocks:
            pixels[1::2] = pixels[0::2] = np.maximum(pixels[0::2], pixels[1::2])
        cells: npt.NDArray[np.int32] = pixels[0::2] * 256 + pixels[1::2]
        for (row, column), letter in canvas.letters.items():
            cells[row, column] = -1 - self._letters.setdefault(letter, len(self._letters))
        return cells

    def _open(self) -> None:
        """A way to the terminal of our own, because not to wait is a property of the way."""
        try:
            number = self._console.file.fileno()
            self._descriptor = os.open(os.ttyname(number), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except (OSError, ValueError):
            self._descriptor = None  # no way of our own to be had; then through the console

    def _write(self, text: str) -> None:
        if self._descriptor is None:
            with suppress(OSError, ValueError):
                self._console.file.write(text)
                self._console.file.flush()
            return
        self._pending += text.encode(self._console.encoding, "replace")
        self._flush()

    def _flush(self) -> None:
        try:
            while self._pending and self._descriptor is not None:
                self._pending = self._pending[os.write(self._descriptor, self._pending) :]
        except BlockingIOError:
            pass
        except OSError:  # the terminal has gone; whoever closed it does not miss the picture
            self._lost, self._pending = True, b""


_SYSTEMS = {"standard": "STANDARD", "256": "EIGHT_BIT", "truecolor": "TRUECOLOR", "windows": "WINDOWS"}


def _runs(columns: npt.NDArray[np.intp]) -> list[tuple[int, int]]:
    """Columns that stand close together, as first and one past the last."""
    breaks = np.flatnonzero(np.diff(columns) > _GAP) + 1
    return [(int(part[0]), int(part[-1]) + 1) for part in np.split(columns, breaks)]
