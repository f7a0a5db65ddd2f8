"""Asking the sound system something without waiting for it for ever.

A sound server that hangs (stopped, or waiting for a broken USB device) makes PortAudio's functions hang as well, where
neither a timeout nor Ctrl-C reaches them. So a thread waits for the answer, and we wait for the thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


def within(seconds: float, action: Callable[[], T], *, too_late: Callable[[T], None] | None = None) -> T:
    """What `action` returns or raises. Raises TimeoutError when it takes longer.

    It cannot be stopped then; it goes on in its thread, and if it ever returns something, `too_late` gets it.
    """
    question = _Question(action, too_late)
    thread = threading.Thread(target=question.ask, name="ask-sound-system", daemon=True)
    thread.start()
    thread.join(seconds)
    return question.answer()


class _Question(Generic[T]):
    """``action``'s outcome, and who is still interested in it."""

    def __init__(self, action: Callable[[], T], too_late: Callable[[T], None] | None) -> None:
        self._action, self._too_late = action, too_late
        self._lock = threading.Lock()  # between the thread's "done" and our "given up"
        self._given_up = False
        self._results: list[T] = []
        self._error: BaseException | None = None

    def ask(self) -> None:
        try:
            result = self._action()
        except BaseException as error:  # it belongs to whoever asked
            with self._lock:
                self._error = error
            return
        with self._lock:
            self._results.append(result)
            late = self._given_up
        if late and self._too_late is not None:
            self._too_late(result)

    def answer(self) -> T:
        with self._lock:
            if self._error is not None:
                raise self._error
            if not self._results:
                self._given_up = True
                raise TimeoutError
            return self._results[0]
