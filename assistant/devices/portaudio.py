"""The real microphone and loudspeaker, through PortAudio (the sounddevice library).

Both are callback streams: PortAudio's own thread calls us every 30 ms. The microphone's callback puts bytes into a
bounded queue and does nothing else; the loudspeaker's asks `render` for what comes next. Blocking reads are not used,
because they hang for ever when a device dies.

A device that dies raises nothing and sets no flag: its callbacks just stop. ``alive`` tells.
"""

from __future__ import annotations

import queue
import time
from contextlib import suppress
from typing import Any

import numpy as np
import soxr

from assistant.devices.portaudio_devices import find
from assistant.devices.portaudio_stream import AudioStream, open_stream
from assistant.ports import Render
from assistant.sound import (
    HEARING_BLOCK_FRAMES,
    HEARING_RATE_HZ,
    SPEAKING_BLOCK_FRAMES,
    SPEAKING_RATE_HZ,
    Samples,
)

MOST_WAITING_BLOCKS = 100  # 3 s; older sound is of no use to anybody
DEAD_AFTER_SECONDS = 1.0
LARGEST_DEAD_CHANGE = 1  # of 32768, within a block

_NOTHING: Samples = np.zeros(0, np.int16)


class PortAudioMicrophone:
    """A `Microphone`. ``name``: see `portaudio_devices.find`; None for the system's default.

    ``dropped_blocks``: how many blocks were thrown away because nobody read them for three seconds.
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._stream: AudioStream | None = None
        self._waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._resampler: Any = None
        self._pending = _NOTHING  # 16 kHz, not yet a whole block
        self._last_block_seconds = 0.0
        self.dropped_blocks = 0

    def open(self) -> None:
        """Start listening. Raises `MicrophoneError`, `DeviceNotFoundError` or `SoundSystemError`."""
        self.close()
        waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()

        def callback(data: Any, _frames: int, _time: Any, _flags: Any) -> None:
            self._last_block_seconds = time.monotonic()
            waiting.put(bytes(data))
            if waiting.qsize() > MOST_WAITING_BLOCKS:
                with suppress(queue.Empty):  # the reader was quicker
                    waiting.get_nowait()
                    self.dropped_blocks += 1

        stream = open_stream("input", find(self._name, "input"), HEARING_RATE_HZ, callback)
        if stream.rate_hz != HEARING_RATE_HZ:
            self._resampler = soxr.ResampleStream(stream.rate_hz, HEARING_RATE_HZ, 1, dtype="int16")
        self._waiting, self._last_block_seconds = waiting, time.monotonic()
        stream.start("input")
        self._stream = stream

    def read(self, timeout_seconds: float) -> Samples | None:
        """The next 480 frames at 16 kHz, or None when none came in time, also when the device has died."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            try:
                data = self._waiting.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return None
            samples: Samples = np.frombuffer(data, np.int16)
            if self._stream is not None and self._stream.channels == 2:
                samples = _as_one_channel(samples.reshape(-1, 2))
            if self._resampler is None:
                return samples
            self._pending = np.concatenate([self._pending, self._resampler.resample_chunk(samples)])
            if len(self._pending) >= HEARING_BLOCK_FRAMES:
                block, self._pending = np.split(self._pending, [HEARING_BLOCK_FRAMES])
                return block

    @property
    def rate_hz(self) -> int | None:
        """The device's own rate (we convert when it is not 16 000); None while closed."""
        return self._stream.rate_hz if self._stream is not None else None

    @property
    def seconds_since_block(self) -> float:
        """How long ago the device last gave a block, or was opened; infinite while closed."""
        return time.monotonic() - self._last_block_seconds if self._stream is not None else float("inf")

    @property
    def alive(self) -> bool:
        """Whether sound is coming in."""
        return self._stream is not None and self._stream.active and self.seconds_since_block < DEAD_AFTER_SECONDS

    def close(self) -> None:
        """Stop listening, within half a second whatever state the device is in; blocks not yet read are lost."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
        self._waiting, self._resampler, self._pending = queue.SimpleQueue(), None, _NOTHING


def _as_one_channel(samples: Samples) -> Samples:
    """The mean of two channels, shape ``(frames, 2)``; or one of them where the other is dead.

    A dead one gives nothing but zeros, or one and the same number. Half of it would cost the other one 6 dB.
    """
    alive = np.ptp(samples.astype(np.int32), axis=0) > LARGEST_DEAD_CHANGE
    kept = samples[:, alive] if alive.any() else samples
    mono: Samples = kept.mean(axis=1).astype(np.int16)
    return mono


class PortAudioLoudspeaker:
    """A `Loudspeaker`. ``name``: see `portaudio_devices.find`; None for the system's default.

    ``error``: the first thing that went wrong while rendering, None when all is well. Silence was played instead.
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._stream: AudioStream | None = None
        self._last_block_seconds = 0.0
        self.error: Exception | None = None

    def open(self, render: Render) -> None:
        """Start playing. Raises `LoudspeakerError`, `DeviceNotFoundError` or `SoundSystemError`."""
        self.close()

        def callback(data: Any, frames: int, _time: Any, _flags: Any) -> None:
            self._last_block_seconds = time.monotonic()
            try:
                data[:] = playing.next(frames)
            except Exception as error:
                self.error = self.error or error
                data[:] = bytes(len(data))

        stream = open_stream("output", find(self._name, "output"), SPEAKING_RATE_HZ, callback)
        playing = _Playing(render, rate_hz=stream.rate_hz, channels=stream.channels)
        self._last_block_seconds = time.monotonic()
        stream.start("output")
        self._stream = stream

    @property
    def rate_hz(self) -> int | None:
        """The device's own rate (we convert when it is not 24 000); None while closed."""
        return self._stream.rate_hz if self._stream is not None else None

    @property
    def alive(self) -> bool:
        """Whether the device still asks for sound."""
        age_seconds = time.monotonic() - self._last_block_seconds
        return self._stream is not None and self._stream.active and age_seconds < DEAD_AFTER_SECONDS

    def close(self) -> None:
        """Stop at once, within half a second whatever state the device is in; what is in its buffer is not played."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()


class _Playing:
    """Turns what `render` gives, 720 frames at a time, into the bytes that the device wants."""

    def __init__(self, render: Render, *, rate_hz: int, channels: int) -> None:
        self._render, self._channels = render, channels
        self._resampler = (
            soxr.ResampleStream(SPEAKING_RATE_HZ, rate_hz, 1, dtype="int16") if rate_hz != SPEAKING_RATE_HZ else None
        )
        self._pending = _NOTHING  # the device's rate

    def next(self, frames: int) -> bytes:
        while len(self._pending) < frames:
            samples = self._render(SPEAKING_BLOCK_FRAMES)
            if len(samples) != SPEAKING_BLOCK_FRAMES:
                raise ValueError(f"{SPEAKING_BLOCK_FRAMES} frames were asked for, {len(samples)} came")
            if self._resampler is not None:
                samples = self._resampler.resample_chunk(samples)
            self._pending = np.concatenate([self._pending, samples])
        now, self._pending = np.split(self._pending, [frames])
        return (np.repeat(now, 2) if self._channels == 2 else now).tobytes()
