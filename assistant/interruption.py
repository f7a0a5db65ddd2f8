"""Ctrl-C and SIGTERM, at any moment."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

INTERRUPTED = 130
CLOSING_SECONDS = 0.9


class Interruption:
    """Ctrl-C and SIGTERM end the program in the same orderly way, at any moment, and only once."""

    def __init__(self) -> None:
        self.exit_code = INTERRUPTED
        self.sentence = "Stopped."
        self.asked = False
        self._finished = False
        self.before_leaving: Callable[[], None] = lambda: None  # done even when closing takes too long
        self._terminal = _terminal_as_it_is()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def finish(self) -> None:
        """The command is over; a signal changes nothing any more."""
        self._finished = True

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if self.asked or self._finished:
            return  # closing must not be interrupted by a second Ctrl-C
        self.asked = True
        self.exit_code = INTERRUPTED if number == signal.SIGINT else 0
        # An interruption in the middle of a finalizer gets lost; then the clock ends us. Our children end when their
        # pipes do.
        sys.unraisablehook = lambda _: None
        signal.signal(signal.SIGALRM, self._leave)
        signal.setitimer(signal.ITIMER_REAL, CLOSING_SECONDS)
        raise KeyboardInterrupt

    def _leave(self, _number: int, _frame: FrameType | None) -> None:
        """Closing takes too long. The terminal is given back as it was found, even if its keys were a button."""
        with suppress(Exception):
            self.before_leaving()
        if self._terminal is not None:
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._terminal)
        with suppress(OSError):  # past Python's own buffers, in which this may have come in between
            os.write(_standard_error(), f"{self.sentence}\n".encode())
        os._exit(self.exit_code)


def _standard_error() -> int:
    """Its file descriptor, which is another than 2 as long as C libraries are kept off the screen."""
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return 2


def _terminal_as_it_is() -> list[Any] | None:
    """How the terminal of standard input is set; None when it is none."""
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError, termios.error):
        return None
