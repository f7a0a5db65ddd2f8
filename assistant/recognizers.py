"""Which recogniser listens: chooses it, and starts it in a process of its own (`assistant.recognizer_child`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelMissingError
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.models.vosk_model import check_vosk_model, installed_vosk_model
from assistant.models.whisper_model import check_whisper_model, embedded_whisper_model
from assistant.recognizer_child import Engine
from assistant.settings.machine import Hearing


@dataclass(frozen=True, slots=True)
class Chosen:
    """A recogniser whose model has been checked. ``sentence``: says in plain words what listens, and why."""

    engine: Engine
    folder: Path
    sentence: str


def choose(hearing: Hearing, models: Path) -> Chosen:
    """What the settings ask for: a Vosk model that was named or installed; otherwise the embedded English model.

    ``models``: the folder of installed models. Raises `ModelMissingError` or `ModelBrokenError`.
    """
    named = hearing.vosk_model_folder
    if hearing.recognizer == "vosk" or (hearing.recognizer == "auto" and (named or installed_vosk_model(models))):
        folder = named or installed_vosk_model(models)
        if folder is None:
            raise ModelMissingError(
                "No Vosk model is installed",
                where=models,
                remedy="Run `breather setup`, or `breather setup --model FILE` with a file you have.",
            )
        check_vosk_model(folder)
        return Chosen("vosk", folder, f"Listening with Vosk ({folder.name}).")
    folder = embedded_whisper_model()
    check_whisper_model(folder, notes_folder=models)
    reason = "as the settings say" if hearing.recognizer == "whisper" else "because no Vosk model is installed"
    return Chosen("whisper", folder, f"Listening with the embedded English model, {reason}.")


def start(chosen: Chosen, *, wait: bool) -> RecognizerProcess:
    """The recogniser in a process of its own, still loading (see `RecognizerProcess`)."""
    return RecognizerProcess(
        module="assistant.recognizer_child", arguments=[chosen.engine, str(chosen.folder)], wait=wait
    )
