"""Two at once: the second says so in one sentence and leaves. One that has ended stands in nobody's way."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from household import ROOT, Household

from assistant.errors import AlreadyRunningError
from assistant.one_instance import NAME, alone

HOLDING = """
import sys, time
from pathlib import Path
from assistant.one_instance import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDING, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("command", ["run", "rehearse"])
def test_the_second_says_so_and_leaves(household: Household, command: str) -> None:
    state = household.places.state
    state.mkdir(mode=0o700, parents=True)
    with alone(state):
        done = household.run(command)
    assert done.returncode == AlreadyRunningError.exit_code == 57
    assert done.stdout == ""
    assert done.stderr == f"breather: Breather is already running here: {state}. Use that one, or end it first.\n"


@pytest.mark.hours
def test_a_recording_may_be_listened_to_all_the_same(household: Household) -> None:
    state = household.places.state
    state.mkdir(mode=0o700, parents=True)
    with alone(state):
        done = household.run("run", "--microphone", f"recorded:{ROOT / 'audio' / 'demo' / 'one-01.wav'}")
    assert done.returncode == 0, done.stderr


def test_a_process_that_was_killed_stands_in_nobodys_way(tmp_path: Path) -> None:
    first = holding(tmp_path)
    try:
        with pytest.raises(AlreadyRunningError), alone(tmp_path):
            pass
    finally:
        first.kill()
        first.communicate()
    assert (tmp_path / NAME).exists(), "the file alone means nothing"
    with alone(tmp_path):
        pass


def test_it_is_free_when_the_first_has_ended(tmp_path: Path) -> None:
    for _ in range(3):
        with alone(tmp_path), pytest.raises(AlreadyRunningError), alone(tmp_path):
            pass


def test_a_child_does_not_hold_it(tmp_path: Path) -> None:
    """The recogniser's process may live a moment longer than we do."""
    with alone(tmp_path):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    patience_ends = time.monotonic() + 5.0
    try:
        while True:
            try:
                with alone(tmp_path):
                    return
            except AlreadyRunningError:  # anything that is just being started has it for a moment
                assert time.monotonic() < patience_ends
                time.sleep(0.05)
    finally:
        child.communicate(b"\n")


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL])
def test_a_disk_that_knows_no_locks_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with alone(tmp_path):
        pass


def test_a_folder_that_is_not_there_stops_nobody(tmp_path: Path) -> None:
    with alone(tmp_path / "nowhere"):
        pass
    assert not (tmp_path / "nowhere").exists()


def test_no_link_is_followed_and_nothing_waits(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("theirs")
    (tmp_path / NAME).symlink_to(other)
    with alone(tmp_path):
        pass
    assert other.read_text() == "theirs"
    (tmp_path / NAME).unlink()
    os.mkfifo(tmp_path / NAME)
    with alone(tmp_path):
        pass
