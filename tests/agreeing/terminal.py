"""`breather agree` on a real terminal of 80 columns and 24 rows, with keys typed into it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from household import COMMAND, ROOT

ENTER, DOWN, UP, SPACE, CTRL_C, CLEAR = "\r", "\x1b[B", "\x1b[A", " ", "\x03", "\x15"
_DRAWING = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[78=>]|\r")


class TypedInto:
    """A context manager: inside, ``breather ARGUMENTS`` runs. ``seen``: all it wrote, without the drawing."""

    def __init__(self, *arguments: str, environment: Mapping[str, str]) -> None:
        self._arguments, self._environment = arguments, dict(environment)
        self._raw = ""
        self._from = 0

    def __enter__(self) -> Self:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            [*COMMAND, *self._arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            # Nobody answers a question about the place of the cursor here.
            env={**self._environment, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "PYTHONPATH": str(ROOT)},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),  # noqa: PLW1509  (its own, as after a login)
        )
        self.slave = slave
        os.set_blocking(self.master, False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    @property
    def seen(self) -> str:
        return _DRAWING.sub("", self._raw)

    def _read(self) -> None:
        try:
            while part := os.read(self.master, 65536):
                self._raw += part.decode("utf-8", "replace")
        except (BlockingIOError, OSError):
            pass

    def until(self, wanted: str, seconds: float = 30.0) -> None:
        """Wait for these words behind those that were waited for last."""
        end = time.monotonic() + seconds
        while (at := self.seen.find(wanted, self._from)) < 0:
            over = self.process.poll() is not None
            self._read()
            assert not over or wanted in self.seen[self._from :], f"no {wanted!r} in: {self.seen[self._from :]}"
            assert time.monotonic() < end, f"no {wanted!r} in: {self.seen[self._from :]}"
            time.sleep(0.01)
        self._from = at + len(wanted)

    def answer(self, question: str, keys: str = ENTER) -> None:
        """Wait for a question, and press the keys."""
        self.until(question)
        os.write(self.master, keys.encode())

    def ended(self) -> int:
        """Wait for its end; returns the exit code."""
        end = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < end:
            self._read()
            time.sleep(0.01)
        self._read()
        return self.process.wait(1)

    def terminate(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
