"""A microphone and a loudspeaker that are opened anew while others use them; the streams are made up."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from assistant.devices import portaudio
from assistant.devices.portaudio_devices import FoundDevice
from assistant.devices.portaudio_stream import Callback, Settings
from assistant.errors import LoudspeakerError, MicrophoneError
from assistant.sound import SPEAKING_BLOCK_FRAMES, Samples

HEARD = np.arange(480, dtype=np.int16)


class Clock:
    """Stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Streams:
    """What PortAudio would open: each stream's callback, and how many there are."""

    def __init__(self) -> None:
        self.callbacks: list[Callback] = []
        self.closed = 0
        self.there = True
        self.as_before: list[Settings | None] = []
        self.rate_hz: int | None = None  # what the device agrees to; None: whatever is wanted

    def open(
        self, _direction: str, _device: FoundDevice, rate_hz: int, callback: Callback, *, as_before: Settings | None
    ) -> Streams.Stream:
        self.callbacks.append(callback)
        self.as_before.append(as_before)
        return Streams.Stream(self, self.rate_hz or rate_hz)

    class Stream:
        channels, active = 1, True

        def __init__(self, streams: Streams, rate_hz: int) -> None:
            self._streams, self.rate_hz = streams, rate_hz
            self.settings = Settings(rate_hz, 1, 48_000)

        def start(self, _direction: str) -> None: ...

        def close(self) -> None:
            self._streams.closed += 1


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Streams:
    streams = Streams()
    monkeypatch.setattr(portaudio, "find", lambda _name, _direction: FoundDevice(0, "desk", 48_000))
    monkeypatch.setattr(portaudio, "open_stream", streams.open)
    monkeypatch.setattr(portaudio, "is_there", lambda _name, _direction, _rate_hz: streams.there)
    return streams


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("assistant.devices.portaudio_blocks.time", clock)
    monkeypatch.setattr(portaudio, "time", clock)
    return clock


def flows(microphone: portaudio.PortAudioMicrophone) -> bool:
    """As it is now (mypy believes that a property stays as it was)."""
    return microphone.flowing


def test_a_microphone_flows_only_when_blocks_come(streams: Streams, clock: Clock) -> None:
    microphone = portaudio.PortAudioMicrophone()
    assert not flows(microphone)
    microphone.open()
    assert not flows(microphone), "it is open, and that is all"
    streams.callbacks[0](HEARD.tobytes(), 480, None, None)
    assert flows(microphone)
    clock.now += 1.1
    assert not flows(microphone)
    assert microphone.seconds_since_block == pytest.approx(1.1)


def test_after_reopening_what_the_old_stream_still_gives_is_not_heard(streams: Streams) -> None:
    microphone = portaudio.PortAudioMicrophone()
    microphone.open()
    microphone.open()
    streams.callbacks[0](np.zeros(480, np.int16).tobytes(), 480, None, None)
    assert not flows(microphone)
    streams.callbacks[1](HEARD.tobytes(), 480, None, None)
    block = microphone.read(0.1)
    assert block is not None
    assert np.array_equal(block, HEARD)


class Counting:
    """Renders, and counts how much."""

    def __init__(self) -> None:
        self.blocks = 0

    def render(self, frames: int) -> Samples:
        self.blocks += 1
        return np.full(frames, self.blocks, np.int16)


def played(callback: Callback) -> int:
    """What a stream plays now: the number of the block."""
    data = bytearray(2 * SPEAKING_BLOCK_FRAMES)
    callback(data, SPEAKING_BLOCK_FRAMES, None, None)
    return int(np.frombuffer(data, np.int16)[0])


def test_a_loudspeaker_plays_on_where_time_has_come_to(streams: Streams, clock: Clock) -> None:
    voice = Counting()
    loudspeaker = portaudio.PortAudioLoudspeaker()
    loudspeaker.open(voice.render)
    assert played(streams.callbacks[0]) == 1
    clock.now += 0.9
    loudspeaker.skip()
    assert voice.blocks == 1, "a hiccup loses nothing"
    clock.now += 9.1
    for _ in range(10):
        loudspeaker.skip()
    assert voice.blocks == pytest.approx(1 + 9.0 / 0.03, abs=2), "all but the last second"
    loudspeaker.reopen()
    assert loudspeaker.error is None
    assert played(streams.callbacks[1]) == voice.blocks
    assert played(streams.callbacks[0]) == 0, "a stream that does not know yet that it is closed takes nothing away"
    assert played(streams.callbacks[1]) == voice.blocks


