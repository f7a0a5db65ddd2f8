"""What the spotter is taught with: three-second windows, as Whisper's encoder hears them, and what was said in each.

Said: pause phrases, near misses and ordinary talk by the talkers of `DEVELOPMENT`, each time in another room, with
another noise, as a person of another size. Not ours: pieces of the recordings in a folder, in which nobody calls a
pause. Half a phrase is a lesson, too: nothing has been said yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr
from benchmarks import conditions
from benchmarks.conditions import Condition, Surroundings
from benchmarks.sentences import AFTER, BEFORE, TALK
from benchmarks.talkers import DEVELOPMENT, Talker, say

from assistant.devices.whisper import WhisperModel
from assistant.sound import HEARING_RATE_HZ, Samples

NOTHING_SAID = -1
HALF_SAID = -2
WINDOW_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """``features``: the encoder's output, shape ``(150, 384)``. ``phrase``: its index, or one of the two above.

    ``talker``: index in `DEVELOPMENT`, -1 for a recording.
    """

    features: npt.NDArray[np.float16]
    phrase: int
    talker: int


class Teacher:
    """Makes lessons.

    ``phrases``, ``near_misses``: as in the settings. ``recordings``: pieces of real talk. ``cache``: sentences.
    """

    def __init__(
        self,
        model: WhisperModel,
        phrases: Sequence[str],
        near_misses: Sequence[str],
        recordings: Sequence[Samples],
        cache: Path,
        *,
        seed: int,
    ) -> None:
        self._model, self._phrases, self._near_misses = model, phrases, near_misses
        self._recordings, self._cache = recordings, cache
        self._rng = np.random.default_rng(seed)

    def lessons(self, with_phrase: int, without: int) -> Iterator[Lesson]:
        """So many lessons with a phrase, and so many without."""
        rng = self._rng
        for _ in range(with_phrase):
            phrase, talker = int(rng.integers(len(self._phrases))), int(rng.integers(len(DEVELOPMENT)))
            said = self._said(DEVELOPMENT[talker], self._phrases[phrase])
            yield Lesson(self._window(said), phrase, talker)
        for _ in range(without):
            yield self._without(rng.random())

    def _without(self, dice: float) -> Lesson:
        rng = self._rng
        talker = int(rng.integers(len(DEVELOPMENT)))
        if dice < 0.45:
            return Lesson(
                self._window(self._said(DEVELOPMENT[talker], self._any(self._near_misses))), NOTHING_SAID, talker
            )
        if dice < 0.62:
            talk = self._any((*TALK, *BEFORE, *AFTER))
            return Lesson(self._window(self._said(DEVELOPMENT[talker], talk)), NOTHING_SAID, talker)
        if dice < 0.70:
            said = self._said(DEVELOPMENT[talker], self._any(self._phrases))
            half = said[: int(len(said) * rng.uniform(0.3, 0.55))]
            return Lesson(self._window(half), HALF_SAID, talker)
        piece = self._real(rng.uniform(1.0, 3.2))
        if rng.random() < 0.5:
            return Lesson(self._heard(piece), NOTHING_SAID, -1)
        return Lesson(self._window(piece), NOTHING_SAID, -1)

    def _any(self, texts: Sequence[str]) -> str:
        return texts[self._rng.integers(len(texts))]

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
        recording = self._recordings[self._rng.integers(len(self._recordings))]
        frames = int(seconds * HEARING_RATE_HZ)
        start = self._rng.integers(max(1, len(recording) - frames))
        return recording[start : start + frames]

    def _window(self, sentence: Samples) -> npt.NDArray[np.float16]:
        """A scene with this sentence, cut as the recogniser would: soon after its end, from where the gate opened."""
        rng = self._rng
        voices = [self._real(rng.uniform(0.8, 2.5)) for _ in range(8)]
        around = Surroundings(voices, self._real(rng.uniform(0.5, 2)), self._real(rng.uniform(0.5, 2)))
        condition = self._condition()
        scene = condition.scene(sentence, around, int(rng.integers(1 << 30)))
        end = min(scene.end + rng.uniform(0.02, 1.1), len(scene.samples) / HEARING_RATE_HZ)
        start = max(0.0, end - WINDOW_SECONDS)
        if not condition.embedded and (condition.noise is None or rng.random() < 0.3):
            start = max(start, scene.start - rng.uniform(0.1, 0.45))
        start = min(start, max(0.0, scene.start - 0.02))
        return self._heard(scene.samples[int(start * HEARING_RATE_HZ) : int(end * HEARING_RATE_HZ)])

    def _condition(self) -> Condition:
        rng = self._rng
        noise = conditions.NOISES[rng.integers(len(conditions.NOISES))] if rng.random() < 0.75 else None
        return Condition(
            "lesson",
            noise=noise,
            ratio_db=rng.uniform(0, 22),
            rt60=rng.uniform(0.2, 0.8) if rng.random() < 0.5 else 0.0,
            direct_db=rng.uniform(-4, 5),
            gain_db=rng.uniform(-25, 0),
            shout=bool(rng.random() < 0.2),
            embedded=bool(rng.random() < 0.45),
        )

    def _heard(self, samples: Samples) -> npt.NDArray[np.float16]:
        return self._model.features(self._model.encoded(samples)).astype(np.float16)
