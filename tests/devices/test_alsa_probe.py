"""Asking ALSA whether a device is there: one that is, one that is not, and one whose sound server is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rooms.rooms import VirtualRooms

from assistant.devices import alsa_probe

ROOT = Path(__file__).parents[2]


def answers(rooms: VirtualRooms, name: str, *, capture: bool) -> bool:
    """Asked from within the room: ALSA reads its environment once."""
    ask = (
        f"from assistant.devices.alsa_probe import answers; print(answers({name!r}, capture={capture}, rate_hz=16000))"
    )
    command = [sys.executable, "-c", ask]
    done = subprocess.run(command, cwd=ROOT, env=rooms.environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip() == "True"


@pytest.mark.room
@pytest.mark.parametrize("end", ["microphone", "loudspeaker"])
def test_what_is_plugged_in_answers_and_what_is_not_does_not(rooms: VirtualRooms, end: str) -> None:
    capture = end == "microphone"
    assert answers(rooms, "roomB", capture=capture)
    rooms.unplug("B", "microphone" if capture else "loudspeaker")
    try:
        assert not answers(rooms, "roomB", capture=capture)
    finally:
        rooms.plug("B", "microphone" if capture else "loudspeaker")
    assert answers(rooms, "roomB", capture=capture)


def test_a_card_that_does_not_exist_does_not_answer() -> None:
    assert not alsa_probe.answers("hw:77,0", capture=True, rate_hz=16_000)


def test_without_alsa_nobody_knows_that_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        raise OSError("no such library")

    monkeypatch.setattr("ctypes.CDLL", missing)
    assert alsa_probe.answers("hw:77,0", capture=True, rate_hz=16_000)
