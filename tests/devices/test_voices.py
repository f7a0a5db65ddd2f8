import importlib.util
import json
import os
import re
import select
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.devices import piper_voice, pyttsx3_voice
from assistant.devices.piper_voice import PiperVoice
from assistant.devices.pyttsx3_voice import Pyttsx3Voice
from assistant.devices.voice_process import VoiceProcess
from assistant.errors import VoiceError
from assistant.ports import Synthesizer
from assistant.sound import level_dbfs
from assistant.speaking.leveling import active_level_dbfs
from assistant.speaking.promptbook import SENTENCE_GAP_SECONDS, finished

ROOT = Path(__file__).parents[2]
SENTENCE = "We come back together in ten minutes."

espeak_needed = pytest.mark.skipif(
    not pyttsx3_voice.installed(), reason="needs espeak-ng: sudo apt-get install espeak-ng, or scripts/test"
)
piper_needed = pytest.mark.skipif(not piper_voice.installed(), reason="needs Piper: scripts/setup installs it")


@pytest.fixture
def voice() -> Iterator[Pyttsx3Voice]:
    made = Pyttsx3Voice(words_per_minute=115)
    yield made
    made.close()


def words_per_minute(voice: Synthesizer, line_names: list[str]) -> float:
    """Of whole lines of the shipped script, gaps between sentences included."""
    script = tomllib.loads((ROOT / "config" / "script.en.toml").read_text(encoding="utf-8"))
    count, seconds = 0, 0.0
    for name in line_names or script["lines"].keys() - {"breathe_in", "breathe_out"}:
        sentences = [re.sub(r"\{\w+\}", "ten minutes", text) for text in script["lines"][name]["sentences"]]
        count += sum(len(re.findall(r"[\w']+", sentence)) for sentence in sentences)
        seconds += sum(finished(voice.render(sentence)).seconds for sentence in sentences)
        seconds += SENTENCE_GAP_SECONDS * (len(sentences) - 1)
    return 60 * count / seconds


def child_script(folder: Path, body: str) -> str:
    """A stand-in engine: a module that speaks the protocol as `body` says, found through PYTHONPATH."""
    name = f"stand_in_{len(list(folder.iterdir()))}"
    (folder / f"{name}.py").write_text(body)
    return name


@espeak_needed
def test_whole_lines_come_out_at_a_calm_rate(voice: Pyttsx3Voice) -> None:
    assert 110 <= words_per_minute(voice, []) <= 120


@espeak_needed
@pytest.mark.parametrize("asked", [100, 130])
def test_other_rates_are_kept_as_well(asked: int) -> None:
    voice = Pyttsx3Voice(words_per_minute=asked)
    try:
        assert words_per_minute(voice, []) == pytest.approx(asked, rel=0.03)
    finally:
        voice.close()


@espeak_needed
def test_every_one_of_sixty_renders_has_the_asked_rate(voice: Pyttsx3Voice) -> None:
    sentences = [SENTENCE, "In.", "One speaks, one listens, then you swap."]
    fast = Pyttsx3Voice(words_per_minute=160)
    try:
        for sentence in sentences:
            # espeak-ng carries a little over from the sentence before; another rate would show as 0.2 s or more.
            seconds = [voice.render(sentence).seconds for _ in range(20)]
            assert max(seconds) - min(seconds) < 0.03
            assert min(seconds) > 1.15 * fast.render(sentence).seconds
    finally:
        fast.close()


@espeak_needed
@pytest.mark.parametrize("blow", [signal.SIGSTOP, signal.SIGKILL, signal.SIGSEGV])
def test_a_hung_killed_or_crashed_child_is_replaced(blow: signal.Signals) -> None:
    voice = Pyttsx3Voice(words_per_minute=115, sentence_seconds=0.5)
    try:
        before = voice.render(SENTENCE)
        first_child = voice.process_id
        assert first_child
        os.kill(first_child, blow)
        after = voice.render(SENTENCE)
        assert after.seconds == pytest.approx(before.seconds, abs=0.03)
        assert voice.process_id != first_child
        with pytest.raises(ProcessLookupError):
            os.kill(first_child, 0)
    finally:
        voice.close()


@espeak_needed
def test_close_ends_the_child_and_may_come_twice(voice: Pyttsx3Voice) -> None:
    voice.render("In.")
    child = voice.process_id
    assert child
    voice.close()
    voice.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert voice.render("In.").seconds > 0.1


@espeak_needed
def test_a_close_of_a_hung_child_returns(voice: Pyttsx3Voice) -> None:
    voice.render("In.")
    assert voice.process_id
    os.kill(voice.process_id, signal.SIGSTOP)
    voice.close()
    assert voice.process_id is None


