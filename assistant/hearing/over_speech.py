"""What is listened for while Breather itself speaks: only what makes it stop.

Our own voice is taken out of the sound first (`own_voice`). Where hardly anything is left, nobody else speaks, and
nothing is looked at. What is left may still sound like something, so more is asked of a phrase than in quiet, and one
that resembles what is being said counts for nothing. It is looked for more often than at other times, because whoever
wants quiet should not have to wait; nor is it waited for that they fall silent.

The scores were chosen with the talkers of `DEVELOPMENT` in ``scripts/benchmarks/talkers.py``. When all that is left of
our own voice was looked at, the worst of 2700 looks scored -3.5; at the voice as it came, -2.1.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.hearing.candidates import letters
from assistant.hearing.gate import Gate, VoiceDetector
from assistant.hearing.own_voice import OwnVoice
from assistant.hearing.rumble import RumbleFilter
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis
from assistant.settings.agreement import Agreement
from assistant.settings.phrases import Phrases
from assistant.sound import Samples

STOP_SET = frozenset({Intent.QUIET, Intent.SILENT_EXIT})
SOMEBODY_ELSE_DB = -15.0  # so much is left only where somebody else speaks; it keeps the gate closed to our own voice
LOOK_EVERY_SECONDS = 0.12  # or as soon as the look before is answered: a Pi takes longer
LONGEST_SECONDS = 20.0  # an utterance: our own voice may keep the gate open as long as it speaks
SURE_SCORE = -1.8
AGREEING_SCORE = -2.6  # for the second of two looks that find the same phrase
AGREEING_SECONDS = 1.0
CLEARER = {Intent.SILENT_EXIT: 0.6}  # how much surer: it ends everything
LIKE_WHAT_IS_SAID = 75.0  # of 100 letters
REFRACTORY_SECONDS = 2.0
HEARD_OUT_SECONDS = 2.5  # after "quiet", for whoever goes on to say "quiet stop"


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    phrase: str
    score: float


class _SomebodyElse:
    """A `VoiceDetector` that is not taken in by what is left of our own voice."""

    def __init__(self, detector: VoiceDetector, own_voice: OwnVoice) -> None:
        self._detector, self._own_voice = detector, own_voice

    def is_speech(self, block: Samples) -> bool:
        return self._detector.is_speech(block) and self._own_voice.left_db > SOMEBODY_ELSE_DB


class OverSpeech:
    """Cleans every block, and decides about what was said over our own voice.

    ``detector``: for this alone. ``phrases``, ``agreement``: as for `assistant.hearing.ears.Ears`.
    """

    def __init__(self, *, own_voice: OwnVoice, detector: VoiceDetector, phrases: Phrases, agreement: Agreement) -> None:
        self.gate = Gate(_SomebodyElse(detector, own_voice), longest_seconds=LONGEST_SECONDS)
        self._without_rumble = RumbleFilter()
        self._own_voice, self._phrases, self._agreement = own_voice, phrases, agreement
        self._meaning: Mapping[str, Intent] = {}
        self._unclear: frozenset[str] = frozenset()
        self._said: list[str] = []
        self._looks: deque[_Look] = deque(maxlen=8)
        self._blocked_until = self._heard_out_until = float("-inf")

    def cleaned(self, block: Samples) -> Samples:
        """The block without our own voice. To be called with every block, also while we are quiet."""
        return self._own_voice.cleaned(self._without_rumble(block))

    def saying(self, sentences: Iterable[str]) -> None:
        """Take note of what is going to be said: until `over`, nothing that resembles it counts."""
        self._said.append(letters(" ".join(sentences)))

    def over(self) -> None:
        """All has been said."""
        self._said.clear()
        self._looks.clear()
        self.gate.reset()

    def listen_for(self, intents: Collection[Intent]) -> tuple[list[str], tuple[str, ...]]:
        """Phrases and decoys for the recogniser: those of the intents that count over speech; none if none does."""
        wanted = STOP_SET.intersection(intents)
        self._meaning = self._phrases.phrases_for(wanted, self._agreement)
        decoys = self._phrases.decoys_for(wanted)
        # "Stop talking" may be the beginning of "stop talking to me like that".
        self._unclear = frozenset(
            phrase for phrase in self._meaning if any(decoy.startswith(f"{phrase} ") for decoy in decoys)
        )
        self._looks.clear()
        return list(self._meaning), decoys

    @property
    def wanted(self) -> bool:
        """Whether anything is listened for."""
        return bool(self._meaning)

    def hearing_out(self, now: float) -> bool:
        """Whether somebody who has asked for quiet is still speaking."""
        return now < self._heard_out_until and self.gate.is_open

    def decide(self, hypotheses: Sequence[Hypothesis], now: float) -> Heard | None:
        """What is wanted, if anything."""
        for hypothesis in hypotheses:
            intent = self._meaning.get(hypothesis.phrase)
            if intent is None or self._is_being_said(hypothesis.phrase):
                continue
            look = _Look(now, hypothesis.phrase, _score(hypothesis) - CLEARER.get(intent, 0.0))
            enough = self._enough(look)
            self._looks.append(look)
            # Whoever has been understood may go on to ask for more, but not for the same again.
            if enough and (now >= self._blocked_until or intent is Intent.SILENT_EXIT):
                self._blocked_until, self._heard_out_until = now + REFRACTORY_SECONDS, now + HEARD_OUT_SECONDS
                return Heard(intent)
        return None

    def _enough(self, look: _Look) -> bool:
        if look.score >= SURE_SCORE and look.phrase not in self._unclear:
            return True
        return look.score >= AGREEING_SCORE and any(
            old.phrase == look.phrase and old.score >= AGREEING_SCORE and 0 < look.at - old.at < AGREEING_SECONDS
            for old in self._looks
        )

    def _is_being_said(self, phrase: str) -> bool:
        # Of a line that is shorter than the phrase, all of it would have to resemble it.
        return any(
            (fuzz.ratio if len(said) < len(letters(phrase)) else fuzz.partial_ratio)(letters(phrase), said)
            >= LIKE_WHAT_IS_SAID
            for said in self._said
        )


def _score(hypothesis: Hypothesis) -> float:
    """As the recogniser gave it; of one that counts signs, two are enough, and one is if it is found twice."""
    if hypothesis.signs is None:
        return hypothesis.score
    return (float("-inf"), AGREEING_SCORE, SURE_SCORE)[min(hypothesis.signs, 2)]
