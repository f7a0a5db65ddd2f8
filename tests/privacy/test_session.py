"""What is said in the room is stored nowhere and shown nowhere: whole sessions, faults and crashes among them."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from household import Household

from assistant.errors import RecognizerDiedError
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.sound import read_wav
from privacy.spoken import SAID_IN_THE_PAUSE_AT, words_in
from privacy.tracing import can_be_without_network, without_network
from privacy.watched import Watched

AS_USUAL: dict[str, str] = {}
LOOKING_FOR_A_FAULT = {
    "PYTHONFAULTHANDLER": "1",
    "PYTHONDEVMODE": "1",
    "PYTHONVERBOSE": "",
    "PYTHONUNBUFFERED": "1",
    "CT2_VERBOSE": "3",
}


def lived_through(household: Household, recording: Path, *, before_it: Sequence[str] = ()) -> str:
    """A session from beginning to end, looked at from all sides; returns what it printed.

    ``before_it``: a program that becomes the session.
    """
    before = household.files()
    arguments = ["run", "--microphone", f"recorded:{recording}", "--loudspeaker", "recorded:heard.wav"]
    process = household.start(*arguments, before=before_it)
    with Watched(process.pid) as watched:
        out, complaints = process.communicate(timeout=300)
    assert process.returncode == 0, complaints
    assert words_in(out) == words_in(complaints) == []
    after = household.files()
    heard = Path("here/heard.wav")
    assert {path for path in after if after[path] != before.get(path)} == {heard}
    assert [path for path, content in after.items() if words_in(content)] == []
    watched.saw_the_recogniser()
    assert watched.written == {f"{household.here}/.heard.wav.{process.pid}"}
    assert watched.strange == set()
    return out


@pytest.mark.long
@pytest.mark.parametrize("settings", [AS_USUAL, pytest.param(LOOKING_FOR_A_FAULT, marks=pytest.mark.hours)])
def test_nothing_that_was_said_is_found_anywhere(household: Household, evening: Path, settings: dict[str, str]) -> None:
    household.extra.update(settings)
    out = lived_through(household, evening)
    assert "heard     a pause is wanted" in out
    # The loudspeaker's file holds no sound of the room: there is nothing in it where only the room was to be heard.
    played = read_wav(household.here / "heard.wav")
    quiet = slice(*(round(second * played.rate_hz) for second in (SAID_IN_THE_PAUSE_AT - 1, SAID_IN_THE_PAUSE_AT + 4)))
    assert not played.samples[quiet].any()
    assert played.samples.any()


@pytest.mark.hours
def test_nor_in_a_talk_of_a_calm_day_and_all_the_way_to_the_end(household: Household, long_evening: Path) -> None:
    """Without a network as well, where that can be had."""
    out = lived_through(household, long_evening, before_it=without_network() if can_be_without_network() else ())
    for passed in ("── reflecting", "── opening", "── ask second", "── reconvened", "── close out"):
        assert passed in out, out
    assert out.count("heard     ready") == 2


def test_a_fault_in_the_middle_of_an_utterance_tells_no_word(household: Household, evening: Path) -> None:
    """Whoever decides about words fails on them, with the words in its message."""
    code = (
        "import sys; from assistant.hearing.phrase_scorer import PhraseScorer\n"
        "from assistant.hearing.trigger import Trigger\n"
        "def decide(self, hypotheses, now, **_):\n"
        "    for each in hypotheses: raise RuntimeError(f'the lighthouse {each.before} {each.inside}')\n"
        "Trigger.decide = decide\n"
        "from assistant.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = household.command("run", "--microphone", f"recorded:{evening}")
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments[arguments.index("--config") :]],
        env=household.environment,
        cwd=household.here,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 70, done.stderr
    assert "RuntimeError at cli.py:" in done.stderr
    assert words_in(done.stdout + done.stderr) == []
    assert "need a pause" not in done.stdout + done.stderr


FAILING_CHILD = """
import sys
from assistant.hearing.recognizer_service import serve

class Failing:
    def listen_for(self, phrases, decoys): pass
    def reset(self): pass
    def accept(self, samples):
        print("my grandmother sold the lighthouse", flush=True)
        print("my grandmother sold the lighthouse", file=sys.stderr, flush=True)
        raise ValueError("my grandmother sold the lighthouse", samples)

serve(Failing, int(sys.argv[1]), int(sys.argv[2]))
"""


def test_a_recogniser_that_fails_takes_its_words_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "failing_child.py").write_text(FAILING_CHILD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    process = RecognizerProcess(module="failing_child", arguments=[], wait=True)
    try:
        process.wait_until_ready(20)
        with pytest.raises(RecognizerDiedError) as caught:
            any(process.accept(np.full(480, 12345, np.int16)) for _ in range(10))
    finally:
        process.close()
    seen: BaseException | None = caught.value
    while seen is not None:
        assert words_in(f"{seen!r} {seen} {seen.args}") == []
        assert "12345" not in repr(seen)
        seen = seen.__cause__ or seen.__context__
    out, complaints = capfd.readouterr()
    assert words_in(out + complaints) == []


def test_a_crash_leaves_no_memory_image(household: Household, evening: Path) -> None:
    """A core file would hold the last seconds of the room, of the program and of the recogniser both."""
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)"
    allowed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
    wanted = ["sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh"] if allowed else []
    process = household.start("run", "--microphone", f"recorded:{evening}", before=wanted)
    try:
        deadline = time.monotonic() + 20
        children: list[str] = []
        while not children and time.monotonic() < deadline:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            time.sleep(0.01)
        assert children
        for number in (process.pid, *children):
            limits = Path(f"/proc/{number}/limits").read_text()
            assert re.search(r"Max core file size +0 +0 ", limits), limits
    finally:
        process.terminate()
        process.communicate(timeout=20)
