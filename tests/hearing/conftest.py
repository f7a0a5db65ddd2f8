"""Voices and models that the tests of hearing share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.devices.whisper import WhisperModel
from assistant.models.whisper_model import embedded_whisper_model
from assistant.settings.loader import Settings, load_settings
from hearing.speech import Talkers


@pytest.fixture(scope="session")
def talkers() -> Iterator[Talkers]:
    """Synthetic voices; each sentence is rendered once."""
    talkers = Talkers()
    yield talkers
    talkers.close()


@pytest.fixture(scope="session")
def whisper() -> WhisperModel:
    """The embedded English model, loaded once."""
    return WhisperModel(embedded_whisper_model())


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings that are shipped."""
    return load_settings(Path(__file__).parents[2] / "config")
