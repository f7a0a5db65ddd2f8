"""The embedded English recogniser: asks how well each phrase fits the sound, instead of trusting a transcript.

Every 0.8 s of an utterance, in every lull and at its end, the last three seconds are looked at once:

1. Whisper decodes freely. Where the letters of a phrase resemble a run of those words, the phrase becomes a candidate.
2. The candidates, and the decoys that resemble the words as much, are decoded by force in place of the run.
3. score = min(L - F, L + 1, W + 2), where L is the mean log probability of the phrase's tokens with its full stop, W
   the mean of its two worst tokens, and F what Whisper thinks of its own words (of all, or of those replaced,
   whichever is higher). About 0 when Whisper would have written just that. The absolute terms are there because any
   phrase looks good beside a bad free decode.
4. When a decoy fits better than every phrase, somebody said the decoy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from assistant.ports import ForcedDecode, FreeDecode, Hypothesis, ScoringModel
from assistant.sound import HEARING_RATE_HZ, Samples

CONTEXT_FRAMES = 3 * HEARING_RATE_HZ
LOOK_EVERY_SECONDS = 0.8
SHORTEST_EARLY_LOOK_SECONDS = 1.3  # while somebody is still speaking
SHORTEST_LOOK_SECONDS = 0.7  # pre-roll and lull included: nobody says a word in less
MOST_PHRASES = 3
MOST_DECOYS = 3
NEARLY_AS_GOOD = 0.3
NEWS_SECONDS = 0.3  # more than the rest of the gate's hang after a lull
STILL_UNDER_WAY_SECONDS = 0.1  # a phrase that ends this close to the newest sample may go on


def letters(text: str) -> str:
    """Only the letters, in lower case: what two spellings of the same sounds have in common."""
    return "".join(char for char in text.lower() if char.isalpha())


def without_echo(free: FreeDecode) -> FreeDecode:
    """The free decode without its repetitions: "ready ready ready" becomes "ready".

    When the sound is shorter than the context, the model often goes on by saying it all again, surer each time. The
    mean log probability of what is left is not known (nan).
    """
    texts = [letters(word.text) for word in free.words]
    for period in range(1, len(texts)):
        if texts[period:] == [texts[index - period] for index in range(period, len(texts))]:
            return FreeDecode(free.tokens[: free.words[period].token], free.words[:period], math.nan)
    return free


@dataclass(frozen=True, slots=True)
class _Entry:
    phrase: str
    letters: str
    capital: tuple[int, ...]
    small: tuple[int, ...]
    decoy: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: _Entry
    similarity: float
    first: int  # index of the first word it would replace
    end: int  # one past the last


_Scored = tuple[float, ForcedDecode, _Candidate]


class PhraseScorer:
    """A `Recognizer` for a closed set of English phrases. ``model``: loaded, and used by nobody else meanwhile."""

    def __init__(self, model: ScoringModel) -> None:
        self._model = model
        self._entries: dict[tuple[str, bool], _Entry] = {}
        self._active: list[_Entry] = []
        self._sound: list[Samples] = []
        self._frames = 0
        self._looked_at = 0

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        wanted = [(phrase, False) for phrase in phrases] + [(decoy, True) for decoy in decoys]
        self._active = [self._entry(*key) for key in wanted]

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        self._sound.append(samples)
        self._frames += len(samples)
        if self._frames - self._looked_at < LOOK_EVERY_SECONDS * HEARING_RATE_HZ:
            return ()
        if self._frames < SHORTEST_EARLY_LOOK_SECONDS * HEARING_RATE_HZ:
            return ()
        return self._look(under_way=True)

    def lull(self) -> Sequence[Hypothesis]:
        return self._look(under_way=False)

    def finish(self) -> Sequence[Hypothesis]:
        # After a lull, only silence has come: a second look would see the same, and agree with itself.
        nothing_new = self._frames - self._looked_at < NEWS_SECONDS * HEARING_RATE_HZ
        found = () if nothing_new else self._look(under_way=False)
        self.reset()
        return found

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def reset(self) -> None:
        self._sound, self._frames, self._looked_at = [], 0, 0

    def close(self) -> None:
        self.reset()

    def _entry(self, phrase: str, decoy: bool) -> _Entry:
        if (phrase, decoy) not in self._entries:
            small = phrase.replace("i'", "I'") if phrase.startswith("i'") else phrase
            small = " ".join("I" if word == "i" else word for word in small.split())
            self._entries[phrase, decoy] = _Entry(
                phrase=phrase,
                letters=letters(phrase),
                capital=self._model.tokens(f" {small[0].upper()}{small[1:]}."),
                small=self._model.tokens(f" {small}."),
                decoy=decoy,
            )
        return self._entries[phrase, decoy]

    def _look(self, *, under_way: bool) -> Sequence[Hypothesis]:
        self._looked_at = self._frames
        if not self._active or self._frames < SHORTEST_LOOK_SECONDS * HEARING_RATE_HZ:
            return ()
        samples = np.concatenate(self._sound)[-CONTEXT_FRAMES:]
        self._sound = [samples]
        encoded = self._model.encoded(samples)
        free = without_echo(self._model.free(encoded))
        if not free.words:
            return ()
        candidates = self._candidates(free)
        if not any(not candidate.entry.decoy for candidate in candidates):
            return ()
        starts = [word.token for word in free.words] + [len(free.tokens)]
        rows = [free.tokens] + [self._row(free, starts, candidate) for candidate in candidates]
        own, *fits = self._model.forced(encoded, rows)
        scored = [
            (self._score(free, own, fit, starts, candidate), fit, candidate)
            for fit, candidate in zip(fits, candidates, strict=True)
        ]
        if max(scored, key=lambda row: row[0])[2].entry.decoy:
            return ()
        score, fit, best = _fullest([row for row in scored if not row[2].entry.decoy])
        length = len(samples) / HEARING_RATE_HZ
        ends = min(float(fit.seconds[-1]), length)  # where the full stop would stand
        if under_way and length - ends < STILL_UNDER_WAY_SECONDS:
            return ()
        passed = self._frames / HEARING_RATE_HZ - length
        return (
            Hypothesis(
                phrase=best.entry.phrase,
                score=score,
                start_seconds=passed + min(float(fit.seconds[starts[best.first]]), length),
                end_seconds=passed + ends,
                before=_text(free, 0, best.first),
                inside=_text(free, best.first, best.end),
                after=_text(free, best.end, len(free.words)),
            ),
        )

    def _candidates(self, free: FreeDecode) -> list[_Candidate]:
        count = len(free.words)
        runs = [(first, end) for first in range(count) for end in range(first + 1, count + 1)]
        texts = ["".join(letters(word.text) for word in free.words[first:end]) for first, end in runs]
        edits = cdist([entry.letters for entry in self._active], texts, scorer=Levenshtein.distance)
        found = []
        longer = np.array([end - first for first, end in runs]) / 1000  # of two runs as near, the one with more words
        for entry, row in zip(self._active, edits, strict=True):
            nearest = int((row - longer).argmin())
            first, end = runs[nearest]
            found.append(_Candidate(entry, 1 - float(row[nearest]) / len(entry.letters), first, end))
        found.sort(key=lambda candidate: -candidate.similarity)
        phrases = [candidate for candidate in found if not candidate.entry.decoy][:MOST_PHRASES]
        decoys = [candidate for candidate in found if candidate.entry.decoy][:MOST_DECOYS]
        return phrases + decoys

    @staticmethod
    def _row(free: FreeDecode, starts: list[int], candidate: _Candidate) -> tuple[int, ...]:
        before = free.tokens[: starts[candidate.first]]
        begins = candidate.first == 0 or free.words[candidate.first - 1].text.endswith((".", "?", "!"))
        return before + (candidate.entry.capital if begins else candidate.entry.small)

    @staticmethod
    def _score(
        free: FreeDecode, own: ForcedDecode, fit: ForcedDecode, starts: list[int], candidate: _Candidate
    ) -> float:
        first, end = starts[candidate.first], starts[candidate.end]
        phrase = fit.log_probs[first:]
        mean = float(phrase.mean())
        whole = float(own.log_probs.mean()) if math.isnan(free.mean_log_prob) else free.mean_log_prob
        yardstick = max(whole, float(own.log_probs[first:end].mean()))
        worst = float(np.sort(phrase)[:2].mean())
        return min(mean - yardstick, mean + 1, worst + 2)


def _fullest(scored: list[_Scored]) -> _Scored:
    """The best, or a longer phrase that is nearly as good: who says "I'm ready" says "ready", too."""
    best = max(score for score, _, _ in scored)
    return max(
        (row for row in scored if row[0] >= best - NEARLY_AS_GOOD), key=lambda row: (len(row[2].entry.letters), row[0])
    )


def _text(free: FreeDecode, first: int, end: int) -> str:
    return " ".join(word.text for word in free.words[first:end])
