"""The embedded English recogniser: asks how well each phrase fits the sound, instead of trusting a transcript.

Every 0.8 s of an utterance, in every lull and at its end, the last three seconds are looked at once:

1. Whisper decodes freely. Where the letters of a phrase resemble a run of those words, the phrase becomes a candidate.
2. The candidates, and the decoys that resemble the words as much, are decoded by force in place of the run.
3. score = min(L - F, L + 1, W + 2), where L is the mean log probability of the phrase's tokens with its full stop, W
   the mean of its two worst tokens, and F what Whisper thinks of its own words (of all, or of those replaced,
   whichever is higher). About 0 when Whisper would have written just that. The absolute terms are there because any
   phrase looks good beside a bad free decode.
4. A decoy that fits better than the phrase speaks against it, as much as it fits better.
5. For the phrases it was taught, a small network has heard the same sound (`phrase_spotter`). Where it hears none of
   them, steps 1 to 4 are saved; where it does, both opinions make the score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assistant.hearing.candidates import Candidate, Entry, candidates_in, letters, without_echo
from assistant.hearing.phrase_spotter import WORST_TEXT_SCORE, PhraseSpotter
from assistant.ports import ForcedDecode, FreeDecode, Hypothesis, ScoringModel
from assistant.sound import HEARING_RATE_HZ, Samples

CONTEXT_FRAMES = 3 * HEARING_RATE_HZ
LOOK_EVERY_SECONDS = 0.8
SHORTEST_EARLY_LOOK_SECONDS = 1.3  # while somebody is still speaking
SHORTEST_LOOK_SECONDS = 0.7  # pre-roll and lull included: nobody says a word in less
NEARLY_AS_GOOD = 0.3
NEWS_SECONDS = 0.3  # more than the rest of the gate's hang after a lull
LONGEST_PHRASE_SECONDS = 1.5
SHORTEST_PHRASE_SECONDS = 0.15  # right ones took 0.22 s and more; a "ready" out of "not ready" took 0.02 s
SPOTTED = 1.0  # the logit of a phrase about which there is hardly a doubt
NOT_SPOTTED = -3.0  # a logit below which the spotter has never yet been wrong to let a phrase pass
STILL_UNDER_WAY_SECONDS = 0.1  # a phrase that ends this close to the newest sample may go on


_Scored = tuple[float, ForcedDecode, Candidate]


class PhraseScorer:
    """A `Recognizer` for a closed set of English phrases.

    ``model``: loaded, and used by nobody else meanwhile. ``spotter``: a second opinion on the phrases it was taught.
    """

    def __init__(self, model: ScoringModel, spotter: PhraseSpotter | None = None) -> None:
        self._model, self._spotter = model, spotter
        self._entries: dict[tuple[str, bool], Entry] = {}
        self._active: list[Entry] = []
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

    def score_cut(self, samples: Samples, phrases: Sequence[str]) -> Hypothesis | None:
        """One look at a piece of sound (at most 3 s): the best of `phrases`, with seconds from the start of the piece.

        None when nothing was said, or one of the decoys that `listen_for` was given. Forgets nothing and keeps nothing.
        """
        entries = [self._entry(phrase, False) for phrase in phrases] + [one for one in self._active if one.decoy]
        found = self._seen(samples[-CONTEXT_FRAMES:], entries, passed=0.0, under_way=False)
        return found[0] if found else None

    def _entry(self, phrase: str, decoy: bool) -> Entry:
        if (phrase, decoy) not in self._entries:
            small = phrase.replace("i'", "I'") if phrase.startswith("i'") else phrase
            small = " ".join("I" if word == "i" else word for word in small.split())
            self._entries[phrase, decoy] = Entry(
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
        passed = (self._frames - len(samples)) / HEARING_RATE_HZ
        return self._seen(samples, self._active, passed=passed, under_way=under_way)

    def _seen(self, samples: Samples, entries: list[Entry], *, passed: float, under_way: bool) -> Sequence[Hypothesis]:
        phrases = [entry.phrase for entry in entries if not entry.decoy]
        if not phrases:
            return ()
        encoded = self._model.encoded(samples)
        logits: Mapping[str, float] = {}
        if self._spotter is not None:
            logits = self._spotter.logits(self._model.features(encoded), phrases)
            if self._spotter.can_deny(phrases) and max(logits[phrase] for phrase in phrases) < NOT_SPOTTED:
                return ()
        free = without_echo(self._model.free(encoded))
        if not free.words:
            return self._wordless(phrases, logits, len(samples) / HEARING_RATE_HZ, passed)
        candidates = candidates_in(free, entries, logits)
        starts = [word.token for word in free.words] + [len(free.tokens)]
        fused = self._weighed(encoded, free, starts, candidates, logits)
        if not fused:
            return ()
        score, fit, best = _fullest(fused)
        length = len(samples) / HEARING_RATE_HZ
        ends = min(float(fit.seconds[-1]), length)  # where the full stop would stand
        spotted = logits.get(best.entry.phrase, 0.0) > SPOTTED
        starts_at = min(float(fit.seconds[starts[best.first]]), length)
        goes_on = under_way and length - ends < STILL_UNDER_WAY_SECONDS
        if goes_on or (best.entry.phrase not in logits and ends - starts_at < SHORTEST_PHRASE_SECONDS):
            return ()
        return (
            Hypothesis(
                phrase=best.entry.phrase,
                score=score,
                start_seconds=passed + starts_at,
                end_seconds=passed + ends,
                before=_text(free, 0, best.first),
                # Where the spotter is sure, what Whisper wrote in place of the phrase is a mishearing and no veto.
                inside=best.entry.phrase if spotted else _text(free, best.first, best.end),
                after=_text(free, best.end, len(free.words)),
                spotted=spotted,
            ),
        )

    def _weighed(
        self,
        encoded: Any,
        free: FreeDecode,
        starts: list[int],
        candidates: Sequence[Candidate],
        logits: Mapping[str, float],
    ) -> list[_Scored]:
        """The phrases among the candidates, each with its score; without those that a decoy beats."""
        rows = [free.tokens] + [self._row(free, starts, candidate) for candidate in candidates]
        own, *fits = self._model.forced(encoded, rows)
        scored = [
            (self._score(free, own, fit, starts, candidate), fit, candidate)
            for fit, candidate in zip(fits, candidates, strict=True)
        ]
        decoyed = max((row[0] for row in scored if row[2].entry.decoy), default=-math.inf)
        fused = [
            (self._fused(candidate.entry.phrase, score, decoyed, logits), fit, candidate)
            for score, fit, candidate in scored
            if not candidate.entry.decoy
        ]
        return [row for row in fused if row[0] > -math.inf]

    def _fused(self, phrase: str, score: float, decoyed: float, logits: Mapping[str, float]) -> float:
        """One score. ``decoyed``: the best decoy's. ``logits``: the spotter's opinion of what it was taught."""
        if self._spotter is None or not self._spotter.can_deny([phrase]):
            if score < decoyed:
                return -math.inf
            return (
                score
                if self._spotter is None or phrase not in logits
                else self._spotter.fused(phrase, logits[phrase], score)
            )
        return self._spotter.fused(phrase, logits[phrase], score - max(0.0, decoyed - score))

    def _wordless(
        self, phrases: Sequence[str], logits: Mapping[str, float], length: float, passed: float
    ) -> Sequence[Hypothesis]:
        """Where the decoder finds no words at all, the spotter may still have heard a phrase. ``length``: seconds."""
        known = [phrase for phrase in phrases if phrase in logits]
        if self._spotter is None or not known:
            return ()
        best = max(known, key=lambda phrase: logits[phrase])
        score = self._spotter.fused(best, logits[best], WORST_TEXT_SCORE)
        return (Hypothesis(best, score, passed + max(0.0, length - LONGEST_PHRASE_SECONDS), passed + length),)

    @staticmethod
    def _row(free: FreeDecode, starts: list[int], candidate: Candidate) -> tuple[int, ...]:
        before = free.tokens[: starts[candidate.first]]
        begins = candidate.first == 0 or free.words[candidate.first - 1].text.endswith((".", "?", "!"))
        return before + (candidate.entry.capital if begins else candidate.entry.small)

    @staticmethod
    def _score(
        free: FreeDecode, own: ForcedDecode, fit: ForcedDecode, starts: list[int], candidate: Candidate
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
