"""What a program in this process is given instead of a house: a room, a terminal, and somebody who watches it write."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.devices.recorded import SimulatedRoom
from assistant.sound import BLOCK_SECONDS, HEARING_RATE_HZ, Samples

LONGEST_SECONDS = 7200.0


class PatientRoom(SimulatedRoom):
    """A room in which two seconds pass at once where nobody has spoken and nothing was played for three."""

    STILL_BLOCKS, LEAP_BLOCKS = 100, 60

    def __init__(self) -> None:
        super().__init__()
        self._still = 0
        play = self.loudspeaker.play_block

        def played(said_too: Any) -> Samples:
            samples = play(said_too)
            self._still = 0 if samples.any() else self._still + 1
            return samples

        self.loudspeaker.play_block = played  # type: ignore[method-assign]

    def pass_block(self) -> Samples:
        if self._somebody_speaks(within_blocks=self.LEAP_BLOCKS + 2):
            self._still = 0
        elif self._still >= self.STILL_BLOCKS:
            self.clock.blocks += self.LEAP_BLOCKS
        if self.clock.now() > LONGEST_SECONDS:
            raise EOFError("nothing happens any more")
        return super().pass_block()

    def _somebody_speaks(self, *, within_blocks: int) -> bool:
        soon = self.clock.now() + within_blocks * BLOCK_SECONDS
        over = self.end_at_seconds is not None and self.end_at_seconds < soon
        return over or any(first < soon * HEARING_RATE_HZ for first, _ in self._heard)


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@contextmanager
def printing_into(path: Path, *, as_a_terminal: bool) -> Iterator[None]:
    """Inside, all that this process and its children print goes into this file."""
    kind = _Terminal if as_a_terminal else io.TextIOWrapper
    sys.stdout.flush()
    sys.stderr.flush()
    before = sys.stdout, sys.stderr
    numbers = os.dup(1), os.dup(2)
    try:
        with path.open("wb") as file:
            for number in (1, 2):
                os.dup2(file.fileno(), number)
        sys.stdout = kind(os.fdopen(1, "wb", closefd=False), "utf-8", line_buffering=True)
        sys.stderr = kind(os.fdopen(2, "wb", closefd=False), "utf-8", line_buffering=True)
        yield
    finally:
        for number, kept in zip((1, 2), numbers, strict=True):
            (sys.stdout, sys.stderr)[number - 1].flush()
            os.dup2(kept, number)
            os.close(kept)
        sys.stdout, sys.stderr = before


@contextmanager
def signals_as_they_were() -> Iterator[None]:
    """What the program does with Ctrl-C ends with it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_watching: list[Callable[[str], None]] = []
_hooked: list[bool] = []


def _heard_of(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _watching and isinstance(arguments[0], str | bytes):
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            for tell in _watching:
                tell(os.path.realpath(os.fsdecode(arguments[0])))


@contextmanager
def writing_watched(inside: Path, elsewhere: set[str]) -> Iterator[None]:
    """Inside, the files that Python opens to write to and that are not in this folder are noted down."""
    home = f"{inside.resolve()}/"

    def tell(path: str) -> None:
        if not path.startswith(home) and path != os.devnull:
            elsewhere.add(path)

    if not _hooked:  # a hook stays for ever
        sys.addaudithook(_heard_of)
        _hooked.append(True)
    _watching.append(tell)
    try:
        yield
    finally:
        _watching.remove(tell)
