from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from household import ROOT

from assistant.devices import whisper
from assistant.devices.whisper import WhisperModel
from assistant.errors import ModelBrokenError
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.models.whisper_model import embedded_whisper_model
from assistant.ports import Hypothesis
from assistant.recognizer_trial import prove
from assistant.recognizers import Chosen, start

EMBEDDED = Chosen("whisper", Path("/models/embedded"), "")


class Hears:
    """A recogniser that hears the same thing in the middle of everything, or nothing at all."""

    def __init__(self, phrase: str | None) -> None:
        self._found = [] if phrase is None else [Hypothesis(phrase, 0.0, 0.0, 1.0)]

    def listen_for(self, phrases: object, decoys: object) -> None: ...

    def accept(self, samples: object) -> list[Hypothesis]:
        return []

    def lull(self) -> list[Hypothesis]:
        return self._found

    finish = poll = lull


@pytest.fixture
def embedded() -> Iterator[RecognizerProcess]:
    process = start(Chosen("whisper", embedded_whisper_model(), ""), wait=True, spotted=["let's be quiet"])
    process.wait_until_ready(60)
    yield process
    process.close()


def test_the_embedded_recogniser_understands_whatever_the_couple_has_chosen_to_say(embedded: RecognizerProcess) -> None:
    embedded.listen_for(["let's be quiet"], [])
    prove(embedded, EMBEDDED, audio=ROOT / "audio")


@pytest.mark.parametrize("phrase", [None, "i need a pause"])
def test_one_that_hears_nothing_or_the_same_in_everything_is_found_out(phrase: str | None) -> None:
    with pytest.raises(ModelBrokenError, match=r"does not understand .*: /models/embedded\. Remove the folder"):
        prove(cast("Any", Hears(phrase)), EMBEDDED, audio=ROOT / "audio")


def test_vosk_may_have_been_taught_another_language() -> None:
    prove(cast("Any", Hears(None)), Chosen("vosk", Path("/models/vosk"), ""), audio=ROOT / "audio")


def test_a_machine_that_computes_no_numbers_is_told_when_the_model_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "mel_filters", lambda: np.full((80, 201), np.nan, np.float32))
    with pytest.raises(ModelBrokenError, match=r"computes no numbers with it: .*Remove the folder"):
        WhisperModel(embedded_whisper_model())
