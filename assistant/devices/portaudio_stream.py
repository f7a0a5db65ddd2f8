"""Opening a PortAudio stream at the rate the device agrees to, and letting go of it whatever has happened to it."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

from assistant.devices.patience import within
from assistant.devices.portaudio_blocks import NOTHING, Flow
from assistant.devices.portaudio_devices import (
    Direction,
    FoundDevice,
    ask,
    leave_it_at_exit,
    open_streams,
    sounddevice,
)
from assistant.errors import LoudspeakerError, MicrophoneError, SoundSystemError
from assistant.sound import BLOCK_SECONDS

LATENCY_SECONDS = 0.06  # two blocks; at 0.1 a word that is cut off lingers for 170 ms instead of 80 (measured)
CLOSE_SECONDS = 0.4
INVALID_SAMPLE_RATE = -9997  # portaudio.h, PaErrorCode
INVALID_CHANNEL_COUNT = -9998

ABANDONED_AFTER_SECONDS = 8.0

hanging: list[AudioStream] = []
"""The streams that could not be closed in time, each for so long. A thread still tries, and perhaps for ever.

Seen with a device that goes within a second after it was opened: PortAudio's thread goes round and cannot be ended. It
costs a core, but another stream can be opened beside it.
"""

Callback = Callable[[Any, int, Any, Any], None]
"""Called by PortAudio's thread: buffer (int16, channels interleaved), frames, time, flags. It must not raise."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a device agreed to. ``default_rate_hz``: its own liking; with another one it is another device."""

    rate_hz: int
    channels: int
    default_rate_hz: float


class AudioStream:
    """An open stream that has not begun yet. ``rate_hz``, ``channels``: what the device agreed to."""

    def __init__(self, stream: Any, *, device: FoundDevice, rate_hz: int, channels: int) -> None:
        self._stream = stream
        self.device, self.rate_hz, self.channels = device, rate_hz, channels
        self._closed = threading.Event()
        self.begun = False
        self.hanging_since = 0.0  # monotonic seconds
        open_streams.add(self)

    @property
    def settings(self) -> Settings:
        """What was agreed on; for the next time that the same device is opened."""
        return Settings(self.rate_hz, self.channels, self.device.default_rate_hz)

    @property
    def active(self) -> bool:
        """Whether PortAudio still calls us; a device that has died makes this False sooner or later."""
        with suppress(sounddevice().PortAudioError):
            return bool(self._stream.active)
        return False

    @property
    def latency_seconds(self) -> float:
        """What PortAudio says its buffers add."""
        return float(self._stream.latency)

    def start(self, direction: Direction) -> None:
        """Begin; closes the stream when that fails.

        Raises `MicrophoneError`, `LoudspeakerError` or `SoundSystemError`.
        """
        try:
            with _quiet_stderr():
                ask(self._stream.start)
        except SoundSystemError:
            self.close()
            raise
        except sounddevice().PortAudioError as error:
            self.close()
            raise _refusal(direction, self.device, error) from None
        self.begun = True

    def rest(self) -> None:
        """Stop for a moment. Raises TimeoutError."""
        within(CLOSE_SECONDS, lambda: self._stream.abort(ignore_errors=True))

    def go_on(self) -> None:
        """After a rest; one that has died meanwhile stays as it is."""
        with suppress(sounddevice().PortAudioError, TimeoutError):
            within(CLOSE_SECONDS, self._stream.start)

    def close(self) -> None:
        """Stop at once and let go. May be called twice.

        A sound server that has stopped answering makes PortAudio wait for ever. Then a thread is left to do so, and
        the library's own tidying at exit, which would wait as well, is called off.
        """
        try:
            within(CLOSE_SECONDS, self._abort_and_close)
        except TimeoutError:
            self.hanging_since = time.monotonic()
            hanging.append(self)
            leave_it_at_exit()

    def wait_until_closed(self) -> None:
        """Wait for ever, if need be."""
        self._closed.wait()

    def _abort_and_close(self) -> None:
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)
        open_streams.discard(self)
        self._closed.set()


