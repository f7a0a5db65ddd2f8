"""`breather check`: everything a pause needs, looked at in turn, each in one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.app import choose_voice, promptbook
from assistant.devices.portaudio_devices import find
from assistant.dialogue.session import LINES_USED
from assistant.dialogue.wording import Wording
from assistant.errors import BreatherError, ConfigError, VoiceError
from assistant.places import Places
from assistant.preparing import try_recognizer
from assistant.settings.content_lint import lint
from assistant.settings.loader import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Finding:
    """``sentence``: what was found. ``error``: None when it is in order."""

    sentence: str
    error: BreatherError | None = None


def checkup(places: Places) -> Iterator[Finding]:
    """Look at settings, words, voice, recogniser and devices; what depends on something broken is left out."""
    try:
        settings = load_settings(places.config)
    except BreatherError as error:
        yield Finding(str(error), error)
        return
    yield Finding(f"The settings in {places.config} can be used.")
    for look in (_words, _voice, _recognizer, _microphone, _loudspeaker):
        yield _finding(look, settings, places)


def _finding(look: Callable[[Settings, Places], str], settings: Settings, places: Places) -> Finding:
    try:
        return Finding(look(settings, places))
    except BreatherError as error:
        return Finding(str(error), error)


def _words(settings: Settings, _places: Places) -> str:
    problems = lint(settings.script, settings.phrases, dialogue_lines=LINES_USED, agreement=settings.agreement)
    if problems:
        raise ConfigError([f"script.en.toml: {problem}" for problem in problems])
    return "What Breather says is short, plain, and on nobody's side."


def _voice(settings: Settings, places: Places) -> str:
    voice = choose_voice(settings.machine.voice)
    sentences = Wording(settings.script, settings.agreement).everything()
    missing = promptbook(places, voice, settings.script).missing(sentences)
    if missing:
        raise VoiceError(
            f"{len(missing)} of {len(sentences)} sentences are not rendered yet",
            where=places.prompts,
            remedy="Run: breather setup",
        )
    return f"All {len(sentences)} sentences are rendered, in the voice {voice.key['engine']}."


def _recognizer(settings: Settings, places: Places) -> str:
    return try_recognizer(settings, places).sentence


def _microphone(settings: Settings, _places: Places) -> str:
    return f"Microphone: {find(settings.machine.sound.microphone, 'input').name}."


def _loudspeaker(settings: Settings, _places: Places) -> str:
    return f"Loudspeaker: {find(settings.machine.sound.loudspeaker, 'output').name}."
