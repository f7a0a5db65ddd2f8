"""The decision: does this hypothesis mean that somebody wants something now? Act, ask, or nothing.

Three questions, in this order. Is it meant? The words around a phrase can turn it into talk about a pause ("he said I
need a pause", "I don't need a pause"); then nothing follows from it, however often it is heard. Does it stand alone?
Short words such as "ready" count only as a whole utterance; a pause phrase inside running speech has to be surer. Is it
sure enough? Two looks at the same words that agree help each other, and a pause that is called twice within seconds
needs less: an angry person says it again. A pause phrase that is nearly sure enough is worth a question.

Here the words end: what is handed on is `Heard`, and nothing is kept but scores and seconds of our own phrases.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from assistant.hearing.around import Clause, clause_of
from assistant.hearing.doubts import Doubts
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis
from assistant.settings.machine import Hearing

AGREEING_SECONDS = 1.8  # two looks this close together are about the same words
AGREEMENT_BONUS = 0.3
REPEAT_SECONDS = 6.0  # a phrase that is said again this soon is the same wish
EMBEDDED_PENALTY = 0.4  # how much surer a phrase must be when other words stand around it in the same clause
EASE = {Intent.UNDO: 1.0}  # how much less sure a word may be: the way out of a false start is wide
LONGEST_COMMAND_SECONDS = 4.0
REFRACTORY_SECONDS = 2.0  # the same intent again this soon is the same words again
REFRACTORY_OF_PAUSE_SECONDS = 10.0  # it has just begun
REFRACTORY_AFTER_UNDO_SECONDS = 3.0

ANSWERS = frozenset({Intent.YES, Intent.NO})
TURNED_ROUND_BY_A_NOT = frozenset({Intent.READY, Intent.YES})


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look found. ``at``: when; ``began``, ``ended``: where the words stand, on the same clock.

    ``score``: as the recogniser gave it. ``sureness``: with everything that speaks for and against it. ``doubtful``:
    a pause that is worth a question.
    """

    at: float
    began: float
    ended: float
    phrase: str
    score: float
    sureness: float
    doubtful: bool

    def same_words_as(self, other: _Look) -> bool:
        return self.began < (other.began + other.ended) / 2 < self.ended


class Trigger:
    """Decides.

    ``hearing``: how sure everything has to be. ``cancelled``: whether words around a pause phrase show that no pause
    is wanted.
    """

    def __init__(self, *, hearing: Hearing, cancelled: Callable[[str], bool]) -> None:
        self._hearing, self._cancelled = hearing, cancelled
        self._meaning: Mapping[str, Intent] = {}
        self._asking = False
        self._looks: deque[_Look] = deque(maxlen=16)
        self._blocked_until: dict[Intent, float] = {}
        self._doubts = Doubts()

    def listen_for(self, meaning: Mapping[str, Intent]) -> None:
        """Only these phrases count, and this is what they mean."""
        self._meaning = meaning
        self._asking = Intent.YES in meaning.values()
        self.forget()

    def forget(self) -> None:
        """What was heard up to now adds up with nothing that comes."""
        self._looks.clear()

    def decide(
        self, hypotheses: Iterable[Hypothesis], now: float, *, began: float | None = None, talking: bool = False
    ) -> Heard | None:
        """What is wanted, if anything. To be called again and again, because a question waits for the end of the talk.

        ``now``: seconds, on any clock that goes forward. ``began``: when the utterance began, on the same clock; None
        when it is not known, then the words have just ended. ``talking``: whether the utterance still goes on.
        """
        wanted = [
            intent for hypothesis in hypotheses if (intent := self._wanted(hypothesis, now, began=began)) is not None
        ]
        if wanted:
            return self._act(Intent.NOT_YET if Intent.NOT_YET in wanted else wanted[0], now)
        if not self._looks:  # as in nearly every round
            return None
        due = any(look.doubtful and self._doubts.due(look.at, now, talking=talking) for look in self._looks)
        if due and self._doubts.may_ask(now):
            self._doubts.asked(now)
            self.forget()
            return Heard(Intent.PAUSE, sure=False)
        return None

    def _act(self, intent: Intent, now: float) -> Heard:
        rest = REFRACTORY_OF_PAUSE_SECONDS if intent is Intent.PAUSE else REFRACTORY_SECONDS
        self._blocked_until[intent] = now + rest
        if intent is Intent.UNDO:
            self._blocked_until[Intent.PAUSE] = now + REFRACTORY_AFTER_UNDO_SECONDS
        self.forget()
        return Heard(intent)

    def _wanted(self, hypothesis: Hypothesis, now: float, *, began: float | None) -> Intent | None:
        intent = self._meaning.get(hypothesis.phrase)
        if intent is None or now < self._blocked_until.get(intent, now):
            return None
        clause = clause_of(hypothesis)
        look = self._look(hypothesis, clause, now, began=began)
        if intent is Intent.PAUSE and self._cancelled(clause.words):
            # An earlier look at the same words, which had not heard the "not" yet, counts no longer.
            self._looks = deque((old for old in self._looks if not look.same_words_as(old)), self._looks.maxlen)
            return None
        earlier = list(self._looks)
        self._looks.append(look)
        if intent is Intent.PAUSE:
            return intent if self._is_a_pause(look, earlier) else None
        if clause.embedded or hypothesis.end_seconds > LONGEST_COMMAND_SECONDS:
            return None
        if intent in TURNED_ROUND_BY_A_NOT and clause.negated:
            return None
        bar = self._hearing.answer_score if intent in ANSWERS else self._hearing.control_score
        return intent if look.sureness >= bar - EASE.get(intent, 0.0) else None

    def _look(self, hypothesis: Hypothesis, clause: Clause, now: float, *, began: float | None) -> _Look:
        hearing, phrase = self._hearing, hypothesis.phrase
        start = now - hypothesis.end_seconds if began is None else began
        agreed = self._with_agreement(hypothesis, now) - hearing.phrase_offsets.get(phrase, 0.0)
        is_pause = self._meaning[phrase] is Intent.PAUSE
        return _Look(
            at=now,
            began=start + hypothesis.start_seconds,
            ended=start + hypothesis.end_seconds,
            phrase=phrase,
            score=hypothesis.score,
            sureness=agreed - (EMBEDDED_PENALTY if is_pause and clause.embedded and not self._asking else 0.0),
            # Other words around it call for a question instead of a surer one.
            doubtful=is_pause and hearing.ask_score < hearing.act_score and agreed >= hearing.ask_score,
        )

    def _with_agreement(self, hypothesis: Hypothesis, now: float) -> float:
        earlier = [
            look.score
            for look in self._looks
            if look.phrase == hypothesis.phrase and 0 < now - look.at < AGREEING_SECONDS
        ]
        if not earlier:
            return hypothesis.score
        return max(hypothesis.score, (hypothesis.score + max(earlier)) / 2 + AGREEMENT_BONUS)

    def _is_a_pause(self, look: _Look, earlier: Iterable[_Look]) -> bool:
        if look.sureness >= self._hearing.act_score:
            return True
        enough = self._hearing.repeat_score
        if look.sureness < enough:
            return False
        # Being asked about it and saying it again is the same as saying it twice.
        return self._asking or any(
            old.sureness >= enough
            and look.at - old.at <= REPEAT_SECONDS
            and self._meaning.get(old.phrase) is Intent.PAUSE
            and not look.same_words_as(old)
            for old in earlier
        )
