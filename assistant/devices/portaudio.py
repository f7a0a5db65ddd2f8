"""The real microphone and loudspeaker, through PortAudio (the sounddevice library).

Both are callback streams: PortAudio's own thread calls us every 30 ms. The microphone's callback puts bytes into a
bounded queue and does nothing else; the loudspeaker's asks `render` for what comes next. Blocking reads are not used,
because they hang for ever when a device dies.

A device that dies raises nothing and sets no flag: its callbacks just stop. ``alive`` tells, and
`assistant.devices.portaudio_keeper` opens it again, from a thread of its own, while others go on reading and ordering.
"""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from typing import Any

import numpy as np
import soxr

from assistant.devices.portaudio_blocks import Flow, Playing, as_one_channel
from assistant.devices.portaudio_devices import find, is_there
from assistant.devices.portaudio_stream import AudioStream, Intake, Settings, open_stream
from assistant.errors import LoudspeakerError, MicrophoneError
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
PLUG_IT_IN = "Plug it in."
MOST_SKIPPED_BLOCKS = 100  # at once; the rest in the next heartbeats


class PortAudioMicrophone:
    """A `Microphone`. ``name``: see `portaudio_devices.find`; None for the system's default.

    ``dropped_blocks``: how many blocks were thrown away because nobody read them for three seconds.
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._intake = Intake()
        self._settings: Settings | None = None
        self.dropped_blocks = 0

    def open(self) -> None:
        """Start listening. Raises `MicrophoneError`, `DeviceNotFoundError` or `SoundSystemError`."""
        self.close()
        intake = Intake()

        def callback(data: Any, _frames: int, _time: Any, _flags: Any) -> None:
            intake.flow.pulse()
            intake.waiting.put(bytes(data))
            if intake.waiting.qsize() > MOST_WAITING_BLOCKS:
                with suppress(queue.Empty):  # the reader was quicker
                    intake.waiting.get_nowait()
                    self.dropped_blocks += 1

        device = find(self._name, "input")
        stream = open_stream("input", device, HEARING_RATE_HZ, callback, as_before=self._settings)
        self._settings = stream.settings
        if stream.rate_hz != HEARING_RATE_HZ:
            intake.resampler = soxr.ResampleStream(stream.rate_hz, HEARING_RATE_HZ, 1, dtype="int16")
        intake.flow.begin()
        stream.start("input")
        intake.stream, self._intake = stream, intake

    def reopen(self) -> None:
        """The same, after it has gone; fails early when it is not there. Raises as `open` does."""
        self.close()
        if not is_there(self._name, "input", HEARING_RATE_HZ):
            raise MicrophoneError("The microphone is not there", where=self._name, remedy=PLUG_IT_IN)
        self.open()

    def read(self, timeout_seconds: float) -> Samples | None:
        """The next 480 frames at 16 kHz, or None when none came in time, also when the device has died."""
        deadline = time.monotonic() + timeout_seconds
        intake = self._intake  # it may be opened anew meanwhile
        while True:
            try:
                data = intake.waiting.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return None
            samples: Samples = np.frombuffer(data, np.int16)
            if intake.stream is not None and intake.stream.channels == 2:
                samples = as_one_channel(samples.reshape(-1, 2))
            if intake.resampler is None:
                return samples
            intake.pending = np.concatenate([intake.pending, intake.resampler.resample_chunk(samples)])
            if len(intake.pending) >= HEARING_BLOCK_FRAMES:
                block, intake.pending = np.split(intake.pending, [HEARING_BLOCK_FRAMES])
                return block

    @property
    def rate_hz(self) -> int | None:
        """The device's own rate (we convert when it is not 16 000); None while closed."""
        stream = self._intake.stream
        return stream.rate_hz if stream is not None else None

    @property
    def seconds_since_block(self) -> float:
        """How long ago the device last gave a block, or was opened; infinite while closed."""
        return self._intake.flow.age_seconds if self._intake.stream is not None else float("inf")

    @property
    def flowing(self) -> bool:
        """Whether blocks have really come since it was opened, and still do. Asks the device nothing."""
        return self._intake.flow.moving and self.seconds_since_block < DEAD_AFTER_SECONDS

    @property
    def alive(self) -> bool:
        """Whether sound is coming in."""
        stream = self._intake.stream
        return stream is not None and stream.active and self.seconds_since_block < DEAD_AFTER_SECONDS

    def close(self) -> None:
        """Stop listening, within half a second whatever state the device is in; blocks not yet read are lost."""
        stream, self._intake = self._intake.stream, Intake()
        if stream is not None:
            stream.close()


