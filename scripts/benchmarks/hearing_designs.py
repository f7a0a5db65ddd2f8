"""Designs that hear pause phrases: the interface, ours, and ours without its spotter (others: `hearing_rivals`).

Each turns a stream into a `Take`, which holds everything that might have been a phrase, with its score; what would have
fired at another threshold can then be told without listening again.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from assistant.app import speech_gate
from assistant.devices.whisper import WhisperModel
from assistant.dialogue.flow import State
from assistant.dialogue.turns import listened_for
from assistant.hearing.ears import Ears
from assistant.hearing.phrase_scorer import PhraseScorer
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.models.whisper_model import embedded_whisper_model
from assistant.ports import Hypothesis, Recognizer
from assistant.recognizer_child import build
from assistant.settings.loader import Settings
from assistant.settings.machine import Hearing
from assistant.sound import HEARING_RATE_HZ, Samples
from benchmarks.hearing_material import blocks

WINDOW = listened_for(State.LISTENING, end_asked=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """``at``: stream seconds at the end of the deciding block. ``computing``: processor seconds for that block."""

    at: float
    intent: Intent
    sure: bool = True
    computing: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was told to the decision at ``at``; the words in it stay in memory."""

    at: float
    began: float | None
    talking: bool
    found: tuple[Hypothesis, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Take:
    """One stream, heard. ``decisions``: at the shipped thresholds. ``looks``: for all other thresholds."""

    seconds: float
    processor_seconds: float
    decisions: tuple[Decision, ...]
    looks: tuple[Look, ...]

    @property
    def candidates(self) -> list[tuple[float, str, float]]:
        """(stream seconds, phrase, score) of everything that might have been a phrase."""
        return [(look.at, one.phrase, one.score) for look in self.looks for one in look.found]


class Design(ABC):
    """``thresholds``: what may be swept, from strict to loose; one only where the engine knows no score."""

    name: str
    threshold: float
    thresholds: Sequence[float]

    @abstractmethod
    def take(self, samples: Samples, window: frozenset[Intent] = WINDOW) -> Take:
        """One stream from its beginning; nothing is left over from the one before."""

    @abstractmethod
    def fires(self, take: Take, threshold: float) -> list[Decision]:
        """What would have been acted on at this threshold, without questions."""


class _Watched(Trigger):
    """The product's trigger, keeping what it is told."""

    def __init__(self, *, hearing: Hearing, cancelled: Callable[[str], bool]) -> None:
        super().__init__(hearing=hearing, cancelled=cancelled)
        self.looks: list[Look] = []

    def decide(self, hypotheses: Sequence[Hypothesis], now: float, **how: Any) -> Heard | None:
        if hypotheses:
            self.looks.append(Look(now, how["began"], how["talking"], tuple(hypotheses)))
        return super().decide(hypotheses, now, **how)


class Ours(Design):
    """The product: gate, recogniser and trigger, as `assistant.hearing.ears` puts them together.

    Listens for every pause phrase of the file, not only for those of one agreement.
    """

    thresholds = tuple(np.arange(0.0, -4.6, -0.1).round(1))

    def __init__(self, settings: Settings, recognizer: Recognizer, name: str) -> None:
        self.name, self._settings, self._recognizer = name, settings, recognizer
        self.threshold = settings.machine.hearing.act_score
        words = {"pause_words": settings.phrases.pause.phrases}
        self._agreement = settings.agreement.model_copy(update=words)
        self._trigger = partial(_Watched, cancelled=settings.phrases.pause_is_cancelled_by)

    def take(self, samples: Samples, window: frozenset[Intent] = WINDOW) -> Take:
        hearing = self._settings.machine.hearing
        trigger = self._trigger(hearing=hearing)
        ears = Ears(
            gate=speech_gate(hearing),
            recognizer=self._recognizer,
            trigger=trigger,
            phrases=self._settings.phrases,
            agreement=self._agreement,
        )
        ears.listen_for(window)
        decisions = []
        began = time.process_time()
        for now, block in blocks(samples):
            before = time.process_time()
            heard = ears.hear(block, now, speaking=False)
            if heard is not None:
                decisions.append(Decision(now, heard.intent, heard.sure, time.process_time() - before))
        spent = time.process_time() - began
        return Take(len(samples) / HEARING_RATE_HZ, spent, tuple(decisions), tuple(trigger.looks))

    def fires(self, take: Take, threshold: float) -> list[Decision]:
        shipped = self._settings.machine.hearing
        repeat = max(-6.0, threshold - shipped.act_score + shipped.repeat_score)
        scores = {"act_score": threshold, "ask_score": threshold, "repeat_score": repeat}
        trigger = self._trigger(hearing=shipped.model_copy(update=scores))
        trigger.listen_for(self._settings.phrases.phrases_for(WINDOW, self._agreement))
        fired = []
        for look in take.looks:
            if heard := trigger.decide(look.found, look.at, began=look.began, talking=look.talking):
                fired.append(Decision(look.at, heard.intent))
        return fired


def ours(settings: Settings) -> Ours:
    """Built as the recogniser's own process builds it."""
    spotted = "\n".join(settings.phrases.pause.phrases)
    return Ours(settings, build(["whisper", spotted, str(embedded_whisper_model())]), "Breather")


def without_spotter(settings: Settings) -> Ours:
    return Ours(settings, PhraseScorer(WhisperModel(embedded_whisper_model())), "Breather without its spotter")
