"""What is kept of a pause, who may read it, with a clock that is wrong, and with other programs."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import stat
import time
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant.errors import HistoryBusyError, HistoryError
from assistant.history import folder as history_folder
from assistant.history.folder import FILE
from assistant.history.pauses import Band, Pause, When
from assistant.records import Ending, PauseOver
from history.house import FRIDAY_EVENING, SETTLED, act_on, child, filled, history


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


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
    with pytest.raises(HistoryError, match=" is a link or "):
        act_on(history(state), act)
    assert {file.name: file.read_bytes() for file in elsewhere.iterdir()} == before


def test_a_file_in_place_of_the_folder_is_refused(state: Path) -> None:
    state.write_text("mine")
    for act in ("add", "pauses", "erase"):
        with pytest.raises(HistoryError):
            act_on(history(state), act)
    assert state.read_text() == "mine"


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
        act_on(kept, act)
    os.close(descriptor)
    assert len(kept.pauses()) == 1


@pytest.mark.parametrize("act", ["add", "erase"])
def test_held_by_a_program_that_knows_only_sqlite(state: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    kept = filled(state, 1)
    monkeypatch.setattr("assistant.history.store.PATIENCE_SECONDS", 0.1)
    with closing(sqlite3.connect(state / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryBusyError) as caught:
            act_on(kept, act)
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
