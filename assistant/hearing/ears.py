"""Hearing as one thing: blocks of sound in, intents out.

Half-duplex: while Breather itself is speaking, and a moment longer, nothing is listened to, so that it can never
answer itself. With `OverSpeech`, what makes it stop is listened for meanwhile, and nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.hearing.backlog import Elsewhere
from assistant.hearing.gate import LONGEST_ANSWER_SECONDS, LONGEST_SECONDS, Gate, GateChange
from assistant.hearing.over_speech import LOOK_EVERY_SECONDS, OverSpeech
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis, Recognizer
from assistant.settings.agreement import Agreement
from assistant.settings.phrases import Phrases
from assistant.sound import HEARING_RATE_HZ, Samples

DEAF_AFTER_SPEAKING_SECONDS = 0.4  # the loudspeaker's buffer, the room's reverberation
ALL_SAID_SECONDS = 0.4  # of silence after an utterance: people take a "ready" back with a breath between
MOST_UTTERANCES = 16  # an answer about words longer ago than that, ten seconds or more, means nothing any more


@dataclass(frozen=True, slots=True)
class _Utterance:
    """``began``: second of its first sample. ``over_speech``: we were speaking."""

    began: float
    over_speech: bool = False


class Ears:
    """Gate, recogniser and trigger together.

    ``recognizer``: for the phrases of `Phrases`, of which `listen_for` chooses. Owned by the caller, who closes it.
    ``over_speech``: hears what is said while we speak ourselves; without it, nothing is heard then.
    """

    def __init__(
        self,
        *,
        gate: Gate,
        recognizer: Recognizer,
        trigger: Trigger,
        phrases: Phrases,
        agreement: Agreement,
        over_speech: OverSpeech | None = None,
    ) -> None:
        self._gate, self._recognizer, self._trigger = gate, recognizer, trigger
        self._phrases, self._agreement = phrases, agreement
        self._over_speech = over_speech
        self._elsewhere = recognizer if isinstance(recognizer, Elsewhere) else None
        self._intents: frozenset[Intent] = frozenset()
        self._practising = False
        self._utterances = deque([_Utterance(0.0)], maxlen=MOST_UTTERANCES)  # the newest last
        # What the recogniser found and nobody has decided on, each with the utterance it belongs to.
        self._found: deque[tuple[_Utterance, Sequence[Hypothesis]]] = deque()
        self._speaking_until = float("-inf")
        self._speaking = False
        self._looked_at = self._closed_at = float("-inf")

    @property
    def listening(self) -> bool:
        """Whether the recogniser hears what is said; one in this process always does."""
        return self._elsewhere is None or self._elsewhere.listening

    def listen_for(self, intents: frozenset[Intent], *, practising: bool = False) -> None:
        """From now on, only these mean anything. What was being said is forgotten.

        ``practising``: a pause is said for practice, so all the phrases for one count, and every attempt is told.
        While we speak, those of them that count then go on being listened for, and the others from the end on.
        """
        self._intents, self._practising = intents, practising
        meaning = self._meaning()
        self._forget()
        answers_only = Intent.PAUSE not in intents or Intent.YES in intents  # nobody waits long for a yes
        self._gate.limit(LONGEST_ANSWER_SECONDS if answers_only else LONGEST_SECONDS)
        self._trigger.listen_for(meaning, practising=practising)
        if self._over_speech is not None:
            over_speech = self._over_speech.listen_for(intents)
            if self._speaking:
                self._recognizer.listen_for(*over_speech)
                return
        self._recognizer.listen_for(list(meaning), self._phrases.decoys_for(intents))

    def _meaning(self) -> dict[str, Intent]:
        return self._phrases.phrases_for(self._intents, self._agreement, every_pause_phrase=self._practising)

    def saying(self, sentences: Sequence[str]) -> None:
        """Take note of what we are going to say ourselves: nothing that resembles it is to be heard meanwhile."""
        if self._over_speech is not None:
            self._over_speech.saying(sentences)

    def hear(self, block: Samples, now: float, *, speaking: bool) -> Heard | None:
        """One block of 30 ms. ``speaking``: whether we are speaking ourselves."""
        if speaking:
            self._speaking_until = now + DEAF_AFTER_SPEAKING_SECONDS
        if self._over_speech is None:
            return self._hear_in_turn(block, now)
        return self._hear_always(self._over_speech, block, now)

    def hear_nothing(self) -> None:
        """No block came. Only by being asked does a recogniser elsewhere notice that it is gone."""
        found = self._recognizer.poll()
        if found:
            self._found.append((self._utterances[-1], found))

    def interrupted(self) -> None:
        """For a while no sound came: what was being said before is not to be joined to what comes now."""
        self._forget()

    def _hear_in_turn(self, block: Samples, now: float) -> Heard | None:
        """Nothing while we speak."""
        deaf = now < self._speaking_until
        if deaf and not self._speaking:
            self._forget()  # an answer that is still being worked out belongs to before, too
        self._speaking = deaf
        if deaf:
            self._recognizer.poll()  # only so does one elsewhere notice that it is gone; all that comes is from before
            return None
        return self._decided(self._heard(self._gate, block, now), now)

    def _hear_always(self, over_speech: OverSpeech, block: Samples, now: float) -> Heard | None:
        """While we speak, the little that counts then."""
        cleaned = over_speech.cleaned(block)
        speaking = now < self._speaking_until or (self._speaking and over_speech.hearing_out(now))
        if speaking and not self._speaking:
            self._forget()
            self._recognizer.listen_for(*over_speech.listen_for(self._intents))
        elif self._speaking and not speaking:
            if over_speech.gate.is_open:
                self._found.append((self._utterances[-1], self._recognizer.finish()))  # a last look
            over_speech.over()
            self._gate.reset()
            self._recognizer.listen_for(list(self._meaning()), self._phrases.decoys_for(self._intents))
        self._speaking = speaking
        if not speaking:
            return self._decided(self._heard(self._gate, block, now), now)
        found = self._recognizer.poll()
        if not over_speech.wanted:
            return None
        return self._decided([*found, *self._heard(over_speech.gate, cleaned, now)], now)

    def _decided(self, heard: Sequence[Hypothesis], now: float) -> Heard | None:
        self._found += self._belated()
        self._found.append((self._utterances[-1], heard))
        while self._found:
            utterance, hypotheses = self._found.popleft()
            decided: Heard | None = None
            if not utterance.over_speech:
                decided = self._trigger.decide(
                    hypotheses,
                    now,
                    began=utterance.began,
                    talking=self._gate.is_open,
                    all_said=self._all_said(now),
                )
            elif self._over_speech is not None:
                decided = self._over_speech.decide(hypotheses, now)
            if decided is not None:
                return decided  # it may change what is listened for; the rest has its turn in the next round
        return None

    def _all_said(self, now: float) -> bool:
        """Whether whoever spoke last has said all, and it has been looked at."""
        looked_at = self._elsewhere is None or self._elsewhere.caught_up
        return looked_at and not self._gate.is_open and now - self._closed_at >= ALL_SAID_SECONDS

    def _forget(self) -> None:
        self._gate.reset()
        if self._over_speech is not None:
            self._over_speech.gate.reset()
        self._recognizer.reset()
        self._trigger.forget()
        self._found.clear()

    def _heard(self, gate: Gate, block: Samples, now: float) -> Sequence[Hypothesis]:
        event = gate.push(block)
        if event.change is GateChange.NOTHING:
            return self._recognizer.poll()
        if event.change is GateChange.OPENED:
            self._utterances.append(_Utterance(now - len(event.samples) / HEARING_RATE_HZ, self._speaking))
            self._looked_at = now
        found = self._recognizer.accept(event.samples)
        if event.change is GateChange.CLOSED:
            self._closed_at = now
            return [*found, *self._recognizer.finish()]
        if event.change is GateChange.LULL or (self._speaking and self._time_to_look(now)):
            self._looked_at = now
            return [*found, *self._recognizer.lull()]
        return [*found, *self._recognizer.poll()]

    def _time_to_look(self, now: float) -> bool:
        """Whether another look would not come too soon, and not wait behind the last one either."""
        behind = self._elsewhere is not None and not self._elsewhere.caught_up
        return not behind and now - self._looked_at >= LOOK_EVERY_SECONDS - 1e-6

    def _belated(self) -> list[tuple[_Utterance, Sequence[Hypothesis]]]:
        """Answers about utterances before the newest one, each with its own utterance."""
        late = self._elsewhere.belated() if self._elsewhere is not None else ()
        return [(self._utterances[-1 - ago], found) for ago, found in late if ago < len(self._utterances)]
