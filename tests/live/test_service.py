"""`breather run` as a service manager sees it, in a virtual room: ready, alive, deaf and alive, going."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from household import ROOT
from rooms.rooms import VirtualRooms, missing

from live.breather import Breather, settings_folder

pytestmark = [pytest.mark.hours, pytest.mark.room, pytest.mark.skipif(missing() is not None, reason=str(missing()))]
PATIENCE_SECONDS = 4.0


class ServiceManager:
    """Listens where systemd would. ``lines``: all that it was told."""

    def __init__(self, path: Path) -> None:
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(str(path))
        self._ear.settimeout(0.1)
        self.lines: list[str] = []
        self.beats = 0

    def until(self, wanted: Callable[[], bool], seconds: float) -> bool:
        """Listen until it is so; returns whether it was in time."""
        end = time.monotonic() + seconds
        while not wanted():
            if time.monotonic() > end:
                return False
            self.hear()
        return True

    def hear(self) -> None:
        try:
            told = self._ear.recv(4096).decode().splitlines()
        except TimeoutError:
            return
        self.lines += told
        self.beats += "WATCHDOG=1" in told

    def says(self, status: str, seconds: float) -> bool:
        """Whether the last status is, or becomes, one that begins so."""

        def shown() -> bool:
            told = [line for line in self.lines if line.startswith("STATUS=")]
            return bool(told) and told[-1].startswith(f"STATUS={status}")

        return self.until(shown, seconds)

    def beats_in(self, seconds: float) -> int:
        before, end = self.beats, time.monotonic() + seconds
        while time.monotonic() < end:
            self.hear()
        return self.beats - before

    def close(self) -> None:
        self._ear.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[ServiceManager]:
    with closing(ServiceManager(tmp_path / "notify")) as listening:
        yield listening


def test_the_service_manager_knows_how_it_is(manager: ServiceManager, tmp_path: Path) -> None:
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs espeak-ng")
    config = settings_folder(ROOT / "config", tmp_path / "config", machine='engine = "auto" -> engine = "pyttsx3"')
    with VirtualRooms() as rooms:
        environment = {
            **rooms.environment,
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": str(round(PATIENCE_SECONDS * 1e6)),
        }
        folders = ("--config", str(config), "--state", str(tmp_path / "state"))
        devices = ("--microphone", "roomA", "--loudspeaker", "roomA")
        with Breather(*folders, "run", *devices, environment=environment) as breather:
            assert manager.until(lambda: "READY=1" in manager.lines, 10), "only when it listens"
            assert manager.beats_in(PATIENCE_SECONDS) >= 2
            rooms.unplug("A", "microphone")
            # Deaf, and it knows: nobody has to start it again.
            assert manager.says("Cannot hear", 15)
            assert manager.beats_in(2 * PATIENCE_SECONDS) >= 2
            assert manager.says("Cannot hear", 0)
            rooms.plug("A", "microphone")
            assert manager.says("Listening", 20)
            # A program that hangs says nothing.
            os.kill(breather.process.pid, signal.SIGSTOP)
            manager.beats_in(0.5)
            assert manager.beats_in(PATIENCE_SECONDS) == 0
            os.kill(breather.process.pid, signal.SIGCONT)
            assert manager.beats_in(PATIENCE_SECONDS) >= 1
        assert manager.until(lambda: "STOPPING=1" in manager.lines, 5)
    assert not any("NOTIFY" in line for line in breather.lines)
