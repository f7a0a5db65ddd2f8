from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.hearing.over_speech import (
    AGREEING_SCORE,
    AGREEING_SECONDS,
    CLEARER,
    REFRACTORY_SECONDS,
    STOP_SET,
    SURE_SCORE,
    OverSpeech,
)
from assistant.hearing.own_voice import OwnVoice, Played
from assistant.messages import Heard, Intent
from assistant.ports import Hypothesis
from assistant.settings.loader import Settings
from assistant.sound import HEARING_BLOCK_FRAMES, Samples

QUIET, EXIT, UNCLEAR = "quiet please", "quiet stop quiet stop", "stop talking"


class Untouched:
    """A canceller that gives back what it gets, and counts."""

    def __init__(self) -> None:
        self.blocks = 0

    def cleaned(self, heard: Samples, played: Samples) -> Samples:
        self.blocks += 1
        return heard

    def reset(self) -> None: ...

    def close(self) -> None: ...


class AllButNothingLeft(Untouched):
    """One that knows the room very well: only a hundredth of what is heard comes through."""

    def cleaned(self, heard: Samples, played: Samples) -> Samples:
        return super().cleaned(heard, played) // 100


class LoudIsSpeech:
    def is_speech(self, block: Samples) -> bool:
        return bool(block[0] > 100)


def nothing_played() -> Sequence[tuple[int, Samples]]:
    return ()


def over_speech_of(
    settings: Settings, canceller: Untouched | None = None, played: Played = nothing_played
) -> OverSpeech:
    return OverSpeech(
        own_voice=OwnVoice(canceller=canceller or Untouched(), played=played),
        detector=LoudIsSpeech(),
        phrases=settings.phrases,
        agreement=settings.agreement,
    )


@pytest.fixture
def over_speech(settings: Settings) -> OverSpeech:
    over_speech = over_speech_of(settings)
    over_speech.listen_for(set(Intent))
    return over_speech


def look(phrase: str, score: float, signs: int | None = None) -> list[Hypothesis]:
    return [Hypothesis(phrase, score, 0.3, 1.0, inside=phrase, signs=signs)]


def test_only_what_stops_us_is_listened_for(settings: Settings, over_speech: OverSpeech) -> None:
    phrases, decoys = over_speech.listen_for(set(Intent))
    assert set(phrases) == set(settings.phrases.phrases_for(STOP_SET, settings.agreement))
    assert {QUIET, EXIT} <= set(phrases)
    assert "be quiet" in decoys
    for other in ("i need a pause", "ready", "not yet", "yes", "ten more minutes"):
        assert other not in phrases
        assert over_speech.decide(look(other, 0.0), 1.0) is None


def test_what_means_nothing_now_means_nothing_over_speech_either(over_speech: OverSpeech) -> None:
    phrases, _ = over_speech.listen_for({Intent.QUIET, Intent.READY})
    assert QUIET in phrases
    assert EXIT not in phrases
    assert over_speech.listen_for({Intent.PAUSE}) == ([], ())
    assert not over_speech.wanted
    assert over_speech.decide(look(QUIET, 0.0), 1.0) is None


@pytest.mark.parametrize(("score", "heard"), [(SURE_SCORE, True), (SURE_SCORE - 0.01, False)])
def test_one_look_has_to_be_sure(over_speech: OverSpeech, score: float, heard: bool) -> None:
    assert (over_speech.decide(look(QUIET, score), 1.0) == Heard(Intent.QUIET)) is heard


def test_two_looks_that_agree_need_less(over_speech: OverSpeech) -> None:
    assert over_speech.decide(look(QUIET, AGREEING_SCORE), 1.0) is None
    assert over_speech.decide(look("lights only", AGREEING_SCORE), 1.2) is None, "another phrase"
    assert over_speech.decide(look(QUIET, AGREEING_SCORE), 1.4) == Heard(Intent.QUIET)


def test_two_looks_that_are_too_far_apart_or_too_doubtful_are_not_enough(over_speech: OverSpeech) -> None:
    over_speech.decide(look(QUIET, AGREEING_SCORE), 1.0)
    assert over_speech.decide(look(QUIET, AGREEING_SCORE), 1.0 + AGREEING_SECONDS) is None
    over_speech.decide(look("lights only", AGREEING_SCORE - 0.1), 9.0)
    assert over_speech.decide(look("lights only", AGREEING_SCORE), 9.2) is None


