"""A journal for the tests: a machine whose runs the test decides on, and a pen that writes at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.dialogue.flow import State
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.errors import BreatherError
from assistant.journal.file import Journal
from assistant.journal.journalist import Journalist
from assistant.journal.machine_run import MachineRun
from assistant.journal.pen import Order, Pen
from assistant.records import Ending

PAUSE = PauseSnapshot(
    state=State.MIND,
    left_seconds=300.0,
    plan_seconds=600.0,
    part_seconds=0.0,
    talk_seconds=60.0,
    since_begin_seconds=300.0,
    pauses=1,
    minutes=10,
    extensions=0,
    ending=Ending.LEFT_OPEN,
    first=0,
    quiet=False,
    muted=False,
    exercises=True,
    volume_db=0.0,
    restarts=0,
)


class Machine(MachineRun):
    """``run``: which one. ``on_for``: how many seconds it has lasted."""

    def __init__(self, run: str = "first", on_for: float = 1000.0) -> None:
        self.run, self.on_for = run, on_for

    @property
    def name(self) -> str:
        return self.run

    def seconds(self) -> float:
        return self.on_for


class PenAtOnce(Pen):
    """Without a thread. ``orders``: all that were given."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self.orders: list[Order] = []
        self._went_wrong: BreatherError | None = None

    def order(self, order: Order) -> None:
        self.orders.append(order)
        try:
            if order.pause is None:
                self._journal.erase()
            else:
                self._journal.save(order.pause, surely=order.surely)
        except BreatherError as error:
            self._went_wrong = error

    def trouble(self) -> BreatherError | None:
        went_wrong, self._went_wrong = self._went_wrong, None
        return went_wrong


def journalist(
    folder: Path, *, machine: Machine | None = None, on_notice: Callable[[str], None] | None = None
) -> Journalist:
    """One that writes at once."""
    machine = machine or Machine()
    pen = PenAtOnce(Journal(folder, machine=machine))
    return Journalist(folder, machine=machine, pen=pen, on_notice=on_notice or unwelcome)


def unwelcome(notice: str) -> None:
    raise AssertionError(notice)
