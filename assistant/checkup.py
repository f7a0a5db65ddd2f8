"""`breather check`: everything a pause needs, looked at in turn, each in one plain sentence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from assistant import hands
from assistant.app import choose_voice, promptbook, recognizer_running
from assistant.calm.lines import TALK_LINES
from assistant.clock import SystemClock
from assistant.devices.portaudio_devices import find
from assistant.dialogue.lines import LINES_USED
from assistant.errors import PACKAGES_ANEW, BreatherError, ConfigError, ModelBrokenError, VoiceError
from assistant.messages import Intent
from assistant.places import Places
from assistant.recognizer_cost import cost
from assistant.recognizer_trial import prove
from assistant.recognizers import as_it_turned_out, choose
from assistant.settings.calm_lint import lint_calm
from assistant.settings.content_lint import lint
from assistant.settings.loader import Settings, load_settings
from assistant.settings.reflection_lint import lint_reflection
from assistant.sound import HEARING_RATE_HZ, read_wav
from assistant.talks import everything_said

TALK = ("one-01", "two-01", "one-05")  # of the demo couple: nearly six seconds, and the last asks for a pause


@dataclass(frozen=True, slots=True)
class Finding:
    """``sentence``: what was found. ``error``: None when it is in order. ``note``: it is, but it is worth knowing."""

    sentence: str
    error: BreatherError | None = None
    note: bool = False


def checkup(places: Places) -> Iterator[Finding]:
    """Look at settings, words, voice, recogniser and devices; what depends on something broken is left out."""
    try:
        settings = load_settings(places.config, own=places.own)
    except BreatherError as error:
        yield Finding(str(error), error)
        return
    yield Finding(f"The settings in {places.config} can be used.")
    yield from (Finding(notice, note=True) for notice in settings.notices)
    # The sound devices last: whoever needs only the exit code learns that all else is in order.
    for look in (_words, _voice, _recognizer, _hands, _microphone, _loudspeaker):
        yield _finding(look, settings, places)


def _finding(look: Callable[[Settings, Places], str], settings: Settings, places: Places) -> Finding:
    try:
        return Finding(look(settings, places))
    except BreatherError as error:
        return Finding(str(error), error)


def _words(settings: Settings, _places: Places) -> str:
    breaches = lint(
        settings.script,
        settings.phrases,
        dialogue_lines=LINES_USED,
        reflection=settings.reflection,
        agreement=settings.agreement,
    )
    problems = [f"script.en.toml: {breach}" for breach in breaches]
    problems += [f"reflection.en.toml: {breach}" for breach in lint_reflection(settings.reflection, settings.phrases)]
    problems += [
        f"calm.en.toml: {breach}" for breach in lint_calm(settings.calm, settings.phrases, talk_lines=TALK_LINES)
    ]
    if problems:
        raise ConfigError(problems)
    return "What Breather says is short, plain, and on nobody's side."


def _voice(settings: Settings, places: Places) -> str:
    voice = choose_voice(settings.machine.voice)
    sentences = everything_said(settings).everything
    missing = promptbook(places, voice, settings.script).missing(sentences)
    if missing:
        raise VoiceError(
            f"{len(missing)} of {len(sentences)} sentences are not rendered yet",
            where=places.prompts,
            remedy="Run: breather setup",
        )
    return f"All {len(sentences)} sentences are rendered, in the voice {voice.key['engine']}."


def _recognizer(settings: Settings, places: Places) -> str:
    chosen = choose(settings.machine.hearing, places.models)
    pause = {Intent.PAUSE}
    phrases, decoys = settings.phrases.phrases_for(pause, settings.agreement), settings.phrases.decoys_for(pause)
    notices: list[str] = []
    began = time.monotonic()
    with recognizer_running(chosen, settings, wait=True, on_notice=notices.append) as recognizer:
        took = time.monotonic() - began
        recognizer.listen_for(list(phrases), decoys)
        talk = [read_wav(places.audio / "demo" / f"{name}.wav", rate_hz=HEARING_RATE_HZ) for name in TALK]
        measured = cost(recognizer, talk)
        prove(recognizer, chosen, audio=places.audio)
    running = as_it_turned_out(chosen, notices)
    if running.verifier is not chosen.verifier:
        raise ModelBrokenError(
            "Vosk listens alone, because the model that should check what it hears does not load",
            where=chosen.verifier,
            remedy=PACKAGES_ANEW,
        )
    loading = f"{running.sentence} It loads in {took:.1f} s"
    if measured is None:
        return f"{loading}."
    return (
        f"{loading}, takes {measured.memory_mb:.0f} MB of memory, and {measured.processor_seconds:.2f} s of processor "
        "time for a second of talk."
    )


def _microphone(settings: Settings, _places: Places) -> str:
    return f"Microphone: {find(settings.machine.sound.microphone, 'input').name}."


def _hands(settings: Settings, _places: Places) -> str:
    """The button and the light, as far as this machine has any: can their pins be had?"""
    machine, said = settings.machine, []
    button, light = hands.button_of(machine, clock=SystemClock()), hands.light_of(machine)
    with ExitStack() as closing:
        closing.callback(button.close)
        button.open()
        closing.callback(light.close)
        light.open()
    if machine.button.gpio_pin:
        said.append(f"a button on GPIO {machine.button.gpio_pin}")
    if machine.light.gpio_pins:
        said.append(f"a light on GPIO {', '.join(map(str, machine.light.gpio_pins))}")
    if not said:
        return "No button and no light; [button] and [light] in machine.toml are for them."
    return f"There is {' and '.join(said)}."


def _loudspeaker(settings: Settings, _places: Places) -> str:
    return f"Loudspeaker: {find(settings.machine.sound.loudspeaker, 'output').name}."
