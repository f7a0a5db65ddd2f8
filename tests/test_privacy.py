"""The promise: what is said in the room is stored nowhere, shown nowhere, and leaves the house by no way."""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soxr
from household import ROOT, Household

from assistant.devices.pyttsx3_voice import Pyttsx3Voice
from assistant.devices.whisper import WhisperModel
from assistant.dialogue.session import Session
from assistant.dialogue.wording import Wording
from assistant.errors import RecognizerDiedError
from assistant.hearing.ears import Ears
from assistant.hearing.gate import Gate, GateChange, GateEvent
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.hearing.trigger import Trigger
from assistant.messages import Heard, Intent
from assistant.models.whisper_model import embedded_whisper_model
from assistant.ports import DecodedWord, FreeDecode, Hypothesis
from assistant.settings.loader import load_settings
from assistant.settings.machine import Hearing
from assistant.sound import HEARING_RATE_HZ, AudioClip, Samples, read_wav, to_int16, write_wav

SAID = "My grandmother sold the lighthouse."
SAID_IN_THE_PAUSE = "A crocodile ate my clarinet."
CANARIES = ("grandmother", "lighthouse", "light house", "crocodil", "clarinet")
SAID_IN_THE_PAUSE_AT = 56.0  # between two lines of the shipped script, well before the breathing
DEMO = ROOT / "audio" / "demo"


def words_in(content: bytes | str) -> list[str]:
    """The canaries in it, however it is written: any case, one byte a letter or two."""
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    data = data.lower()
    return [
        canary
        for canary in CANARIES
        if any(canary.encode(encoding) in data for encoding in ("ascii", "utf-16-le", "utf-16-be"))
    ]


def room(*said: tuple[float, Samples], seconds: float) -> AudioClip:
    """What a microphone hears when these things are said at these seconds, 16 kHz."""
    samples = np.zeros(round(seconds * HEARING_RATE_HZ), np.int16)
    samples[:] = np.random.default_rng(1).normal(0, 8, len(samples)).astype(np.int16)
    for second, voice in said:
        first = round(second * HEARING_RATE_HZ)
        samples[first : first + len(voice)] += voice
    return AudioClip(samples, HEARING_RATE_HZ)


@pytest.fixture(scope="module")
def canaries(settled: Household) -> tuple[Samples, Samples]:
    """The two sentences, spoken; and the proof that the recogniser could write them down, if it were to."""
    voice = Pyttsx3Voice(words_per_minute=140)
    model = WhisperModel(embedded_whisper_model())
    spoken = []
    try:
        for sentence, expected in ((SAID, "lighthouse"), (SAID_IN_THE_PAUSE, "clarinet")):
            clip = voice.render(sentence)
            samples = soxr.resample(clip.samples, clip.rate_hz, HEARING_RATE_HZ)
            heard = "".join(word.text for word in model.free(model.encoded(samples)).words)
            assert expected in heard.lower()
            spoken.append(samples)
    finally:
        voice.close()
    return spoken[0], spoken[1]


