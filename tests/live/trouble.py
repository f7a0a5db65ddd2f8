"""Starts `live.trouble_child` in a virtual room, and watches it through its troubles."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Event = dict[str, Any]

TESTS = Path(__file__).parents[1]
READY_SECONDS = 90.0


class Trouble:
    """A context manager: inside, Breather runs in a room and has said that it is ready. ``events``: what happened."""

    def __init__(self, *, config: Path, cache: Path, state: Path, device: str, environment: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-m", "live.trouble_child", *map(str, (config, cache, state)), device]
        self._environment = {**environment, "PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
        self._news = threading.Condition()
        self.events: list[Event] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.wait_for(lambda event: "ready" in event, READY_SECONDS)
        except AssertionError:
            self._process.kill()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            try:
                self.order("leave")
                self._process.wait(10)
            except (subprocess.TimeoutExpired, BrokenPipeError):
                self._process.kill()
        self._process.wait()
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def recognizer_pid(self) -> int:
        """The process of the recogniser that is there now."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return next(
            int(child) for child in children if b"recognizer_child" in Path(f"/proc/{child}/cmdline").read_bytes()
        )

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def order(self, *words: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def leap(self, seconds: float) -> None:
        """Let so many seconds pass at once, on Breather's clock."""
        since = len(self.events)
        self.order("leap", seconds)
        self.wait_for(lambda event: "leapt" in event, 5 + seconds, since=since)

    def status(self) -> Event:
        since = len(self.events)
        self.order("status")
        status: Event = self.wait_for(lambda event: "status" in event, 10, since=since)["status"]
        return status

    def wait_for(self, wanted: Callable[[Event], bool], seconds: float, *, since: int = 0) -> Event:
        """The first such event from number `since` on. Raises AssertionError when none comes in time."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for event in self.events[since:]:
                    if wanted(event):
                        return event
                if time.monotonic() > deadline or "over" in (self.events or [{}])[-1]:
                    raise AssertionError(f"it did not come within {seconds:.0f} s: {self.events[-12:]}")
                self._news.wait(0.1)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self.events.append({"over": self._process.wait()})
            self._news.notify_all()