class PortAudioLoudspeaker:
    """A `Loudspeaker`. ``name``: see `portaudio_devices.find`; None for the system's default.

    ``error``: the last thing that went wrong while rendering, None when nothing ever did. Silence was played instead.
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name
        self._stream: AudioStream | None = None
        self._settings: Settings | None = None
        self._flow = Flow()
        self._render: Render | None = None
        self._rendering = threading.Lock()  # between a stream that is not quite dead, the next one, and `skip`
        self._rendered_until = 0.0  # monotonic second
        self.error: Exception | None = None
        self._error_at = float("-inf")  # monotonic second

    def open(self, render: Render) -> None:
        """Start playing. Raises `LoudspeakerError`, `DeviceNotFoundError` or `SoundSystemError`."""
        self.close()
        self._render = render
        self._rendered_until = time.monotonic()
        flow = self._flow = Flow()

        def callback(data: Any, frames: int, _time: Any, _flags: Any) -> None:
            flow.pulse()
            if flow is not self._flow:
                data[:] = bytes(len(data))  # closed, and does not know it yet
                return
            try:
                with self._rendering:
                    data[:] = playing.next(frames)
            except Exception as error:
                self._note(error)
                data[:] = bytes(len(data))
                with suppress(Exception):
                    playing.begin_anew()  # it may be the resampler
            self._rendered_until = time.monotonic()

        device = find(self._name, "output")
        stream = open_stream("output", device, SPEAKING_RATE_HZ, callback, as_before=self._settings)
        self._settings = stream.settings
        playing = Playing(render, rate_hz=stream.rate_hz, channels=stream.channels)
        flow.begin()
        stream.start("output")
        self._stream = stream

    def reopen(self) -> None:
        """Play on, after it has gone, what `render` of the last opening gives. Raises as `open` does."""
        assert self._render is not None
        self.close()
        if not is_there(self._name, "output", SPEAKING_RATE_HZ):
            raise LoudspeakerError("The loudspeaker is not there", where=self._name, remedy=PLUG_IT_IN)
        self.open(self._render)

    def skip(self) -> None:
        """Let go by what would have been played more than a second ago, if there were a device to play it.

        For a device that is gone: whoever renders goes on in time, instead of saying everything later.
        """
        late = time.monotonic() - DEAD_AFTER_SECONDS - self._rendered_until
        blocks = min(int(late * SPEAKING_RATE_HZ / SPEAKING_BLOCK_FRAMES), MOST_SKIPPED_BLOCKS)
        if self._render is None or blocks <= 0:
            return
        with self._rendering:
            for _ in range(blocks):
                try:
                    self._render(SPEAKING_BLOCK_FRAMES)
                except Exception as error:  # the heartbeat waits for us
                    self._note(error)
            self._rendered_until += blocks * SPEAKING_BLOCK_FRAMES / SPEAKING_RATE_HZ

    @property
    def rate_hz(self) -> int | None:
        """The device's own rate (we convert when it is not 24 000); None while closed."""
        stream = self._stream
        return stream.rate_hz if stream is not None else None

    @property
    def seconds_since_block(self) -> float:
        """How long ago the device last asked for a block, or was opened; infinite while closed."""
        return self._flow.age_seconds if self._stream is not None else float("inf")

    @property
    def seconds_since_error(self) -> float:
        """How long ago something last went wrong while rendering; infinite when nothing ever did."""
        return time.monotonic() - self._error_at

    @property
    def flowing(self) -> bool:
        """Whether it has really asked for sound since it was opened, and still does. Asks the device nothing."""
        return self._flow.moving and self.seconds_since_block < DEAD_AFTER_SECONDS

    @property
    def alive(self) -> bool:
        """Whether the device still asks for sound."""
        stream = self._stream
        return stream is not None and stream.active and self.seconds_since_block < DEAD_AFTER_SECONDS

    def close(self) -> None:
        """Stop at once, within half a second whatever state the device is in; what is in its buffer is not played."""
        stream, self._stream, self._flow = self._stream, None, Flow()
        if stream is not None:
            stream.close()

    def _note(self, error: Exception) -> None:
        self.error, self._error_at = error, time.monotonic()
