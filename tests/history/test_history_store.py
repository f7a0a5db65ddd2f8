"""What is kept of a pause, who may read it, and what happens with a clock that is wrong or a disk that is full."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant.errors import HistoryBusyError, HistoryError, HistoryNewerError
from assistant.history import folder as history_folder
from assistant.history.folder import FILE
from assistant.history.pauses import Band, Pause, When
from assistant.history.store import History
from assistant.records import Ending, PauseOver
from history.house import FRIDAY_EVENING, SETTLED, filled, history

ROOT = Path(__file__).parents[2]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another program of ours at the same history."""
    code = "\n".join(
        (
            "import sys, resource; sys.path.insert(0, 'tests')",
            "from pathlib import Path",
            "from assistant.history.store import History",
            "from history.house import SETTLED, FRIDAY_EVENING, history",
            "kept = history(Path(sys.argv[1]))",
            code,
        )
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_week_weekday_band_and_nothing_finer(state: Path) -> None:
    kept = history(state)
    assert kept.pauses() == []
    kept.add(PauseOver(minutes=15, extensions=2, ending=Ending.LET_GO), FRIDAY_EVENING)
    kept.add(SETTLED, datetime(2026, 11, 23, 0, 0))
    assert history(state).pauses() == [
        Pause(When(date(2026, 11, 16), 4, Band.EVENING), 15, 2, Ending.LET_GO),
        Pause(When(date(2026, 11, 23), 0, Band.NIGHT), 10, 0, Ending.SETTLED),
    ]
    with closing(sqlite3.connect(state / FILE)) as connection:
        first, _ = connection.execute("SELECT rowid, * FROM pause").fetchall()
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert first == (1, "2026-11-16", 4, "evening", 15, 2, "let_go")
    assert tables == [("pause",)]


@pytest.mark.parametrize(
    ("hour", "band"),
    [
        *((0, "night"), (5, "night"), (6, "morning"), (11, "morning")),
        *((12, "afternoon"), (17, "afternoon"), (18, "evening"), (23, "evening")),
    ],
)
def test_four_bands_of_six_hours(state: Path, hour: int, band: str) -> None:
    kept = history(state)
    kept.add(SETTLED, FRIDAY_EVENING.replace(hour=hour))
    [pause] = kept.pauses()
    assert pause.when is not None
    assert pause.when.band == band


@pytest.mark.parametrize("at", [None, datetime(1970, 1, 1, 0, 3), datetime(2025, 12, 31, 23, 59)])
def test_a_clock_that_cannot_be_right_says_nothing(state: Path, at: datetime | None) -> None:
    kept = history(state)
    kept.add(SETTLED, at)
    assert kept.pauses() == [Pause(None, 10, 0, Ending.SETTLED)]


def test_only_its_owner_reads_it_and_looking_makes_no_file(state: Path) -> None:
    assert history(state / "deeper").pauses() == []
    assert history(state / "deeper").kept() == []
    assert not state.exists()
    before = os.umask(0)
    try:
        filled(state / "deeper", 2)
    finally:
        os.umask(before)
    assert stat.S_IMODE((state / "deeper").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (state / "deeper").iterdir()} == {0o600}


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["add", "pauses", "erase"])
@pytest.mark.parametrize("name", ["", FILE, f"{FILE}-journal"])
def test_nothing_behind_a_link_is_read_written_or_erased(tmp_path: Path, act: str, name: str) -> None:
    elsewhere, state = tmp_path / "elsewhere", tmp_path / "state"
    filled(elsewhere, 1)
    if name:
        shutil.copytree(elsewhere, state)
        (state / name).unlink()
        (state / name).symlink_to(elsewhere / name)
    else:
        state.symlink_to(elsewhere)
    before = {file.name: file.read_bytes() for file in elsewhere.iterdir()}
    with pytest.raises(HistoryError, match="link"):
        _do(history(state), act)
    assert {file.name: file.read_bytes() for file in elsewhere.iterdir()} == before


def test_a_file_in_place_of_the_folder_is_refused(state: Path) -> None:
    state.write_text("mine")
    for act in ("add", "pauses", "erase"):
        with pytest.raises(HistoryError):
            _do(history(state), act)
    assert state.read_text() == "mine"


def _do(kept: History, act: str) -> None:
    if act == "add":
        kept.add(SETTLED, FRIDAY_EVENING)
    elif act == "pauses":
        kept.pauses()
    else:
        kept.erase()


