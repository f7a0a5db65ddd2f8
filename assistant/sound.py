"""Sound as values: clips, blocks, levels, and WAV files in and out.

Everything here is PCM: int16 little-endian, one channel, numpy shape ``(frames,)``.
Levels are dBFS relative to a full-scale int16 sine's peak (32768 = 0 dBFS), measured as RMS.
Two rates exist inside the program: what is heard is 16 kHz (every recogniser here was trained on it), what is said
is 24 kHz (full speech bandwidth, and half of the 48 kHz that most loudspeakers run at). Devices convert at the edge.
"""

from __future__ import annotations

import math
import os
import wave
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import RecordingError

Samples = npt.NDArray[np.int16]

HEARING_RATE_HZ = 16_000
SPEAKING_RATE_HZ = 24_000
BLOCK_SECONDS = 0.03
HEARING_BLOCK_FRAMES = 480
SPEAKING_BLOCK_FRAMES = 720
FULL_SCALE = 32_768
SILENCE_DBFS = -120.0


@dataclass(frozen=True, slots=True)
class AudioClip:
    """A finished piece of sound.

    ``samples``: int16 mono, shape ``(frames,)``; never printed, because it may be somebody's voice.
    ``rate_hz``: frames per second.
    """

    samples: Samples = field(repr=False)
    rate_hz: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz


def silence(seconds: float, rate_hz: int) -> AudioClip:
    """A clip of digital silence, `seconds` long."""
    return AudioClip(np.zeros(round(seconds * rate_hz), np.int16), rate_hz)


def joined(clips: Iterable[AudioClip]) -> AudioClip:
    """One clip after the other. All must share one rate; at least one clip is needed."""
    parts = list(clips)
    rates = {clip.rate_hz for clip in parts}
    if len(rates) != 1:
        raise ValueError(f"clips of one rate are needed, not {sorted(rates)}")
    return AudioClip(np.concatenate([clip.samples for clip in parts]), parts[0].rate_hz)


def to_int16(values: npt.NDArray[np.floating]) -> Samples:
    """Floats in -1 … 1 as int16, shape kept; what lies outside is clipped rather than wrapped round."""
    scaled: Samples = np.clip(np.rint(values * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return scaled


def gain(decibels: float) -> float:
    """The factor on samples that changes the level by `decibels`."""
    return float(10 ** (decibels / 20))


def level_dbfs(samples: Samples) -> float:
    """RMS level in dBFS; -120 for no samples or digital silence."""
    if not len(samples):
        return SILENCE_DBFS
    mean_square = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(SILENCE_DBFS, 10 * math.log10(mean_square / FULL_SCALE**2)) if mean_square else SILENCE_DBFS


def peak_dbfs(samples: Samples) -> float:
    """Highest absolute sample in dBFS; -120 for no samples or digital silence."""
    highest = int(np.max(np.abs(samples.astype(np.int32)))) if len(samples) else 0
    return 20 * math.log10(highest / FULL_SCALE) if highest else SILENCE_DBFS


MOST_BYTES = 2**29  # more than four hours at 16 kHz; a small machine cannot hold more


def read_wav(path: Path, *, rate_hz: int | None = None) -> AudioClip:
    """Read a 16-bit mono PCM WAV file.

    ``rate_hz``: the rate the file must have, None for any.
    Raises `RecordingError` when the file is missing, no WAV, empty, stereo, not 16-bit, or of another rate.
    """
    wanted = f"16-bit mono{f', {rate_hz} Hz' if rate_hz else ''}"
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RecordingError("The recording is too long", where=path, remedy="Take a part of it.")
        with wave.open(str(path), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
    except FileNotFoundError:
        raise RecordingError("The recording does not exist", where=path, remedy="Check the path.") from None
    except (wave.Error, EOFError, RuntimeError) as error:  # the last: a chunk that says it is longer than the file
        raise RecordingError(
            f"This is not a PCM WAV file ({str(error) or 'it ends too early'})",
            where=path,
            remedy=f"Convert it to {wanted} WAV.",
        ) from None
    except OSError as error:
        raise RecordingError(
            f"The recording cannot be read ({error.strerror})", where=path, remedy="Check the file's permissions."
        ) from None
    if channels != 1 or width != 2 or not rate or (rate_hz and rate != rate_hz):
        usable_hz = rate_hz or rate or HEARING_RATE_HZ
        raise RecordingError(
            f"The recording has {channels} channel(s) of {8 * width} bits at {rate} Hz; {wanted} is needed",
            where=path,
            remedy=f"Convert it, for example: sox {path.name} -r {usable_hz} -c 1 -b 16 converted.wav",
        )
    samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)
    if not len(samples):
        raise RecordingError("The recording is empty", where=path, remedy="Record it again.")
    return AudioClip(samples, rate)


def write_wav(path: Path, clip: AudioClip, *, mode: int = 0o666) -> None:
    """Write a 16-bit mono WAV file in one step: a reader sees the old file or the whole new one. ``mode``: of the file.

    Raises OSError when the folder is missing, read-only or full; a half-written file is removed.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # Opened by us: a folder that refuses makes the library's writer complain once more when it is thrown away.
        with (
            open(unfinished, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as opened,
            wave.open(opened, "wb") as file,
        ):
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(clip.rate_hz)
            file.writeframes(clip.samples.astype("<i2").tobytes())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
