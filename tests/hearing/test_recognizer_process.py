from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.errors import ModelBrokenError, RecognizerDiedError, VocabularyError
from assistant.hearing import recognizer_process
from assistant.hearing.ears import Ears
from assistant.hearing.gate import Gate
from assistant.hearing.notices import Notice, Told
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.models.whisper_model import embedded_whisper_model
from assistant.ports import Hypothesis, Recognizer
from assistant.recognizer_child import build
from assistant.settings.loader import Settings
from assistant.sound import BLOCK_SECONDS, HEARING_RATE_HZ, Samples
from hearing.children import SLOW
from hearing.processes import (
    AT_ONCE_SECONDS,
    PATIENCE_SECONDS,
    Start,
    Stopped,
    answers,
    caught_up,
    gone,
    listens,
    phrases,
    polled,
    slowest,
    sound,
    talk,
    wait_for,
)
from hearing.speech import blocks, demo, in_a_room

TESTS = Path(__file__).parents[1]
PAUSE = "i need a pause"


class LoudIsSpeech:
    def is_speech(self, block: Samples) -> bool:
        return bool(block[0] > 0)


def utterance(recognizer: Recognizer, blocks: Sequence[Samples]) -> list[Hypothesis]:
    found = [hypothesis for block in blocks for hypothesis in recognizer.accept(block)]
    return [*found, *recognizer.lull(), *recognizer.finish()]


def alike(found: Sequence[Hypothesis], expected: Sequence[Hypothesis]) -> bool:
    """The same but for rounding: numpy on one thread, as in the child, adds up in another order than on two."""
    return [one.phrase for one in found] == [one.phrase for one in expected] and all(
        (one.spotted, one.under_way, one.signs) == (other.spotted, other.under_way, other.signs)
        and abs(one.score - other.score) < 0.3
        and max(abs(one.start_seconds - other.start_seconds), abs(one.end_seconds - other.end_seconds)) < 0.1
        for one, other in zip(found, expected, strict=True)
    )


@pytest.fixture(scope="module")
def english() -> Iterator[RecognizerProcess]:
    """The real one, waiting for its answers."""
    process = whisper_process(wait=True)
    process.wait_until_ready(PATIENCE_SECONDS)
    yield process
    process.close()


def whisper_process(*, wait: bool, on_notice: Callable[[Told], None] = lambda _: None) -> RecognizerProcess:
    arguments = ["whisper", PAUSE, str(embedded_whisper_model())]
    return RecognizerProcess(module="assistant.recognizer_child", arguments=arguments, wait=wait, on_notice=on_notice)


@pytest.mark.parametrize("name", ["one-05", "two-05"])
def test_the_real_one_answers_as_it_would_in_this_process(english: RecognizerProcess, name: str) -> None:
    heard = blocks(in_a_room(demo(name), before_seconds=0.3, after_seconds=0.5))
    here = build(["whisper", PAUSE, str(embedded_whisper_model())])  # as the child builds it
    for recognizer in (here, english):
        recognizer.listen_for([PAUSE, "i'm ready"], ["you need a pause"])
    expected = utterance(here, heard)
    assert expected
    assert alike(utterance(english, heard), expected)
    assert alike(utterance(english, heard), expected), "and nothing is left over from the first time"


def test_the_real_one_answers_live_through_poll() -> None:
    heard = blocks(in_a_room(demo("one-05"), before_seconds=0.3, after_seconds=0.5))
    here = build(["whisper", PAUSE, str(embedded_whisper_model())])  # as the child builds it
    here.listen_for([PAUSE], [])
    notices: list[Told] = []
    process = whisper_process(wait=False, on_notice=notices.append)
    try:
        process.wait_until_ready(PATIENCE_SECONDS)
        process.check_phrases([PAUSE], PATIENCE_SECONDS)
        process.listen_for([PAUSE], [])
        found: list[Hypothesis] = []
        for block in heard:
            found += process.accept(block)
            time.sleep(BLOCK_SECONDS)
        found += [*process.lull(), *process.finish()]
        expected = utterance(here, heard)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found) < len(expected) and time.monotonic() < deadline:
            found += process.poll()
            time.sleep(0.01)
        assert notices == [], "the processor is too slow for this"
        assert alike(found, expected)
    finally:
        process.close()


