"""Writes the journal in a thread of its own: a memory card may take a second or two, and no sound waits for it."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass

from assistant.dialogue.snapshot import PauseSnapshot
from assistant.errors import BreatherError
from assistant.journal.file import Journal


@dataclass(frozen=True, slots=True)
class Order:
    """``pause``: to be saved, None to erase all. ``surely``: on the disk for good, and not only in the kernel."""

    pause: PauseSnapshot | None
    surely: bool


class Pen:
    """``journal``: only the pen may use it from the first order on.

    One order waits at most; what is newer takes its place. Whatever the disk does, `order` returns at once and raises
    nothing; what went wrong is fetched with `trouble`. Where the machine has no thread to spare, it waits for one.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._changed = threading.Condition()
        self._waiting: Order | None = None
        self._busy = self._over = False
        self._trouble: BreatherError | None = None
        self._thread: threading.Thread | None = None

    def order(self, order: Order) -> None:
        """Have this done as soon as the disk can."""
        with self._changed:
            surely = order.surely or (self._waiting is not None and self._waiting.surely)
            self._waiting = Order(order.pause, surely)
            self._changed.notify_all()
            self._begin()

    def trouble(self) -> BreatherError | None:
        """What went wrong since the last time somebody asked; to be asked in every round."""
        if self._waiting is not None and self._thread is None:
            with self._changed:
                self._begin()
        trouble, self._trouble = self._trouble, None
        return trouble

    def close(self, *, within_seconds: float) -> None:
        """Write what was ordered, and wait for that no longer than so."""
        with self._changed:
            self._begin()
            if self._thread is not None:
                self._changed.wait_for(lambda: self._waiting is None and not self._busy, within_seconds)
            elif self._waiting is not None:  # the last moment for it
                self._carry_out(self._waiting)
                self._journal.close()
            self._over = True
            self._changed.notify_all()

    def _begin(self) -> None:
        """Have a thread for what waits, when there is one to be had."""
        if self._thread is not None or self._waiting is None:
            return
        thread = threading.Thread(target=self._work, name="journal", daemon=True)
        with suppress(RuntimeError):  # as at the limit that a service manager has set; it is tried again
            thread.start()
            self._thread = thread

    def _work(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting is not None or self._over)
                order, self._waiting = self._waiting, None
                if order is None or self._over:
                    break
                self._busy = True
            self._carry_out(order)
        self._journal.close()

    def _carry_out(self, order: Order) -> None:
        try:
            if order.pause is None:
                self._journal.erase()
            else:
                self._journal.save(order.pause, surely=order.surely)
        except BreatherError as error:
            self._trouble = error
