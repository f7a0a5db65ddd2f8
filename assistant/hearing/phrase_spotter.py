"""A small network that spots our own phrases in what Whisper's encoder hears, before anything is decoded.

Whisper's decoder is at a loss in noise, and takes most of the time; its encoder still hears. The spotter looks at the
encoder's output only: a few thousand multiplications, two milliseconds. It was taught the phrases of
``config/phrases.en.toml`` by synthetic voices in many rooms (`scripts/teach-spotter`), so it knows nothing of a phrase
that a couple makes up; for those the decoder's opinion stands alone (`assistant.hearing.phrase_scorer`).

The network: layer norm, a projection to few channels, four residual layers of dilated convolution (five positions each,
which together see a second to each side and more), and one output per phrase and position. A phrase's logit is the soft
maximum of its outputs over time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

TAUGHT = tuple(Path(__file__).with_name(name) for name in ("phrase_spotter.npz", "answer_spotter.npz"))
DILATIONS = (1, 2, 4, 6)
SECONDS_PER_POSITION = 0.02
WIDTH = 5  # positions that one convolution sees
SHARPNESS = 2.0  # of the soft maximum
WORST_TEXT_SCORE = -7.0  # below, the decoder only says that it does not understand


@dataclass(frozen=True, slots=True)
class Spot:
    """What the network makes of one phrase. ``logit``: above 0 it is more likely there than not. ``seconds``: where it
    is heard best, from the start of the sound; late in the phrase or a little after it.
    """

    logit: float
    seconds: float


class _Lesson:
    """One network as it was taught. ``file``: its numbers, with the phrases it knows."""

    def __init__(self, file: Path) -> None:
        with np.load(file, allow_pickle=False) as numbers:
            self._numbers: dict[str, Floats] = {
                name: numbers[name].astype(np.float32) for name in numbers.files if name != "about"
            }
            about: Mapping[str, Any] = json.loads(str(numbers["about"]))
        self.phrases: tuple[str, ...] = tuple(about["phrases"])
        self._fusion: tuple[float, float, float] = tuple(about["fusion"])
        self.denies: bool = about["denies"]

    def spots(self, features: Floats) -> Mapping[str, Spot]:
        numbers = self._numbers
        hidden = _normed(features, numbers["ln.weight"], numbers["ln.bias"]) @ numbers["inp.weight"].T
        hidden += numbers["inp.bias"]
        for layer, dilation in enumerate(DILATIONS):
            normed = _normed(hidden, numbers[f"n.{layer}.weight"], numbers[f"n.{layer}.bias"])
            padded = np.pad(normed, ((2 * dilation, 2 * dilation), (0, 0)))
            weight = numbers[f"c.{layer}.weight"]  # (out, in, position)
            out = sum(
                padded[place * dilation : place * dilation + len(hidden)] @ weight[:, :, place].T
                for place in range(WIDTH)
            )
            hidden = hidden + np.maximum(out + numbers[f"c.{layer}.bias"], 0)
        sharp = SHARPNESS * (hidden @ numbers["out.weight"].T + numbers["out.bias"])
        top = sharp.max(0)
        soft = (top + np.log(np.exp(sharp - top).sum(0))) / SHARPNESS
        at = sharp.argmax(0) * SECONDS_PER_POSITION
        return {
            phrase: Spot(float(logit), float(seconds))
            for phrase, logit, seconds in zip(self.phrases, soft, at, strict=True)
        }

    def fused(self, logit: float, text_score: float) -> float:
        of_logit, of_text, offset = self._fusion
        score = of_logit * logit + of_text * max(text_score, WORST_TEXT_SCORE) + offset
        denial = min(0.0, logit) if self.denies else 0.0
        return min(0.0, max(score, text_score + denial))


class PhraseSpotter:
    """The networks as they were taught: one for the pause phrases, one for the words said in a pause.

    ``files``: their numbers. Raises ValueError when a file is of another make.
    """

    def __init__(self, files: Sequence[Path] = TAUGHT) -> None:
        self._lessons = [_Lesson(file) for file in files]
        self._lesson_of = {phrase: lesson for lesson in self._lessons for phrase in lesson.phrases}

    def can_deny(self, phrases: Sequence[str]) -> bool:
        """Whether its silence about these phrases means that none of them was said.

        Of short answers it was taught too little for that; there it can only add to what the decoder hears.
        """
        return all(phrase in self._lesson_of and self._lesson_of[phrase].denies for phrase in phrases)

    def spots(self, features: Floats, phrases: Sequence[str]) -> Mapping[str, Spot]:
        """How much each of these phrases is there, and where, as far as it was taught them.

        ``features``: the encoder's output, shape ``(positions, 384)``; a position is 20 ms.
        """
        wanted = [lesson for lesson in self._lessons if not set(phrases).isdisjoint(lesson.phrases)]
        found = {phrase: spot for lesson in wanted for phrase, spot in lesson.spots(features).items()}
        return {phrase: found[phrase] for phrase in phrases if phrase in found}

    def fused(self, phrase: str, logit: float, text_score: float) -> float:
        """One score of both opinions, on the decoder's scale: `assistant.ports.Hypothesis.score`.

        What the decoder is sure of counts by itself, less what the spotter has against it: the decoder has heard
        people, and the spotter was taught by synthetic voices only.
        """
        return self._lesson_of[phrase].fused(logit, text_score)


def _normed(values: Floats, weight: Floats, bias: Floats) -> Floats:
    centred = values - values.mean(1, keepdims=True)
    spread = np.sqrt((centred**2).mean(1, keepdims=True) + 1e-5)
    normed: Floats = centred / spread * weight + bias
    return normed
