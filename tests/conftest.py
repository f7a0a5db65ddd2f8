"""What all tests may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hearing.speech import Talkers
from household import Household, demo, household, settled
from hypothesis import settings
from rooms.rooms import VirtualRooms, missing

from assistant.app import Parts
from assistant.preparing import ready_parts

settings.register_profile("patient", deadline=None)  # a machine may be busy, or slow
settings.load_profile("patient")


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
