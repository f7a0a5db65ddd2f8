"""Nobody can tell afterwards who called a pause, or who was ready first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soxr
from household import ROOT, Household

from assistant.sound import HEARING_RATE_HZ, Samples, read_wav, to_int16, write_wav
from privacy.spoken import room

DEMO = ROOT / "audio" / "demo"


def another_voice(samples: Samples) -> Samples:
    """The same words from somebody with a higher voice, who speaks a little faster."""
    wave = samples.astype(np.float32) / 32_768
    return to_int16(soxr.resample(wave, HEARING_RATE_HZ, HEARING_RATE_HZ * 0.93))


def ending_at(second: float, voice: Samples) -> tuple[float, Samples]:
    return second - len(voice) / HEARING_RATE_HZ, voice


def test_nobody_can_tell_afterwards_who_it_was(settled: Household, tmp_path: Path) -> None:
    """Two evenings that differ only in who called the pause and who answered first."""
    called, ready = (read_wav(DEMO / name).samples for name in ("one-05.wav", "two-05.wav"))
    outcomes = []
    for number, swapped in enumerate((False, True)):
        calls, second = (another_voice(called), ready) if swapped else (called, another_voice(ready))
        first = another_voice(ready) if swapped else ready
        recording = tmp_path / f"{number}.wav"
        said = [ending_at(3.0, calls), ending_at(634.2, first), ending_at(642.5, second)]
        write_wav(recording, room(*said, seconds=650.0))
        household = settled.copy(tmp_path / f"household-{number}")
        done = household.run("run", "--microphone", f"recorded:{recording}")
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("heard     ready") == 2, done.stdout
        assert "reconvened" in done.stdout
        outcomes.append((done.stdout, done.stderr, household.files()))
    assert outcomes[0] == outcomes[1]
