"""Which recogniser listens: chooses it, and starts it in a process of its own (`assistant.recognizer_child`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import ModelBrokenError, ModelMissingError
from assistant.hearing.notices import Notice, Told
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.hearing.verified_recognizer import BUDGET_SECONDS
from assistant.models.vosk_language import is_english
from assistant.models.vosk_model import check_vosk_model, installed_vosk_model
from assistant.models.whisper_model import check_whisper_model, embedded_whisper_model
from assistant.recognizer_child import Engine
from assistant.settings.machine import Hearing

RECORDED_BUDGET_SECONDS = 20.0  # a recording waits, so that it is always heard in the same way


@dataclass(frozen=True, slots=True)
class Chosen:
    """Recognisers whose models have been checked. ``sentence``: says in plain words who listens, and why.

    ``folder``: the model's. ``verifier``: the folder of the model that checks what the first one hears, if there is
    one.
    """

    engine: Engine
    folder: Path
    sentence: str
    verifier: Path | None = None


def choose(hearing: Hearing, models: Path) -> Chosen:
    """What the settings ask for; "auto" is Vosk where a model was named or installed, and the embedded English model.

    Where both are there, Vosk listens and the embedded model checks what it hears. Where the embedded model cannot do
    that, because it is missing, broken, or Vosk's language is another one, Vosk listens alone. ``models``: the folder
    of installed models. Raises `ModelMissingError` or `ModelBrokenError`.
    """
    folder = hearing.vosk_model_folder or installed_vosk_model(models)
    if hearing.recognizer == "whisper" or (hearing.recognizer == "auto" and folder is None):
        reason = "as the settings say" if hearing.recognizer == "whisper" else "because no Vosk model is installed"
        sentence = f"Listening with the embedded English model, {reason}."
        return Chosen("whisper", _embedded(models), sentence)
    if folder is None:
        raise ModelMissingError(
            "No Vosk model is installed",
            where=models,
            remedy="Run `breather setup`, or `breather setup --model FILE` with a file you have.",
        )
    check_vosk_model(folder)
    if hearing.recognizer == "vosk":
        return Chosen("vosk", folder, f"Listening with Vosk ({folder.name}) alone, as the settings say.")
    together = f"Listening with Vosk ({folder.name}); the embedded English model checks what it hears."
    if hearing.recognizer == "vosk+whisper":
        return Chosen("vosk+whisper", folder, together, _embedded(models))
    if not is_english(folder):
        alone = "because the embedded model, which could check what it hears, knows only English"
        return Chosen("vosk", folder, f"Listening with Vosk ({folder.name}) alone, {alone}.")
    try:
        return Chosen("vosk+whisper", folder, together, _embedded(models))
    except (ModelMissingError, ModelBrokenError) as error:
        alone = f"and nothing checks what it hears. {error}"
        return Chosen("vosk", folder, f"Listening with Vosk ({folder.name}) alone, {alone}")


def as_it_turned_out(chosen: Chosen, notices: Sequence[str]) -> Chosen:
    """The same, once it has been running. ``notices``: what came up meanwhile, as sentences of `Notice`.

    A model that was in order when it was chosen may still not load. Without its verifier, Vosk listens alone.
    """
    said = " ".join(dict.fromkeys(notices))
    if chosen.verifier is not None and Notice.VERIFIER_GONE in notices:
        return Chosen("vosk", chosen.folder, f"Listening with Vosk ({chosen.folder.name}). {said}")
    return replace(chosen, sentence=f"{chosen.sentence} {said}".strip())


def start(
    chosen: Chosen, *, wait: bool, spotted: Sequence[str], on_notice: Callable[[Told], None] = lambda _: None
) -> RecognizerProcess:
    """The recogniser in a process of its own, still loading (see `RecognizerProcess`).

    ``spotted``: the phrases that may come in the middle of talk; the others are answers.
    """
    arguments = [chosen.engine, str(chosen.folder)]
    if chosen.engine == "whisper":
        arguments = [chosen.engine, "\n".join(spotted), str(chosen.folder)]
    elif chosen.verifier is not None:
        budget = RECORDED_BUDGET_SECONDS if wait else BUDGET_SECONDS
        # Vosk's folder comes last, because of the two it is Vosk that dies of a damaged model.
        arguments = [chosen.engine, "\n".join(spotted), str(budget), str(chosen.verifier), str(chosen.folder)]
    return RecognizerProcess(module="assistant.recognizer_child", arguments=arguments, wait=wait, on_notice=on_notice)


def _embedded(models: Path) -> Path:
    folder = embedded_whisper_model()
    check_whisper_model(folder, notes_folder=models)
    return folder
