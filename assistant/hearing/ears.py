"""Hearing as one thing: blocks of sound in, intents out.

Half-duplex: while Breather itself is speaking, and a moment longer, nothing is listened to, so that it can never
answer itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from assistant.hearing.backlog import Elsewhere
from assistant.hearing.gate import LONGEST_ANSWER_SECONDS, LONGEST_SECONDS, Gate, GateChange
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis, Recognizer
from assistant.settings.agreement import Agreement
from assistant.settings.phrases import Phrases
from assistant.sound import HEARING_RATE_HZ, Samples

DEAF_AFTER_SPEAKING_SECONDS = 0.4  # the loudspeaker's buffer, the room's reverberation
MOST_UTTERANCES = 16  # an answer about words longer ago than that, ten seconds or more, means nothing any more


class Ears:
    """Gate, recogniser and trigger together.

    ``recognizer``: for the phrases of `Phrases`, of which `listen_for` chooses. Owned by the caller, who closes it.
    """

    def __init__(
        self, *, gate: Gate, recognizer: Recognizer, trigger: Trigger, phrases: Phrases, agreement: Agreement
    ) -> None:
        self._gate, self._recognizer, self._trigger = gate, recognizer, trigger
        self._phrases, self._agreement = phrases, agreement
        self._elsewhere = recognizer if isinstance(recognizer, Elsewhere) else None
        self._began = deque([0.0], maxlen=MOST_UTTERANCES)  # of each utterance, the newest last
        # What the recogniser found and nobody has decided on: when its utterance began, and the hypotheses.
        self._found: deque[tuple[float, Sequence[Hypothesis]]] = deque()
        self._deaf_until = float("-inf")
        self._deaf = False

    @property
    def listening(self) -> bool:
        """Whether the recogniser hears what is said; one in this process always does."""
        return self._elsewhere is None or self._elsewhere.listening

    def listen_for(self, intents: frozenset[Intent]) -> None:
        """From now on, only these mean anything. What was being said is forgotten."""
        meaning = self._phrases.phrases_for(intents, self._agreement)
        self._forget()
        answers_only = Intent.PAUSE not in intents or Intent.YES in intents  # nobody waits long for a yes
        self._gate.limit(LONGEST_ANSWER_SECONDS if answers_only else LONGEST_SECONDS)
        self._trigger.listen_for(meaning)
        self._recognizer.listen_for(list(meaning), self._phrases.decoys_for(intents))

    def hear(self, block: Samples, now: float, *, speaking: bool) -> Heard | None:
        """One block of 30 ms. ``speaking``: whether we are speaking ourselves."""
        if speaking:
            self._deaf_until = now + DEAF_AFTER_SPEAKING_SECONDS
        deaf = now < self._deaf_until
        if deaf and not self._deaf:
            self._forget()  # an answer that is still being worked out belongs to before, too
        self._deaf = deaf
        if deaf:
            self._recognizer.poll()  # only so does one elsewhere notice that it is gone; all that comes is from before
            return None
        heard = self._heard(block, now)
        self._found += self._belated()
        self._found.append((self._began[-1], heard))
        while self._found:
            began, hypotheses = self._found.popleft()
            decided = self._trigger.decide(hypotheses, now, began=began, talking=self._gate.is_open)
            if decided is not None:
                return decided  # it may change what is listened for; the rest has its turn in the next round
        return None

    def _forget(self) -> None:
        self._gate.reset()
        self._recognizer.reset()
        self._trigger.forget()
        self._found.clear()

    def _heard(self, block: Samples, now: float) -> Sequence[Hypothesis]:
        event = self._gate.push(block)
        more: Callable[[], Sequence[Hypothesis]] = self._recognizer.poll
        match event.change:
            case GateChange.NOTHING:
                return more()
            case GateChange.OPENED:
                self._began.append(now - len(event.samples) / HEARING_RATE_HZ)
            case GateChange.LULL:
                more = self._recognizer.lull
            case GateChange.CLOSED:
                more = self._recognizer.finish
        return [*self._recognizer.accept(event.samples), *more()]

    def _belated(self) -> list[tuple[float, Sequence[Hypothesis]]]:
        """Answers about utterances before the newest one, each with the second at which its own utterance began."""
        late = self._elsewhere.belated() if self._elsewhere is not None else ()
        return [(self._began[-1 - ago], found) for ago, found in late if ago < len(self._began)]
