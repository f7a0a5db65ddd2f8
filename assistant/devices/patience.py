"""Asking the sound system something without waiting for it for ever.

A sound server that hangs (stopped, or waiting for a broken USB device) makes PortAudio's functions hang as well, where
neither a timeout nor Ctrl-C reaches them. So a thread waits for the answer, and we wait for the thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


def within(seconds: float, action: Callable[[], T], *, too_late: Callable[[T], None] | None = None) -> T:
    """What `action` returns or raises. Raises TimeoutError when it takes longer.

    It cannot be stopped then; it goes on in its thread, and if it ever returns something, `too_late` gets it. Where the
    machine has no thread to spare, it is waited for, however long it takes.
    """
    question = _Question(action, too_late)
    thread = started(question.ask, name="ask-sound-system")
    if thread is None:
        return action()
    thread.join(seconds)
    return question.answer()


def started(target: Callable[[], object], *, name: str) -> threading.Thread | None:
    """A thread that has begun; None where the machine has none to spare, as at the limit a service manager has set."""
    thread = threading.Thread(target=target, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread


class Errand:
    """Something that is done meanwhile, in a thread of its own: whoever sent it looks now and then whether it is done.

    What it raises is its own affair; ``action`` should raise nothing that somebody has to know. Where the machine has
    no thread to spare, it is done at once, and nothing was done; whoever sent it mostly sends another soon.
    """

    def __init__(self, action: Callable[[], object]) -> None:
        self._action = action
        self._thread = started(self._run, name="errand-to-sound-system")

    @property
    def done(self) -> bool:
        return self._thread is None or not self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait no longer than so; returns whether it is done."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self.done

    def _run(self) -> None:
        with suppress(Exception):
            self._action()


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
