"""Hearing as one thing: blocks of sound in, intents out.

Half-duplex: while Breather itself is speaking, and a moment longer, nothing is listened to, so that it can never
answer itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.hearing.gate import Gate, GateChange
from assistant.hearing.trigger import Trigger
from assistant.messages import Intent
from assistant.ports import Hypothesis, Recognizer
from assistant.settings.agreement import Agreement
from assistant.settings.phrases import Phrases
from assistant.sound import Samples

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
        self._deaf_until = float("-inf")
        self._deaf = False

    def listen_for(self, intents: frozenset[Intent]) -> None:
        """From now on, only these mean anything. What was being said is forgotten."""
        meaning = self._phrases.phrases_for(intents, self._agreement)
        self._forget()
        self._trigger.listen_for(meaning)
        self._recognizer.listen_for(list(meaning), self._phrases.decoys_for(intents))

    def hear(self, block: Samples, now: float, *, speaking: bool) -> Intent | None:
        """One block of 30 ms. ``speaking``: whether we are speaking ourselves."""
        if speaking:
            self._deaf_until = now + DEAF_AFTER_SPEAKING_SECONDS
        deaf = now < self._deaf_until
        if deaf and not self._deaf:
            self._forget()  # an answer that is still being worked out belongs to before, too
        self._deaf = deaf
        if deaf:
            return None
        return self._trigger.decide(self._heard(block), now)

    def _forget(self) -> None:
        self._gate.reset()
        self._recognizer.reset()

    def _heard(self, block: Samples) -> Sequence[Hypothesis]:
        event = self._gate.push(block)
        more: Callable[[], Sequence[Hypothesis]] = self._recognizer.poll
        match event.change:
            case GateChange.NOTHING:
                return more()
            case GateChange.LULL:
                more = self._recognizer.lull
            case GateChange.CLOSED:
                more = self._recognizer.finish
        return [*self._recognizer.accept(event.samples), *more()]
