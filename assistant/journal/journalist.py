"""Decides when a pause is saved, and whether one that was saved is taken up again after the start.

How often: a line for every change at once, and one every two seconds besides. Brought onto the disk for good is each
change and every second line of the others, so that a killed program loses two seconds and a power cut four, at the cost
of about 150 blocks for ten minutes; a memory card bears that for many thousands of pauses.

What is taken up: a return that was promised, always: the agreed time and the ready check. Whether a power cut lasted a
minute or a night cannot be known without a clock, so what comes later (nobody was there, or they were talking) is only
taken up in the same run of the machine, where the program alone was gone; otherwise the pause is counted, and over. It
is over as well when half a day went by, or when it was taken up five times already: then it may be what ends us.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.dialogue.snapshot import PauseSnapshot
from assistant.errors import BreatherError
from assistant.journal.file import Journal
from assistant.journal.machine_run import MachineRun
from assistant.journal.pen import Order, Pen
from assistant.journal.record import Saved

EVERY_SECONDS, SURELY_EVERY_SECONDS = 2.0, 4.0
AGAIN_SECONDS = 30.0  # after the disk has refused
CLOSING_SECONDS = 0.4
LONGEST_GONE_SECONDS = 12 * 3600.0
MOST_RESTARTS = 5


class Journalist:
    """``folder``: where the journal is. ``on_notice``: is told once, in a sentence, when pauses cannot be saved."""

    def __init__(
        self,
        folder: Path,
        *,
        on_notice: Callable[[str], None],
        machine: MachineRun | None = None,
        pen: Pen | None = None,
    ) -> None:
        self._machine = machine or MachineRun()
        self._journal = Journal(folder, machine=self._machine)
        self._pen = pen or Pen(self._journal)
        self._on_notice, self._told = on_notice, False
        self._last: PauseSnapshot | None = None
        self._anything_there = False
        self._saved_at = self._surely_at = self._rests_until = self._erase_at = float("-inf")

    def to_resume(self) -> PauseSnapshot | None:
        """The pause that was under way when the program ended; what cannot be read is erased.

        One that is not taken up comes as over, so that it is counted. To be asked before the first `tick`.
        """
        try:
            saved = self._journal.load()
        except BreatherError as error:
            self._tell(error)
            return None
        self._anything_there = self._journal.there
        return taken_up(saved, self._machine) if saved is not None else None

    def tick(self, pause: PauseSnapshot | None, now: float) -> None:
        """In every round: the pause as it stands, None where there is none. Never raises, and never waits."""
        if (trouble := self._pen.trouble()) is not None:
            self._rests_until = now + AGAIN_SECONDS
            if pause is not None:
                self._tell(trouble)
            else:  # nothing is told of a pause that has just been left
                self._anything_there, self._erase_at = True, self._rests_until
        if pause is None:
            if self._anything_there and now >= self._erase_at:
                self._anything_there, self._last = False, None
                self._pen.order(Order(None, surely=True))
            return
        changed = self._last is None or pause.differs_from(self._last)
        if (changed or now - self._saved_at >= EVERY_SECONDS) and now >= self._rests_until:
            surely = changed or now - self._surely_at >= SURELY_EVERY_SECONDS
            self._last, self._saved_at, self._anything_there = pause, now, True
            self._surely_at = now if surely else self._surely_at
            self._pen.order(Order(pause, surely))

    def close(self, *, forget: bool = False) -> None:
        """The program ends. ``forget``: because somebody at the machine wanted that, and the pause with it."""
        if forget and self._anything_there:
            self._pen.order(Order(None, surely=True))
        self._pen.close(within_seconds=CLOSING_SECONDS)

    def _tell(self, trouble: BreatherError) -> None:
        if not self._told:
            self._told = True
            self._on_notice(str(trouble))


def taken_up(saved: Saved, machine: MachineRun) -> PauseSnapshot | None:
    """The pause as it goes on, or as over; None where it had not even begun for good."""
    pause = saved.pause
    gone = machine.seconds() - saved.since_boot
    same_run = saved.boot != "" and saved.boot == machine.name and gone >= 0
    too_late = (same_run and gone > LONGEST_GONE_SECONDS) or pause.restarts >= MOST_RESTARTS
    if not too_late and (pause.promised or same_run):
        return pause
    return pause.as_over() if pause.under_way else None
