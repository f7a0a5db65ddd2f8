"""When a pause is saved, what is taken up again, and that no disk can keep a pause waiting."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.dialogue.flow import State
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.errors import HistoryError
from assistant.journal.file import NAME, Journal
from assistant.journal.journalist import (
    AGAIN_SECONDS,
    EVERY_SECONDS,
    LONGEST_GONE_SECONDS,
    MOST_RESTARTS,
    SURELY_EVERY_SECONDS,
    Journalist,
    taken_up,
)
from assistant.journal.pen import Order, Pen
from assistant.journal.record import Saved
from assistant.records import Ending
from journal.disk import PAUSE, Machine, PenAtOnce, journalist

AGREED = (State.OPENING, State.SEPARATING, State.BODY, State.MIND, State.RETURN_CUE, State.EXTENDED)
CHECK = (State.CALLED_BACK, State.ASK_FIRST, State.ASK_SECOND)
LATER = (State.WAITING, State.CHOOSING, State.SETTING_TIME, State.OFFERING, State.GUIDED, State.RECONVENED)


def orders(writer: Journalist) -> list[Order]:
    pen = writer._pen
    assert isinstance(pen, PenAtOnce)
    return pen.orders


def heartbeats(writer: Journalist, *, seconds: float, since: float = 0.0, pause: PauseSnapshot = PAUSE) -> None:
    for beat in range(round(seconds / 0.03)):
        at = 0.03 * beat
        writer.tick(replace(pause, left_seconds=pause.left_seconds - at), since + at)


def test_at_home_nothing_is_touched(tmp_path: Path) -> None:
    writer = journalist(tmp_path / "state")
    assert writer.to_resume() is None
    for second in range(100):
        writer.tick(None, float(second))
    writer.close()
    assert orders(writer) == []
    assert not (tmp_path / "state").exists()


def test_every_two_seconds_a_line_and_every_four_surely(tmp_path: Path) -> None:
    writer = journalist(tmp_path)
    heartbeats(writer, seconds=120.0)
    given = orders(writer)
    assert len(given) == pytest.approx(120 / EVERY_SECONDS, abs=2)
    assert sum(order.surely for order in given) == pytest.approx(120 / SURELY_EVERY_SECONDS, abs=2)
    left = [order.pause.left_seconds for order in given if order.pause is not None]
    assert all(0 < before - after < EVERY_SECONDS + 0.04 for before, after in pairwise(left))


@pytest.mark.parametrize(
    "change",
    [
        {"state": State.RETURN_CUE},
        {"extensions": 1},
        {"quiet": True},
        {"muted": True},
        {"exercises": False},
        {"volume_db": -4.0},
        {"ending": Ending.SETTLED},
        {"first": 1},
        {"plan_seconds": 900.0},
    ],
    ids=str,
)
def test_a_change_is_saved_at_once_and_surely(tmp_path: Path, change: dict[str, object]) -> None:
    writer = journalist(tmp_path)
    writer.tick(PAUSE, 0.0)
    writer.tick(PAUSE, 0.03)
    changed = replace(PAUSE, **change)  # type: ignore[arg-type]
    writer.tick(changed, 0.06)
    writer.tick(changed, 0.09)
    assert orders(writer) == [Order(PAUSE, True), Order(changed, True)]


def test_when_it_is_over_it_is_erased_once(tmp_path: Path) -> None:
    writer = journalist(tmp_path)
    heartbeats(writer, seconds=5.0)
    for beat in range(100):
        writer.tick(None, 5.0 + 0.03 * beat)
    assert [order.pause for order in orders(writer)].count(None) == 1
    assert list(tmp_path.iterdir()) == []


def test_garbage_is_erased_and_what_another_command_finds_stays(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"garbage")
    rehearsing = journalist(tmp_path)  # does not ask what there is to resume
    rehearsing.tick(None, 0.0)
    assert (tmp_path / NAME).exists()
    writer = journalist(tmp_path)
    assert writer.to_resume() is None
    writer.tick(None, 0.0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("forget", "there"), [(False, True), (True, False)])
def test_only_who_stops_it_by_hand_stops_the_pause_too(tmp_path: Path, forget: bool, there: bool) -> None:
    writer = journalist(tmp_path)
    heartbeats(writer, seconds=1.0)
    writer.close(forget=forget)
    assert (journalist(tmp_path).to_resume() is not None) is there
    assert (tmp_path / NAME).exists() is there


# --- trouble --------------------------------------------------------------------------------------------------------


def test_a_disk_that_refuses_is_told_of_once_and_tried_now_and_then(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder belongs")
    notices: list[str] = []
    writer = journalist(tmp_path / "state", on_notice=notices.append)
    assert writer.to_resume() is None  # this is told of already
    heartbeats(writer, seconds=100.0)
    assert len(notices) == 1
    assert 3 <= len(orders(writer)) <= 100 / AGAIN_SECONDS + 2
    (tmp_path / "state").unlink()
    heartbeats(writer, seconds=AGAIN_SECONDS + 1, since=100.0)
    assert journalist(tmp_path / "state").to_resume() is not None
    assert len(notices) == 1


def test_of_a_pause_that_was_left_nothing_is_told_but_erasing_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = journalist(tmp_path)  # a notice would fail
    heartbeats(writer, seconds=1.0)

    def refuse(_: Journal) -> None:
        raise HistoryError("The disk refused", remedy="Nothing.")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "erase", refuse)
        for beat in range(100):
            writer.tick(None, 1.0 + 0.03 * beat)
    assert [order.pause for order in orders(writer)].count(None) == 1
    writer.tick(None, 1.0 + AGAIN_SECONDS)
    assert (tmp_path / NAME).exists()
    writer.tick(None, 5.0 + AGAIN_SECONDS)
    assert not (tmp_path / NAME).exists()


class SlowJournal(Journal):
    """On a card that takes its time. ``go``: lets it go on."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, machine=Machine())
        self.go = threading.Event()
        self.done: list[PauseSnapshot | None] = []

    def save(self, pause: PauseSnapshot, *, surely: bool) -> None:
        self.done.append(pause)
        assert self.go.wait(10)

    def erase(self) -> None:
        self.done.append(None)


