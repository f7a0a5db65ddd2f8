"""Erased is erased: the bytes are searched, in the folder and in the blocks where the files had been."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.errors import HistoryError
from assistant.history.folder import FILE
from assistant.history.store import History
from assistant.records import Ending, PauseOver
from history.house import FRIDAY_EVENING, filled, history

VALUES = (b"2026-11-16", b"later_today", b"evening", b"SECRET")


def search(folder: Path) -> list[str]:
    """The files in which something of the pauses can be read."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [file.name for file in files if any(value in file.read_bytes() for value in VALUES)]


def linked(state: Path, old: Path) -> None:
    """Keep a second name for every file, so that what was in it can still be looked at."""
    old.mkdir(exist_ok=True)
    for number, file in enumerate(sorted(state.iterdir())):
        os.link(file, old / f"{number}-{file.name}")


def test_no_byte_is_left_in_the_folder_or_in_the_old_files(tmp_path: Path) -> None:
    state, old = tmp_path / "state", tmp_path / "old"
    kept = filled(state, 200)
    (state / f"{FILE}.unreadable-1").write_bytes(b"SECRET" * 50_000)
    (state / "journal").write_bytes(b"SECRET under way")
    (state / "last_pause").write_bytes(b"two hours of rest for the agreement")
    (state / "other.toml").write_bytes(b"mine")
    linked(state, old)
    assert len(search(old)) == 4, "before, it can be found: rows, journal, set aside, under way"
    kept.erase()
    assert sorted(file.name for file in state.iterdir()) == ["last_pause", "other.toml"]
    assert search(tmp_path) == []
    assert kept.kept() == []
    assert kept.pauses() == []


def test_the_log_of_a_write_ahead_database_too(tmp_path: Path) -> None:
    state, old = tmp_path / "state", tmp_path / "old"
    kept = filled(state, 40)
    with closing(sqlite3.connect(state / FILE, isolation_level=None)) as other:  # somebody has changed the file's way
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("INSERT INTO pause SELECT * FROM pause")
        linked(state, old)
        assert {name.partition("-")[2] for name in search(old)} >= {FILE, f"{FILE}-wal"}
        kept.erase()
        assert search(tmp_path) == []
        assert list(state.iterdir()) == []


def test_no_row_is_left_behind_outside_of_the_folder_while_it_is_kept(tmp_path: Path) -> None:
    """What comes and goes beside the file would leave rows on the disk that no erasing finds: nothing may do so."""
    state = tmp_path / "state"
    kept = filled(state, 1)
    files = {file.name: file.stat().st_ino for file in state.iterdir()}
    for _ in range(20):
        kept.add(PauseOver(minutes=20, extensions=1, ending=Ending.LET_GO), FRIDAY_EVENING)
        assert {file.name: file.stat().st_ino for file in state.iterdir()} == files


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(84), b"SECRET" * 2000])
def test_what_cannot_be_read_can_be_erased(tmp_path: Path, content: bytes) -> None:
    state, old = tmp_path / "state", tmp_path / "old"
    state.mkdir()
    (state / FILE).write_bytes(content)
    linked(state, old)
    history(state).erase()
    assert list(state.iterdir()) == []
    assert search(tmp_path) == []


def test_a_newer_version_can_be_erased(tmp_path: Path) -> None:
    state, old = tmp_path / "state", tmp_path / "old"
    kept = filled(state, 5)
    with closing(sqlite3.connect(state / FILE)) as newer:
        newer.execute("ALTER TABLE pause RENAME TO pauses")
        newer.execute("PRAGMA user_version = 9")
    linked(state, old)
    kept.erase()
    assert search(tmp_path) == []


def test_for_who_has_it_open_the_rows_are_gone_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = filled(tmp_path, 200)
    monkeypatch.setattr("assistant.history.store.erase_files", lambda folder, files: None)
    kept.erase()
    assert kept.pauses() == []
    assert not any(value in (tmp_path / FILE).read_bytes() for value in VALUES[:2])


def test_it_begins_anew_afterwards(tmp_path: Path) -> None:
    kept = filled(tmp_path, 5)
    kept.erase()
    kept.erase()
    filled(tmp_path, 2)
    assert len(kept.pauses()) == 2


def test_one_that_resists_keeps_none_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = filled(tmp_path, 5)
    (tmp_path / "journal").write_bytes(b"SECRET")
    opened = os.open

    def refusing(path: str | Path, flags: int, *rest: int) -> int:
        if Path(path).name == FILE and flags & os.O_WRONLY:
            raise PermissionError(1, "Operation not permitted", str(path))
        return opened(path, flags, *rest)

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(HistoryError, match="not permitted"):
        kept.erase()
    assert [file.name for file in kept.kept()] == [FILE]


def test_nothing_to_erase_makes_nothing(tmp_path: Path) -> None:
    History(tmp_path / "state", on_notice=lambda sentence: None).erase()
    assert not (tmp_path / "state").exists()