def test_the_real_one_is_killed_in_the_middle_and_hears_the_next_phrase(english: RecognizerProcess) -> None:
    heard = blocks(in_a_room(demo("one-05"), before_seconds=0.3, after_seconds=0.5))
    english.listen_for([PAUSE], [])
    before = english.process_id
    for block in heard[:30]:
        english.accept(block)
    os.kill(before, signal.SIGKILL)
    for block in heard[30:40]:
        english.accept(block)
    english.reset()
    assert english.process_id != before
    assert PAUSE in phrases(utterance(english, heard))


def test_answers_are_waited_for(start: Start) -> None:
    process = start()
    process.listen_for(["a", "b"], ["c"])
    assert phrases(process.accept(sound(1))) == ["1"]
    assert phrases(process.accept(sound(SLOW))) == [str(SLOW)]
    assert phrases(process.accept(sound(0))) == []
    assert phrases(process.lull()) == []
    assert phrases(process.finish()) == ["3 of a,b"]
    process.accept(sound(0))
    process.reset()
    assert phrases(process.finish()) == ["0 of a,b"]
    assert phrases(process.poll()) == []


def test_a_sound_of_any_length_arrives_whole(start: Start) -> None:
    process = start()
    assert phrases(process.accept(sound(5, 15 * HEARING_RATE_HZ))) == ["5"]
    assert phrases(process.accept(sound(0, 0))) == []


def test_live_answers_come_when_they_come(start: Start) -> None:
    process = start(wait=False)
    found = phrases(process.accept(sound(SLOW)))
    assert found == []
    found += phrases(process.accept(sound(2)))
    assert polled(process, lambda more: [*found, *more] == [str(SLOW), "2"])


def test_stale_answers_are_dropped_after_a_reset(start: Start) -> None:
    process = start(wait=False)
    found = phrases(process.accept(sound(SLOW)))
    found += phrases(process.finish())
    process.reset()
    found += phrases(process.accept(sound(3)))
    assert polled(process, lambda more: "3" in [*found, *more]) == ["3"]
    assert found == []


def belated(process: RecognizerProcess, enough: int) -> list[tuple[int, str]]:
    """Late answers, as they come: how many utterances ago it was, and the phrase."""
    found: list[tuple[int, str]] = []

    def all_came() -> bool:
        assert phrases(process.poll()) == [], "none of it is about the newest utterance"
        found.extend((ago, phrase) for ago, late in process.belated() for phrase in phrases(late))
        return len(found) >= enough

    wait_for(all_came)
    return found


def test_an_answer_that_comes_in_the_next_utterance_still_belongs_to_its_own(start: Start) -> None:
    process = start(wait=False)
    process.accept(sound(SLOW))
    process.lull()
    process.finish()
    process.accept(sound(0))
    process.finish()
    found = phrases(process.accept(sound(5)))
    assert polled(process, lambda more: "5" in [*found, *more]) == ["5"]
    late = [(ago, phrase) for ago, heard in process.belated() for phrase in phrases(heard)]
    assert late == [(2, str(SLOW)), (2, "1 of "), (1, "1 of ")]
    assert process.belated() == [], "each comes once"


def test_an_answer_that_comes_before_the_next_utterance_is_not_late(start: Start) -> None:
    process = start(wait=False)
    process.accept(sound(SLOW))
    found = phrases(process.finish())
    assert polled(process, lambda more: len([*found, *more]) == 2) == [str(SLOW), "1 of "]
    process.accept(sound(0))
    assert process.belated() == []


def test_what_was_forgotten_does_not_come_late_either(start: Start) -> None:
    process = start(wait=False)
    process.accept(sound(SLOW))
    process.finish()
    process.accept(sound(0))
    time.sleep(0.5)
    process.poll()
    process.reset()
    assert process.belated() == []


def test_an_utterance_of_which_nothing_could_be_sent_is_counted(start: Start) -> None:
    process = start(wait=False)
    with Stopped(process.process_id):
        process.accept(sound(5))
        slowest(talk(process, 100))
        slowest(talk(process, 10))
        process.accept(sound(0))
        assert process.dropped_blocks > 10
    assert belated(process, 1)[0] == (2, "5")


def test_a_child_that_is_replaced_amid_an_utterance_does_not_begin_another(start: Start) -> None:
    process = start(wait=False)
    process.accept(sound(0))
    killed = process.process_id
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: not process.poll() and process.process_id != killed)
    process.accept(sound(0))
    process.accept(sound(SLOW))
    process.finish()
    process.accept(sound(0))
    assert belated(process, 1)[0] == (1, str(SLOW))


