"""Talkers for the tests: synthetic voices, as a microphone would hear them in a quiet room."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soxr

from assistant.devices import piper_voice, pyttsx3_voice
from assistant.devices.piper_voice import PiperVoice
from assistant.devices.pyttsx3_voice import Pyttsx3Voice
from assistant.ports import Synthesizer
from assistant.sound import (
    FULL_SCALE,
    HEARING_BLOCK_FRAMES,
    HEARING_RATE_HZ,
    AudioClip,
    Samples,
    gain,
    joined,
    level_dbfs,
    read_wav,
    silence,
    to_int16,
)

DEMO = Path(__file__).parents[2] / "audio" / "demo"
LEVEL_DBFS = -23.0
WORDS_PER_MINUTE = 150  # as people talk; Breather itself is slower
INSTALL = {
    "piper": "needs the voice Piper: scripts/setup installs it",
    "pyttsx3": "needs espeak-ng: sudo apt-get install espeak-ng, or scripts/test",
}


class Talkers:
    """Renders each sentence once. Voices: "piper", "pyttsx3", or the name of one of espeak-ng's own, such as "ko"."""

    def __init__(self) -> None:
        self._voices: dict[str, Synthesizer] = {}
        self._said: dict[tuple[str, str], AudioClip] = {}

    def say(self, text: str, voice: str = "pyttsx3") -> AudioClip:
        """One sentence, 16 kHz, at a natural level; the test is skipped where the voice is not installed."""
        if (text, voice) not in self._said:
            clip = self._rendered(text, voice)
            wave = soxr.resample(clip.samples.astype(np.float32) / FULL_SCALE, clip.rate_hz, HEARING_RATE_HZ)
            wave *= gain(LEVEL_DBFS - level_dbfs(to_int16(wave)))
            self._said[text, voice] = AudioClip(to_int16(wave), HEARING_RATE_HZ)
        return self._said[text, voice]

    def close(self) -> None:
        for voice in self._voices.values():
            voice.close()

    def _rendered(self, text: str, voice: str) -> AudioClip:
        if voice == "piper":
            if not piper_voice.installed():
                pytest.skip(INSTALL["piper"])
            return self._voices.setdefault(voice, PiperVoice(words_per_minute=WORDS_PER_MINUTE)).render(text)
        if voice == "pyttsx3":
            if not pyttsx3_voice.installed():
                pytest.skip(INSTALL["pyttsx3"])
            return self._voices.setdefault(voice, Pyttsx3Voice(words_per_minute=WORDS_PER_MINUTE)).render(text)
        if shutil.which("espeak-ng") is None:
            pytest.skip(INSTALL["pyttsx3"])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "said.wav"
            subprocess.run(["espeak-ng", "-v", voice, "-s", str(WORDS_PER_MINUTE), "-w", path, text], check=True)
            return read_wav(path)


def demo(name: str) -> AudioClip:
    """A line of the demo couple, such as "one-05" ("I need a pause."); these need no voice at all."""
    return read_wav(DEMO / f"{name}.wav", rate_hz=HEARING_RATE_HZ)


def in_a_room(*clips: AudioClip, before_seconds: float = 0.5, after_seconds: float = 1.0) -> Samples:
    """The clips one after the other, with a quiet room's noise (-72 dBFS) under them and around them."""
    sound = joined([silence(before_seconds, HEARING_RATE_HZ), *clips, silence(after_seconds, HEARING_RATE_HZ)]).samples
    noise = np.random.default_rng(1).normal(0, 8, len(sound))
    return np.clip(sound + noise, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)


def blocks(sound: Samples) -> Sequence[Samples]:
    """The sound as the microphone hands it over, in whole blocks of 30 ms; the rest is left out."""
    whole = len(sound) // HEARING_BLOCK_FRAMES * HEARING_BLOCK_FRAMES
    return list(sound[:whole].reshape(-1, HEARING_BLOCK_FRAMES))
