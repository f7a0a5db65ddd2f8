"""The decision: does this hypothesis mean that somebody wants something now? Act, ask, or nothing.

Three questions, in this order. Is it meant? The words around a phrase can turn it into talk about a pause ("he said I
need a pause", "I don't need a pause"); then nothing follows from it, however often it is heard. Does it stand alone?
Short words such as "ready" count only as a whole utterance, so never while somebody is still speaking; a pause phrase
inside running speech has to be surer. Is it sure enough? Two looks at the same words that agree help each other, and a
pause that is called twice within seconds needs less: an angry person says it again. A pause phrase that is nearly sure
enough is worth a question. Where signs are counted instead of a score, two are enough, one is worth a question, and
being said again is one more.

Here the words end: what is handed on is `Heard`, and nothing is kept but scores and seconds of our own phrases.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.hearing import intent_kinds as kinds
from assistant.hearing.around import NOTHING_AROUND, Clause, alone, clause_of
from assistant.hearing.doubts import Doubts
from assistant.hearing.held_back import HeldBack
from assistant.hearing.look import Look
from assistant.hearing.practice import attempt
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis
from assistant.settings.machine import Hearing

AGREEING_SECONDS = 1.8  # two looks this close together are about the same words
AGREEMENT_BONUS = 0.3
REPEAT_SECONDS = 6.0  # a phrase that is said again this soon is the same wish
EMBEDDED_PENALTY = 0.4  # how much surer a phrase must be when other words stand around it in the same clause
EASE = {Intent.UNDO: 1.0}  # how much less sure a word may be: the way out of a false start is wide
ENOUGH_SIGNS, SIGNS_TO_ASK = 2, 1
ENOUGH_SIGNS_FOR = {Intent.UNDO: 1}
DEALT_WITH_SECONDS = 4.0  # a later look at the same words, when some before them are out of sight, says no more
REFRACTORY_SECONDS = 2.0  # the same intent again this soon is the same words again
REFRACTORY_OF_PAUSE_SECONDS = 10.0  # it has just begun
REFRACTORY_AFTER_UNDO_SECONDS = 3.0


class Trigger:
    """Decides.

    ``hearing``: how sure everything has to be. ``cancelled``: whether words around a pause phrase show that no pause
    is wanted.
    """

    def __init__(self, *, hearing: Hearing, cancelled: Callable[[str], bool]) -> None:
        self._hearing, self._cancelled = hearing, cancelled
        self._meaning: Mapping[str, Intent] = {}
        self._asking = self._amid_talk = self._practising = False
        self._looks: deque[Look] = deque(maxlen=16)
        self._dealt_with: deque[Look] = deque(maxlen=8)
        self._ready = HeldBack[Look]()
        self._blocked_until: dict[Intent, float] = {}
        self._doubts = Doubts()

    def listen_for(self, meaning: Mapping[str, Intent], *, practising: bool = False) -> None:
        """Only these phrases count, and this is what they mean. ``practising``: see `assistant.hearing.practice`."""
        self._meaning, self._practising = meaning, practising
        if practising:
            self._blocked_until.clear()  # one attempt follows the other
        self._asking = frozenset(meaning.values()) == kinds.ASKED_ABOUT_A_PAUSE
        # Where a pause can be called, people talk with each other.
        self._amid_talk = Intent.PAUSE in meaning.values() and not self._asking
        self.forget()

    def forget(self) -> None:
        """What was heard up to now adds up with nothing that comes."""
        self._looks.clear()
        self._dealt_with.clear()
        self._ready.forget()

    def decide(
        self,
        hypotheses: Sequence[Hypothesis],
        now: float,
        *,
        began: float | None = None,
        talking: bool = False,
        all_said: bool = True,
    ) -> Heard | None:
        """What is wanted, if anything. To be called again and again, because some things wait for the end of the talk.

        ``now``: seconds, on any clock that goes forward. ``began``: when the utterance began, on the same clock; None
        when it is not known, then the words have just ended. ``talking``: whether somebody speaks just now.
        ``all_said``: whether this utterance is over, and nothing more of it can come.
        """
        wanted: dict[Intent, Look] = {}
        for hypothesis in hypotheses:
            intent = self._meaning.get(hypothesis.phrase)
            if intent is not None and (look := self._wanted(hypothesis, intent, now, began=began)) is not None:
                wanted.setdefault(intent, look)
        self._ready_or_not(wanted, hypotheses, now, began, all_said)
        if wanted:
            intent = Intent.NOT_YET if Intent.NOT_YET in wanted else next(iter(wanted))
            self._act(intent, now)
            self._dealt_with.extend(wanted.values())
            return Heard(intent, phrase=wanted[intent].phrase, score=wanted[intent].score)
        if self._practising:
            return attempt(hypotheses, self._meaning)
        if not self._looks:  # as in nearly every round
            return None
        due = any(look.doubtful and self._doubts.due(look.at, now, talking=talking) for look in self._looks)
        if due and self._doubts.may_ask(now):
            self._doubts.asked(now)
            self.forget()
            return Heard(Intent.PAUSE, sure=False)
        return None

    def _ready_or_not(
        self, wanted: dict[Intent, Look], hypotheses: Sequence[Hypothesis], now: float, began: float | None, said: bool
    ) -> None:
        """A "ready" waits until all is ``said``; a "not yet" beside it counts, although it does not stand alone."""
        seen = {self._meaning.get(each.phrase): each for each in reversed(hypotheses) if self._plausible(each)}
        ready = self._ready.due(wanted.pop(Intent.READY, None), now, all_said=said)
        if wanted or not (self._ready.waiting or Intent.READY in seen):
            return
        if (not_yet := seen.get(Intent.NOT_YET)) is not None:
            wanted[Intent.NOT_YET] = self._look(not_yet, Intent.NOT_YET, NOTHING_AROUND, now, began=began)
        elif ready is not None:
            wanted[Intent.READY] = ready

    def _plausible(self, hypothesis: Hypothesis) -> bool:
        signs = hypothesis.signs
        return hypothesis.score >= self._hearing.control_score if signs is None else signs >= SIGNS_TO_ASK

    def _act(self, intent: Intent, now: float) -> None:
        rest = REFRACTORY_OF_PAUSE_SECONDS if intent is Intent.PAUSE else REFRACTORY_SECONDS
        self._blocked_until[intent] = now + rest
        if intent is Intent.UNDO:
            self._blocked_until[Intent.PAUSE] = now + REFRACTORY_AFTER_UNDO_SECONDS
        self._looks.clear()
        self._dealt_with.clear()
        if intent in (Intent.READY, Intent.NOT_YET):
            self._ready.forget()

    def _wanted(self, hypothesis: Hypothesis, intent: Intent, now: float, *, began: float | None) -> Look | None:
        """The look, if it is sure enough to act on."""
        if now < self._blocked_until.get(intent, now):
            return None
        clause = clause_of(hypothesis)
        look = self._look(hypothesis, intent, clause, now, began=began)
        if intent is Intent.PAUSE and self._cancelled(clause.words):
            # An earlier look at the same words, which had not heard the "not" yet, counts no longer.
            self._looks = deque((old for old in self._looks if not look.same_words_as(old)), self._looks.maxlen)
            if self._cancelled(clause.before):
                self._dealt_with.append(look)
            return None
        if self._is_dealt_with(look, intent):
            return None
        self._looks.append(look)
        return look if look.enough else None

    def _is_dealt_with(self, look: Look, intent: Intent) -> bool:
        return any(
            0 < look.at - old.at < DEALT_WITH_SECONDS
            and self._meaning.get(old.phrase) is intent
            and (old.same_words_as(look) or look.same_words_as(old))
            for old in self._dealt_with
        )

    def _look(self, hypothesis: Hypothesis, intent: Intent, clause: Clause, now: float, *, began: float | None) -> Look:
        start = now - hypothesis.end_seconds if began is None else began
        look = Look(
            at=now,
            began=start + hypothesis.start_seconds,
            ended=start + hypothesis.end_seconds,
            phrase=hypothesis.phrase,
            score=hypothesis.score if hypothesis.signs is None else None,
        )
        may_count = intent in kinds.EVEN_AMONG_OTHER_WORDS or alone(hypothesis, intent, clause)
        if hypothesis.signs is not None:
            return self._by_signs(look, intent, hypothesis.signs, may_count=may_count)
        if intent is Intent.PAUSE:
            return self._pause_by_score(look, hypothesis.score, embedded=clause.embedded)
        score = self._with_agreement(look, hypothesis.score)
        bar = self._hearing.answer_score if intent in kinds.ANSWERS else self._hearing.control_score
        counts = may_count and score >= bar - EASE.get(intent, 0.0)
        # Nobody has asked for a wish, so it has to be surer; or said again.
        unasked = intent in kinds.WISHES or (self._amid_talk and intent in kinds.SAID_IN_TALK)
        sure = not unasked or score >= self._hearing.wish_score or self._said_again(look, intent)
        return replace(look, enough=counts and sure, counts=counts)

    def _by_signs(self, look: Look, intent: Intent, signs: int, *, may_count: bool) -> Look:
        signs += self._said_again(look, intent)
        to_ask = intent is Intent.PAUSE and not self._asking and self._may_ask
        return replace(
            look,
            enough=may_count and signs >= ENOUGH_SIGNS_FOR.get(intent, ENOUGH_SIGNS),
            doubtful=to_ask and signs >= SIGNS_TO_ASK,
            counts=may_count,
        )

    def _pause_by_score(self, look: Look, score: float, *, embedded: bool) -> Look:
        hearing = self._hearing
        agreed = self._with_agreement(look, score)
        sureness = agreed - (EMBEDDED_PENALTY if embedded and not self._asking else 0.0)
        counts = sureness >= hearing.repeat_score
        return replace(
            look,
            enough=sureness >= hearing.act_score or (counts and self._said_again(look, Intent.PAUSE)),
            # Other words around it call for a question instead of a surer one.
            doubtful=self._may_ask and agreed >= hearing.ask_score,
            counts=counts,
        )

    @property
    def _may_ask(self) -> bool:
        """Two scores that are the same leave nothing to ask about: somebody wants no questions."""
        return self._hearing.ask_score < self._hearing.act_score

    def _with_agreement(self, look: Look, score: float) -> float:
        """How sure this look is together with earlier ones, and with what the settings say of its phrase."""
        earlier = [
            old.score
            for old in self._looks
            if old.phrase == look.phrase and old.score is not None and 0 < look.at - old.at < AGREEING_SECONDS
        ]
        agreed = max(score, (score + max(earlier)) / 2 + AGREEMENT_BONUS) if earlier else score
        return agreed - self._hearing.phrase_offsets.get(look.phrase, 0.0)

    def _said_again(self, look: Look, intent: Intent) -> bool:
        # Being asked about it and saying it again is the same as saying it twice.
        return (self._asking and intent is Intent.PAUSE) or any(
            old.counts
            and look.at - old.at <= REPEAT_SECONDS
            and self._meaning.get(old.phrase) is intent
            and not look.same_words_as(old)
            for old in self._looks
        )
