"""A folder of real recordings in which nobody calls a pause. A quarter of them is kept back from teaching."""

from __future__ import annotations

import random
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.sound import HEARING_RATE_HZ, Samples

SUFFIXES = (".wav", ".opus", ".ogg", ".flac", ".mp3")
KEPT_BACK_ONE_OF = 4


def files(folder: Path) -> Sequence[Path]:
    """All recordings below the folder, in an order of their own. Raises FileNotFoundError when there is none."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
    if not found:
        raise FileNotFoundError(f"There is no recording in {folder}")
    return found


def kept_back(recording: Path) -> bool:
    """Whether nobody is taught with this recording; its name decides."""
    return zlib.crc32(recording.name.encode()) % KEPT_BACK_ONE_OF == 0


def decoded(path: Path) -> Samples:
    """A recording as 16 kHz int16 mono. Raises CalledProcessError when ffmpeg cannot read it."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-f", "s16le", "-ac", "1"]
    wave = subprocess.run([*command, "-ar", str(HEARING_RATE_HZ), "-"], capture_output=True, check=True).stdout
    return np.frombuffer(wave, np.int16)


def sounds(paths: Sequence[Path], most_seconds: float | None = None, seed: int = 0) -> Iterator[Samples]:
    """These recordings; of more than ``most_seconds`` a sample. Raises CalledProcessError as `decoded` does."""
    paths = list(paths)
    random.Random(seed).shuffle(paths)
    passed = 0.0
    for path in paths:
        if most_seconds is not None and passed >= most_seconds:
            return
        samples = decoded(path)
        passed += len(samples) / HEARING_RATE_HZ
        yield samples
