"""Two recognisers as one: a streaming one spots phrases, and an independent one says how well each fits the sound.

The first pass (Vosk) hears a phrase wherever one fits its grammar, and cannot say how well. So every phrase it spots
is cut out, with some of what was said around it, and scored by the verifier; the score and the words around the phrase
are the verifier's. Short answers are not spotted in talk but said alone: in windows with other phrases than those to
be spotted, the verifier listens by itself.

Where there is no verifier, or it fails, or takes longer than its budget, the rule is stricter
(`assistant.hearing.signs`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np

from assistant.hearing.kept_sound import KeptSound
from assistant.hearing.notices import Notice
from assistant.hearing.side_thread import NoAnswerError, SideThread
from assistant.hearing.signs import judged_by_signs
from assistant.ports import Hypothesis, Recognizer
from assistant.sound import HEARING_RATE_HZ, Samples

Answer = TypeVar("Answer")

BUDGET_SECONDS = 1.0  # for the candidates of one moment: meanwhile the sound piles up, and there is room for 1.5 s
MOST_FAILURES = 3  # in a row; then the verifier rests, and until it has answered again one more is enough
REST_SECONDS = 60.0
MOST_CANDIDATES = 3  # of one moment
KEPT_SECONDS = 8.0  # the longest utterance, and some more
# The wide cut lets the verifier hear what the phrase belongs to; the narrow one leaves out what drowns it.
WIDE_SECONDS = 3.0
BEFORE_SECONDS, AFTER_SECONDS = 0.2, 0.3
SURE, HOPELESS = -1.0, -3.0  # beyond these a second look does not change the decision
NEWS_SECONDS = 0.3  # after a lull only silence comes until the utterance is over: nothing to look at again
SAME_SECONDS = 0.3  # the first pass moves its ends a little when more is said

AROUND_SECONDS = 1.0  # what is written down on either side: a decoder needs some way to get going


class FirstPass(Recognizer, Protocol):
    """A streaming recogniser whose scores are not to be trusted. Its `lull` may return what can still change."""

    def transcript(self, samples: Samples) -> str:
        """What it would write if anything could have been said; lower case, without punctuation."""


class Verifier(Recognizer, Protocol):
    """A recogniser that can look at one piece of sound."""

    def score_cut(self, samples: Samples, phrases: Sequence[str]) -> Hypothesis | None:
        """The best of `phrases` in at most 3 s of sound; None when another thing was said. Seconds from its start."""


class VerifiedRecognizer:
    """A `Recognizer` of these two. ``verifier``: None where there is no such model.

    ``spotted``: the phrases that may come in the middle of talk. ``budget_seconds``: how long the verifier may take.
    """

    def __init__(
        self,
        first: FirstPass,
        verifier: Verifier | None,
        *,
        spotted: Iterable[str] = (),
        budget_seconds: float = BUDGET_SECONDS,
    ) -> None:
        self._first, self._verifier = first, verifier
        self._trusted = verifier  # None while it rests
        self._rests_until = 0.0
        self._spotted = frozenset(spotted)
        self._budget_seconds = budget_seconds
        self._thread = SideThread() if verifier else None
        if verifier is None:
            first.transcript(
                np.zeros(HEARING_RATE_HZ, np.int16)
            )  # the first time takes a second longer than the others
        self._phrases: Sequence[str] = ()
        self._answers_only = False
        self._sound = KeptSound(KEPT_SECONDS)
        self._settled: list[Hypothesis] = []
        self._looks: list[tuple[float, Hypothesis, Hypothesis | None]] = []
        self._failures = 0
        self._told: set[Notice] = set()
        self._untold: list[Notice] = []

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        # Both of them always: the first pass refuses words it does not know, and has to step in at any moment.
        self._first.listen_for(phrases, decoys)
        if self._verifier is not None:
            self._verifier.listen_for(phrases, decoys)
        self.reset()
        self._phrases = tuple(phrases)
        self._answers_only = not self._spotted.issuperset(phrases)

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        self._sound.append(samples)
        if self._trusted is not None and self._answers_only:
            return self._from(self._trusted, lambda recognizer: recognizer.accept(samples))
        return self._judged(self._first.accept(samples))

    def lull(self) -> Sequence[Hypothesis]:
        if self._trusted is None:
            return ()  # what can still change is no sign
        if self._answers_only:
            return self._from(self._trusted, lambda recognizer: recognizer.lull())
        return self._judged(self._first.lull(), early=True)

    def finish(self) -> Sequence[Hypothesis]:
        if (verifier := self._trusted) is not None and self._answers_only:
            found = self._from(verifier, lambda recognizer: recognizer.finish())
            if self._trusted is None:
                found = [*found, *self._judged(self._first.finish())]
        else:
            found = self._judged(self._first.finish())
        self._forget()
        return found

    def reset(self) -> None:
        self._first.reset()
        if self._verifier is not None:
            self._verifier.reset()
        self._forget()

    def poll(self) -> Sequence[Hypothesis]:
        return ()

    def close(self) -> None:
        self._forget()
        self._first.close()

    def notices(self) -> Sequence[Notice]:
        """What has come up since the last call."""
        untold, self._untold = self._untold, []
        return untold

    def tell(self, notice: Notice) -> None:
        """Have this said, unless it was said before."""
        if notice not in self._told:
            self._told.add(notice)
            self._untold.append(notice)

    def _forget(self) -> None:
        self._sound.clear()
        self._settled.clear()
        self._looks.clear()
        if self._trusted is None and time.monotonic() >= self._rests_until:
            self._trusted = self._verifier

    def _ask(self, question: Callable[[], Answer], within_seconds: float) -> Answer:
        """The verifier's answer. Raises `NoAnswerError`; after several in a row the verifier rests."""
        assert self._thread is not None
        try:
            answer = self._thread.ask(question, within_seconds=max(0.0, within_seconds))
        except NoAnswerError as error:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                self._trusted, self._rests_until = None, time.monotonic() + REST_SECONDS
            self.tell(Notice.VERIFIER_SLOW if error.slow else Notice.VERIFIER_FAILED)
            raise
        self._failures = 0
        return answer

    def _from(self, verifier: Verifier, question: Callable[[Verifier], Sequence[Hypothesis]]) -> Sequence[Hypothesis]:
        """What the verifier hears by itself; the first pass catches up where it has failed too often."""
        try:
            return self._ask(lambda: question(verifier), self._budget_seconds)
        except NoAnswerError:
            verifier.reset()  # it may have missed some of it
            return () if self._trusted is not None else self._judged(self._first.accept(self._sound.all()))

    def _judged(self, candidates: Sequence[Hypothesis], *, early: bool = False) -> list[Hypothesis]:
        """The candidates with scores that can be trusted. ``early``: more may come, so only what is sure by now."""
        found = []
        until = time.monotonic() + self._budget_seconds
        for candidate in candidates[-MOST_CANDIDATES:]:
            if self._is_settled(candidate):
                continue
            judged = self._opinion(candidate, until, early=early)
            # Two candidates may turn out to be the same words.
            if judged is not None and (judged.score >= SURE or not early) and not self._is_settled(judged):
                self._settled += candidate, judged
                found.append(judged)
        return found

    def _opinion(self, candidate: Hypothesis, until: float, *, early: bool) -> Hypothesis | None:
        now = self._sound.ended_seconds
        for looked_at, earlier, judged in self._looks:
            if now - looked_at < NEWS_SECONDS and _same(earlier, candidate):
                return judged
        try:
            judged = self._verified(candidate, until)
        except NoAnswerError:
            return None if early else self._by_signs(candidate)
        self._looks.append((now, candidate, judged))
        return judged

    def _verified(self, candidate: Hypothesis, until: float) -> Hypothesis | None:
        """The verifier's opinion, from one or two looks. Raises `NoAnswerError`."""
        verifier = self._trusted
        if verifier is None:
            raise NoAnswerError(slow=False)
        began = time.monotonic()
        wide = self._look(verifier, *self._wide(candidate), until)
        took = time.monotonic() - began
        # What is not there with its surroundings is not there: "I don't think I need a pause button", cut narrowly, is
        # as good a pause as any.
        if wide is None or not HOPELESS < wide.score < SURE or time.monotonic() + 1.5 * took > until:
            return wide
        try:
            narrow = self._look(
                verifier, candidate.start_seconds - BEFORE_SECONDS, candidate.end_seconds + AFTER_SECONDS, until
            )
        except NoAnswerError:
            return wide
        if narrow is None or narrow.score <= wide.score:
            return wide
        return replace(narrow, before=wide.before, after=wide.after)

    def _wide(self, candidate: Hypothesis) -> tuple[float, float]:
        """From where to where the wide cut goes: the phrase in the middle, unless the utterance begins or ends."""
        room = WIDE_SECONDS - (candidate.end_seconds - candidate.start_seconds)
        begins, ends = self._sound.began_seconds, self._sound.ended_seconds
        to = min(ends, max(candidate.end_seconds + room / 2, begins + WIDE_SECONDS))
        return max(begins, to - WIDE_SECONDS), to

    def _look(self, verifier: Verifier, start: float, end: float, until: float) -> Hypothesis | None:
        cut = self._sound.between(start, end)
        heard = self._ask(lambda: verifier.score_cut(cut, self._phrases), until - time.monotonic())
        if heard is None:
            return None
        passed = max(start, self._sound.began_seconds)
        return replace(heard, start_seconds=passed + heard.start_seconds, end_seconds=passed + heard.end_seconds)

    def _by_signs(self, candidate: Hypothesis) -> Hypothesis:
        around = self._sound.between(candidate.start_seconds - AROUND_SECONDS, candidate.end_seconds + AROUND_SECONDS)
        return judged_by_signs(candidate, self._first.transcript(around))

    def _is_settled(self, one: Hypothesis) -> bool:
        return any(_same(one, settled) for settled in self._settled)


def _same(one: Hypothesis, other: Hypothesis) -> bool:
    return one.phrase == other.phrase and abs(one.end_seconds - other.end_seconds) < SAME_SECONDS
