"""What the spotter is taught with: three-second windows, as Whisper's encoder hears them, and what was said in each.

Said: phrases, near misses and ordinary talk by the talkers of `DEVELOPMENT`, each time in another room, with another
noise, as a person of another size. Not ours: recordings in which nobody says any of it, piece by piece. Half a phrase
is a lesson, too: nothing has been said yet.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr
from benchmarks import conditions
from benchmarks.conditions import Condition, Surroundings
from benchmarks.hearing_material import SLOW_ENGINE
from benchmarks.sentences import AFTER, BEFORE, NEARLY, TALK
from benchmarks.talkers import DEVELOPMENT, Talker, say

from assistant.devices.whisper import WhisperModel
from assistant.sound import HEARING_RATE_HZ, Samples

NOTHING_SAID = -1
HALF_SAID = -2
WINDOW_SECONDS = 3.0
STEP_SECONDS = 0.8  # between two windows of a recording
NOISY_SHARE = 0.75
# The slow engine's voices say so many of the sentences each, by lot.
SLOW_SAY = {"phrase": 30, "near": 9, "talk": 5, "before": 3, "after": 2}


@dataclass(frozen=True, slots=True)
class Lesson:
    """``features``: the encoder's output, shape ``(150, 384)``. ``phrase``: its index, or one of the two above.

    ``talker``: index in `DEVELOPMENT`, -1 for a recording.
    """

    features: npt.NDArray[np.float16]
    phrase: int
    talker: int


@dataclass(frozen=True, slots=True)
class Syllabus:
    """What is taught. ``phrases``, ``near_misses``: as in the settings. ``embedded_share``: how often words of the same
    talker stand around a sentence.
    """

    phrases: Sequence[str]
    near_misses: Sequence[str]
    embedded_share: float

    @property
    def halvable(self) -> Sequence[str]:
        """The phrases of which the first half is no phrase: half of "yes please" is "yes"."""
        shorter = [phrase.split() for phrase in self.phrases]
        return [
            phrase
            for phrase in self.phrases
            if not any(words != phrase.split() and phrase.split()[: len(words)] == words for words in shorter)
        ]


class Teacher:
    """Makes lessons. ``recordings``: of real talk. ``cache``: where rendered sentences are kept."""

    def __init__(self, model: WhisperModel, syllabus: Syllabus, recordings: Sequence[Samples], cache: Path) -> None:
        self._model, self._syllabus = model, syllabus
        self._recordings, self._cache = recordings, cache
        self._rng = np.random.default_rng(0)

    def begin(self, seed: int) -> None:
        """The same seed makes the same lessons, whatever was made before."""
        self._rng = np.random.default_rng(seed)

    def with_phrase(self, count: int) -> Iterator[Lesson]:
        """So many lessons, one phrase in each."""
        phrases = self._syllabus.phrases
        for _ in range(count):
            talker = self._anybody()
            phrase = self._any(lot(DEVELOPMENT[talker], phrases, "phrase"))
            yield Lesson(self._window(talker, phrase), phrases.index(phrase), talker)

    def without(self, count: int) -> Iterator[Lesson]:
        """So many lessons in which something else is said, or not all of a phrase."""
        rng = self._rng
        for _ in range(count):
            talker, dice = self._anybody(), rng.random()
            who = DEVELOPMENT[talker]
            if dice < 0.55:
                near = lot(who, self._syllabus.near_misses, "near") if rng.random() < 0.55 else lot(who, NEARLY, "near")
                yield Lesson(self._window(talker, self._any(near)), NOTHING_SAID, talker)
            elif dice < 0.75:
                talk = (*lot(who, TALK, "talk"), *lot(who, BEFORE, "before"), *lot(who, AFTER, "after"))
                yield Lesson(self._window(talker, self._any(talk)), NOTHING_SAID, talker)
            else:
                known = set(lot(who, self._syllabus.phrases, "phrase"))
                said = self._said(who, self._any([one for one in self._syllabus.halvable if one in known]))
                half = said[: int(len(said) * rng.uniform(0.3, 0.55))]
                yield Lesson(self._in_a_room(half, who), HALF_SAID, talker)

    def recorded(self, recording: int) -> Iterator[Lesson]:
        """A recording from its beginning to its end, some of it in other rooms."""
        rng, samples = self._rng, self._recordings[recording]
        step = STEP_SECONDS * HEARING_RATE_HZ
        for number in range(max(1, int(len(samples) / step))):
            seconds = WINDOW_SECONDS if rng.random() < 0.6 else rng.uniform(0.9, WINDOW_SECONDS)
            end = int((number + rng.uniform(0.6, 1.4)) * step)
            piece = samples[max(0, end - int(seconds * HEARING_RATE_HZ)) : end]
            if len(piece) and np.abs(piece).max() > 0:
                heard = self._in_a_room(piece, None) if rng.random() < 0.3 else self._heard(piece)
                yield Lesson(heard, NOTHING_SAID, -1)

    def _anybody(self) -> int:
        return int(self._rng.integers(len(DEVELOPMENT)))

    def _any(self, texts: Sequence[str]) -> str:
        return texts[int(self._rng.integers(len(texts)))]

    def _said(self, talker: Talker, text: str) -> Samples:
        """The sentence by this talker, or by another person of the same manner."""
        sentence = say(talker, text, self._cache)
        if self._rng.random() < 0.3:
            return sentence
        smaller = self._rng.uniform(0.86, 1.16)
        other: Samples = soxr.resample(sentence.astype(np.float32), HEARING_RATE_HZ * smaller, HEARING_RATE_HZ).astype(
            np.int16
        )
        return other

    def _real(self, seconds: float) -> Samples:
        recording = self._recordings[int(self._rng.integers(len(self._recordings)))]
        frames = int(seconds * HEARING_RATE_HZ)
        start = int(self._rng.integers(max(1, len(recording) - frames)))
        return recording[start : start + frames]

    def _window(self, talker: int, text: str) -> npt.NDArray[np.float16]:
        who = DEVELOPMENT[talker]
        return self._in_a_room(self._said(who, text), who)

    def _in_a_room(self, sentence: Samples, talker: Talker | None) -> npt.NDArray[np.float16]:
        """A scene with this sentence, cut as the recogniser would: soon after its end, from where the gate opened.

        ``talker``: who may say more around it; None where that is somebody in the recordings.
        """
        rng = self._rng
        voices = [self._real(rng.uniform(0.8, 2.5)) for _ in range(8)]
        before, after = self._real(rng.uniform(0.5, 2)), self._real(rng.uniform(0.5, 2))
        if talker is not None and rng.random() < 0.6:
            before = self._said(talker, self._any(lot(talker, BEFORE, "before")))
            after = self._said(talker, self._any(lot(talker, AFTER, "after")))
        condition = self._condition()
        scene = condition.scene(sentence, Surroundings(voices, before, after), int(rng.integers(1 << 30)))
        end = min(scene.end + rng.uniform(0.02, 1.1), len(scene.samples) / HEARING_RATE_HZ)
        start = max(0.0, end - WINDOW_SECONDS)
        if not condition.embedded and (condition.noise is None or rng.random() < 0.3):
            start = max(start, scene.start - rng.uniform(0.1, 0.45))
        start = min(start, max(0.0, scene.start - 0.02))
        return self._heard(scene.samples[int(start * HEARING_RATE_HZ) : int(end * HEARING_RATE_HZ)])

    def _condition(self) -> Condition:
        rng = self._rng
        noise = conditions.NOISES[rng.integers(len(conditions.NOISES))] if rng.random() < NOISY_SHARE else None
        return Condition(
            "lesson",
            noise=noise,
            ratio_db=rng.uniform(-1, 10) if rng.random() < 0.6 else rng.uniform(8, 22),
            rt60=rng.uniform(0.2, 0.8) if rng.random() < 0.5 else 0.0,
            direct_db=rng.uniform(-4, 5),
            gain_db=rng.uniform(-25, 0),
            shout=bool(rng.random() < 0.2),
            embedded=bool(rng.random() < self._syllabus.embedded_share),
        )

    def _heard(self, samples: Samples) -> npt.NDArray[np.float16]:
        return self._model.features(self._model.encoded(samples)).astype(np.float16)


def lot(talker: Talker, of: Sequence[str], kind: str) -> Sequence[str]:
    """Those of these sentences that this talker says; the same, always."""
    most = SLOW_SAY[kind] if talker.engine == SLOW_ENGINE else len(of)
    return random.Random(f"{talker.name} {len(of)}").sample(list(of), min(most, len(of)))
