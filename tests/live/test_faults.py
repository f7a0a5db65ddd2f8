"""Things really break in the middle of a pause: real devices, a real sound server, a real recogniser's process.

The few most telling ones; `scripts/bench faults` does all of them.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hearing.speech import Talkers, demo
from household import Household
from rooms.mishaps import MISHAPS
from rooms.rooms import VirtualRooms, missing

from live import faults
from live.faults import IDLE, OPENING, READY_CHECK, TONES, Outcome, Phrases
from live.trouble import Trouble

pytestmark = [pytest.mark.hours, pytest.mark.room, pytest.mark.skipif(missing() is not None, reason=str(missing()))]

BACK_WITHIN_SECONDS = 5.0
HEARTBEAT_SECONDS = 1.0  # generous: the machine may be busy; `scripts/bench faults` measures it
AFTER = {mishap.name: mishap for mishap in MISHAPS}


@pytest.fixture(scope="module")
def phrases(talkers: Talkers) -> Phrases:
    return Phrases(demo("one-05"), talkers.say("How long is left?"), talkers.say("I'm ready."))


@pytest.fixture(scope="module")
def own_rooms() -> Iterator[VirtualRooms]:
    """Not the ones that all tests share: their sound server is killed."""
    with VirtualRooms() as rooms:
        yield rooms


@pytest.fixture(scope="module")
def trouble(own_rooms: VirtualRooms, settled: Household, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trouble]:
    where = settled.places
    with Trouble(
        config=where.config,
        cache=where.prompts.parent,
        state=tmp_path_factory.mktemp("state"),
        device=own_rooms.device(faults.ROOM),
        environment=own_rooms.environment,
    ) as trouble:
        yield trouble


def came_through(outcome: Outcome) -> None:
    assert outcome.noticed is not None, outcome
    assert outcome.recovered is not None, outcome
    assert outcome.recovered < BACK_WITHIN_SECONDS, outcome
    assert outcome.heard, outcome
    assert outcome.played, outcome
    assert outcome.gap < HEARTBEAT_SECONDS, outcome


def test_the_sound_server_is_killed_in_the_opening(trouble: Trouble, own_rooms: VirtualRooms, phrases: Phrases) -> None:
    outcome = faults.through(trouble, own_rooms, AFTER["sound server killed and restarted"], OPENING, phrases)
    came_through(outcome)
    assert outcome.late is not None
    assert abs(outcome.late) < 0.3, "the time went on"


def test_the_microphone_is_unplugged_amid_the_tones(
    trouble: Trouble, own_rooms: VirtualRooms, phrases: Phrases
) -> None:
    came_through(faults.through(trouble, own_rooms, AFTER["microphone unplugged"], TONES, phrases))


def test_the_loudspeaker_is_unplugged_in_the_ready_check(
    trouble: Trouble, own_rooms: VirtualRooms, phrases: Phrases
) -> None:
    came_through(faults.through(trouble, own_rooms, AFTER["loudspeaker unplugged"], READY_CHECK, phrases))


def test_the_recogniser_is_killed(trouble: Trouble, own_rooms: VirtualRooms, phrases: Phrases) -> None:
    outcome, another = faults.recognizer_trouble(trouble, own_rooms, signal.SIGKILL, TONES, phrases)
    assert another
    assert outcome.recovered is not None
    assert outcome.recovered < 20.0, "loading takes its time on a busy machine"
    assert outcome.heard


def test_the_microphone_is_moved_to_a_silent_source_while_nothing_goes_on(
    trouble: Trouble, own_rooms: VirtualRooms, phrases: Phrases
) -> None:
    came_through(faults.through(trouble, own_rooms, AFTER["moved by the server to a silent source"], IDLE, phrases))


def test_it_leaves_in_good_order_after_all_of_this(trouble: Trouble) -> None:
    assert trouble.running
    assert trouble.status()["error"] == "None"
    assert not any("error" in event for event in trouble.events)
    assert trouble.status()["threads"] <= 6, "none is left behind"
