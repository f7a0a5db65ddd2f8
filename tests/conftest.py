"""What all tests may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from household import demo, household, settled
from rooms.rooms import VirtualRooms, missing


@pytest.fixture(scope="session")
def rooms() -> Iterator[VirtualRooms]:
    """Two virtual rooms with real sound devices. Tests that use them carry ``@pytest.mark.room``."""
    lacking = missing()
    if lacking is not None:
        pytest.skip(f"The virtual rooms need more than this machine has ({lacking})")
    with VirtualRooms() as rooms:
        yield rooms


__all__ = ["demo", "household", "rooms", "settled"]
