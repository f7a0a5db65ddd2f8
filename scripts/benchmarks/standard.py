"""What is measured is the same everywhere: the shipped settings with one agreement, and the embedded recogniser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from assistant.app import Parts, choose_voice, promptbook
from assistant.demo import DemoLine, read_conversation
from assistant.devices import piper_voice, pyttsx3_voice
from assistant.dialogue.flow import State
from assistant.dialogue.wording import Wording
from assistant.messages import Command, Intent, Press
from assistant.places import Places, places
from assistant.recognizers import choose
from assistant.settings.loader import AGREEMENT, CALM, MACHINE, PHRASES, REFLECTION, SCRIPT, load_settings
from assistant.sound import HEARING_RATE_HZ, AudioClip, joined, silence
from assistant.talks import everything_said

Engine = Literal["auto", "piper", "pyttsx3"]

AGREED = """
names = ["Alex", "Sam"]
minutes = 10
pause_words = [
    "I need a pause", "let's take a pause", "can we pause", "time out", "I need a time out", "let's use the pause rule",
]
"""
EMBEDDED = """
[hearing]
recognizer = "whisper"
"""
BETWEEN_UTTERANCES_SECONDS = 0.8  # the speech gate closes after 0.5 s


@contextmanager
def standard_places() -> Iterator[Places]:
    """The usual places, but for a settings folder of our own, which goes again at the end."""
    usual = places()
    with TemporaryDirectory(prefix="breather-bench-") as folder:
        for name in (SCRIPT, PHRASES, REFLECTION, CALM):
            shutil.copy(usual.config / name, folder)
        (Path(folder) / AGREEMENT).write_text(AGREED)
        (Path(folder) / MACHINE).write_text(EMBEDDED)
        yield replace(usual, config=Path(folder), own=Path(folder), state=Path(folder) / "state")


def ignore(_now: float, _event: State | Intent | Press | Command) -> None:
    """A watch that looks away."""


def installed(engine: Engine) -> bool:
    return engine == "auto" or {"piper": piper_voice, "pyttsx3": pyttsx3_voice}[engine].installed()


def parts(where: Places, *, engine: Engine = "auto", calm_days: bool = False) -> Parts:
    """Everything a run needs, in this voice; what is not rendered yet is rendered into the usual cache.

    ``calm_days``: with what is said on those, too.
    """
    settings = load_settings(where.config)
    voice_settings = settings.machine.voice.model_copy(update={"engine": engine})
    settings = replace(settings, machine=settings.machine.model_copy(update={"voice": voice_settings}))
    wording = Wording(settings.script, settings.agreement, settings.reflection)
    voice = choose_voice(voice_settings)
    try:
        prompts = promptbook(where, voice, settings.script)
        prompts.prepare(everything_said(settings).everything if calm_days else wording.everything(), voice)
    finally:
        voice.close()
    chosen = choose(settings.machine.hearing, where.models)
    return Parts(settings=settings, places=where, wording=wording, prompts=prompts, chosen=chosen, watch=ignore)


def argument(where: Places, utterances: int) -> AudioClip:
    """So many sentences of the demo couple's argument (16 kHz), none of which asks for a pause."""
    lines = [line for line in demo_lines(where) if line.at is not None and line.text != "I need a pause."]
    gap = silence(BETWEEN_UTTERANCES_SECONDS, HEARING_RATE_HZ)
    return joined(part for number in range(utterances) for part in (gap, lines[number % len(lines)].clip))


def demo_lines(where: Places) -> list[DemoLine]:
    return read_conversation(where.audio / "demo")