@espeak_needed
def test_an_interrupted_sentence_is_not_given_out_as_the_next_one(
    voice: Pyttsx3Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = voice.render(SENTENCE)

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(select, "select", interrupted)
        with pytest.raises(KeyboardInterrupt):
            voice.render("In.")
    assert voice.render(SENTENCE).seconds == pytest.approx(expected.seconds, abs=0.03)


@espeak_needed
@pytest.mark.parametrize(
    "sentence", ["Zoë and Łukasz, please stop here.", 'He said "[[now]]" & <left>.', "…", "a" * 500]
)
def test_unusual_text_is_rendered(voice: Pyttsx3Voice, sentence: str) -> None:
    voice.render(sentence)
    assert level_dbfs(voice.render(SENTENCE).samples) > -30


def test_missing_espeak_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In the child, the library can be found nowhere.
    (tmp_path / "sitecustomize.py").write_text(
        "import ctypes\n"
        "def refuse(self, name):\n"
        "    raise OSError('cannot open shared object file')\n"
        "ctypes.LibraryLoader.LoadLibrary = refuse\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    voice = Pyttsx3Voice(words_per_minute=115)
    with pytest.raises(VoiceError) as caught:
        voice.render(SENTENCE)
    assert str(caught.value) == (
        "The voice cannot be started (This means you probably do not have eSpeak or eSpeak-ng installed): "
        "pyttsx3 with espeak-ng. Install it with: sudo apt-get install espeak-ng"
    )
    assert voice.process_id is None


@espeak_needed
def test_missing_espeak_data_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPEAK_DATA_PATH", str(tmp_path))
    (tmp_path / "espeak-ng-data").mkdir()
    voice = Pyttsx3Voice(words_per_minute=115)
    with pytest.raises(VoiceError, match="espeak-ng does not find its data files"):
        voice.render(SENTENCE)


def test_installed_tells_and_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyttsx3_voice, "_LIBRARIES", ("libnothing-of-this-name.so.1",))
    assert pyttsx3_voice.installed() is False

    def nowhere(name: str) -> None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", nowhere)
    assert piper_voice.installed() is False


def test_the_key_needs_no_engine_and_changes_with_the_rate() -> None:
    for make in (Pyttsx3Voice, PiperVoice):
        slow, fast = make(words_per_minute=110), make(words_per_minute=120)
        assert slow.key.keys() == {"engine", "version", "voice", "rate"}
        assert slow.key["rate"] != fast.key["rate"]
        assert slow.process_id is None


def stand_in(module: str, *, start_seconds: float = 10.0, sentence_seconds: float = 0.3) -> VoiceProcess:
    return VoiceProcess(
        engine="stand-in",
        module=module,
        start_seconds=start_seconds,
        sentence_seconds=sentence_seconds,
        remedy="Choose another.",
    )


@pytest.mark.parametrize(
    "after_ready",
    [
        "sys.stdin.readline(); sys.exit(3)",
        "sys.stdin.readline(); import time; time.sleep(60)",
        'sys.stdin.readline(); print(\'{"frames": 1000, "rate_hz": 22050}\', flush=True); sys.exit(0)',
        "sys.stdin.close(); sys.exit(0)",
    ],
    ids=["dies", "hangs", "dies in the middle of the sound", "leaves"],
)
def test_an_engine_that_fails_twice_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after_ready: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    module = child_script(tmp_path, f"import sys\nprint('{{\"ready\": true}}', flush=True)\n{after_ready}\n")
    process = stand_in(module)
    with pytest.raises(VoiceError) as caught:
        process.render(SENTENCE)
    assert str(caught.value) == "The voice stopped answering, 2 times in a row: stand-in. Choose another."
    assert process.process_id is None


def test_an_engine_that_never_gets_ready_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    process = stand_in(child_script(tmp_path, "import time\ntime.sleep(60)\n"), start_seconds=0.2)
    with pytest.raises(VoiceError, match="stopped answering"):
        process.render(SENTENCE)


def test_what_an_engine_prints_does_not_disturb_the_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    module = child_script(
        tmp_path,
        "import os, numpy\n"
        "from assistant.devices.voice_process import serve\n"
        "from assistant.sound import AudioClip\n"
        "def load():\n"
        "    print('loading')\n"
        "    def render(sentence):\n"
        "        print('Audio saved to x')\n"
        "        os.write(1, b'noise from a C library')\n"
        "        return AudioClip(numpy.arange(len(sentence), dtype=numpy.int16), 8000)\n"
        "    return render\n"
        "serve(load)\n",
    )
    process = stand_in(module, sentence_seconds=5.0)
    try:
        for sentence in ("abc", "Zoë\nand a second line", ""):
            clip = process.render(sentence)
            assert clip.samples.tolist() == list(range(len(sentence)))
            assert clip.rate_hz == 8000
    finally:
        process.close()


def test_the_child_leaves_when_its_parent_is_gone() -> None:
    code = (
        "import json, os, sys\n"
        "from assistant.devices.pyttsx3_voice import Pyttsx3Voice\n"
        "voice = Pyttsx3Voice(words_per_minute=115)\n"
        "voice.render('In.')\n"
        "print(json.dumps(voice.process_id), flush=True)\n"
        "os._exit(0)\n"
    )
    if not pyttsx3_voice.installed():
        pytest.skip("needs espeak-ng")
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=30).stdout
    child = json.loads(output)
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        # Adopted and not yet reaped counts as gone.
        if "State:\tZ" in Path(f"/proc/{child}/status").read_text():
            return
        signal.sigtimedwait([], 0.05)
    pytest.fail("the child is still there")


@pytest.mark.long
@piper_needed
def test_piper_is_calm_and_as_loud_as_espeak(voice: Pyttsx3Voice) -> None:
    piper = PiperVoice(words_per_minute=115)
    try:
        # Piper varies a little from one rendering to the next; a few lines only, since it takes its time.
        lines = ["opening", "grounding", "time_is_done"]
        assert 108 <= words_per_minute(piper, lines) <= 122
        cue = finished(piper.render("In."))
        assert 0.3 < cue.seconds < 1.0
        assert active_level_dbfs(cue) == pytest.approx(-20, abs=0.3)
        natural = finished(piper.render(SENTENCE))
    finally:
        piper.close()
    if pyttsx3_voice.installed():
        plain = finished(voice.render(SENTENCE))
        assert active_level_dbfs(natural) == pytest.approx(active_level_dbfs(plain), abs=0.3)
