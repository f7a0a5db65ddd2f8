"""What all tests may ask for."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hearing.speech import Talkers
from household import Household, demo, household, settled
from hypothesis import settings
from rooms.rooms import VirtualRooms, missing

from assistant.app import Parts
from assistant.preparing import ready_parts

BEGAN = pytest.StashKey[float]()

settings.register_profile("patient", deadline=None)  # a machine may be busy, or slow
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, metavar="N", help="skip what has not begun by then")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[BEGAN] = time.monotonic()


@pytest.hookimpl(tryfirst=True)  # before any fixture takes its time
def pytest_runtest_setup(item: pytest.Item) -> None:
    minutes: float | None = item.config.getoption("--minutes")
    if minutes is not None and time.monotonic() - item.config.stash[BEGAN] > 60 * minutes:
        pytest.skip(f"not begun within {minutes:g} minutes; scripts/test without --minutes runs it")


@pytest.fixture(scope="session")
def rooms() -> Iterator[VirtualRooms]:
    """Two virtual rooms with real sound devices. Tests that use them carry ``@pytest.mark.room``."""
    lacking = missing()
    if lacking is not None:
        pytest.skip(f"The virtual rooms need more than this machine has ({lacking})")
    with VirtualRooms() as rooms:
        yield rooms


@pytest.fixture(scope="session")
def talkers() -> Iterator[Talkers]:
    """Synthetic voices; each sentence is rendered once."""
    talkers = Talkers()
    yield talkers
    talkers.close()


@pytest.fixture(scope="session")
def parts(settled: Household) -> Parts:
    """What a settled household runs with; nobody watches."""
    return ready_parts(settled.places, lambda _now, _event: None, on_progress=lambda _done, _all: None)


__all__ = ["demo", "household", "rooms", "settled"]
