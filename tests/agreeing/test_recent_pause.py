"""Was there a pause in the last two hours? Whatever the clocks do, and without a trace of one that was taken back."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.agreeing.recent_pause import LastPause, Recent

HOUR = 3600.0
NOON = 1_780_000_000.0  # in 2026


@dataclass
class SetClocks:
    boot: str = "one"
    booted: float = 100.0
    on_the_wall: float = NOON

    def since_boot(self) -> float:
        return self.booted

    def wall(self) -> float:
        return self.on_the_wall

    def pass_by(self, seconds: float) -> None:
        self.booted += seconds
        self.on_the_wall += seconds

    def restart(self, name: str = "two", *, on_the_wall: float | None = None) -> None:
        self.boot, self.booted = name, 5.0
        self.on_the_wall = self.on_the_wall if on_the_wall is None else on_the_wall


@pytest.fixture
def clocks() -> SetClocks:
    return SetClocks()


@pytest.fixture
def last(tmp_path: Path, clocks: SetClocks) -> LastPause:
    return LastPause(tmp_path / "state", clocks=clocks)


def test_two_hours_and_not_longer(last: LastPause, clocks: SetClocks, tmp_path: Path) -> None:
    assert last.recent() is Recent.NO
    last.under_way()
    clocks.pass_by(2.5 * HOUR)  # extensions, and a long talk
    assert last.recent() is Recent.YES
    last.over()
    clocks.pass_by(2 * HOUR - 1)
    assert last.recent() is Recent.YES
    clocks.pass_by(1)
    assert last.recent() is Recent.NO
    assert not list((tmp_path / "state").iterdir()), "the stamp is gone when it is of no use"


@pytest.mark.parametrize("wall", [0.0, NOON - 90 * 24 * HOUR, NOON + 90 * 24 * HOUR])
def test_the_wall_clock_may_jump(last: LastPause, clocks: SetClocks, wall: float) -> None:
    last.over()
    clocks.on_the_wall = wall
    assert last.recent() is Recent.YES
    clocks.booted += 2 * HOUR
    assert last.recent() is Recent.NO


def test_after_a_restart_the_wall_clock_counts_where_it_can_be_true(last: LastPause, clocks: SetClocks) -> None:
    last.over()
    clocks.restart()
    clocks.on_the_wall += HOUR
    assert last.recent() is Recent.YES
    clocks.on_the_wall += HOUR
    assert last.recent() is Recent.NO


@pytest.mark.parametrize("wall", [0.0, NOON - 1])
def test_after_a_restart_with_a_clock_that_is_wrong_nobody_knows(
    last: LastPause, clocks: SetClocks, wall: float
) -> None:
    last.over()
    clocks.restart(on_the_wall=wall)
    assert last.recent() is Recent.UNKNOWN
    last.forget()
    assert last.recent() is Recent.NO


def test_a_stamp_of_1970_says_nothing_after_a_restart(last: LastPause, clocks: SetClocks) -> None:
    clocks.on_the_wall = 50.0
    last.over()
    assert last.recent() is Recent.YES
    clocks.restart(on_the_wall=NOON)
    assert last.recent() is Recent.UNKNOWN


def test_a_pause_that_a_power_cut_ended_is_over(last: LastPause, clocks: SetClocks) -> None:
    last.under_way()
    clocks.pass_by(3 * HOUR)
    assert last.recent() is Recent.NO
    last.under_way()
    clocks.restart()
    clocks.on_the_wall += 1.9 * HOUR
    assert last.recent() is Recent.YES
    clocks.on_the_wall += 0.2 * HOUR
    assert last.recent() is Recent.NO


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b'{"under_way": 1, "boot": "one", "since_boot": 1, "wall": 1}',
        b'{"under_way": true, "boot": "one", "since_boot": "x", "wall": 1}',
        b'{"under_way": false, "boot": "one", "since_boot": NaN, "wall": NaN}',
        b'{"under_way": false, "boot": "one", "since_boot": 1e9, "wall": 1}',
        b"[" * 100_000,
    ],
)
def test_a_broken_stamp_means_that_nobody_knows(last: LastPause, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "last_pause").write_bytes(content)
    assert last.recent() is Recent.UNKNOWN


def test_what_was_taken_back_leaves_no_trace(last: LastPause, clocks: SetClocks, tmp_path: Path) -> None:
    last.under_way()
    last.taken_back()
    assert not (tmp_path / "state").exists()
    last.over()
    stamp = tmp_path / "state" / "last_pause"
    os.utime(stamp, (1000, 1000))
    os.utime(stamp.parent, (2000, 2000))
    before = stamp.read_bytes()
    clocks.pass_by(HOUR)
    last.under_way()
    last.under_way()
    assert stamp.read_bytes() != before
    last.taken_back()
    assert stamp.read_bytes() == before
    assert (stamp.stat().st_mtime, stamp.parent.stat().st_mtime) == (1000, 2000)
    clocks.pass_by(HOUR)
    assert last.recent() is Recent.NO


def test_a_second_pause_is_taken_back_to_the_first(last: LastPause, clocks: SetClocks) -> None:
    last.under_way()
    last.over()
    clocks.pass_by(HOUR)
    last.under_way()
    last.taken_back()
    last.taken_back()
    assert last.recent() is Recent.YES
    clocks.pass_by(HOUR)
    assert last.recent() is Recent.NO


def test_the_stamp_says_when_and_not_who_for_its_owner_only(last: LastPause, tmp_path: Path) -> None:
    last.under_way()
    stamp = tmp_path / "state" / "last_pause"
    assert set(json.loads(stamp.read_text())) == {"under_way", "boot", "since_boot", "wall"}
    assert stamp.stat().st_mode & 0o777 == 0o600
    assert stamp.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in stamp.parent.iterdir()] == ["last_pause"]


def test_a_folder_that_cannot_be_used_ends_no_pause(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    last = LastPause(tmp_path / "state")
    last.under_way()
    last.over()
    last.under_way()
    last.taken_back()
    last.forget()
    assert last.recent() is Recent.UNKNOWN


def test_the_clocks_of_this_machine(tmp_path: Path) -> None:
    last = LastPause(tmp_path)
    last.over()
    assert last.recent() is Recent.YES
    assert LastPause(tmp_path).recent() is Recent.YES
