"""Two recognisers as one: a streaming one spots phrases, and an independent one says how well each fits the sound.

The first pass (Vosk) hears a phrase wherever one fits its grammar, and cannot say how well. So every phrase it spots
is cut out, with some of what was said around it, and scored by the verifier; the score and the words around the phrase
are the verifier's. Short answers are not spotted in talk but said alone: in windows with other phrases than those to
be spotted, the verifier listens by itself.

Where no verifier answers in time, the first pass decides alone, and the rule is stricter (`assistant.hearing.signs`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from assistant.hearing.kept_sound import KeptSound
from assistant.hearing.notices import Notice
from assistant.hearing.side_thread import Helper, NoAnswerError
from assistant.hearing.signs import SignReader, Writer
from assistant.ports import Hypothesis, Recognizer
from assistant.sound import Samples

Answer = TypeVar("Answer")

BUDGET_SECONDS = 1.0  # for the verifier in one moment: meanwhile the sound piles up, and there is room for 1.5 s
SIGNS_BUDGETS = 0.4  # of these more for the signs, where the verifier has not answered
ALONE_SECONDS = 20.0  # without a verifier nothing else takes time, and no sign is given up
PROOF_SECONDS = 1.0  # an utterance that lasts longer has been looked at by its end
MOST_CANDIDATES = 3  # of one moment
KEPT_SECONDS = 8.0  # the longest utterance, and some more
# The wide cut lets the verifier hear what the phrase belongs to; the narrow one leaves out what drowns it.
WIDE_SECONDS = 3.0
BEFORE_SECONDS, AFTER_SECONDS = 0.2, 0.3
SURE, HOPELESS = -1.0, -3.0  # beyond these a second look does not change the decision
NEWS_SECONDS = 0.3  # after a lull only silence comes until the utterance is over: nothing to look at again
SAME_SECONDS = 0.3  # the first pass moves its ends a little when more is said


class FirstPass(Recognizer, Writer, Protocol):
    """Scores that are not to be trusted; `lull` may return what can still change. Writes on a thread of its own."""


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
        self._trusted = verifier  # None while it rests, and in an utterance of which it has missed a part
        self._signs = SignReader(first)
        self._spotted = frozenset(spotted)
        self._budget_seconds = budget_seconds if verifier else ALONE_SECONDS
        self._helper = Helper()
        self._phrases: Sequence[str] = ()
        self._verifier_alone = False
        self._until = 0.0  # when the verifier's time is over
        self._sound = KeptSound(KEPT_SECONDS)
        self._settled: list[Hypothesis] = []
        self._looks: list[tuple[float, Hypothesis, Hypothesis | None]] = []
        self._trouble: Notice | None = None  # the verifier's last; told when the first pass has to decide
        self._told: set[Notice] = set()
        self._untold: list[Notice] = []

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        # Both of them always: the first pass refuses words it does not know, and has to step in at any moment.
        self._first.listen_for(phrases, decoys)
        if self._verifier is not None:
            self._verifier.listen_for(phrases, decoys)
        self.reset()
        self._phrases = tuple(phrases)
        self._verifier_alone = not self._spotted.issuperset(phrases)

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        self._until = time.monotonic() + self._budget_seconds
        self._sound.append(samples)
        if self._trusted is not None and self._verifier_alone:
            return self._from(self._trusted, lambda recognizer: recognizer.accept(samples))
        return self._judged(self._first.accept(samples))

    def lull(self) -> Sequence[Hypothesis]:
        self._until = time.monotonic() + self._budget_seconds
        if self._trusted is None:
            return ()  # what can still change is no sign
        if self._verifier_alone:
            return self._from(self._trusted, lambda recognizer: recognizer.lull())
        return self._judged(self._first.lull(), early=True)

    def finish(self) -> Sequence[Hypothesis]:
        self._until = time.monotonic() + self._budget_seconds
        found: list[Hypothesis] = []
        if (verifier := self._trusted) is not None and self._verifier_alone:
            found += self._from(verifier, lambda recognizer: recognizer.finish())
            if self._trusted is not None and self._sound.ended_seconds > PROOF_SECONDS:
                self._helper.proved()
        if self._trusted is None or not self._verifier_alone:
            found += self._judged(self._first.finish())
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

    def tell(self, notice: Notice | None) -> None:
        """Have this said, unless it was said before."""
        if notice is not None and notice not in self._told:
            self._told.add(notice)
            self._untold.append(notice)

    def _forget(self) -> None:
        self._sound.clear()
        self._settled.clear()
        self._looks.clear()
        if not self._helper.rests():
            self._trusted = self._verifier

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """The verifier's answer. Raises `NoAnswerError`."""
        try:
            return self._helper.ask(question, within_seconds=self._until - time.monotonic())
        except NoAnswerError as error:
            if error.asked:
                self._trouble = Notice.VERIFIER_SLOW if error.slow else Notice.VERIFIER_FAILED
            if self._helper.rests():
                self._trusted = None
            raise

    def _from(self, verifier: Verifier, question: Callable[[Verifier], Sequence[Hypothesis]]) -> Sequence[Hypothesis]:
        """What the verifier hears by itself. Where it fails, the first pass hears the utterance from its beginning."""
        try:
            return self._ask(lambda: question(verifier))
        except NoAnswerError:
            # It has missed a part, and half of what was said may mean the opposite: "not | ready".
            self._trusted = None
            verifier.reset()
            self.tell(self._trouble)
            return self._judged(self._first.accept(self._sound.all()))

    def _judged(self, candidates: Sequence[Hypothesis], *, early: bool = False) -> list[Hypothesis]:
        """The candidates with what can be trusted. ``early``: more may come, so only what is sure by now."""
        found: list[Hypothesis] = []
        unchecked = []
        for candidate in candidates[-MOST_CANDIDATES:]:
            if self._is_settled(candidate):
                continue
            try:
                judged = self._opinion(candidate)
                if judged is not None and (judged.score >= SURE or not early):
                    self._settle(candidate, judged, found)
            except NoAnswerError:
                unchecked.append(candidate)
        if unchecked and not early:
            self.tell(self._trouble)
            left = self._until + SIGNS_BUDGETS * self._budget_seconds - time.monotonic()
            counted = self._signs.judged(unchecked, self._sound, within_seconds=left)
            for candidate, judged in zip(unchecked, counted, strict=True):
                self._settle(candidate, judged, found)
        return found

    def _settle(self, candidate: Hypothesis, judged: Hypothesis, found: list[Hypothesis]) -> None:
        if not self._is_settled(judged):  # two candidates may turn out to be the same words
            self._settled += candidate, judged
            found.append(judged)

    def _opinion(self, candidate: Hypothesis) -> Hypothesis | None:
        """The verifier's, from now or from a moment ago. Raises `NoAnswerError`."""
        now = self._sound.ended_seconds
        for looked_at, earlier, judged in self._looks:
            if now - looked_at < NEWS_SECONDS and _same(earlier, candidate):
                return judged
        judged = self._verified(candidate)
        self._looks.append((now, candidate, judged))
        return judged

    def _verified(self, candidate: Hypothesis) -> Hypothesis | None:
        """The verifier's opinion, from one or two looks. Raises `NoAnswerError`."""
        if (verifier := self._trusted) is None:
            raise NoAnswerError(slow=False)
        began = time.monotonic()
        wide = self._look(verifier, *self._wide(candidate))
        took = time.monotonic() - began
        # What is not there with its surroundings is not there: "I don't think I need a pause button", cut narrowly, is
        # as good a pause as any.
        if wide is None or not HOPELESS < wide.score < SURE or time.monotonic() + 1.5 * took > self._until:
            return wide
        try:
            narrow = self._look(
                verifier, candidate.start_seconds - BEFORE_SECONDS, candidate.end_seconds + AFTER_SECONDS
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

    def _look(self, verifier: Verifier, start: float, end: float) -> Hypothesis | None:
        end = min(end, self._sound.ended_seconds)
        start = max(start, self._sound.began_seconds, end - WIDE_SECONDS)  # the verifier looks at no more
        cut = self._sound.between(start, end)
        heard = self._ask(lambda: verifier.score_cut(cut, self._phrases))
        self._helper.proved()
        if heard is None:
            return None
        return replace(heard, start_seconds=start + heard.start_seconds, end_seconds=start + heard.end_seconds)

    def _is_settled(self, one: Hypothesis) -> bool:
        return any(_same(one, settled) for settled in self._settled)


def _same(one: Hypothesis, other: Hypothesis) -> bool:
    return one.phrase == other.phrase and abs(one.end_seconds - other.end_seconds) < SAME_SECONDS
