"""Starts a process that lives in a virtual room, and talks to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

TESTS = Path(__file__).parents[1]
REPLY_SECONDS = 20.0


class Inhabitant:
    """A context manager: inside, the process of `rooms.child` runs; `ask` it for things.

    ``environment``: usually `VirtualRooms.environment`. ``complaints``, ``exit_code``: what it wrote to its
    standard error, and how it ended; known once it has ended.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
        self._environment = {**environment, "PYTHONPATH": path}
        self.complaints = ""
        self.exit_code: int | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "rooms.child"],
            env=self._environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        watchdog = threading.Timer(REPLY_SECONDS, self._process.kill)
        watchdog.start()
        try:
            _, complaints = self._process.communicate()  # closing its standard input ends it
            self.complaints += complaints
            self.exit_code = self._process.returncode
        finally:
            watchdog.cancel()

    def ask(self, command: str, *words: object) -> dict[str, Any]:
        """Send a command and wait for its answer; a process that hangs is killed, and that is an error."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watchdog = threading.Timer(REPLY_SECONDS, self._process.kill)
        watchdog.start()
        try:
            self._process.stdin.write(json.dumps([command, *words]) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if not answer:
            assert self._process.stderr is not None
            raise RuntimeError(f"no answer to {command}: {self._process.stderr.read()}")
        reply: dict[str, Any] = json.loads(answer)
        return reply
