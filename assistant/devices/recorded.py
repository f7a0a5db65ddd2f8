"""A room without hardware: what is said in it comes from clips, what Breather plays goes into a WAV file.

The two ends share one sample clock. Every block that is read from the microphone (480 frames at 16 kHz) moves the
clock on by 30 ms, and lets the loudspeaker play the same 30 ms (720 frames at 24 kHz). So time is exact, nothing is
ever late, and a ten-minute pause takes as long as the processor needs. The demo, the benchmark and most tests live in
such a room; ``breather run --microphone recorded:talk.wav --loudspeaker recorded:out.wav`` does too.
"""

from __future__ import annotations

import math
import wave
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt
import soxr

from assistant.devices.recorded_echo import EchoPath
from assistant.errors import OutputError
from assistant.ports import Render
from assistant.sound import (
    BLOCK_SECONDS,
    FULL_SCALE,
    HEARING_BLOCK_FRAMES,
    HEARING_RATE_HZ,
    SPEAKING_BLOCK_FRAMES,
    SPEAKING_RATE_HZ,
    AudioClip,
    Samples,
    gain,
    read_wav,
)

NOISE_DBFS = -70.0
MIX_IN_DB = -6.0

_Sum = npt.NDArray[np.float32]


class SampleClock:
    """Seconds as whole blocks of samples; it moves only when somebody reads the microphone."""

    def __init__(self) -> None:
        self.blocks = 0

    def now(self) -> float:
        return self.blocks * HEARING_BLOCK_FRAMES / HEARING_RATE_HZ


