"""What was said in a recording, for tests that prove the right words: the embedded model, on a longer context."""

from __future__ import annotations

import re

import soxr
from rapidfuzz.distance import Levenshtein

from assistant.devices.whisper import WhisperModel
from assistant.hearing.candidates import without_echo
from assistant.models.whisper_model import embedded_whisper_model
from assistant.sound import HEARING_RATE_HZ, AudioClip

CONTEXT_SECONDS = 8.0


class Transcriber:
    """Decodes clips of at most eight seconds freely."""

    def __init__(self) -> None:
        self._model = WhisperModel(embedded_whisper_model(), context_seconds=CONTEXT_SECONDS)

    def words(self, clip: AudioClip) -> list[str]:
        """The words, in lower case and without punctuation."""
        assert clip.seconds <= CONTEXT_SECONDS, "a sentence at a time, please"
        samples = soxr.resample(clip.samples, clip.rate_hz, HEARING_RATE_HZ)
        # A model that goes on when the sound is over says nothing about the sound.
        free = without_echo(self._model.free(self._model.encoded(samples)))
        return plain_words(" ".join(word.text for word in free.words))


def plain_words(text: str) -> list[str]:
    """Lower case, no punctuation."""
    return re.findall(r"[a-z']+", text.lower())


def word_errors(said: list[str], heard: list[str]) -> float:
    """Edits per word that was to be said, at most 1: a sentence can be no more than wrong."""
    return min(1.0, Levenshtein.distance(said, heard) / len(said))
