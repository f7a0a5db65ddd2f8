"""A real `breather run` is killed in the middle of a pause and started again: the pause goes on, and says so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hearing.speech import demo
from rooms.recorder import Recorder
from rooms.rooms import VirtualRooms

from assistant.agreeing.recent_pause import LastPause, Recent
from assistant.dialogue.flow import State
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.journal.file import NAME, Journal
from live.breather import Breather
from live.test_live_pause import LIKE, Home, end_of_speech, found_in, wait_until

pytestmark = [pytest.mark.room, pytest.mark.long]

NEAR_SECONDS = 5.0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


class House:
    """Room A, in which Breather runs and is killed. ``called``: the second at which the pause began."""

    def __init__(self, rooms: VirtualRooms, home: Home, state: Path, recorder: Recorder) -> None:
        self._rooms, self._home, self._state, self._recorder = rooms, home, state, recorder
        self._off_seconds = 0.0
        self.called = 0.0

    def running(self) -> Breather:
        device = self._rooms.device("A")
        arguments = ["--state", str(self._state), "run", "--microphone", device, "--loudspeaker", device]
        return Breather(*self._home.options, *arguments, environment=self._rooms.environment)

    def call_a_pause(self) -> None:
        """Once more where a busy machine has swallowed it."""
        clip = demo("one-05")
        for _ in range(3):
            self.called = self._rooms.say("A", clip) + end_of_speech(clip)
            wait_until(self.called + 4.0)
            if self.saved is not None:
                return

    def kill(self, breather: Breather) -> float:
        breather.process.kill()
        breather.process.wait()
        return time.monotonic()

    def back(self, killed: float, ready: float) -> None:
        self._off_seconds += ready - killed

    @property
    def left(self) -> float:
        """Of ten minutes in which the time without power does not count."""
        return 600.0 - (time.monotonic() - self.called - self._off_seconds)

    @property
    def saved(self) -> PauseSnapshot | None:
        saved = Journal(self._state).load()
        return None if saved is None else saved.pause

    def says_that_it_is_back(self, ready: float, left: str) -> None:
        heard_until = time.monotonic()
        for sentence in self._home.wording.sentences("back_in_time", left=left):
            # One at a time: a busy machine may lose some milliseconds in the middle of a line.
            clip = self._home.prompts.clip([sentence])
            room = (heard_until - ready - clip.seconds) / 2
            _, likeness = found_in(self._recorder, clip, ready + room, room + 1.0)
            assert likeness > LIKE, f"{sentence} was not said (likeness {likeness:.2f})"


@pytest.fixture
def house(rooms: VirtualRooms, home: Home, tmp_path: Path) -> Iterator[House]:
    with rooms.recording("A") as recorder:
        yield House(rooms, home, tmp_path / "state", recorder)


def test_killed_and_started_again_the_pause_goes_on(house: House) -> None:
    with house.running() as breather:
        house.call_a_pause()
        wait_until(house.called + 8.0)
        killed, left = house.kill(breather), house.left
    assert house.saved is not None
    assert house.saved.state is State.OPENING
    assert house.saved.left_seconds == pytest.approx(left, abs=NEAR_SECONDS)

    with house.running() as breather:
        ready = time.monotonic()
        house.back(killed, ready)
        wait_until(ready + 16.0)  # meanwhile they are sent to different places
        house.says_that_it_is_back(ready, "about ten minutes")
        killed, left = house.kill(breather), house.left
    assert house.saved is not None
    assert (house.saved.state, house.saved.restarts) == (State.SEPARATING, 1)
    assert house.saved.left_seconds == pytest.approx(left, abs=NEAR_SECONDS)
    assert LastPause(house._state).recent() is Recent.YES

    with house.running() as breather:
        ready = time.monotonic()
        wait_until(ready + 7.0)
        house.says_that_it_is_back(ready, "about ten minutes")
        # Whoever stops it by its service does not stop the pause.
        breather.process.terminate()
        breather.process.wait(10)
    assert house.saved is not None
    assert (house.saved.state, house.saved.restarts) == (State.SEPARATING, 2)
    assert {NAME, "last_pause"} <= {path.name for path in house._state.iterdir()}