def test_what_begins_like_something_else_is_looked_at_twice(over_speech: OverSpeech) -> None:
    """ "Stop talking" may go on "to me like that"."""
    assert over_speech.decide(look(UNCLEAR, 0.0), 1.0) is None
    assert over_speech.decide(look(UNCLEAR, 0.0), 1.24) == Heard(Intent.QUIET)


def test_the_silent_way_out_has_to_be_surer(over_speech: OverSpeech) -> None:
    almost = SURE_SCORE + CLEARER[Intent.SILENT_EXIT] - 0.01
    assert over_speech.decide(look(EXIT, almost), 1.0) is None
    assert over_speech.decide(look(EXIT, almost), 9.0) is None
    assert over_speech.decide(look(EXIT, almost + 0.02), 19.0) == Heard(Intent.SILENT_EXIT)


def test_the_same_words_are_not_heard_twice_but_more_may_be_asked_for(over_speech: OverSpeech) -> None:
    assert over_speech.decide(look(QUIET, 0.0), 1.0) == Heard(Intent.QUIET)
    assert over_speech.decide(look(QUIET, 0.0), 1.3) is None
    assert over_speech.decide(look(EXIT, 0.0), 1.6) == Heard(Intent.SILENT_EXIT)
    assert over_speech.decide(look(QUIET, 0.0), 1.6 + REFRACTORY_SECONDS) == Heard(Intent.QUIET)


def test_while_somebody_who_asked_for_quiet_goes_on_speaking_they_are_heard_out(over_speech: OverSpeech) -> None:
    loud = np.full(HEARING_BLOCK_FRAMES, 1000, np.int16)
    for _ in range(3):
        over_speech.gate.push(loud)
    assert not over_speech.hearing_out(1.0)
    over_speech.decide(look(QUIET, 0.0), 1.0)
    assert over_speech.hearing_out(1.5)
    assert not over_speech.hearing_out(4.0), "but not for ever"
    for _ in range(17):
        over_speech.gate.push(loud * 0)
    assert not over_speech.hearing_out(1.6)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (["You can say quiet please, or ten more minutes."], False),
        (["If you like,", "Quiet, please."], False),
        (["I will be quiet now."], True),
        (["In."], True),
        (["Are you ready to talk?"], True),
    ],
)
def test_a_phrase_that_we_say_ourselves_counts_for_nothing_meanwhile(
    over_speech: OverSpeech, said: list[str], heard: bool
) -> None:
    over_speech.saying(said)
    assert (over_speech.decide(look(QUIET, 0.0), 1.0) is not None) is heard
    over_speech.over()
    assert over_speech.decide(look(QUIET, 0.0), 11.0) is not None


@pytest.mark.parametrize(("signs", "looks"), [(2, 1), (1, 2), (0, None)])
def test_where_signs_are_counted_two_are_enough_and_one_if_it_comes_again(
    over_speech: OverSpeech, signs: int, looks: int | None
) -> None:
    heard = [over_speech.decide(look(QUIET, 0.0, signs), 1.0 + 0.3 * number) for number in range(3)]
    assert next((number + 1 for number, one in enumerate(heard) if one), None) == looks


def test_every_block_is_cleaned_so_that_none_is_uncounted(settings: Settings) -> None:
    over_speech = over_speech_of(settings)
    block = np.random.default_rng(1).integers(-900, 900, HEARING_BLOCK_FRAMES).astype(np.int16)
    cleaned = over_speech.cleaned(block + np.int16(5000))
    assert np.abs(cleaned - block).mean() < 100, "nothing was played, so only the offset is gone"


@pytest.mark.parametrize(("canceller", "open_"), [(Untouched(), True), (AllButNothingLeft(), False)])
def test_where_hardly_anything_is_left_nobody_else_speaks(
    settings: Settings, canceller: Untouched, open_: bool
) -> None:
    """However much it sounds like speech."""
    loud = np.tile(np.array([20_000, -20_000], np.int16), HEARING_BLOCK_FRAMES // 2)
    played = (np.full(720, 1000, np.int16) for _ in iter(int, 1))
    frames = iter(range(0, 10**9, 720))
    over_speech = over_speech_of(settings, canceller, lambda: [(next(frames), next(played))])
    for _ in range(20):
        over_speech.gate.push(over_speech.cleaned(loud))
    assert canceller.blocks == 20
    assert over_speech.gate.is_open is open_
