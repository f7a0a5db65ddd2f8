"""Hearing as one thing: blocks of sound in, intents out.

Half-duplex: while Breather itself is speaking, and a moment longer, nothing is listened to, so that it can never
answer itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.hearing.gate import LONGEST_ANSWER_SECONDS, LONGEST_SECONDS, Gate, GateChange
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis, Recognizer
from assistant.settings.agreement import Agreement
from assistant.settings.phrases import Phrases
from assistant.sound import HEARING_RATE_HZ, Samples

DEAF_AFTER_SPEAKING_SECONDS = 0.4  # the loudspeaker's buffer, the room's reverberation


class Ears:
    """Gate, recogniser and trigger together.

    ``recognizer``: for the phrases of `Phrases`, of which `listen_for` chooses. Owned by the caller, who closes it.
    """

    def __init__(
        self, *, gate: Gate, recognizer: Recognizer, trigger: Trigger, phrases: Phrases, agreement: Agreement
    ) -> None:
        self._gate, self._recognizer, self._trigger = gate, recognizer, trigger
        self._phrases, self._agreement = phrases, agreement
        self._utterance_began = 0.0
        self._deaf_until = float("-inf")
        self._deaf = False

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
            return None
        heard = self._heard(block, now)
        return self._trigger.decide(heard, now, began=self._utterance_began, talking=self._gate.is_open)

    def _forget(self) -> None:
        self._gate.reset()
        self._recognizer.reset()
        self._trigger.forget()

    def _heard(self, block: Samples, now: float) -> Sequence[Hypothesis]:
        event = self._gate.push(block)
        more: Callable[[], Sequence[Hypothesis]] = self._recognizer.poll
        match event.change:
            case GateChange.NOTHING:
                return more()
            case GateChange.OPENED:
                self._utterance_began = now - len(event.samples) / HEARING_RATE_HZ
            case GateChange.LULL:
                more = self._recognizer.lull
            case GateChange.CLOSED:
                more = self._recognizer.finish
        return [*self._recognizer.accept(event.samples), *more()]