# --- other programs ---------------------------------------------------------------------------------------------------


def test_two_programs_lose_nothing_of_each_other(state: Path) -> None:
    state.mkdir()
    code = (
        "import time\n"
        "print('ready', flush=True)\n"
        "while not (Path(sys.argv[1]) / 'go').exists(): time.sleep(0.001)\n"
        "for _ in range(30): kept.add(SETTLED, FRIDAY_EVENING); time.sleep(0.003)"
    )
    programs = [child(code, state) for _ in range(2)]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    (state / "go").touch()
    for program in programs:
        program.communicate(timeout=30)
    assert [program.returncode for program in programs] == [0, 0]
    assert len(history(state).pauses()) == 60


@pytest.mark.parametrize("act", ["add", "pauses", "erase"])
def test_held_by_another_program_of_ours(state: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    kept = filled(state, 1)
    monkeypatch.setattr(history_folder, "PATIENCE_SECONDS", 0.1)
    descriptor = os.open(state, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(HistoryBusyError):
        _do(kept, act)
    os.close(descriptor)
    assert len(kept.pauses()) == 1


@pytest.mark.parametrize("act", ["add", "erase"])
def test_held_by_a_program_that_knows_only_sqlite(state: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    kept = filled(state, 1)
    monkeypatch.setattr("assistant.history.store.PATIENCE_SECONDS", 0.1)
    with closing(sqlite3.connect(state / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryBusyError) as caught:
            _do(kept, act)
        other.execute("ROLLBACK")
    assert str(state / FILE) in str(caught.value)
    assert len(kept.pauses()) == 1


def test_it_waits_two_seconds_for_another_program(state: Path) -> None:
    kept = filled(state, 1)
    holding = "import fcntl, os, time; held = os.open(sys.argv[1], os.O_RDONLY); fcntl.flock(held, fcntl.LOCK_EX)"
    other = child(f"{holding}; print('held', flush=True); time.sleep(0.5)", state)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    began = time.monotonic()
    kept.add(SETTLED, FRIDAY_EVENING)
    assert 0.2 < time.monotonic() - began < 1.9
    other.communicate(timeout=10)
    assert len(kept.pauses()) == 2


def test_killed_in_the_middle(state: Path) -> None:
    kept = filled(state, 3)
    acknowledged = 3
    for _ in range(3):
        program = child("while True: kept.add(SETTLED, FRIDAY_EVENING); print('kept', flush=True)", state)
        assert program.stdout is not None
        for _ in range(5):
            program.stdout.readline()
        program.kill()
        acknowledged += 5 + program.communicate(timeout=10)[0].count("kept\n")
        found = len(kept.pauses())
        assert acknowledged <= found <= acknowledged + 1, "at most one that was not yet acknowledged"
        acknowledged = found


def test_killed_before_it_was_sure_leaves_what_was_there(state: Path) -> None:
    kept = filled(state, 3)
    before = kept.pauses()
    code = (
        "import sqlite3, os, signal\n"
        "db = sqlite3.connect(Path(sys.argv[1]) / 'history.sqlite3', isolation_level=None)\n"
        "db.execute('PRAGMA cache_size = 1'); db.execute('PRAGMA journal_mode = PERSIST'); db.execute('BEGIN')\n"
        "row = (None, None, None, 10, 0, 'settled' * 900)\n"
        "[db.execute('INSERT INTO pause VALUES (?, ?, ?, ?, ?, ?)', row) for _ in range(60)]\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    size = (state / FILE).stat().st_size
    child(code, state).communicate(timeout=10)
    assert (state / FILE).stat().st_size > size, "half of it had reached the disk"
    assert kept.pauses() == before
    kept.add(SETTLED, None)
    assert len(kept.pauses()) == 4


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
            _do(kept, act)
        assert caught.value.exit_code == 53
    assert len(kept.pauses()) == 2


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
            _do(kept, act)
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in state.iterdir()} == before


def test_a_row_that_cannot_be_is_damage(state: Path) -> None:
    filled(state, 1)
    with closing(sqlite3.connect(state / FILE)) as other:
        other.execute("UPDATE pause SET ending = 'no such thing'")
        other.commit()
    told: list[str] = []
    assert History(state, on_notice=told.append).pauses() == []
    assert len(told) == 1