def test_words_that_are_repeated_add_up_though_the_first_answer_comes_late(start: Start, settings: Settings) -> None:
    """Ears and a real process: the child is still busy with the first utterance when the second begins."""
    process = start("slow at the end", wait=False)
    ears = Ears(
        gate=Gate(LoudIsSpeech()),
        recognizer=process,
        trigger=Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by),
        phrases=settings.phrases,
        agreement=settings.agreement,
    )
    ears.listen_for(frozenset({Intent.PAUSE}))
    heard: list[Heard] = []
    now = 100.0

    def hear(pattern: str, *, live: bool = False) -> None:
        nonlocal now
        for character in pattern:
            found = ears.hear(sound(9 if character == "#" else 0), now, speaking=False)
            heard.extend([found] if found is not None else [])
            now += BLOCK_SECONDS
            time.sleep(BLOCK_SECONDS if live else 0.0)

    hear("#" * 25 + "." * 17)
    hear("#" * 5)
    hear("#" * 35, live=True)
    assert heard == [], "said once"
    hear("." * 50, live=True)
    assert heard == [Heard(Intent.PAUSE)]


# --- whether it listens -----------------------------------------------------------------------------------------------


def test_it_does_not_listen_while_its_model_loads(start: Start) -> None:
    assert not start("hang", wait=False, ready=False).listening
    assert start(wait=False).listening


def test_it_does_not_listen_until_a_dead_child_is_replaced(start: Start) -> None:
    process = start(wait=False)
    killed = process.process_id
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: not process.poll() and process.process_id != killed)
    assert not listens(process)
    wait_for(lambda: listens(process))


def test_it_does_not_listen_while_sound_is_lost_until_it_has_caught_up(start: Start) -> None:
    process = start(wait=False)
    with Stopped(process.process_id):
        slowest(talk(process, 30))
        assert listens(process), "a second of sound can wait"
        slowest(talk(process, 60))
        assert process.dropped_blocks
        assert not listens(process)
    wait_for(lambda: bool(process.poll()))
    wait_for(lambda: listens(process))


def test_it_does_not_listen_when_a_short_word_waits_long_for_its_answer(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer_process, "LATE_SECONDS", 0.3)
    process = start(wait=False)
    with Stopped(process.process_id):
        slowest(talk(process, 10))
        assert listens(process)
        time.sleep(0.35)
        assert not listens(process)
        assert process.dropped_blocks == 0
    wait_for(lambda: listens(process))


def test_one_that_waits_for_its_answers_always_listens(start: Start) -> None:
    process = start()
    os.kill(process.process_id, signal.SIGKILL)
    process.accept(sound(3))
    assert listens(process)


def test_a_stopped_child_never_holds_the_caller_up_and_costs_only_sound(start: Start) -> None:
    process = start(wait=False)
    process.listen_for(["a"], [])
    with Stopped(process.process_id):
        assert slowest(talk(process, 200)) < AT_ONCE_SECONDS
        assert 100 < process.dropped_blocks < 200
    wait_for(lambda: caught_up(process))
    assert answers(process, lambda: process.accept(sound(6))) == ["6"]


