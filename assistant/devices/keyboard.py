"""Keys of a terminal as a button: space for a short press, d (or 2) for a double one, h for a hold.

A terminal tells of keys that went down, never of keys that came up, so each key is a whole press.

While it is open the terminal hands over every key at once and shows none of them. Everything else stays as it was:
Ctrl-C, Ctrl-Z, and how output looks. However the program ends or stops, the terminal is given back as it was found, and
taken again when the program goes on in the foreground. In the background it is left alone.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

from assistant.messages import Press
from assistant.ports import Clock

HINT = "Space is the button here; d is a double press, h a long one."
KEYS = {b" ": Press.SHORT, b"d": Press.DOUBLE, b"2": Press.DOUBLE, b"h": Press.HOLD}
REPEAT_SECONDS = 0.7  # a key that is held down repeats itself, after two thirds of a second at the latest
LOOK_SECONDS = 0.5  # how often to see whether the terminal is still as we need it
STOPPING = (signal.SIGTSTP, signal.SIGQUIT, signal.SIGHUP)  # Ctrl-Z, Ctrl-\, the window is closed
LOCAL_FLAGS, CONTROL_CHARACTERS = 3, 6  # places in what `termios` gives


def terminal() -> int | None:
    """The terminal that standard input comes from, as a file descriptor; None when it is none."""
    try:
        descriptor = sys.stdin.fileno()
        return descriptor if os.isatty(descriptor) else None
    except (AttributeError, OSError, ValueError):  # there is no standard input, or it is no file
        return None


class Keyboard:
    """A `Button`. ``descriptor``: an open terminal."""

    def __init__(self, descriptor: int, *, clock: Clock) -> None:
        self._descriptor, self._clock = descriptor, clock
        self._found: list[Any] | None = None  # the terminal as it was before we changed it
        self._handlers: dict[signal.Signals, Any] = {}
        self._open = False
        self._look_at = float("-inf")
        self._last_key, self._last_key_at = b"", float("-inf")

    def open(self) -> None:
        """Start; keys that were typed before are dropped."""
        self.close()
        self._open = True
        with suppress(ValueError):  # only the main thread may do this; others have no Ctrl-Z to fear
            for number in STOPPING:
                if signal.getsignal(number) is signal.SIG_DFL:
                    self._handlers[number] = signal.signal(number, self._step_aside)
        self._take()

    def poll(self) -> Sequence[Press]:
        if not (self._open and self._in_foreground()):
            return []
        now = self._clock.now()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._take()
        return self._presses(self._typed(), now)

    def close(self) -> None:
        """Give the terminal back. May be called twice."""
        self._open = False
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers.clear()

    def _presses(self, typed: bytes, now: float) -> Sequence[Press]:
        key = typed[:1].lower()
        # Fingers are slow: different bytes at once are an arrow key, a letter with an accent, or a text pasted.
        if key not in KEYS or typed.lower().strip(key):
            return []
        repeated = key == self._last_key and now - self._last_key_at < REPEAT_SECONDS
        self._last_key, self._last_key_at = key, now
        return [] if repeated else [Press.TOUCH, KEYS[key]]

    def _typed(self) -> bytes:
        with suppress(OSError):  # the terminal has gone
            # Asked first: should somebody else have changed the terminal, reading would wait for a whole line.
            if select.select([self._descriptor], [], [], 0)[0]:
                return os.read(self._descriptor, 1024)
        return b""

    def _in_foreground(self) -> bool:
        """Whether the terminal is ours to use; touching it from the background would stop the program."""
        try:
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        except OSError:
            return False

    def _take(self) -> None:
        """Have every key handed over at once and not shown, unless that is so already."""
        if not self._in_foreground():
            return
        with suppress(termios.error):
            found = termios.tcgetattr(self._descriptor)
            wanted = [*found[:CONTROL_CHARACTERS], list(found[CONTROL_CHARACTERS])]
            wanted[LOCAL_FLAGS] &= ~(termios.ICANON | termios.ECHO)
            wanted[CONTROL_CHARACTERS][termios.VMIN] = wanted[CONTROL_CHARACTERS][termios.VTIME] = 0
            if wanted != found:
                self._found = found
                # At once, without waiting for output: that may have been halted with Ctrl-S.
                termios.tcsetattr(self._descriptor, termios.TCSANOW, wanted)
                termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def _give_back(self) -> None:
        found, self._found = self._found, None
        if found is not None and self._in_foreground():
            with suppress(termios.error):
                # What was typed for us is not for whoever comes after us.
                termios.tcflush(self._descriptor, termios.TCIFLUSH)
                termios.tcsetattr(self._descriptor, termios.TCSANOW, found)

    def _step_aside(self, number: int, _frame: FrameType | None) -> None:
        """Give the terminal back before the signal does what it always does; take it again if we go on after it."""
        self._give_back()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, self._step_aside)  # here the program goes on
        self._look_at = float("-inf")
