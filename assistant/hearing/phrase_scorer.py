"""The embedded English recogniser: asks how well each phrase fits the sound, instead of trusting a transcript.

Every 0.18 s of an utterance, in every lull and at its end, the last three seconds are looked at once:

1. Whisper decodes freely. Where the letters of a phrase resemble a run of those words, the phrase becomes a candidate.
2. The candidates, and the decoys that resemble the words as much, are decoded by force in place of the run.
3. score = min(L - F, L + 1, W + 2), where L is the mean log probability of the phrase's tokens with its full stop, W
   the mean of its two worst tokens, and F what Whisper thinks of its own words (of all, or of those replaced,
   whichever is higher). About 0 when Whisper would have written just that. The absolute terms are there because any
   phrase looks good beside a bad free decode.
4. A decoy that fits better than the phrase speaks against it: an answer is dropped, a pause phrase loses as much as the
   decoy fits better.
5. For the phrases it was taught, a small network has heard the same sound (`phrase_spotter`). Where it hears none of
   them, steps 1 to 4 are saved; where it does, both opinions make the score.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from assistant.hearing.candidates import (
    LONGEST_PHRASE_SECONDS,
    Candidate,
    Entry,
    Scored,
    candidates_in,
    fullest,
    letters,
    place_of,
    row_of,
    text_score,
    without_echo,
    words_of,
)
from assistant.hearing.numbers import in_digits
from assistant.hearing.phrase_spotter import WORST_TEXT_SCORE, PhraseSpotter, Spot
from assistant.ports import FreeDecode, Hypothesis, ScoringModel
from assistant.sound import HEARING_RATE_HZ, Samples

CONTEXT_FRAMES = 3 * HEARING_RATE_HZ
LOOK_EVERY_SECONDS = 0.18
LOOK_SELDOM_SECONDS = 0.8  # where a phrase the spotter was not taught has every look decoded: ten times the work
SHORTEST_EARLY_LOOK_SECONDS = 1.3  # while somebody is still speaking
SHORTEST_LOOK_SECONDS = 0.7  # pre-roll and lull included: nobody says a word in less
NEWS_SECONDS = 0.3  # more than the rest of the gate's hang after a lull
SHORTEST_PHRASE_SECONDS = 0.15  # right ones took 0.22 s and more; a "ready" out of "not ready" took 0.02 s
SPOTTED = 1.0  # the logit of a phrase about which there is hardly a doubt
NOT_SPOTTED = -3.0  # below, nothing is decoded: of hard development lessons with a phrase, fewer than 5 in 100
FOLLOWED_BY_NOTHING_SECONDS = 0.5  # in noise there is no lull; then this is as good as one
STILL_UNDER_WAY_SECONDS = 0.1  # a phrase that ends this close to the newest sample may go on


class PhraseScorer:
    """A `Recognizer` for a closed set of English phrases.

    ``model``: loaded, and used by nobody else meanwhile. ``spotter``: a second opinion on the phrases it was taught.
    ``amid``: the phrases that may come in the middle of talk, all if None. Where some of them are listened for, the
    others are looked for only in a lull and at the end.
    """

    def __init__(
        self, model: ScoringModel, spotter: PhraseSpotter | None = None, *, amid: Collection[str] | None = None
    ) -> None:
        self._model, self._spotter, self._amid = model, spotter, amid
        self._entries: dict[tuple[str, bool], Entry] = {}
        self._active: list[Entry] = []
        self._active_amid: list[Entry] = []
        self._active_alone: list[Entry] = []
        self._sound: list[Samples] = []
        self._look_every = LOOK_SELDOM_SECONDS
        self._frames = 0
        self._looked_at = 0
        self._looked_under_way = False

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        wanted = [(phrase, False) for phrase in phrases] + [(decoy, True) for decoy in decoys]
        self._active = [self._entry(*key) for key in wanted]
        amid = set(phrases) if self._amid is None else set(phrases).intersection(self._amid) or set(phrases)
        self._active_amid = [entry for entry in self._active if entry.decoy or entry.phrase in amid]
        self._look_every = LOOK_EVERY_SECONDS if self._may_overrule(*amid) else LOOK_SELDOM_SECONDS
        self._active_alone = [entry for entry in self._active if entry.decoy or entry.phrase not in amid]

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        self._sound.append(samples)
        self._frames += len(samples)
        if self._frames - self._looked_at < self._look_every * HEARING_RATE_HZ:
            return ()
        if self._frames < SHORTEST_EARLY_LOOK_SECONDS * HEARING_RATE_HZ:
            return ()
        return self._look(self._active_amid, under_way=True)

    def lull(self) -> Sequence[Hypothesis]:
        return self._look(self._active, under_way=False)

    def finish(self) -> Sequence[Hypothesis]:
        # After a lull, only silence has come: a second look would see the same, and agree with itself.
        nothing_new = self._frames - self._looked_at < NEWS_SECONDS * HEARING_RATE_HZ
        not_looked_for = self._active_alone if self._looked_under_way else []
        found = self._look(not_looked_for if nothing_new else self._active, under_way=False)
        self.reset()
        return found

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def reset(self) -> None:
        self._sound, self._frames, self._looked_at, self._looked_under_way = [], 0, 0, False

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
            self._entries[phrase, decoy] = Entry(
                phrase=phrase,
                letters=letters(phrase),
                in_words=self._tokens(phrase),
                in_digits=self._tokens(in_digits(phrase)),
                decoy=decoy,
            )
        return self._entries[phrase, decoy]

    def _tokens(self, phrase: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """As a sentence of its own, and inside one."""
        small = phrase.replace("i'", "I'") if phrase.startswith("i'") else phrase
        small = " ".join("I" if word == "i" else word for word in small.split())
        return self._model.tokens(f" {small[0].upper()}{small[1:]}."), self._model.tokens(f" {small}.")

    def _look(self, entries: list[Entry], *, under_way: bool) -> Sequence[Hypothesis]:
        self._looked_at, self._looked_under_way = self._frames, under_way
        if not any(not entry.decoy for entry in entries) or self._frames < SHORTEST_LOOK_SECONDS * HEARING_RATE_HZ:
            return ()
        samples = np.concatenate(self._sound)[-CONTEXT_FRAMES:]
        self._sound = [samples]
        passed = (self._frames - len(samples)) / HEARING_RATE_HZ
        return self._seen(samples, entries, passed=passed, under_way=under_way)

    def _seen(self, samples: Samples, entries: list[Entry], *, passed: float, under_way: bool) -> Sequence[Hypothesis]:
        phrases = [entry.phrase for entry in entries if not entry.decoy]
        if not phrases:
            return ()
        encoded = self._model.encoded(samples)
        spots: Mapping[str, Spot] = {}
        if self._spotter is not None:
            spots = self._spotter.spots(self._model.features(encoded), phrases)
            if self._may_overrule(*phrases) and max(spots[phrase].logit for phrase in phrases) < NOT_SPOTTED:
                return ()
        free = without_echo(self._model.free(encoded), {entry.letters for entry in entries if not entry.decoy})
        length = len(samples) / HEARING_RATE_HZ
        if not free.words:
            return self._wordless(spots, length, passed, under_way=under_way)
        candidates = candidates_in(free, entries, spots)
        starts = [word.token for word in free.words] + [len(free.tokens)]
        fused = self._weighed(encoded, free, starts, candidates, spots)
        found = []
        for score, fit, candidate in self._chosen(fused):
            phrase = candidate.entry.phrase
            starts_at, ends = place_of(fit, starts[candidate.first], spots.get(phrase), length)
            goes_on = under_way and length - ends < STILL_UNDER_WAY_SECONDS
            if goes_on or (phrase not in spots and ends - starts_at < SHORTEST_PHRASE_SECONDS):
                continue
            spotted = self._may_overrule(phrase) and spots[phrase].logit > SPOTTED
            inside = words_of(free, candidate.first, candidate.end)
            found.append(
                Hypothesis(
                    phrase=phrase,
                    score=score,
                    start_seconds=passed + starts_at,
                    end_seconds=passed + ends,
                    before=words_of(free, 0, candidate.first),
                    # Where the spotter is sure, what Whisper wrote in place of the phrase is a mishearing and no veto.
                    inside=phrase + inside[len(inside.rstrip(".,?!")) :] if spotted else inside,
                    after=words_of(free, candidate.end, len(free.words)),
                    spotted=spotted,
                    under_way=under_way and length - ends < FOLLOWED_BY_NOTHING_SECONDS,
                )
            )
        return found

    def _chosen(self, fused: list[Scored]) -> list[Scored]:
        """The likeliest; of answers also what was said beside it, because of "ready, no, not yet" both count."""
        if not fused:
            return []
        best = fullest(fused)
        if self._may_overrule(best[2].entry.phrase):
            return [best]
        return [best, *(row for row in fused if row[2].end <= best[2].first or row[2].first >= best[2].end)]

    def _may_overrule(self, *phrases: str) -> bool:
        """Whether the spotter was taught enough of these phrases to speak against the decoder."""
        return self._spotter is not None and self._spotter.can_deny(phrases)

    def _weighed(
        self,
        encoded: Any,
        free: FreeDecode,
        starts: list[int],
        candidates: Sequence[Candidate],
        spots: Mapping[str, Spot],
    ) -> list[Scored]:
        """The phrases among the candidates, each with its score; without answers that a decoy beats."""
        rows = [free.tokens] + [row_of(free, starts, candidate) for candidate in candidates]
        own, *fits = self._model.forced(encoded, rows)
        scored = []
        for fit, candidate in zip(fits, candidates, strict=True):
            answer = not candidate.entry.decoy and not self._may_overrule(candidate.entry.phrase)
            scored.append((text_score(free, own, fit, starts, candidate, word_for_word=answer), fit, candidate))
        decoyed = max((row[0] for row in scored if row[2].entry.decoy), default=-math.inf)
        fused = []
        for score, fit, candidate in scored:
            phrase = candidate.entry.phrase
            if candidate.entry.decoy:
                continue
            if self._may_overrule(phrase):
                score -= max(0.0, decoyed - score)  # noqa: PLW2901
            elif score < decoyed:
                continue
            if self._spotter is not None and phrase in spots:
                score = self._spotter.fused(phrase, spots[phrase].logit, score)  # noqa: PLW2901
            fused.append((score, fit, candidate))
        return fused

    def _wordless(
        self, spots: Mapping[str, Spot], length: float, passed: float, *, under_way: bool
    ) -> Sequence[Hypothesis]:
        """Where the decoder finds no words at all, the spotter may still have heard a phrase. ``length``: seconds."""
        if self._spotter is None or not spots:
            return ()
        best = max(spots, key=lambda phrase: spots[phrase].logit)
        score = self._spotter.fused(best, spots[best].logit, WORST_TEXT_SCORE)
        ends = min(length, spots[best].seconds)
        starts = max(0.0, ends - LONGEST_PHRASE_SECONDS)
        return (Hypothesis(best, score, passed + starts, passed + ends, under_way=under_way),)