@pytest.fixture(scope="module")
def evening(canaries: tuple[Samples, Samples], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording: a canary, "I need a pause", and another canary in the pause."""
    before, during = canaries
    called = read_wav(DEMO / "one-05.wav").samples
    path = tmp_path_factory.mktemp("recording") / "evening.wav"
    said = (0.5, before), (5.0, called), (SAID_IN_THE_PAUSE_AT, during)
    write_wav(path, room(*said, seconds=70.0))
    return path


# --- a whole session ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [{}, {"PYTHONFAULTHANDLER": "1", "PYTHONDEVMODE": "1", "PYTHONVERBOSE": "", "PYTHONUNBUFFERED": "1"}],
    ids=["as usual", "while somebody looks for a fault"],
)
def test_nothing_that_was_said_is_found_anywhere(household: Household, evening: Path, settings: dict[str, str]) -> None:
    household.extra.update(settings)
    before = household.files()
    done = household.run("run", "--microphone", f"recorded:{evening}", "--loudspeaker", "recorded:heard.wav")
    assert done.returncode == 0, done.stderr
    assert "heard     a pause is wanted" in done.stdout
    assert words_in(done.stdout) == words_in(done.stderr) == []
    after = household.files()
    heard = Path("here/heard.wav")
    assert {path for path in after if after[path] != before.get(path)} == {heard}
    assert [path for path, content in after.items() if words_in(content)] == []
    # The loudspeaker's file holds no sound of the room: there is nothing in it where only the room was to be heard.
    played = read_wav(household.here / "heard.wav")
    quiet = slice(*(round(second * played.rate_hz) for second in (SAID_IN_THE_PAUSE_AT - 1, SAID_IN_THE_PAUSE_AT + 4)))
    assert not played.samples[quiet].any()
    assert played.samples.any()


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


# --- the network ----------------------------------------------------------------------------------------------------


def traced(household: Household, log: Path, *command: object) -> str:
    """What the command and all its children asked the system for: sockets, and files to write to."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace: sudo apt-get install strace")
    calls = "trace=network,open,openat,openat2,creat,memfd_create,mknod,mknodat"
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-e", "signal=none", "-o", str(log)]
    if subprocess.run([*strace, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("needs the right to trace processes (ptrace)")
    done = household.run(*command, before=strace)
    assert done.returncode == 0, done.stderr
    return log.read_text(errors="replace")


def test_the_trace_would_show_a_connection(tmp_path: Path) -> None:
    """The next test could not fail if strace did not see what it looks for."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace: sudo apt-get install strace")
    log = tmp_path / "log"
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; socket.socket()'])"
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=network", "-o", str(log)]
    if subprocess.run([*strace, sys.executable, "-c", code], capture_output=True, check=False).returncode != 0:
        pytest.skip("needs the right to trace processes (ptrace)")
    assert "AF_INET" in log.read_text()


def test_what_downloads_is_not_even_loaded() -> None:
    """Loading it opens a socket, to see whether there is IPv6."""
    rooms = "assistant.cli, assistant.preparing, assistant.demo"
    code = f"import sys, {rooms}; print({{'requests', 'urllib3'}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("command", ["run", pytest.param("demo", marks=pytest.mark.long)])
def test_no_network_and_no_file_but_the_one_that_was_asked_for(
    household: Household, evening: Path, tmp_path: Path, command: str
) -> None:
    arguments = {
        "run": ["run", "--microphone", f"recorded:{evening}", "--loudspeaker", "recorded:heard.wav"],
        "demo": ["demo", "--output", "heard.wav"],
    }[command]
    trace = traced(household, tmp_path / "log", *arguments)
    assert "conversation.toml" in trace or "evening.wav" in trace
    assert "model.bin" in trace, "the recogniser's process was not traced"
    assert re.findall(r".*(?:AF_INET|AF_PACKET|AF_NETLINK|AF_BLUETOOTH|connect\(|sendto\(|memfd_create).*", trace) == []
    written = re.findall(r'(?:openat|open)\((?:AT_FDCWD, )?"([^"]*)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT)[^)]*\)', trace)
    unfinished = household.here / ".heard.wav."
    others = [path for path in written if path != "/dev/null" and not path.startswith(str(unfinished))]
    assert others == []
    assert any(path.startswith(str(unfinished)) for path in written)


def test_the_demo_needs_no_network(household: Household) -> None:
    """In a network of its own in which there is nothing, not even this machine itself."""
    alone = ["unshare", "--net"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs to make an empty network: run the tests as root")
    done = household.run("demo", before=alone)
    assert done.returncode == 0, done.stderr
    assert "heard     settled" in done.stdout


# --- objects that hold words ----------------------------------------------------------------------------------------


class AlwaysSpeech:
    def is_speech(self, block: Samples) -> bool:
        return True


class Telling:
    """A recogniser that has heard a canary."""

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        pass

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        return [told()]

    def lull(self) -> Sequence[Hypothesis]:
        return []

    def finish(self) -> Sequence[Hypothesis]:
        return []

    def reset(self) -> None:
        pass

    def poll(self) -> Sequence[Hypothesis]:
        return []

    def close(self) -> None:
        pass


def told() -> Hypothesis:
    return Hypothesis(
        phrase="i need a pause",
        score=-0.1,
        start_seconds=0.0,
        end_seconds=1.0,
        before="My grandmother sold the lighthouse.",
        inside="I need a pause",
        after="A crocodile ate my clarinet.",
    )


def test_what_holds_words_does_not_show_them() -> None:
    settings = load_settings(ROOT / "config")
    trigger = Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by)
    gate = Gate(AlwaysSpeech())
    ears = Ears(
        gate=gate,
        recognizer=Telling(),
        trigger=trigger,
        phrases=settings.phrases,
        agreement=settings.agreement,
    )
    session = Session(
        script=settings.script,
        agreement=settings.agreement,
        reflection=settings.reflection,
        wording=Wording(settings.script, settings.agreement, settings.reflection),
        seconds_of=lambda _: 1.0,
    )
    ears.listen_for(frozenset({Intent.PAUSE}))
    block = np.full(480, 12345, np.int16)
    heard = [ears.hear(block, 0.03 * number, speaking=False) for number in range(4)]
    assert Heard(Intent.PAUSE) in heard
    session.handle(Intent.PAUSE, 0.2)
    word = DecodedWord(token=3, text="lighthouse")
    holders = [
        told(),
        word,
        FreeDecode(tokens=(12345, 12345), words=(word,), mean_log_prob=-0.1),
        AudioClip(block, 16_000),
        GateEvent(GateChange.OPENED, block),
        trigger,
        gate,
        ears,
        session,
        RuntimeError(told(), word),
    ]
    for holder in holders:
        shown = f"{holder!r} {holder} {holder:} %s" % [holder]
        assert words_in(shown) == []
        assert "12345" not in shown
    assert words_in(repr(pickle.loads(pickle.dumps(told())))) == []


def test_what_decided_keeps_no_word() -> None:
    """Not only is it not shown: it is not there any more."""
    trigger = Trigger(hearing=Hearing(), cancelled=lambda _: False)
    trigger.listen_for({"i need a pause": Intent.PAUSE})
    doubtful = Hypothesis(**{**{key: getattr(told(), key) for key in Hypothesis.__slots__}, "score": -9.0})
    assert trigger.decide([doubtful], 1.0) is None
    assert trigger.decide([told()], 2.0) == Heard(Intent.PAUSE)
    assert words_in(pickle.dumps({**vars(trigger), "_cancelled": None})) == []


# --- who it was -----------------------------------------------------------------------------------------------------


def another_voice(samples: Samples) -> Samples:
    """The same words from somebody with a higher voice, who speaks a little faster."""
    wave = samples.astype(np.float32) / 32_768
    return to_int16(soxr.resample(wave, HEARING_RATE_HZ, HEARING_RATE_HZ * 0.93))


def ending_at(second: float, voice: Samples) -> tuple[float, Samples]:
    return second - len(voice) / HEARING_RATE_HZ, voice


def test_nobody_can_tell_afterwards_who_it_was(settled: Household, tmp_path: Path) -> None:
    """Two evenings that differ only in who called the pause and who answered first."""
    called, ready = (read_wav(DEMO / name).samples for name in ("one-05.wav", "two-05.wav"))
    outcomes = []
    for number, swapped in enumerate((False, True)):
        calls, second = (another_voice(called), ready) if swapped else (called, another_voice(ready))
        first = another_voice(ready) if swapped else ready
        recording = tmp_path / f"{number}.wav"
        said = [ending_at(3.0, calls), ending_at(634.2, first), ending_at(642.5, second)]
        write_wav(recording, room(*said, seconds=650.0))
        household = settled.copy(tmp_path / f"household-{number}")
        done = household.run("run", "--microphone", f"recorded:{recording}")
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("heard     ready") == 2, done.stdout
        assert "reconvened" in done.stdout
        outcomes.append((done.stdout, done.stderr, household.files()))
    assert outcomes[0] == outcomes[1]