class SimulatedRoom:
    """A room with a microphone and a loudspeaker, and people who say what they were told to, when they were told to.

    ``output``: WAV file (24 kHz int16 mono) that receives everything the loudspeaker plays; None for no file. It is
    written as time goes on, and begun anew each time the loudspeaker is opened.
    ``mix_in``: also put what is said in the room into that file, 6 dB softer.
    ``noise_dbfs``: level of the room's own hiss, None for digital silence. ``seed``: which hiss.
    ``echo_db``: how loud the microphone hears the loudspeaker, relative to what is played; None for not at all.
    ``echo_delay_seconds``: how much later. ``echo``: the same with more to it, instead of the two.
    ``end_at_seconds``: when the microphone raises EOFError; None for never. May be changed while the room runs.
    """

    def __init__(
        self,
        *,
        output: Path | None = None,
        mix_in: bool = False,
        noise_dbfs: float | None = NOISE_DBFS,
        seed: int = 1,
        echo_db: float | None = None,
        echo_delay_seconds: float = 0.08,
        echo: EchoPath | None = None,
        end_at_seconds: float | None = None,
    ) -> None:
        if echo is None and echo_db is not None:
            echo = EchoPath(level_db=echo_db, delay_seconds=echo_delay_seconds)
        self.clock = SampleClock()
        self.end_at_seconds = end_at_seconds
        self.loudspeaker = RecordedLoudspeaker(output)
        self.microphone = RecordedMicrophone(self)
        self._mix_in = mix_in
        self._heard: list[tuple[int, Samples]] = []  # (first frame at 16 kHz, samples)
        self._mixed_in: list[tuple[int, Samples]] = []  # (first frame at 24 kHz, samples)
        self._noise = np.random.default_rng(seed)
        self._noise_rms = FULL_SCALE * gain(noise_dbfs) if noise_dbfs is not None else 0.0
        self._echo = echo

    @classmethod
    def playing(cls, recording: Path, *, output: Path | None = None) -> Self:
        """The room of a recording: its microphone hears the file (16 kHz, 16-bit, mono) once, then EOFError.

        Raises `RecordingError` when the file cannot be used.
        """
        clip = read_wav(recording, rate_hz=HEARING_RATE_HZ)
        room = cls(output=output, noise_dbfs=None, end_at_seconds=clip.seconds)
        room.say(clip, at_seconds=0)
        return room

    def say(self, clip: AudioClip, at_seconds: float) -> None:
        """Let `clip` (16 kHz) be heard from this second on, exact to the sample; a moment that is past means now."""
        if clip.rate_hz != HEARING_RATE_HZ:
            raise ValueError(f"what is said in a room has {HEARING_RATE_HZ} Hz, not {clip.rate_hz} Hz")
        frame = max(round(at_seconds * HEARING_RATE_HZ), self.clock.blocks * HEARING_BLOCK_FRAMES)
        self._heard.append((frame, clip.samples))
        if self._mix_in:
            samples = soxr.resample(clip.samples, HEARING_RATE_HZ, SPEAKING_RATE_HZ)
            self._mixed_in.append((frame * SPEAKING_RATE_HZ // HEARING_RATE_HZ, samples))

    def pass_block(self) -> Samples:
        """Let 30 ms pass at both ends and return what the microphone heard. Raises EOFError and `OutputError`."""
        if self.end_at_seconds is not None and self.clock.now() >= self.end_at_seconds:
            raise EOFError("the recording is over")
        block = self.clock.blocks
        said_too = np.zeros(SPEAKING_BLOCK_FRAMES, np.float32)
        self._mixed_in = _add(said_too, self._mixed_in, block * SPEAKING_BLOCK_FRAMES)
        played = self.loudspeaker.play_block(said_too * np.float32(gain(MIX_IN_DB)))
        heard = np.zeros(HEARING_BLOCK_FRAMES, np.float32)
        self._heard = _add(heard, self._heard, block * HEARING_BLOCK_FRAMES)
        if self._noise_rms:
            heard += self._noise.standard_normal(HEARING_BLOCK_FRAMES, np.float32) * np.float32(self._noise_rms)
        if self._echo is not None:
            heard += self._echo.heard(played).astype(np.float32)
        self.clock.blocks += 1
        return _saturated(heard)


class RecordedMicrophone:
    """A `Microphone` that hears a simulated room. While it is closed, time goes on but nothing is heard."""

    def __init__(self, room: SimulatedRoom) -> None:
        self._room = room
        self._open = False

    def open(self) -> None:
        self._open = True

    def read(self, timeout_seconds: float) -> Samples | None:
        if self._open:
            return self._room.pass_block()
        for _ in range(max(1, math.ceil(timeout_seconds / BLOCK_SECONDS))):
            self._room.pass_block()
        return None

    def close(self) -> None:
        self._open = False


class RecordedLoudspeaker:
    """A `Loudspeaker` whose sound goes into a WAV file, or nowhere."""

    def __init__(self, output: Path | None) -> None:
        self._output = output
        self._render: Render | None = None
        self._file: BinaryIO | None = None
        self._writer: wave.Wave_write | None = None

    def open(self, render: Render) -> None:
        """Start. Raises `OutputError` when the file cannot be written."""
        self.close()
        if self._output is not None:
            try:
                self._file = self._output.open("wb")
            except OSError as error:
                raise self._refusal(error) from None
            # The file is ours, so that a full disk shows up in close() and not in the writer's finalizer.
            self._writer = wave.open(self._file, "wb")  # noqa: SIM115 - closed in _let_go
            self._writer.setnchannels(1)
            self._writer.setsampwidth(2)
            self._writer.setframerate(SPEAKING_RATE_HZ)
        self._render = render

    def play_block(self, said_too: _Sum) -> Samples:
        """Ask for 30 ms, write them (with `said_too` on top) and return them; silence while closed."""
        if self._render is None:
            return np.zeros(SPEAKING_BLOCK_FRAMES, np.int16)
        played = self._render(SPEAKING_BLOCK_FRAMES)
        if self._writer is not None:
            try:
                self._writer.writeframesraw(_saturated(played + said_too).astype("<i2").tobytes())
            except OSError as error:
                self._let_go()
                raise self._refusal(error) from None
        return played

    def close(self) -> None:
        """Finish the file. Raises `OutputError` when its last part cannot be written."""
        error = self._let_go()
        if error is not None:
            raise self._refusal(error)

    def _let_go(self) -> OSError | None:
        writer, file, failure = self._writer, self._file, None
        self._render = self._writer = self._file = None
        for part in (writer, file):
            try:
                if part is not None:
                    part.close()
            except OSError as error:
                failure = error
        return failure

    def _refusal(self, error: OSError) -> OutputError:
        return OutputError(
            f"The recording cannot be written ({error.strerror})",
            where=self._output,
            remedy="Choose a folder that exists, that you may write to, and that has room for 3 MB a minute.",
        )


def _add(total: _Sum, clips: list[tuple[int, Samples]], start: int) -> list[tuple[int, Samples]]:
    """Add to `total`, which begins at frame `start`, what falls into it; returns the clips that are not over."""
    end = start + len(total)
    for first, samples in clips:
        begin, finish = max(first, start), min(first + len(samples), end)
        if begin < finish:
            total[begin - start : finish - start] += samples[begin - first : finish - first]
    return [(first, samples) for first, samples in clips if first + len(samples) > end]


def _saturated(total: npt.NDArray[np.float32]) -> Samples:
    """Sums as int16: what is too loud is clipped, as a converter would."""
    rounded: Samples = np.clip(np.rint(total), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return rounded
