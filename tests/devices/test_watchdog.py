"""What a service manager is told, and when it is not told that all is well."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.devices.watchdog import DEAF, HEARING, Watchdog


class ServiceManager:
    """Listens where systemd would."""

    def __init__(self, address: str) -> None:
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(address)
        self._ear.setblocking(False)

    def told(self) -> list[str]:
        """Each datagram since the last call."""
        heard = []
        try:
            while True:
                heard.append(self._ear.recv(4096).decode())
        except BlockingIOError:
            return heard

    def close(self) -> None:
        self._ear.close()


@pytest.fixture(params=["path", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "notify") if request.param == "path" else f"@breather-test-{os.getpid()}"


@pytest.fixture
def manager(address: str) -> Iterator[ServiceManager]:
    with closing(ServiceManager(address.replace("@", "\0", 1))) as listening:
        yield listening


def environment(address: str, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid()), **more}


def test_it_is_ready_beats_and_stops(manager: ServiceManager, address: str) -> None:
    watchdog = Watchdog(environment(address))
    watchdog.ready()
    assert manager.told() == [f"READY=1\nWATCHDOG_USEC=20000000\n{HEARING}\nWATCHDOG=1"]
    told = []
    for number in range(1000):  # half a minute
        watchdog.beat(number * 0.03, hearing=True, noticed=False)
        told += manager.told()
    assert watchdog.beat_seconds == 2.5
    assert told == ["WATCHDOG=1"] * 12
    watchdog.close()
    assert manager.told() == ["STOPPING=1"]


def test_nothing_is_said_while_it_is_deaf_and_does_not_know(manager: ServiceManager, address: str) -> None:
    watchdog = Watchdog(environment(address))
    for number in range(1000):
        watchdog.beat(number * 0.03, hearing=False, noticed=False)
    assert manager.told() == [], "then the service manager starts it again"


def test_a_dead_microphone_that_was_noticed_ends_nothing(manager: ServiceManager, address: str) -> None:
    watchdog = Watchdog(environment(address))
    watchdog.beat(0.0, hearing=True, noticed=False)
    told = manager.told()
    for number in range(1, 1000):
        watchdog.beat(number * 0.1, hearing=False, noticed=True)
        told += manager.told()
    assert told[1] == f"WATCHDOG=1\n{DEAF}"
    assert len(told) >= 35, "it goes on"
    watchdog.beat(200.0, hearing=True, noticed=False)
    assert manager.told() == [f"WATCHDOG=1\n{HEARING}"]


def test_new_settings_may_take_their_time(manager: ServiceManager, address: str) -> None:
    watchdog = Watchdog(environment(address))
    watchdog.long_work()
    assert manager.told()[0].startswith("WATCHDOG_USEC=900000000\n")
    watchdog.ready()
    assert "WATCHDOG_USEC=20000000\n" in manager.told()[0]


@pytest.mark.parametrize("more", [{"WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": ""}, {"WATCHDOG_USEC": "soon"}])
def test_what_is_meant_for_another_is_left_alone(manager: ServiceManager, address: str, more: dict[str, str]) -> None:
    watchdog = Watchdog(environment(address, **more))
    watchdog.ready()
    watchdog.beat(0.0, hearing=True, noticed=False)
    assert manager.told() == [f"READY=1\n{HEARING}\nWATCHDOG=1"]


def test_no_child_believes_that_it_is_meant() -> None:
    given = environment("/nowhere", HOME="/home/us")
    Watchdog(given)
    assert given == {"HOME": "/home/us"}


@pytest.mark.parametrize("given", [{}, environment("/there/is/nobody"), environment("@nobody-at-all"), environment("")])
def test_without_anybody_to_tell_nothing_happens(given: dict[str, str]) -> None:
    watchdog = Watchdog(dict(given))
    watchdog.ready()
    watchdog.beat(0.0, hearing=True, noticed=False)
    watchdog.long_work()
    watchdog.close()


def test_a_manager_that_does_not_listen_stops_nothing(manager: ServiceManager, address: str) -> None:
    watchdog = Watchdog(environment(address))
    for _ in range(2000):  # its queue is full long before that
        watchdog.ready()
    assert manager.told()
