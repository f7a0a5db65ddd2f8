"""Where a phrase would stand in what Whisper wrote: the run of words whose letters resemble it most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from assistant.ports import FreeDecode

MOST_PHRASES = 3
MOST_DECOYS = 3


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
class Entry:
    """A phrase or decoy. ``capital``, ``small``: its tokens at the beginning of a sentence, and inside one."""

    phrase: str
    letters: str
    capital: tuple[int, ...]
    small: tuple[int, ...]
    decoy: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry, and the run of words it would replace."""

    entry: Entry
    similarity: float
    first: int  # index of the first word it would replace
    end: int  # one past the last


def candidates_in(free: FreeDecode, entries: Sequence[Entry], logits: Mapping[str, float]) -> list[Candidate]:
    """Where each of the likeliest phrases and decoys would stand among these words (one at least).

    ``logits``: the spotter's opinion; the phrase it thinks likeliest is always among them.
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
    spotted = max(phrases, key=lambda candidate: logits.get(candidate.entry.phrase, -math.inf), default=None)
    phrases = list(dict.fromkeys([*phrases[:MOST_PHRASES], *([spotted] if spotted else [])]))
    decoys = [candidate for candidate in found if candidate.entry.decoy][:MOST_DECOYS]
    return phrases + decoys
