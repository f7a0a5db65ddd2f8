"""A full disk, a write-protected one, files that are damaged, and files of a newer version: nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from assistant.errors import HistoryError, HistoryNewerError
from assistant.history.folder import FILE
from assistant.history.store import History
from history.house import FRIDAY_EVENING, SETTLED, act_on, child, filled, history


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


# --- full and write-protected disks -----------------------------------------------------------------------------------


def test_no_room_for_one_more(state: Path) -> None:
    kept = filled(state, 4)
    code = (
        "from assistant.errors import HistoryError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))\n"
        "try: [kept.add(SETTLED, FRIDAY_EVENING) for _ in range(2000)]\n"
        "except HistoryError as error: print(error)"
    )
    for room in (0, 1000, 8192):
        said, _ = child(code, state, room).communicate(timeout=20)
        assert "disk" in said
        assert str(state / FILE) in said
        assert len(kept.pauses()) >= 4
    kept.add(SETTLED, None)
    assert kept.pauses()[-1].when is None, "with room again it goes on"


def test_no_room_for_the_first(state: Path) -> None:
    code = (
        "from assistant.errors import HistoryError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "try: kept.add(SETTLED, FRIDAY_EVENING)\n"
        "except HistoryError as error: print(error)"
    )
    assert "disk" in child(code, state).communicate(timeout=20)[0]
    kept = history(state)
    assert kept.pauses() == []
    kept.add(SETTLED, FRIDAY_EVENING)
    assert len(kept.pauses()) == 1


@pytest.fixture
def protected() -> Iterator[Path]:
    """A history that we may read and not change, even when root runs the tests."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    filled(folder, 2)
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_write_protected_history_can_be_read(protected: Path) -> None:
    kept = history(protected)
    assert len(kept.pauses()) == 2
    for act in ("add", "erase"):
        with pytest.raises(HistoryError) as caught:
            act_on(kept, act)
        assert caught.value.exit_code == 53
    assert len(kept.pauses()) == 2


def test_a_folder_that_cannot_be_read_is_not_empty(protected: Path) -> None:
    uid = os.geteuid()
    if uid == 65534:
        os.seteuid(0)
    protected.chmod(0o311)
    if uid == 65534:
        os.seteuid(uid)
    for look in (history(protected).kept, history(protected).pauses):
        with pytest.raises(HistoryError):
            look()


def test_a_folder_that_cannot_be_made(protected: Path) -> None:
    kept = history(protected / "state")
    assert kept.pauses() == []
    with pytest.raises(HistoryError):
        kept.add(SETTLED, FRIDAY_EVENING)


# --- files that are not as they were ----------------------------------------------------------------------------------


def test_cut_off_at_any_size(tmp_path: Path) -> None:
    filled(tmp_path / "whole", 120)
    whole = (tmp_path / "whole" / FILE).read_bytes()
    assert len(whole) > 8192
    for size in (*range(1, 200, 33), *range(200, len(whole), 509), 4096, 8192, len(whole) - 1):
        state = tmp_path / str(size)
        state.mkdir()
        (state / FILE).write_bytes(whole[:size])
        told: list[str] = []
        kept = History(state, on_notice=told.append)
        assert kept.pauses() == []
        aside = state / f"{FILE}.unreadable-1"
        assert aside.read_bytes() == whole[:size]
        assert len(told) == 1
        assert str(aside) in told[0]
        kept.add(SETTLED, FRIDAY_EVENING)
        assert len(kept.pauses()) == 1
        assert len(told) == 1


def test_damaged_where_sqlite_cannot_even_say_so(state: Path) -> None:
    filled(state, 1)
    content = (state / FILE).read_bytes()
    at = content.index(b"tablepausepause") + len("tablepa")
    (state / FILE).write_bytes(content[:at] + b"\xff" + content[at + 1 :])  # its message would not be UTF-8
    told: list[str] = []
    assert History(state, on_notice=told.append).pauses() == []
    assert len(told) == 1


def test_damaged_anywhere(tmp_path: Path) -> None:
    filled(tmp_path / "whole", 30)
    whole = (tmp_path / "whole" / FILE).read_bytes()
    state = tmp_path / "damaged"
    state.mkdir()
    kept = History(state, on_notice=lambda sentence: None)
    spots = [*range(0, 100, 2), *range(100, len(whole), 251), *range(len(whole) - 60, len(whole), 3)]
    for at in spots:
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        (state / FILE).write_bytes(damaged)
        with suppress(HistoryNewerError, HistoryError):  # never another error
            kept.pauses()
            kept.add(SETTLED, None)
        found = {bytes(damaged)} & {file.read_bytes()[: len(damaged)] for file in state.iterdir()}
        readable = (state / FILE).read_bytes()[100:] != damaged[100:]
        assert found or readable, "it was set aside as it is, or it could be read"
        for file in state.iterdir():
            file.unlink()


def test_what_was_set_aside_is_never_overwritten(state: Path) -> None:
    state.mkdir()
    told: list[str] = []
    kept = History(state, on_notice=told.append)
    for number in range(3):
        (state / FILE).write_text(f"number {number}")
        kept.add(SETTLED, None)
    assert [(state / f"{FILE}.unreadable-{number}").read_text() for number in (1, 2, 3)] == [
        "number 0",
        "number 1",
        "number 2",
    ]
    assert len(told) == 3


def test_a_database_of_somebody_else_is_set_aside(state: Path) -> None:
    state.mkdir()
    with closing(sqlite3.connect(state / FILE)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    told: list[str] = []
    assert History(state, on_notice=told.append).pauses() == []
    assert len(told) == 1
    with closing(sqlite3.connect(state / f"{FILE}.unreadable-1")) as other:
        assert other.execute("SELECT * FROM recipes").fetchall() == []


@pytest.mark.parametrize("mode", ["PERSIST", "WAL"])
def test_a_newer_version_is_left_untouched(state: Path, mode: str) -> None:
    kept = filled(state, 1)
    with closing(sqlite3.connect(state / FILE)) as newer:
        newer.execute(f"PRAGMA journal_mode = {mode}")
        newer.execute("PRAGMA user_version = 2")
        newer.execute("ALTER TABLE pause ADD COLUMN weather TEXT")
        newer.commit()
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in state.iterdir()}
    for act in ("add", "pauses"):
        with pytest.raises(HistoryNewerError, match="newer"):
            act_on(kept, act)
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in state.iterdir()} == before


def test_a_newer_version_that_stands_only_in_the_log(state: Path) -> None:
    kept = filled(state, 1)
    with closing(sqlite3.connect(state / FILE, isolation_level=None)) as newer:
        newer.execute("PRAGMA journal_mode = WAL")
        newer.execute("PRAGMA user_version = 2")
        with pytest.raises(HistoryNewerError):
            kept.pauses()
    assert not list(state.glob("*unreadable*"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pause SET ending = 'no such thing'",
        "UPDATE pause SET extensions = -1",
        "UPDATE pause SET week = 'last week'",
        "ALTER TABLE pause DROP COLUMN extensions",
    ],
)
def test_what_cannot_be_is_damage(state: Path, change: str) -> None:
    filled(state, 1)
    with closing(sqlite3.connect(state / FILE)) as other:
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute(change)
        other.commit()
    told: list[str] = []
    assert History(state, on_notice=told.append).pauses() == []
    assert len(told) == 1