def test_a_long_time_is_not_skipped_in_one_heartbeat(streams: Streams, clock: Clock) -> None:
    voice = Counting()
    loudspeaker = portaudio.PortAudioLoudspeaker()
    loudspeaker.open(voice.render)
    clock.now += 3600
    loudspeaker.skip()
    assert voice.blocks == portaudio.MOST_SKIPPED_BLOCKS


def test_what_is_not_there_is_not_asked_of_portaudio(streams: Streams) -> None:
    """Its refusals are dangerous while another stream runs; the old stream is closed, so that the device is free."""
    microphone, loudspeaker = portaudio.PortAudioMicrophone("desk"), portaudio.PortAudioLoudspeaker("desk")
    microphone.open()
    loudspeaker.open(Counting().render)
    streams.there = False
    with pytest.raises(MicrophoneError):
        microphone.reopen()
    with pytest.raises(LoudspeakerError):
        loudspeaker.reopen()
    assert len(streams.callbacks) == 2
    assert streams.closed == 2
    assert not flows(microphone)


def test_what_is_opened_again_is_asked_for_what_it_agreed_to(streams: Streams) -> None:
    microphone, loudspeaker = portaudio.PortAudioMicrophone(), portaudio.PortAudioLoudspeaker()
    microphone.open()
    loudspeaker.open(Counting().render)
    assert streams.as_before == [None, None]
    microphone.reopen()
    loudspeaker.reopen()
    assert streams.as_before[2:] == [Settings(16_000, 1, 48_000), Settings(24_000, 1, 48_000)]


class Faulty:
    """Renders while it is well."""

    def __init__(self) -> None:
        self.well = True

    def render(self, frames: int) -> Samples:
        if not self.well:
            raise ValueError("a fault")
        return np.full(frames, 7, np.int16)


def test_a_fault_in_what_is_to_be_played_is_remembered_with_its_time(streams: Streams, clock: Clock) -> None:
    voice, loudspeaker = Faulty(), portaudio.PortAudioLoudspeaker()
    loudspeaker.open(voice.render)
    assert played(streams.callbacks[0]) == 7
    assert loudspeaker.seconds_since_error == float("inf")
    voice.well = False
    assert played(streams.callbacks[0]) == 0
    clock.now += 5
    assert loudspeaker.seconds_since_error == pytest.approx(5)
    loudspeaker.reopen()
    assert loudspeaker.seconds_since_error == pytest.approx(5), "another stream mends nothing"
    voice.well = True
    assert played(streams.callbacks[1]) == 7
    clock.now += 5
    assert loudspeaker.seconds_since_error == pytest.approx(10)


def test_a_fault_while_the_loudspeaker_is_gone_does_not_end_the_heartbeat(streams: Streams, clock: Clock) -> None:
    voice, loudspeaker = Faulty(), portaudio.PortAudioLoudspeaker()
    loudspeaker.open(voice.render)
    voice.well = False
    clock.now += 3
    loudspeaker.skip()
    assert isinstance(loudspeaker.error, ValueError)
    assert loudspeaker.seconds_since_error == 0


def test_a_resampler_that_has_broken_is_replaced(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    class Resampler:
        made: ClassVar[list[Resampler]] = []

        def __init__(self, *_: object, **__: object) -> None:
            self.made.append(self)

        def resample_chunk(self, samples: Samples) -> Samples:
            if self is self.made[0]:
                raise RuntimeError("it stays broken")
            return np.repeat(samples, 2)

    monkeypatch.setattr("soxr.ResampleStream", Resampler)
    streams.rate_hz = 48_000
    loudspeaker = portaudio.PortAudioLoudspeaker()
    loudspeaker.open(Faulty().render)
    assert played(streams.callbacks[0]) == 0
    assert played(streams.callbacks[0]) == 7