@pytest.mark.parametrize("blocks", [0, 1, 17])
def test_many_short_words_do_not_fill_the_pipe_of_a_stopped_child(start: Start, blocks: int) -> None:
    process = start(wait=False)
    with Stopped(process.process_id):
        assert slowest(talk(process, blocks) * (400 // (blocks + 3))) < AT_ONCE_SECONDS


def test_many_other_requests_do_not_fill_it_either(start: Start) -> None:
    process = start(wait=False)
    many = [f"number {number}" for number in range(50)]
    with Stopped(process.process_id):
        asked = [process.reset, lambda: process.listen_for(many, many), *talk(process, 0)]
        assert slowest(asked * 50) < AT_ONCE_SECONDS
    process.listen_for(["last"], [])
    wait_for(lambda: caught_up(process))
    assert answers(process, process.finish) == ["0 of last"], "what was asked last counts"


def test_an_utterance_whose_end_was_skipped_does_not_go_on(start: Start) -> None:
    process = start(wait=False)
    with Stopped(process.process_id):
        slowest(talk(process, 100))
    wait_for(lambda: not process.poll() and caught_up(process, reset=False))
    # What came after it is a block, or a few dozen where the machine is slow; a hundred came before.
    after = answers(process, process.finish)[-1]
    assert int(after.removesuffix(" of ")) <= 60, "only what came after it"


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("kind", ["parrot", "hang"])
def test_close_leaves_no_process_behind(start: Start, kind: str, stopped: bool) -> None:
    process = start(kind, ready=kind == "parrot")
    if stopped:
        os.kill(process.process_id, signal.SIGSTOP)
    process.close()
    assert not (Path("/proc") / str(process.process_id)).exists()
    process.close()


def test_what_the_child_prints_goes_nowhere(start: Start, capfd: pytest.CaptureFixture[str]) -> None:
    process = start()
    process.accept(sound(0))
    for number in (0, 1, 2):
        assert (Path("/proc") / str(process.process_id) / "fd" / str(number)).readlink() == Path("/dev/null")
    process.close()
    assert capfd.readouterr() == ("", "")


def test_the_child_holds_no_pipe_but_its_own_two(start: Start) -> None:
    first, second = start(), start()
    for process in (first, second):
        own = [path.readlink().name for path in (Path("/proc") / str(process.process_id) / "fd").iterdir()]
        assert sum(name.startswith("pipe:") for name in own) == 2


@pytest.mark.parametrize("wait", [True, False])
def test_what_the_child_says_about_itself_is_passed_on(start: Start, wait: bool) -> None:
    notices: list[Notice] = []
    process = start("complaining", wait=wait, on_notice=notices.append)
    assert answers(process, lambda: process.accept(sound(8))) == ["8"], "and does not take an answer's place"
    assert notices == [Notice.VERIFIER_SLOW]


def test_ctrl_c_does_not_end_the_child(start: Start) -> None:
    process = start()
    child = process.process_id
    os.kill(child, signal.SIGINT)
    assert phrases(process.accept(sound(8))) == ["8"]
    assert process.process_id == child


def test_when_the_program_is_killed_the_child_ends(start: Start) -> None:
    program = (
        "import sys, time; from assistant.hearing.recognizer_process import RecognizerProcess as P;"
        "p = P(module='hearing.children', arguments=['parrot'], wait=True); p.wait_until_ready(30);"
        "print(p.process_id, flush=True); time.sleep(60)"
    )
    search_path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    with subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": search_path}, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert not gone(child)
        parent.kill()
        parent.wait()
        wait_for(lambda: gone(child))


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("abort", r"died of its model \(signal SIGABRT\): abort\. Run `breather setup`"),
        ("exit", r"died of its model \(exit code 3\)"),
        ("fault", r"died of its model \(exit code 1\)"),
        ("broken", r"^The model is made of cheese: moon\. Bring bread\.$"),
    ],
)
@pytest.mark.parametrize("asked_first", [False, True])
def test_a_model_that_does_not_load_is_broken(start: Start, kind: str, sentence: str, asked_first: bool) -> None:
    process = start(kind, ready=False)
    if asked_first:
        wait_for(lambda: gone(process.process_id))
    with pytest.raises(ModelBrokenError, match=sentence):
        process.wait_until_ready(PATIENCE_SECONDS)


def test_a_model_that_takes_too_long_is_given_up(start: Start) -> None:
    process = start("hang", ready=False)
    with pytest.raises(RecognizerDiedError, match=r"not ready within 0 s\. Close other programs"):
        process.wait_until_ready(0.2)


def test_a_word_the_model_does_not_know_is_said_when_the_phrases_are_checked(start: Start) -> None:
    process = start()
    process.check_phrases([PAUSE], PATIENCE_SECONDS)
    with pytest.raises(VocabularyError, match=r"^A word is not known: model\. Choose another\.$") as caught:
        process.check_phrases([PAUSE, "zyzzyva"], PATIENCE_SECONDS)
    assert caught.value.exit_code == 22
    assert caught.value.where == "model"


def test_checking_phrases_with_a_child_that_has_died_says_so(start: Start) -> None:
    process = start()
    os.kill(process.process_id, signal.SIGKILL)
    wait_for(lambda: gone(process.process_id))
    with pytest.raises(ModelBrokenError, match="SIGKILL"):
        process.check_phrases([PAUSE], PATIENCE_SECONDS)


def test_the_child_has_one_thread_for_numbers(start: Start) -> None:
    environment = Path(f"/proc/{start().process_id}/environ").read_bytes().split(b"\0")
    assert {b"OMP_NUM_THREADS=1", b"OPENBLAS_NUM_THREADS=1"} <= set(environment)