def test_a_slow_card_keeps_nobody_waiting_and_gets_the_newest(tmp_path: Path) -> None:
    journal = SlowJournal(tmp_path)
    pen = Pen(journal)
    rows = [replace(PAUSE, left_seconds=300.0 - number) for number in range(50)]
    began = time.monotonic()
    pen.order(Order(rows[0], True))
    while not journal.done:
        time.sleep(0.001)
    for row in rows[1:]:
        pen.order(Order(row, False))
    pen.close(within_seconds=0.05)
    assert time.monotonic() - began < 2.0, "nor does the end of the program wait for it"
    assert journal.done == [rows[0]]
    journal.go.set()

    patient = SlowJournal(tmp_path)
    pen = Pen(patient)
    pen.order(Order(rows[0], True))
    while not patient.done:
        time.sleep(0.001)
    for row in rows[1:]:
        pen.order(Order(row, False))
    patient.go.set()
    pen.close(within_seconds=10.0)
    assert patient.done == [rows[0], rows[-1]]


def test_the_thread_writes_what_it_is_told(tmp_path: Path) -> None:
    writer = Journalist(tmp_path, on_notice=print, machine=Machine())
    heartbeats(writer, seconds=9.0)
    writer.close()
    saved = Journal(tmp_path).load()
    assert saved is not None
    assert saved.pause.left_seconds == pytest.approx(300 - 8, abs=0.1)
    again = Journalist(tmp_path, on_notice=print, machine=Machine())
    assert again.to_resume() == saved.pause
    again.tick(None, 0.0)
    again.close()
    assert list(tmp_path.iterdir()) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "journal" and not thread.daemon]


def test_trouble_of_the_thread_is_told_in_the_heartbeat(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder belongs")
    notices: list[tuple[str, str]] = []
    writer = Journalist(
        tmp_path / "state", on_notice=lambda notice: notices.append((threading.current_thread().name, notice))
    )
    until = time.monotonic() + 10
    while not notices and time.monotonic() < until:
        writer.tick(PAUSE, 0.0)
        time.sleep(0.001)
    writer.close()
    ((thread, notice),) = notices
    assert thread == threading.current_thread().name
    assert "can be saved" in notice


# --- what is taken up -----------------------------------------------------------------------------------------------


def saved(state: State, *, boot: str = "first", since_boot: float = 900.0, restarts: int = 0) -> Saved:
    return Saved(replace(PAUSE, state=state, restarts=restarts), boot, since_boot)


@pytest.mark.parametrize("state", [*AGREED, *CHECK])
def test_a_promised_return_is_taken_up_in_any_run_of_the_machine(state: State) -> None:
    for run in (Machine("first"), Machine("second", 5.0), Machine("", 5.0)):
        assert taken_up(saved(state), run) == saved(state).pause


@pytest.mark.parametrize("state", LATER)
def test_what_comes_later_only_in_the_same_one(state: State) -> None:
    assert taken_up(saved(state), Machine("first")) == saved(state).pause
    ending = Ending.NOBODY_CAME if state is State.WAITING else Ending.LEFT_OPEN
    over = replace(saved(state).pause, state=State.CLOSE_OUT, ending=ending)
    for run in (Machine("second", 2000.0), Machine("first", 800.0), Machine("")):
        assert taken_up(saved(state), run) == over


def test_after_half_a_day_or_too_many_times_it_is_over() -> None:
    late = Machine("first", 900.0 + LONGEST_GONE_SECONDS + 1)
    for gone in (taken_up(saved(State.BODY), late), taken_up(saved(State.BODY, restarts=MOST_RESTARTS), Machine())):
        assert gone is not None
        assert gone.state is State.CLOSE_OUT
    assert taken_up(saved(State.OPENING), late) is None, "it could still have been taken back"
