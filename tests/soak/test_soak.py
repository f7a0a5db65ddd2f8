"""What `scripts/bench soak` measures with: it finds what grows, what is late, what nobody called. And a short soak."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from itertools import islice
from pathlib import Path

import pytest
from household import ROOT, Household

from assistant.preparing import ready_parts
from assistant.sound import HEARING_RATE_HZ

sys.path.append(str(ROOT / "scripts"))
from benchmarks import household_sound, soak
from benchmarks.figures import Row
from benchmarks.process_size import Size, children_of, size_of
from benchmarks.soak_room import Home, Pause, Soaked, soaked

MINUTE, HOUR = 60.0, 3600.0


def verdicts(rows: list[Row]) -> dict[str, str]:
    return {row.figure.name: row.verdict for row in rows}


def sizes(after: float, threads: int = 3, files: int = 12) -> list[tuple[float, Size]]:
    """Eight hours, in the last of which so many megabytes are held, instead of 200."""
    return [
        (at, Size(after, threads, files) if at > 7 * HOUR else Size(200.0, 3, 12))
        for at in (minute * MINUTE for minute in range(0, 481, 10))
    ]


def test_what_grows_is_found() -> None:
    flat = verdicts(list(soak.growth(sizes(203.9), 8 * HOUR)))
    assert set(flat.values()) == {"ok"}
    assert verdicts(list(soak.growth(sizes(204.1), 8 * HOUR)))[soak.MEMORY.name] == "short"
    assert verdicts(list(soak.growth(sizes(200, threads=4), 8 * HOUR)))[soak.THREADS.name] == "short"
    assert verdicts(list(soak.growth(sizes(200, files=13), 8 * HOUR)))[soak.FILES.name] == "short"
    short = [(at, size) for at, size in sizes(200) if at < 1.4 * HOUR]
    assert {row.value for row in soak.growth(short, 1.4 * HOUR)} == {None}, "too short to tell"


def test_what_became_of_the_pauses() -> None:
    good = Pause(called=True, began=100.0, returned=700.03, finished=True)
    fine = verdicts(list(soak.pauses(Soaked(calls=1, pauses=[good]))))
    assert set(fine.values()) == {"ok", ""}
    late = Pause(called=True, began=100.0, returned=700.06, finished=True)
    assert verdicts(list(soak.pauses(Soaked(calls=1, pauses=[late]))))[soak.TIMERS.name] == "short"
    left = Pause(called=True, began=100.0)
    assert verdicts(list(soak.pauses(Soaked(calls=1, pauses=[left]))))[soak.FINISHED.name] == "short"
    assert verdicts(list(soak.pauses(Soaked(calls=2, pauses=[good]))))[soak.MISSED.name] == "short"
    false = Pause(called=False, began=4000.0)
    assert verdicts(list(soak.pauses(Soaked(calls=1, pauses=[good, false]))))[soak.FALSE.name] == "short"


def test_what_is_held_is_counted(tmp_path: Path) -> None:
    before, over = size_of(os.getpid()), threading.Event()
    waiting = threading.Thread(target=over.wait)
    with (tmp_path / "file").open("wb"):
        waiting.start()
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        try:
            now = size_of(os.getpid())
            assert child.pid in children_of(os.getpid())
        finally:
            child.communicate(b"\n")
            over.set()
            waiting.join()
    assert now.threads >= before.threads + 2, "ours, and the child's"
    assert now.files >= before.files + 2
    assert now.megabytes > before.megabytes


def test_sounds_of_a_home_never_end_and_hold_nothing_large(tmp_path: Path) -> None:
    clips = list(islice(household_sound.endless(None), 40))
    assert all(clip.rate_hz == HEARING_RATE_HZ for clip in clips)
    assert all(0 < clip.seconds <= household_sound.PIECE_SECONDS for clip in clips)
    assert all(clip.samples.base is None for clip in clips), "a part would keep the whole in memory"
    with pytest.raises(FileNotFoundError):
        next(household_sound.endless(tmp_path))


def test_the_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(household_sound.SPEECH, raising=False)
    assert household_sound.folder_of(None) is None
    monkeypatch.setenv(household_sound.SPEECH, str(tmp_path))
    assert household_sound.folder_of(None) == tmp_path
    assert household_sound.folder_of(tmp_path / "named") == tmp_path / "named"


@pytest.mark.hours
def test_twenty_minutes_with_a_pause(household: Household) -> None:
    parts = ready_parts(household.places, lambda _now, _event: None, on_progress=lambda _done, _all: None)
    folder = household_sound.folder_of(None)
    home = Home(parts, household_sound.endless(folder), hours=0.25, tell=lambda _: None, first_call_seconds=4 * MINUTE)
    found = soaked(home, parts)
    assert found.calls == 1
    assert found.notices == []
    rows = list(soak.pauses(found))
    assert [row.cells for row in rows if row.verdict == "short"] == []
    assert found.seconds >= 0.25 * HOUR


@pytest.mark.hours
def test_three_hours_without_growth() -> None:
    rows = list(soak.rows(soak.Options(hours=3.0), lambda _: None))
    assert [row.cells for row in rows if row.verdict == "short"] == []
    assert len(rows) == len(soak.FIGURES)
