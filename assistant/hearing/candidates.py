"""Where a phrase would stand in what Whisper wrote, the run of words whose letters resemble it most; and how well."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from assistant.hearing.numbers import in_words
from assistant.hearing.phrase_spotter import Spot
from assistant.ports import ForcedDecode, FreeDecode

MOST_PHRASES = 3
MOST_DECOYS = 3
NEARLY_AS_GOOD = 0.3
HALF_AS_GOOD = 1.0  # for a phrase with the other one in it: its other words have to come from somewhere
LONGEST_PHRASE_SECONDS = 1.5
BESIDE_SECONDS = 0.6  # the spotter hears a phrase best towards its end or a little later


def letters(text: str) -> str:
    """Only the letters, in lower case, of numbers too: what two spellings of the same sounds have in common."""
    return "".join(char for char in in_words(text.lower()) if char.isalpha())


def without_echo(free: FreeDecode, wanted: Collection[str] = ()) -> FreeDecode:
    """The free decode without its repetitions: "ready ready ready" becomes "ready".

    When the sound is shorter than the context, the model often goes on by saying it all again, surer each time. The
    mean log probability of what is left is not known (nan).
    ``wanted``: letters of the phrases; what is one of them when it is said twice, such as "quiet stop quiet stop", is
    left twice.
    """
    texts = [letters(word.text) for word in free.words]
    for period in range(1, len(texts)):
        if _goes_round(texts, period):
            end = 2 * period if 2 * "".join(texts[:period]) in wanted else period
            if end >= len(texts):
                return free
            return FreeDecode(free.tokens[: free.words[end].token], free.words[:end], math.nan)
    return free


def _goes_round(texts: Sequence[str], period: int) -> bool:
    """Whether these words only say the first few again. After two whole rounds the last may break off: "sof"."""
    *before, last = [texts[index - period] for index in range(period, len(texts))]
    if texts[period:-1] != before:
        return False
    return texts[-1] == last or (len(texts) > 2 * period and texts[-1] != "" and last.startswith(texts[-1]))


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase or decoy.

    ``in_words``, ``in_digits``: its tokens with the numbers in it written so, each at the beginning of a sentence and
    inside one.
    """

    phrase: str
    letters: str
    in_words: tuple[tuple[int, ...], tuple[int, ...]]
    in_digits: tuple[tuple[int, ...], tuple[int, ...]]
    decoy: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry, and the run of words it would replace."""

    entry: Entry
    similarity: float
    first: int  # index of the first word it would replace
    end: int  # one past the last


def candidates_in(free: FreeDecode, entries: Sequence[Entry], spots: Mapping[str, Spot]) -> list[Candidate]:
    """Where each of the likeliest phrases and decoys would stand among these words (one at least).

    ``spots``: the spotter's opinion; the phrase it thinks likeliest is always among them.
    """
    count = len(free.words)
    runs = [(first, end) for first in range(count) for end in range(first + 1, count + 1)]
    texts = ["".join(letters(word.text) for word in free.words[first:end]) for first, end in runs]
    edits = cdist([entry.letters for entry in entries], texts, scorer=Levenshtein.distance)
    found = []
    longer = np.array([end - first for first, end in runs]) / 1000  # of two runs as near, the one with more words
    for entry, row in zip(entries, edits, strict=True):
        nearest = int((row - longer).argmin())
        first, end = runs[nearest]
        found.append(Candidate(entry, 1 - float(row[nearest]) / len(entry.letters), first, end))
    found.sort(key=lambda candidate: -candidate.similarity)
    phrases = [candidate for candidate in found if not candidate.entry.decoy]
    spotted = sorted(
        (candidate for candidate in phrases if candidate.entry.phrase in spots),
        key=lambda candidate: -spots[candidate.entry.phrase].logit,
    )
    phrases = list(dict.fromkeys([*phrases[:MOST_PHRASES], *spotted[:1]]))
    decoys = [candidate for candidate in found if candidate.entry.decoy][:MOST_DECOYS]
    return phrases + decoys


def row_of(free: FreeDecode, starts: Sequence[int], candidate: Candidate) -> tuple[int, ...]:
    """The tokens to be decoded by force: the words before, then the phrase. ``starts``: each word's first token.

    Its numbers are written as the decoder wrote those it heard.
    """
    before = free.tokens[: starts[candidate.first]]
    begins = candidate.first == 0 or free.words[candidate.first - 1].text.endswith((".", "?", "!"))
    digits = any(char.isdigit() for word in free.words for char in word.text)
    capital, small = candidate.entry.in_digits if digits else candidate.entry.in_words
    return before + (capital if begins else small)


def text_score(
    free: FreeDecode,
    own: ForcedDecode,
    fit: ForcedDecode,
    starts: Sequence[int],
    candidate: Candidate,
    *,
    word_for_word: bool,
) -> float:
    """How well the phrase fits the sound, beside the decoder's own words (`assistant.hearing.phrase_scorer`, step 3).

    ``own``: the free words, decoded by force. ``fit``: the candidate's row (`row_of`). ``starts``: each word's first
    token, and one past the last. ``word_for_word``: where just the phrase was written and no more, it counts
    without its full stop, too; of one word, the stop is half of what the score is made of.
    """
    first, end = starts[candidate.first], starts[candidate.end]
    phrase = fit.log_probs[first:]
    mean = float(phrase.mean())
    whole = float(own.log_probs.mean()) if math.isnan(free.mean_log_prob) else free.mean_log_prob
    yardstick = max(whole, float(own.log_probs[first:end].mean()))
    worst = float(np.sort(phrase)[:2].mean())
    score = min(mean - yardstick, mean + 1, worst + 2)
    if not word_for_word or candidate.similarity < 1 or (candidate.first, candidate.end) != (0, len(free.words)):
        return score
    return max(score, min(0.0, float(own.log_probs[first:end].mean()) + 1))


def words_of(free: FreeDecode, first: int, end: int) -> str:
    """A run of the words; never printed."""
    return " ".join(word.text for word in free.words[first:end])


def place_of(fit: ForcedDecode, first: int, spot: Spot | None, length: float) -> tuple[float, float]:
    """From where to where the phrase goes, in seconds. ``first``: its first token. ``length``: of the sound."""
    starts, ends = min(float(fit.seconds[first]), length), min(float(fit.seconds[-1]), length)  # up to its full stop
    if spot is None or spot.logit < 0 or starts <= spot.seconds <= ends + BESIDE_SECONDS:
        return starts, ends
    # In noise, and of half a phrase, the decoder does not know where it is.
    ends = min(spot.seconds, length)
    return max(0.0, ends - LONGEST_PHRASE_SECONDS), ends


Scored = tuple[float, ForcedDecode, Candidate]


def fullest(scored: list[Scored]) -> Scored:
    """The best, or a longer phrase that is nearly as good: who says "I'm ready" says "ready", too."""
    best = max(scored, key=lambda row: row[0])

    def nearly_as_good(row: Scored) -> bool:
        margin = HALF_AS_GOOD if best[2].entry.letters in row[2].entry.letters else NEARLY_AS_GOOD
        return row[0] >= best[0] - margin

    return max(filter(nearly_as_good, scored), key=lambda row: (len(row[2].entry.letters), row[0]))
