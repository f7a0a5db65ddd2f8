"""The decision: does this hypothesis mean that somebody wants something now?

Three questions, in this order. Is it meant? The words around a phrase can turn it into talk about a pause ("he said I
need a pause", "I don't need a pause"). Does it stand alone? Short words such as "ready" count only as a whole
utterance; a pause phrase inside running speech has to be surer. Is it sure enough? Two looks that agree help each
other.

Here the words end: what is handed on is an `Intent`, and nothing is kept but scores.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from assistant.messages import Intent
from assistant.ports import Hypothesis

AGREEING_SECONDS = 1.8  # two looks this close together are about the same words
AGREEMENT_BONUS = 0.3
EMBEDDED_PENALTY = 0.4  # how much surer a phrase must be when other words stand around it in the same clause
EASE = {Intent.UNDO: 1.0}  # how much less sure a word may be: the way out of a false start is wide
LONGEST_COMMAND_SECONDS = 4.0
REFRACTORY_SECONDS = 2.0  # the same intent again this soon is the same words again
REFRACTORY_AFTER_UNDO_SECONDS = 3.0

# What people put around a short answer without changing it.
SMALL_WORDS = frozenset(
    {
        *("okay", "ok", "yes", "yeah", "yep", "well", "so", "um", "uh", "oh", "right", "and", "then", "now", "please"),
        *("i", "i'm", "am", "we", "we're"),
    }
)
NEGATIONS = frozenset(["not", "never", "don't", "isn't", "aren't", "can't", "won't"])
_CLAUSE_END = re.compile(r"[.?!,;:…]")


def last_clause(text: str) -> str:
    """What stands after the last punctuation mark."""
    return _CLAUSE_END.split(text)[-1].strip()


def first_clause(text: str) -> str:
    """What stands before the first punctuation mark."""
    return _CLAUSE_END.split(text)[0].strip()


def _words(text: str) -> list[str]:
    return [word.strip('.,?!…"\u201c\u201d').lower().replace("\u2019", "'") for word in text.split()]


class Trigger:
    """Decides. ``cancelled``: whether words around a pause phrase show that no pause is wanted.

    ``act_score``, ``control_score``: how sure a pause phrase, and a word during a pause, has to be (natural-log
    likelihood ratio, 0 is certain).
    """

    def __init__(self, *, act_score: float, control_score: float, cancelled: Callable[[str], bool]) -> None:
        self._act_score, self._control_score, self._cancelled = act_score, control_score, cancelled
        self._meaning: Mapping[str, Intent] = {}
        self._recent: deque[tuple[float, str, float]] = deque(maxlen=8)
        self._blocked_until: dict[Intent, float] = {}

    def listen_for(self, meaning: Mapping[str, Intent]) -> None:
        """Only these phrases count, and this is what they mean."""
        self._meaning = meaning
        self._recent.clear()

    def decide(self, hypotheses: Iterable[Hypothesis], now: float) -> Intent | None:
        """What is wanted, if anything. ``now``: seconds, on any clock that goes forward."""
        wanted = [intent for hypothesis in hypotheses if (intent := self._wanted(hypothesis, now)) is not None]
        if not wanted:
            return None
        intent = Intent.NOT_YET if Intent.NOT_YET in wanted else wanted[0]
        self._blocked_until[intent] = now + REFRACTORY_SECONDS
        if intent is Intent.UNDO:
            self._blocked_until[Intent.PAUSE] = now + REFRACTORY_AFTER_UNDO_SECONDS
        self._recent.clear()
        return intent

    def _wanted(self, hypothesis: Hypothesis, now: float) -> Intent | None:
        intent = self._meaning.get(hypothesis.phrase)
        if intent is None or now < self._blocked_until.get(intent, now):
            return None
        before = last_clause(hypothesis.before)
        # A phrase that ends a sentence ends the thought; what Whisper writes after it is often an echo of its own.
        after = "" if _CLAUSE_END.search(hypothesis.inside[-1:]) else first_clause(hypothesis.after)
        extra = [word for word in _words(f"{before} {after}") if word not in SMALL_WORDS]
        score = self._with_agreement(hypothesis, now)
        if intent is Intent.PAUSE:
            if self._cancelled(f"{before} {hypothesis.inside} {after}"):
                return None
            return intent if score >= self._act_score + (EMBEDDED_PENALTY if extra else 0) else None
        negated = NEGATIONS.intersection(_words(f"{before} {hypothesis.inside} {after}"))
        if extra or hypothesis.end_seconds > LONGEST_COMMAND_SECONDS or (intent is Intent.READY and negated):
            return None
        return intent if score >= self._control_score - EASE.get(intent, 0.0) else None

    def _with_agreement(self, hypothesis: Hypothesis, now: float) -> float:
        earlier = [
            score
            for at, phrase, score in self._recent
            if phrase == hypothesis.phrase and 0 < now - at < AGREEING_SECONDS
        ]
        self._recent.append((now, hypothesis.phrase, hypothesis.score))
        if not earlier:
            return hypothesis.score
        return max(hypothesis.score, (hypothesis.score + max(earlier)) / 2 + AGREEMENT_BONUS)
