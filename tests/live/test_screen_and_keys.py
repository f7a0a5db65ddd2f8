"""`breather run --screen` on a real terminal, in a virtual room: keys are the button, the screen shows the pause."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from household import ROOT
from rooms.rooms import VirtualRooms, missing

from live.breather import settings_folder

pytestmark = [pytest.mark.long, pytest.mark.room, pytest.mark.skipif(missing() is not None, reason=str(missing()))]
OTHER_PAGE, BACK = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """A program on a terminal of 100 columns and 30 rows; ``seen`` is all that it wrote."""

    def __init__(self, *command: str, environment: dict[str, str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),  # noqa: PLW1509  (its own, as after a login)
        )
        os.set_blocking(self.master, False)
        self.seen = b""

    def read(self) -> None:
        try:
            while part := os.read(self.master, 65536):
                self.seen += part
        except BlockingIOError:
            pass

    def until(self, wanted: Callable[[], bool], seconds: float = 40.0) -> None:
        end = time.monotonic() + seconds
        while not wanted():
            assert time.monotonic() < end, self.seen[-2000:]
            assert self.process.poll() is None, self.seen[-2000:]
            time.sleep(0.05)
            self.read()

    def press(self, key: bytes) -> None:
        os.write(self.master, key)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with VirtualRooms() as rooms:
        config = settings_folder(ROOT / "config", tmp_path / "config")
        environment = {**os.environ, **rooms.environment, "TERM": "xterm-256color"}
        shown = Terminal(
            *(
                sys.executable,
                "-m",
                "assistant",
                "--config",
                str(config),
                "--state",
                str(config.parent / "state"),
                "run",
                "--screen",
            ),
            environment=environment,
        )
        yield shown
        shown.close()


def test_a_pause_on_the_screen_by_keys_alone_and_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.until(lambda: OTHER_PAGE in terminal.seen)
    terminal.until(lambda: b"listening" in terminal.seen)
    assert terminal.process.poll() is None
    before = len(terminal.seen)
    pressed = time.monotonic()
    terminal.press(b" ")
    terminal.until(lambda: b"in a pause" in terminal.seen[before:], 5.0)
    assert time.monotonic() - pressed < 3.0
    time.sleep(2.5)
    before = len(terminal.seen)
    terminal.press(b" ")  # within the first twenty seconds: taken back
    terminal.until(lambda: b"listening" in terminal.seen[before:], 8.0)
    before = len(terminal.seen)
    terminal.press(b"h")
    terminal.until(lambda: re.search(rb"microphone|off", terminal.seen[before:]) is not None, 8.0)
    os.killpg(terminal.process.pid, signal.SIGINT)
    assert terminal.process.wait(15) == 130
    terminal.read()
    assert BACK in terminal.seen[terminal.seen.rindex(OTHER_PAGE) :]
    assert termios.tcgetattr(terminal.slave)[3] == terminal.before[3], "echo and all as before"
    left = terminal.seen[terminal.seen.rindex(BACK) + len(BACK) :]
    assert b"Stopped. No word was kept." in left
