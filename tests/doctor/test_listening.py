"""Does the doctor tell a room from a talker, and a dead microphone from both?"""

from __future__ import annotations

import numpy as np
import pytest

from assistant.devices.recorded import SimulatedRoom
from assistant.doctor.listening import Talk, heard, room_finding, room_of, talk_of
from assistant.doctor.meter import meter
from assistant.errors import MicrophoneError
from assistant.places import shipped
from assistant.ports import Microphone
from assistant.sound import FULL_SCALE, HEARING_RATE_HZ, AudioClip, Samples, gain, read_wav, to_int16

TALKER = read_wav(shipped("audio") / "demo" / "one-01.wav", rate_hz=HEARING_RATE_HZ)


class Scripted:
    """A microphone that gives these blocks, again and again; None where none comes."""

    def __init__(self, *blocks: Samples | None) -> None:
        self._blocks = blocks
        self._at = 0

    def open(self) -> None: ...

    def read(self, timeout_seconds: float) -> Samples | None:
        self._at += 1
        return self._blocks[(self._at - 1) % len(self._blocks)]

    def close(self) -> None: ...


def sound(*, noise_dbfs: float | None = -65.0, talker_db: float | None = None, seconds: float = 4.0) -> Samples:
    room = SimulatedRoom(noise_dbfs=noise_dbfs)
    room.microphone.open()
    if talker_db is not None:
        room.say(AudioClip(to_int16(TALKER.samples / FULL_SCALE * gain(talker_db)), HEARING_RATE_HZ), at_seconds=0.5)
    return heard(room.microphone, seconds=seconds, on_level=lambda _seconds, _level: None)


def noise(frames: int = 480) -> Samples:
    return to_int16(np.random.default_rng(3).standard_normal(frames) * 0.001)


def test_a_quiet_room_is_fine_and_a_talker_is_heard_well() -> None:
    room = room_of(sound(), second_gate=False)
    quiet = room_finding(room)
    assert "quiet enough" in quiet.sentence
    assert not quiet.note
    talk = talk_of(sound(talker_db=0.0), room).finding
    assert "I hear you well" in talk.sentence
    assert not talk.note


def test_a_talker_who_is_far_away() -> None:
    room = room_of(sound(), second_gate=False)
    finding = talk_of(sound(talker_db=-32.0), room).finding
    assert finding.note, finding
    assert "nearer" in finding.sentence


def test_nobody_spoke() -> None:
    finding = talk_of(sound(), room_of(sound(), second_gate=False)).finding
    assert "I heard nobody" in finding.sentence
    assert finding.note


def test_somebody_came_in_too_loud() -> None:
    assert "too loud" in Talk(above_db=50, peak_dbfs=-0.2, heard=True).finding.sentence


def test_a_noisy_room_gets_advice() -> None:
    finding = room_finding(room_of(sound(noise_dbfs=-30.0), second_gate=False))
    assert finding.note
    assert "noise" in finding.sentence


@pytest.mark.parametrize("value", [0, 257])
def test_a_microphone_that_gives_one_number_is_dead(value: int) -> None:
    microphone: Microphone = Scripted(np.full(480, value, np.int16))
    with pytest.raises(MicrophoneError, match="nothing but silence"):
        heard(microphone, seconds=5.0, on_level=lambda _seconds, _level: None)


def test_a_microphone_without_a_sound_is_not_waited_for_for_ever() -> None:
    with pytest.raises(MicrophoneError, match="no sound comes"):
        heard(Scripted(None), seconds=5.0, on_level=lambda _seconds, _level: None)


def test_a_microphone_that_falters_is_heard_all_the_same() -> None:
    seconds: list[float] = []
    samples = heard(Scripted(noise(), None), seconds=3.0, on_level=lambda done, _level: seconds.append(done))
    assert len(samples) == 48_000
    assert seconds[-1] == pytest.approx(3.0)


def test_without_a_terminal_the_level_is_a_line_a_second() -> None:
    lines: list[str] = []
    with meter("The room", seconds=3.0, show=lines.append) as on_level:
        for number in range(1, 101):
            on_level(number * 0.03, -20.0 if number == 40 else -50.0)
    assert lines == ["The room 1 s: up to -50 dB", "The room 2 s: up to -20 dB", "The room 3 s: up to -50 dB"]
