"""Vosk itself, with its Korean model, the only one that the package index carries; always in its own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import BreatherError, ModelBrokenError, ModelMissingError, VocabularyError
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.hearing.signs import NO_SIGN, ONE_SIGN, TWO_SIGNS
from assistant.ports import Hypothesis
from assistant.recognizers import Chosen, choose, start
from assistant.settings.machine import Hearing
from assistant.sound import HEARING_RATE_HZ, Samples
from hearing.speech import Talkers, blocks, in_a_room

LOADING_SECONDS = 60.0

# In the voice of espeak-ng "ko", these are understood whatever else is listened for; others are not.
REST, READY, HELLO = "잠깐 쉬자", "준비 됐어", "안녕하세요"  # "let's rest a moment", "I'm ready", "good day"
RADIO = "라디오"  # and this is one of the few that are understood when any word may be said
OTHERS = ["시간 더 줘", "잠시 멈춰", "오늘 저녁", "감사 합니다"]


@pytest.fixture(scope="module")
def loaded(vosk_model: Path) -> Iterator[RecognizerProcess]:
    """One child for all tests; the model takes seconds to load, and half a gigabyte."""
    process = start(Chosen("vosk", vosk_model, ""), wait=True, spotted=[])
    try:
        process.wait_until_ready(LOADING_SECONDS)
        yield process
    finally:
        process.close()


@pytest.fixture
def vosk(loaded: RecognizerProcess) -> Iterator[RecognizerProcess]:
    """The child, which has to be the same one afterwards: nothing in a test may have killed it."""
    before = loaded.process_id
    loaded.reset()
    yield loaded
    assert loaded.process_id == before


def heard(recognizer: RecognizerProcess, sound: Samples) -> list[Hypothesis]:
    """One utterance, block by block."""
    found = [hypothesis for block in blocks(sound) for hypothesis in recognizer.accept(block)]
    return [*found, *recognizer.lull(), *recognizer.finish()]


def spoken(talkers: Talkers, *phrases: str, after_seconds: float = 0.4) -> Samples:
    clips = [talkers.say(f"{phrase}.", "ko") for phrase in phrases]
    return in_a_room(*clips, before_seconds=0.3, after_seconds=after_seconds)


@pytest.mark.parametrize("phrase", [REST, READY, HELLO])
def test_a_phrase_is_heard_whole_and_where_it_was(vosk: RecognizerProcess, talkers: Talkers, phrase: str) -> None:
    vosk.listen_for([REST, READY, HELLO], OTHERS)
    sound = spoken(talkers, phrase)
    for _ in range(3):  # the seconds count anew in each utterance
        (found,) = heard(vosk, sound)
        assert (found.phrase, found.score, found.before, found.after) == (phrase, ONE_SIGN, "", "")
        assert 0.15 < found.start_seconds < 0.5
        assert found.start_seconds + 0.6 < found.end_seconds < len(sound) / HEARING_RATE_HZ


def test_a_phrase_in_pieces_of_any_size_is_the_same(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([REST, READY], [])
    sound = spoken(talkers, REST)
    whole = [*vosk.accept(sound), *vosk.accept(sound[:0]), *vosk.finish()]
    in_blocks = heard(vosk, sound)
    assert [hypothesis.phrase for hypothesis in whole + in_blocks] == [REST, REST]
    assert in_blocks[0].start_seconds == pytest.approx(whole[0].start_seconds, abs=0.1)


def test_a_phrase_among_other_words_is_less_sure(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([READY], [HELLO])
    (found,) = heard(vosk, spoken(talkers, HELLO, READY))
    assert (found.phrase, found.before, found.after) == (READY, HELLO, "")
    assert found.score == NO_SIGN
    assert found.inside != READY, "what was heard there in free words is something else"
    assert found.start_seconds > 1.0


def test_a_phrase_that_is_understood_in_free_words_too_is_surer(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([RADIO, READY], [])
    (found,) = heard(vosk, spoken(talkers, RADIO))
    assert (found.phrase, found.score) == (RADIO, TWO_SIGNS)
    assert (found.before, found.inside, found.after) == ("", RADIO, "")


def test_two_phrases_in_one_breath_are_both_heard(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([READY, HELLO], [])
    first, second = heard(vosk, spoken(talkers, HELLO, READY))
    assert (first.phrase, second.phrase) == (HELLO, READY)
    assert (first.score, second.score) == (NO_SIGN, NO_SIGN)
    assert first.end_seconds <= second.start_seconds


def test_a_pause_inside_an_utterance_does_not_hide_what_came_first(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([REST, READY], [HELLO])
    first = spoken(talkers, REST, after_seconds=2.5)  # Vosk ends its own utterance here, before the gate does
    found = heard(vosk, np.concatenate([first, spoken(talkers, READY)]))
    assert [hypothesis.phrase for hypothesis in found] == [REST, READY]
    assert found[0].end_seconds < len(first) / HEARING_RATE_HZ < found[1].start_seconds


def test_a_part_of_a_phrase_is_not_the_phrase(vosk: RecognizerProcess, talkers: Talkers) -> None:
    first, second = READY.split()
    vosk.listen_for([f"{first} {second} {HELLO}", f"{HELLO} {first}"], [])
    assert heard(vosk, spoken(talkers, READY)) == []
    vosk.listen_for([f"{second} {first}"], [])
    assert heard(vosk, spoken(talkers, READY)) == [], "nor is another order of its words"


def test_a_longer_phrase_is_preferred(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([READY.split(maxsplit=1)[0], READY], [])
    assert [hypothesis.phrase for hypothesis in heard(vosk, spoken(talkers, READY))] == [READY]


def test_a_decoy_is_heard_and_never_reported(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([REST], [READY, HELLO])
    assert heard(vosk, spoken(talkers, READY)) == []
    assert heard(vosk, spoken(talkers, HELLO)) == []
    assert [hypothesis.phrase for hypothesis in heard(vosk, spoken(talkers, REST))] == [REST]


def test_a_decoy_with_a_word_the_model_does_not_know_does_no_harm(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([REST], ["you need a pause", HELLO, f"{HELLO} zyzzyva"])
    assert heard(vosk, spoken(talkers, HELLO)) == []
    assert [hypothesis.phrase for hypothesis in heard(vosk, spoken(talkers, REST))] == [REST]


def test_listening_for_nothing_hears_nothing_and_may_change(vosk: RecognizerProcess, talkers: Talkers) -> None:
    for decoys in ([], [REST]):
        vosk.listen_for([], decoys)
        assert heard(vosk, spoken(talkers, REST)) == []
        assert heard(vosk, np.zeros(HEARING_RATE_HZ, np.int16)) == []
    vosk.listen_for([REST], [])
    assert [hypothesis.phrase for hypothesis in heard(vosk, spoken(talkers, REST))] == [REST]


def test_reset_forgets_what_was_said(vosk: RecognizerProcess, talkers: Talkers) -> None:
    vosk.listen_for([REST, READY], [])
    for block in blocks(spoken(talkers, REST)):
        assert vosk.accept(block) == []
    vosk.reset()
    assert vosk.finish() == []
    (found,) = heard(vosk, spoken(talkers, READY))
    assert (found.phrase, found.before) == (READY, "")
    assert found.start_seconds < 0.5


def test_phrases_may_be_exchanged_at_any_moment_three_hundred_times(vosk: RecognizerProcess, talkers: Talkers) -> None:
    sound = blocks(spoken(talkers, REST))
    for count in range(300):
        # Between two utterances, and in the middle of one, where Vosk itself would abort.
        vosk.listen_for([REST, OTHERS[count % 4]] if count % 2 else [READY], OTHERS[: count % 3])
        for block in sound[: count % 5]:
            vosk.accept(block)
        if count % 3 == 0:
            vosk.finish()
    vosk.listen_for([REST], [])
    assert [hypothesis.phrase for hypothesis in heard(vosk, np.concatenate(sound))] == [REST]


def test_odd_sound_kills_nobody_and_means_nothing(vosk: RecognizerProcess) -> None:
    vosk.listen_for([REST, READY], [])
    hiss = np.random.default_rng(3).integers(-32_768, 32_767, HEARING_RATE_HZ).astype(np.int16)
    for sound in (np.zeros(0, np.int16), np.ones(1, np.int16), np.full(HEARING_RATE_HZ, -32_768, np.int16), hiss):
        assert [*vosk.accept(sound), *vosk.finish(), *vosk.finish()] == []


def test_words_the_model_does_not_know_are_named(vosk_model: Path) -> None:
    process = start(Chosen("vosk", vosk_model, ""), wait=True, spotted=[])
    try:
        process.wait_until_ready(LOADING_SECONDS)
        process.check_phrases([REST, READY], LOADING_SECONDS)
        with pytest.raises(VocabularyError) as caught:
            process.check_phrases([REST, f"zyzzyva {READY} pause"], LOADING_SECONDS)
    finally:
        process.close()
    assert str(caught.value) == (
        f'"zyzzyva {READY} pause" can never be heard: the model does not know zyzzyva, pause. '
        "Choose another phrase in config/agreement.toml or config/phrases.en.toml."
    )
    assert caught.value.exit_code == 22


Damage = Callable[[Path], None]


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.unlink()  # it is a link to the real file, which has to stay as it is
    path.touch()


def half(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        kept = file.read(size // 2)
    path.unlink()
    path.write_bytes(kept)


def other(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"<html>not found</html>\n" * 50)


def death(folder: Path) -> BreatherError | None:
    """How Vosk itself takes this folder, in its process and without our looking at it first."""
    process = start(Chosen("vosk", folder, ""), wait=True, spotted=[])
    try:
        process.wait_until_ready(LOADING_SECONDS)
    except BreatherError as error:
        return error
    finally:
        process.close()
    return None


FATAL = [  # these kill the process, each in its own way
    ("graph/disambig_tid.int", empty, "signal SIGSEGV"),
    ("graph/disambig_tid.int", half, "signal SIGSEGV"),
    ("ivector/splice.conf", empty, "signal SIGABRT"),
    ("ivector/splice.conf", half, "signal SIGABRT"),
]
REFUSED = [  # these Vosk notices
    ("am/final.mdl", half),
    ("conf/mfcc.conf", other),
    ("conf/model.conf", other),
    ("ivector/final.dubm", half),
    ("ivector/final.ie", half),
]
REFUSED_LATE = [  # these, too, but only after seconds
    ("conf/model.conf", half),
    ("graph/Gr.fst", half),
    ("graph/Gr.fst", missing),
    ("graph/HCLr.fst", half),
    ("graph/HCLr.fst", empty),
    ("graph/HCLr.fst", other),
    ("graph/phones/word_boundary.int", half),
    ("graph/phones/word_boundary.int", empty),
]
SEEN_BEFORE = [  # and these we see before Vosk does, which would die of them, or never end (an empty model.conf)
    ("conf/model.conf", empty),
    ("graph/disambig_tid.int", empty),
    ("graph/HCLr.fst", empty),
    ("graph/HCLr.fst", other),
    ("graph/Gr.fst", missing),
    ("ivector/splice.conf", missing),
]


@pytest.mark.parametrize(("part", "damage", "how"), FATAL)
def test_a_damage_that_kills_vosk_is_told_as_a_broken_model(
    vosk_copy: Path, part: str, damage: Damage, how: str
) -> None:
    damage(vosk_copy / part)
    error = death(vosk_copy)
    assert isinstance(error, ModelBrokenError)
    assert (error.what, error.where) == (f"The recogniser died of its model ({how})", str(vosk_copy))
    assert error.remedy == "Run `breather setup` for a fresh copy, or name another model."


@pytest.mark.parametrize(
    ("part", "damage"), REFUSED + [pytest.param(*row, marks=pytest.mark.long) for row in REFUSED_LATE]
)
def test_a_damage_that_vosk_notices_is_told_as_a_broken_model(vosk_copy: Path, part: str, damage: Damage) -> None:
    damage(vosk_copy / part)
    error = death(vosk_copy)
    assert isinstance(error, ModelBrokenError)
    assert error.what == "Vosk cannot use this model"
    assert error.where == str(vosk_copy)


@pytest.mark.parametrize(("part", "damage"), SEEN_BEFORE)
def test_a_damage_that_can_be_seen_from_outside_never_reaches_vosk(vosk_copy: Path, part: str, damage: Damage) -> None:
    damage(vosk_copy / part)
    with pytest.raises(ModelBrokenError, match=part):
        choose(Hearing(), vosk_copy.parent)


@pytest.mark.parametrize("folder", ["nowhere", "am", "am/final.mdl"])
def test_a_folder_that_is_no_model_is_told_so_by_choice_and_by_vosk(vosk_copy: Path, folder: str) -> None:
    error = death(vosk_copy / folder)
    assert isinstance(error, ModelBrokenError)
    with pytest.raises((ModelMissingError, ModelBrokenError)):
        choose(Hearing(vosk_model=str(vosk_copy / folder)), vosk_copy.parent)


def test_the_copy_itself_is_in_order(vosk_copy: Path) -> None:
    assert choose(Hearing(), vosk_copy.parent).folder == vosk_copy
