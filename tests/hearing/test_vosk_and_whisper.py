"""Both real engines in one child: Vosk with its Korean model spots, Whisper checks, in the words that both know."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelBrokenError
from assistant.hearing import restarts
from assistant.hearing.notices import Notice, Told
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.models.whisper_model import embedded_whisper_model
from assistant.ports import Hypothesis
from assistant.recognizers import Chosen, start
from assistant.sound import HEARING_BLOCK_FRAMES, Samples
from hearing.speech import Talkers, blocks, in_a_room

FBI, CNN, YES = "FBI", "CNN", "YES"  # English words in the Korean model's vocabulary
GOOD_DAY, THANKS, REST = "안녕하세요", "감사 합니다", "잠깐 쉬자"
LOADING_SECONDS = 60.0


class Pairs:
    """Starts them; ``notices``: what they said about themselves."""

    def __init__(self) -> None:
        self.notices: list[Told] = []
        self.started: list[RecognizerProcess] = []

    def start(self, vosk: Path, whisper: Path, *, wait: bool = True) -> RecognizerProcess:
        chosen = Chosen("vosk+whisper", vosk, "", whisper)
        self.started.append(start(chosen, wait=wait, spotted=[FBI, CNN, REST], on_notice=self.notices.append))
        self.started[-1].wait_until_ready(LOADING_SECONDS)
        return self.started[-1]


@pytest.fixture
def pairs() -> Iterator[Pairs]:
    pairs = Pairs()
    yield pairs
    for process in pairs.started:
        process.close()


@pytest.fixture
def whisper_copy(tmp_path: Path) -> Path:
    folder = tmp_path / "whisper"
    shutil.copytree(embedded_whisper_model(), folder, ignore=shutil.ignore_patterns("model.bin"))
    (folder / "model.bin").symlink_to(embedded_whisper_model() / "model.bin")
    return folder


def heard(recognizer: RecognizerProcess, sound: Samples) -> list[Hypothesis]:
    found = [hypothesis for block in blocks(sound) for hypothesis in recognizer.accept(block)]
    return [*found, *recognizer.lull(), *recognizer.finish()]


@pytest.mark.long
def test_one_spots_and_the_other_checks(pairs: Pairs, vosk_model: Path, talkers: Talkers) -> None:
    pair = pairs.start(vosk_model, embedded_whisper_model())
    pair.check_phrases([FBI, CNN, YES, REST], LOADING_SECONDS)
    pair.listen_for([FBI, CNN, REST], [GOOD_DAY, THANKS])

    (sure,) = heard(pair, in_a_room(talkers.say("C N N."), before_seconds=0.3, after_seconds=0.5))
    assert sure.phrase == CNN
    assert sure.score > -1.4
    assert sure.signs is None, "a score, and no counting"
    assert (sure.before, sure.after) == ("", "")

    # Vosk is certain of this one, and an English listener does not recognise it.
    korean = in_a_room(talkers.say(f"{REST}.", "ko"), before_seconds=0.3, after_seconds=0.5)
    assert all(found.score < -3 for found in heard(pair, korean))

    talk = in_a_room(talkers.say("I want to see the F B I now."), before_seconds=0.3, after_seconds=0.5)
    (among,) = heard(pair, talk)
    assert among.phrase == FBI
    assert among.before.startswith("I want to see"), "the words around it are those of who checks"

    # Short answers, in a window with other phrases than those that are spotted, are Whisper's alone.
    pair.listen_for([YES, FBI], [])
    answers = heard(pair, in_a_room(talkers.say("Yes."), before_seconds=0.4, after_seconds=0.5))
    assert {answer.phrase for answer in answers if answer.score > -3.0} == {YES}
    assert {answer.signs for answer in answers} == {None}
    assert pairs.notices == []


def restarted(process: RecognizerProcess, *, until: Callable[[], bool]) -> None:
    """Kill the child and go on listening, as the main loop does, for a minute at most."""
    with suppress(ProcessLookupError):
        os.kill(process.process_id, signal.SIGKILL)
    deadline = time.monotonic() + LOADING_SECONDS
    while not until():
        assert time.monotonic() < deadline
        process.accept(np.zeros(HEARING_BLOCK_FRAMES, np.int16))
        process.poll()
        time.sleep(0.03)


@pytest.mark.long
@pytest.mark.parametrize("wait", [True, False])
def test_whisper_removed_while_running_leaves_vosk_alone_and_says_so(
    pairs: Pairs, vosk_model: Path, whisper_copy: Path, talkers: Talkers, wait: bool
) -> None:
    pair = pairs.start(vosk_model, whisper_copy, wait=wait)
    pair.listen_for([REST], [GOOD_DAY])
    shutil.rmtree(whisper_copy)
    restarted(pair, until=lambda: Notice.VERIFIER_GONE in pairs.notices)
    restart = [] if wait else [Notice.RECOGNIZER_GONE, Notice.RECOGNIZER_BACK]
    assert pairs.notices == [*restart, Notice.VERIFIER_GONE]
    if wait:
        korean = in_a_room(talkers.say(f"{REST}.", "ko"), before_seconds=0.3, after_seconds=0.5)
        pair.reset()
        assert [found.signs for found in heard(pair, korean)] == [1]


@pytest.mark.long
def test_vosk_removed_while_running_is_an_error_and_no_hang_where_answers_are_waited_for(
    pairs: Pairs, vosk_copy: Path, whisper_copy: Path
) -> None:
    pair = pairs.start(vosk_copy, whisper_copy, wait=True)
    pair.listen_for([REST], [])
    shutil.rmtree(vosk_copy)
    with pytest.raises(ModelBrokenError, match="Vosk cannot use this model") as caught:
        restarted(pair, until=lambda: False)
    assert caught.value.where == str(vosk_copy)


def test_live_a_model_that_is_gone_ends_nothing_and_is_loaded_when_it_is_back(
    whisper_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails in the middle of a pause: the time goes on, and the button still works."""
    monkeypatch.setattr(restarts, "WAITS_SECONDS", (0.0, 0.2))
    notices: list[Told] = []
    process = start(Chosen("whisper", whisper_copy, ""), wait=False, spotted=[], on_notice=notices.append)
    away = whisper_copy.with_name("away")
    try:
        process.wait_until_ready(LOADING_SECONDS)
        whisper_copy.rename(away)
        children = {process.process_id}

        def several_tried_in_vain() -> bool:
            children.add(process.process_id)
            return len(children) > 3

        restarted(process, until=several_tried_in_vain)
        assert not process.listening
        assert notices == [Notice.RECOGNIZER_GONE], "said once"
        away.rename(whisper_copy)
        restarted(process, until=lambda: process.listening)
        assert notices[:2] == [Notice.RECOGNIZER_GONE, Notice.RECOGNIZER_BACK]
    finally:
        process.close()