class Intake:
    """What belongs to one opening of the microphone, so that nobody mixes two of them.

    ``pending``: 16 kHz, not yet a whole block.
    """

    __slots__ = ("flow", "pending", "resampler", "stream", "waiting")

    def __init__(self) -> None:
        self.stream: AudioStream | None = None
        self.waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.resampler: Any = None
        self.pending = NOTHING
        self.flow = Flow()


def open_stream(
    direction: Direction, device: FoundDevice, rate_hz: int, callback: Callback, *, as_before: Settings | None = None
) -> AudioStream:
    """A stream of 30 ms blocks at `rate_hz`, mono, int16; or as near to that as the device lets us get.

    When the rate is refused: the device's own. When one channel is refused: two. ``as_before``: what the device agreed
    to the last time, so that it need not refuse anything; otherwise other streams rest meanwhile.
    Raises `MicrophoneError`, `LoudspeakerError` or `SoundSystemError`.
    """
    while hanging:  # mostly its sound server hangs, and PortAudio would do so once more
        if time.monotonic() - hanging[0].hanging_since < ABANDONED_AFTER_SECONDS:
            ask(hanging[0].wait_until_closed)
        hanging.pop(0)
    rates = dict.fromkeys((rate_hz, round(device.default_rate_hz)))
    wanted = [Settings(rate, channels, device.default_rate_hz) for channels, rate in product((1, 2), rates)]
    if as_before in wanted:
        wanted = [as_before]
    library, refusal = sounddevice(), None
    with nullcontext() if len(wanted) == 1 else _others_at_rest():
        for settings in wanted:
            try:
                return _opened(direction, device, settings, callback)
            except library.PortAudioError as error:
                refusal = error
                if error.args[1] not in (INVALID_SAMPLE_RATE, INVALID_CHANNEL_COUNT):
                    break
    assert refusal is not None
    raise _refusal(direction, device, refusal)


def _opened(direction: Direction, device: FoundDevice, settings: Settings, callback: Callback) -> AudioStream:
    library = sounddevice()
    opened = partial(
        library.RawInputStream if direction == "input" else library.RawOutputStream,
        samplerate=settings.rate_hz,
        blocksize=round(settings.rate_hz * BLOCK_SECONDS),
        device=device.index,
        channels=settings.channels,
        dtype="int16",
        latency=LATENCY_SECONDS,
        callback=callback,
    )
    with _quiet_stderr():
        stream = ask(opened, too_late=lambda stream: stream.close(ignore_errors=True))
    return AudioStream(stream, device=device, rate_hz=settings.rate_hz, channels=settings.channels)


@contextmanager
def _others_at_rest() -> Iterator[None]:
    """While a device may refuse something: see `assistant.devices.alsa_probe` for what a stream that runs does then."""
    others = [stream for stream in open_streams if isinstance(stream, AudioStream) and stream.begun]
    for stream in others:
        with suppress(TimeoutError):
            stream.rest()
    try:
        yield
    finally:
        for stream in others:
            stream.go_on()


def _refusal(direction: Direction, device: FoundDevice, error: Exception) -> MicrophoneError | LoudspeakerError:
    kind, called = (MicrophoneError, "microphone") if direction == "input" else (LoudspeakerError, "loudspeaker")
    # PortAudioError(text, code) or, when only ALSA knows more, (text, code, (host API, code, text)).
    reason = error.args[2][2] if len(error.args) > 2 else str(error.args[0]).rpartition(": ")[2]
    return kind(
        f"The {called} cannot be opened ({reason})",
        where=device.name,
        remedy="Is another program using it, or is it unplugged? `breather devices` lists what there is.",
    )


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep what PortAudio and ALSA write to the process's standard error off the screen.

    They print source lines for a rate that is refused, which is an everyday matter here. Our errors say what matters.
    """
    screen, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        os.close(nowhere)
