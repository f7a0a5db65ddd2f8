"""The pen on a machine that has no thread to spare, as at the limit that a service manager has set."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.journal.file import NAME, Journal
from assistant.journal.journalist import Journalist
from assistant.journal.pen import Order, Pen
from journal.disk import PAUSE, Machine, unwelcome


@pytest.fixture
def crowded() -> Iterator[pytest.MonkeyPatch]:
    """No thread can be started until this is undone."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as crowded:
        crowded.setattr(threading.Thread, "start", refuse)
        yield crowded


def saved(folder: Path) -> float | None:
    """How many seconds of the pause are left, as the disk knows it."""
    found = Journal(folder, machine=Machine()).load()
    return found.pause.left_seconds if found is not None else None


def test_a_pause_is_saved_as_soon_as_there_is_a_thread_and_the_heartbeat_goes_on(
    crowded: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    writer = Journalist(tmp_path, machine=Machine(), on_notice=unwelcome)
    writer.tick(PAUSE, 0.0)
    writer.tick(replace(PAUSE, left_seconds=PAUSE.left_seconds - 3), 3.0)
    assert saved(tmp_path) is None
    crowded.undo()
    until = time.monotonic() + 10
    while saved(tmp_path) is None and time.monotonic() < until:
        writer.tick(replace(PAUSE, left_seconds=PAUSE.left_seconds - 3), 3.0)  # and nothing new is to be saved
        time.sleep(0.001)
    assert saved(tmp_path) == pytest.approx(PAUSE.left_seconds - 3)
    writer.close()


def test_a_pause_that_is_over_is_erased_as_soon_as_there_is_a_thread(
    crowded: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = Journal(tmp_path, machine=Machine())
    before.save(PAUSE, surely=True)
    before.close()
    writer = Journalist(tmp_path, machine=Machine(), on_notice=unwelcome)
    assert writer.to_resume() is not None
    writer.tick(None, 0.0)
    crowded.undo()
    until = time.monotonic() + 10
    while (tmp_path / NAME).exists() and time.monotonic() < until:
        writer.tick(None, 0.0)
        time.sleep(0.001)
    assert not (tmp_path / NAME).exists()
    writer.close()


@pytest.mark.usefixtures("crowded")
def test_at_the_end_of_the_program_what_waits_is_done_without_a_thread(tmp_path: Path) -> None:
    pen = Pen(Journal(tmp_path, machine=Machine()))
    pen.order(Order(PAUSE, surely=True))
    pen.close(within_seconds=0.5)
    assert saved(tmp_path) == pytest.approx(PAUSE.left_seconds)
    pen = Pen(Journal(tmp_path, machine=Machine()))
    pen.order(Order(None, surely=True))
    pen.close(within_seconds=0.5)
    assert saved(tmp_path) is None
