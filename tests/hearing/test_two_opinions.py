"""What the scorer makes of Whisper's words and the spotter's opinion together; both are told here what to hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from assistant.hearing.phrase_scorer import PhraseScorer
from assistant.hearing.phrase_spotter import PhraseSpotter, Spot
from assistant.hearing.trigger import Trigger
from assistant.messages import Intent
from assistant.ports import DecodedWord, ForcedDecode, FreeDecode, Hypothesis
from assistant.settings.loader import Settings
from assistant.sound import HEARING_RATE_HZ

PAUSE = "i need a pause"
READY = frozenset({Intent.READY, Intent.NOT_YET, Intent.QUIET})
SURE = 6.0


class Writes:
    """A model that writes these words whatever it hears, and to which every phrase fits well."""

    def __init__(self, text: str) -> None:
        self._words = text.split()
        self.looks = 0

    def tokens(self, text: str) -> tuple[int, ...]:
        return tuple(range(len(text.split())))

    def encoded(self, samples: npt.NDArray[np.int16]) -> Any:
        self.looks += 1

    def features(self, encoded: Any) -> npt.NDArray[np.float32]:
        return np.zeros((150, 384), np.float32)

    def free(self, encoded: Any) -> FreeDecode:
        words = tuple(DecodedWord(index, text) for index, text in enumerate(self._words))
        return FreeDecode(tuple(range(len(words))), words, -0.2)

    def forced(self, encoded: Any, rows: Sequence[Sequence[int]]) -> list[ForcedDecode]:
        return [
            ForcedDecode(np.full(len(row), -0.1, np.float32), np.linspace(0.1, 1.1, len(row), dtype=np.float32))
            for row in rows
        ]


class Spots(PhraseSpotter):
    """A spotter that is sure of these phrases, at these seconds, and of no others."""

    def __init__(self, sure: Mapping[str, float]) -> None:
        super().__init__()
        self._sure = sure

    def spots(self, features: npt.NDArray[np.float32], phrases: Sequence[str]) -> Mapping[str, Spot]:
        return {
            phrase: Spot(SURE, self._sure[phrase]) if phrase in self._sure else Spot(-SURE, 0.0) for phrase in phrases
        }


def heard(text: str, sure: Mapping[str, float], phrases: Sequence[str]) -> list[Hypothesis]:
    scorer = PhraseScorer(Writes(text), Spots(sure))
    scorer.listen_for(phrases, [])
    scorer.accept(np.ones(int(1.2 * HEARING_RATE_HZ), np.int16))
    return list(scorer.lull())


def decided(settings: Settings, found: Sequence[Hypothesis], intents: frozenset[Intent]) -> Intent | None:
    trigger = Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by)
    trigger.listen_for(settings.phrases.phrases_for(intents, settings.agreement))
    meant = trigger.decide(found, 10.0)
    return meant.intent if meant is not None and meant.sure else None


def wanted(settings: Settings, text: str, sure: Mapping[str, float], intents: frozenset[Intent]) -> Intent | None:
    phrases = list(settings.phrases.phrases_for(intents, settings.agreement))
    return decided(settings, heard(text, sure, phrases), intents)


def test_the_next_sentence_takes_nothing_back(settings: Settings) -> None:
    """The full stop after the phrase is kept, also where the spotter has overruled what Whisper wrote."""
    pause = frozenset({Intent.PAUSE})
    for text in ("I need applause. You are shouting.", "I need a pause. You are shouting."):
        assert wanted(settings, text, {PAUSE: 1.0}, pause) is Intent.PAUSE, text


def test_the_same_sentence_does(settings: Settings) -> None:
    assert wanted(settings, "I need a pause right now.", {PAUSE: 1.0}, frozenset({Intent.PAUSE})) is Intent.PAUSE
    assert wanted(settings, "I need a pause you said.", {PAUSE: 1.0}, frozenset({Intent.PAUSE})) is None


@pytest.mark.parametrize(
    ("text", "sure"),
    [("Yes, I am not ready.", "yes i am ready"), ("We're not back.", "we're back"), ("Almost ready.", "ready")],
)
def test_an_answer_is_never_heard_over_a_not(settings: Settings, text: str, sure: str) -> None:
    assert heard(text, {sure: 1.0}, [sure]), "it is looked at"
    assert wanted(settings, text, {sure: 1.0}, READY) is not Intent.READY


def test_of_two_answers_in_one_breath_both_are_told_and_not_yet_wins(settings: Settings) -> None:
    found = heard("Ready. Not yet.", {}, ["ready", "not yet"])
    assert {one.phrase for one in found} == {"ready", "not yet"}
    assert decided(settings, found, READY) is Intent.NOT_YET


def test_two_looks_at_the_same_words_are_not_the_phrase_said_twice(settings: Settings) -> None:
    """Where Whisper writes nothing, the spotter says where the words are."""
    scorer = PhraseScorer(Writes(""), Spots({PAUSE: 2.0}))
    scorer.listen_for([PAUSE], [])
    scorer.accept(np.ones(int(2.4 * HEARING_RATE_HZ), np.int16))
    (first,) = scorer.lull()
    assert first.start_seconds == pytest.approx(0.5)
    assert first.end_seconds == pytest.approx(2.0)
    later = PhraseScorer(Writes(""), Spots({PAUSE: 1.2}))  # the same place, seen from a window that began 0.8 s later
    later.listen_for([PAUSE], [])
    later.accept(np.ones(int(3.8 * HEARING_RATE_HZ), np.int16))
    (second,) = later.lull()
    assert second.end_seconds == pytest.approx(2.0)


def test_an_answer_stands_alone_when_nothing_has_followed_for_half_a_second() -> None:
    """In noise the gate does not close, and there is no lull."""
    for seconds, under_way in ((1.4, True), (1.6, False)):  # the spotter says that the word ends at 1.0 s
        scorer = PhraseScorer(Writes("Ready."), Spots({"ready": 1.0}), amid=[PAUSE])
        scorer.listen_for(["ready"], [])
        (found,) = scorer.accept(np.ones(int(seconds * HEARING_RATE_HZ), np.int16))
        assert found.under_way is under_way


def test_a_phrase_of_one_word_counts_without_its_full_stop_when_it_is_all_that_was_written() -> None:
    class Unsure(Writes):
        def forced(self, encoded: Any, rows: Sequence[Sequence[int]]) -> list[ForcedDecode]:
            fits = super().forced(encoded, rows)
            return [fits[0], *(ForcedDecode(fit.log_probs - 5, fit.seconds) for fit in fits[1:])]

    def score(text: str) -> float:
        scorer = PhraseScorer(Unsure(text), Spots({}))
        scorer.listen_for(["tomorrow"], [])
        scorer.accept(np.ones(HEARING_RATE_HZ, np.int16))
        return max(one.score for one in scorer.lull())

    assert score("Tomorrow") == pytest.approx(0.0)
    assert score("Not tomorrow") < -2.0


def test_what_was_not_looked_for_under_way_is_looked_for_at_the_end() -> None:
    scorer = PhraseScorer(Writes("Ready."), Spots({"ready": 1.0}), amid=[PAUSE])
    scorer.listen_for([PAUSE, "ready"], [])
    assert not [one for one in scorer.accept(np.ones(2 * HEARING_RATE_HZ, np.int16)) if one.phrase == "ready"]
    assert [one.phrase for one in scorer.finish()] == ["ready"], "although nothing has come since the last look"
