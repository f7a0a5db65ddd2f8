"""The demo as a person starts it: how fast it is, and whether what is heard comes when the script says."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from assistant.app import Parts
from assistant.dialogue.timeline import laid_out
from assistant.messages import Cue
from assistant.places import Places
from assistant.sound import SPEAKING_RATE_HZ, AudioClip, read_wav
from benchmarks.figures import Figure, Row, Say
from benchmarks.standard import parts

SPEED = Figure("the demo, against real time", "times as fast", 0, None, 10)
DRIFT = Figure("drift of the timeline over the ten minutes", "ms", 1, 50)
FIGURES = (SPEED, DRIFT)

BEFORE_THE_PAUSE_SECONDS = 60.0
LOOK_AROUND_SECONDS = 1.0
ENOUGH_SECONDS = 0.5
SURE = 0.5

_Floats = npt.NDArray[np.float64]


def measure(where: Places, say: Say) -> Iterator[Row]:
    say("the demo")
    ready = parts(where)
    with TemporaryDirectory(prefix="breather-bench-") as folder:
        output = Path(folder) / "pause.wav"
        command = [
            sys.executable,
            "-m",
            "assistant.cli",
            "--config",
            str(where.config),
            "demo",
            "--output",
            str(output),
        ]
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
        took = time.perf_counter() - began
        sound = read_wav(output, rate_hz=SPEAKING_RATE_HZ)
    yield SPEED.measured(sound.seconds / took, f"{sound.seconds / 60:.1f} minutes in {took:.1f} s, all of the command")
    late = drifts(sound, ready)
    yield DRIFT.measured(1000 * max(map(abs, late)), f"largest of {len(late)} lines and chimes")


def drifts(sound: AudioClip, ready: Parts) -> list[float]:
    """For each chime and line of the plan: the second its first sample is found at, less the second it was planned for.

    Both count from the first sample of the first chime.
    """
    script = ready.settings.script
    chimes = {cue: read_wav(ready.places.audio / f"{cue.value}.wav") for cue in Cue}
    zero = found(sound, chimes[Cue.START], 0.0, BEFORE_THE_PAUSE_SECONDS)
    late = []
    for moment in laid_out(script.pause, ready.settings.agreement.minutes):
        step = moment.step
        expected = []
        if step.cue:
            expected.append((moment.second, chimes[step.cue]))
        if step.say and ready.wording.has(step.say):
            second = moment.said_at(script.timing.cue_lead_seconds)
            expected.append((second, ready.prompts.clip(ready.wording.sentences(step.say))))
        for second, clip in expected:
            around = zero + second - LOOK_AROUND_SECONDS, zero + second + LOOK_AROUND_SECONDS
            late.append(found(sound, clip, *around) - zero - second)
    return late


def found(sound: AudioClip, clip: AudioClip, from_seconds: float, to_seconds: float) -> float:
    """The second between these two at which the clip begins, by normalised cross-correlation of its first half second.

    Raises ValueError when nothing there is like it.
    """
    pattern = clip.samples[: round(ENOUGH_SECONDS * SPEAKING_RATE_HZ)].astype(np.float64)
    first = max(0, round(from_seconds * SPEAKING_RATE_HZ))
    part = sound.samples[first : round(to_seconds * SPEAKING_RATE_HZ) + len(pattern)].astype(np.float64)
    likeness = _correlation(part, pattern)
    best = int(np.argmax(likeness))
    if likeness[best] < SURE:
        raise ValueError(f"what was planned around {from_seconds:.1f} s to {to_seconds:.1f} s cannot be found there")
    return (first + best) / SPEAKING_RATE_HZ


def _correlation(part: _Floats, pattern: _Floats) -> _Floats:
    size = 1 << (len(part) + len(pattern)).bit_length()
    spectrum = np.fft.rfft(part, size) * np.conj(np.fft.rfft(pattern, size))
    product = np.fft.irfft(spectrum, size)[: len(part) - len(pattern) + 1]
    energy = np.concatenate([[0.0], np.cumsum(part**2)])
    energy = energy[len(pattern) :] - energy[: -len(pattern)]
    likeness: _Floats = product / np.sqrt(np.maximum(energy, 1.0) * np.sum(pattern**2))
    return likeness
