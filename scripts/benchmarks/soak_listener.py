"""`breather run` on a terminal of its own, and what can be read there of its pauses."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import time
from pathlib import Path

from rooms.rooms import VirtualRooms

from assistant.places import Places

ROOT = Path(__file__).parents[2]
STATE = "── "


class Listener:
    """Reads what `breather run` shows on a terminal.

    ``began``: the monotonic seconds at which pauses did; ``over``: at which their time was. ``state``, ``entered``: as
    they are shown there, and since when.
    """

    def __init__(self, where: Places, rooms: VirtualRooms) -> None:
        ours, theirs = pty.openpty()
        folders = ["--config", str(where.config), "--state", str(where.state)]
        devices = ["--microphone", rooms.device("A"), "--loudspeaker", rooms.device("A")]
        command = [sys.executable, "-m", "assistant.cli", *folders, "run", *devices]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=rooms.environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.ready = threading.Event()
        self.began: list[float] = []
        self.over: list[float] = []
        self.last_line = self.state = ""
        self.entered = time.monotonic()
        threading.Thread(target=self._read, args=(ours,), daemon=True).start()

    def _read(self, ours: int) -> None:
        with os.fdopen(ours, "rb", buffering=0) as output:
            rest = b""
            while True:
                try:
                    rest += output.read(4096) or b""
                except OSError:  # a terminal's other end is closed
                    return
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    self._take(line.decode("utf-8", "replace"), time.monotonic())

    def _take(self, line: str, now: float) -> None:
        self.last_line = line
        if line.startswith("Ready."):
            self.ready.set()
        elif STATE in line:
            self.state, self.entered = line.partition(STATE)[2].strip(), now
            if self.state == "opening":
                self.began.append(now)
        elif "three rising notes" in line:
            self.over.append(now)
