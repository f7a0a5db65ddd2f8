"""Two at once: the second says so in one sentence and leaves. One that has ended stands in nobody's way."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from household import ROOT, Household

from assistant import one_instance
from assistant.errors import AlreadyRunningError
from assistant.one_instance import NAME, OF_A_USER, alone, alone_without_a_folder
from hostile.strangers import STRANGER, needs_root

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


HOLDING_WITHOUT_A_FOLDER = """
import argparse, pathlib, sys
from assistant.commands.leading import listening_alone
with listening_alone(argparse.Namespace(config=None, cache=None, state=pathlib.Path(sys.argv[1]))):
    print("held", flush=True)
    input()
"""


def test_the_second_leaves_also_where_the_folder_is_refused(household: Household) -> None:
    """Each of them keeps what it keeps in a folder of its own then, but they would hear each other."""
    state = household.places.state
    state.mkdir(parents=True)
    state.chmod(0o777)
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDING_WITHOUT_A_FOLDER, state],
        env=household.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        done = household.run("run")
    finally:
        first.communicate("\n")
    assert done.returncode == 57, done.stderr
    assert f"Breather is already running here: {state}." in done.stderr
    assert list(state.iterdir()) == []
    assert household.run("run").returncode in {11, 14}, "it has gone, so only the microphone is missing"


@pytest.fixture
def places_for_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The runtime folder of a user, and the memory that all share."""
    own, shared = tmp_path / "own", tmp_path / "shared"
    own.mkdir(mode=0o700)
    shared.mkdir()
    shared.chmod(0o1777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(own))
    monkeypatch.setattr(one_instance, "IN_MEMORY", str(shared))
    monkeypatch.setattr(one_instance, "OF_THE_LOGIN", f"{tmp_path}/run/{{}}")
    return own, shared


def test_the_lock_of_a_user_is_found_with_and_without_the_variable(
    places_for_a_lock: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, _ = places_for_a_lock
    (tmp_path / "run").mkdir()
    own.rename(tmp_path / "run" / str(os.geteuid()))
    monkeypatch.setenv("XDG_RUNTIME_DIR", f"{tmp_path}/run/{os.geteuid()}")
    with alone_without_a_folder(tmp_path):
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        with pytest.raises(AlreadyRunningError), alone_without_a_folder(tmp_path):
            pass


def test_a_runtime_folder_that_others_may_write_to_is_left_alone(
    places_for_a_lock: tuple[Path, Path], tmp_path: Path
) -> None:
    own, shared = places_for_a_lock
    own.chmod(0o777)
    with alone_without_a_folder(tmp_path), pytest.raises(AlreadyRunningError), alone_without_a_folder(tmp_path):
        pass
    assert list(own.iterdir()) == []
    (lock,) = shared.iterdir()
    assert lock.stat().st_mode & 0o777 == 0o600


def links(lock: Path) -> None:
    lock.with_name("other").write_text("theirs")
    lock.symlink_to(lock.with_name("other"))


def has_two_names(lock: Path) -> None:
    lock.with_name("other").touch(mode=0o600)
    os.link(lock.with_name("other"), lock)


def others_may_open(lock: Path) -> None:
    lock.touch()
    lock.chmod(0o644)


def is_a_pipe(lock: Path) -> None:
    os.mkfifo(lock, 0o600)


def is_somebody_elses(lock: Path) -> None:
    lock.touch(mode=0o600)
    os.chown(lock, STRANGER, -1)


@pytest.mark.parametrize(
    "made", [links, has_two_names, others_may_open, is_a_pipe, pytest.param(is_somebody_elses, marks=needs_root)]
)
def test_somebody_else_cannot_keep_us_from_a_pause(
    places_for_a_lock: tuple[Path, Path], tmp_path: Path, made: Callable[[Path], None]
) -> None:
    """Whoever has put a file where the lock would be, and holds it, is passed over."""
    own, shared = places_for_a_lock
    own.chmod(0o777)
    lock = shared / OF_A_USER.format(os.geteuid())
    made(lock)
    number = os.open(lock, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        with alone_without_a_folder(tmp_path):
            pass
    finally:
        os.close(number)


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
