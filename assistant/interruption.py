"""Ctrl-C and SIGTERM, at any moment."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130
CLOSING_SECONDS = 0.9


class Interruption:
    """Ctrl-C and SIGTERM end the program in the same orderly way, at any moment, and only once."""

    def __init__(self) -> None:
        self.exit_code = INTERRUPTED
        self.sentence = "Stopped."
        self.asked = False
        self._finished = False
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
        signal.signal(signal.SIGALRM, lambda *_: os._exit(self.exit_code))
        signal.setitimer(signal.ITIMER_REAL, CLOSING_SECONDS)
        raise KeyboardInterrupt
