"""The journal and the stamp of the last pause share a folder: together they leave as little as each alone."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.agreeing.recent_pause import LastPause, Recent
from assistant.journal.file import NAME, Journal
from assistant.journal.journalist import Journalist
from journal.disk import PAUSE, Machine, journalist

pytestmark = pytest.mark.usefixtures("quick_disk")


def a_pause(writer: Journalist, stamp: LastPause) -> None:
    """As long as it takes for the journal to need a second file."""
    for number in range(1500):
        if number == 10:
            stamp.under_way()
        writer.tick(replace(PAUSE, left_seconds=590.0 - number / 10), 2.5 * number)


def test_a_pause_that_is_left_silently_leaves_an_old_folder_as_it_was(tmp_path: Path) -> None:
    stamp = LastPause(tmp_path)
    stamp.over()
    before = (tmp_path / "last_pause").read_bytes()
    os.utime(tmp_path / "last_pause", (1000, 1000))
    os.utime(tmp_path, (1000, 2000))
    writer = journalist(tmp_path)
    a_pause(writer, stamp)
    stamp.taken_back()
    writer.tick(None, 5000.0)
    assert [path.name for path in tmp_path.iterdir()] == ["last_pause"]
    assert (tmp_path / "last_pause").read_bytes() == before
    assert (tmp_path.stat().st_mtime, (tmp_path / "last_pause").stat().st_mtime) == (2000, 1000)


@pytest.mark.parametrize("killed", [False, True])
def test_and_no_folder_where_there_was_none(tmp_path: Path, killed: bool) -> None:
    folder = tmp_path / "state"
    writer, stamp = journalist(folder), LastPause(folder)
    a_pause(writer, stamp)
    if killed:
        writer, stamp = journalist(folder), LastPause(folder)
        assert writer.to_resume() is not None
        stamp.forget()
        a_pause(writer, stamp)
    stamp.taken_back()
    writer.tick(None, 5000.0)
    assert not folder.exists() or list(folder.iterdir()) == []
    assert LastPause(folder).recent() is Recent.NO


def test_of_a_pause_that_is_over_only_the_stamp_stays(tmp_path: Path) -> None:
    writer = Journalist(tmp_path, on_notice=print, machine=Machine())
    stamp = LastPause(tmp_path)
    a_pause(writer, stamp)
    stamp.over()
    writer.tick(None, 5000.0)
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == ["last_pause"]
    assert Journal(tmp_path).load() is None
    assert not (tmp_path / NAME).exists()
