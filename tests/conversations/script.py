"""Whole conversations as scripts: who says what at which second, and what Breather answers.

A script is a text file. ``0:05 > I need a pause`` is said by the couple, ``0:06 < opening`` is what the room then
hears of Breather (or sees of its light): a line's id and who is asked, ``♪ half`` for a chime, or what the tones do.
``0:05 > I need a pause (-1.8)`` is said so that the recogniser gives it that score; without one it is sure. Whether
that is enough is decided by the trigger, with the shipped settings. ``0:05 > [short]`` is the button: short, double
or hold.
``! minutes = 20`` changes the agreement. Every sentence takes a length that depends on its words only, so that no
voice is needed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.dialogue.session import Session
from assistant.dialogue.wording import Wording
from assistant.hearing.trigger import Trigger
from assistant.messages import (
    Blink,
    Chime,
    Command,
    Listen,
    Press,
    Silence,
    SoftenTones,
    Speak,
    StartTones,
    StopTones,
    Volume,
)
from assistant.ports import Hypothesis
from assistant.settings.content_lint import estimated_seconds
from assistant.settings.loader import load_settings

CONFIG = Path(__file__).parents[2] / "config"
TICK_SECONDS = 0.03
_TONES: dict[type, str] = {StartTones: "tones begin", SoftenTones: "tones soften", StopTones: "tones end"}
SAID_SECONDS = 1.0
_ROW = re.compile(r"(\d+):(\d\d) ([<>]) (.+)")


@dataclass(frozen=True, slots=True)
class Row:
    second: int
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    agreement: dict[str, object]
    said: tuple[Row, ...]
    heard: tuple[Row, ...]


def read(path: Path) -> Conversation:
    agreement: list[str] = []
    rows: dict[str, list[Row]] = {"<": [], ">": []}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("!"):
            agreement.append(line[1:])
        elif line and not line.startswith("#"):
            match = _ROW.fullmatch(line)
            assert match, f"{path.name}: {line!r} is neither said nor heard"
            rows[match[3]].append(Row(60 * int(match[1]) + int(match[2]), match[4]))
    return Conversation(tomllib.loads("\n".join(agreement)), tuple(rows[">"]), tuple(rows["<"]))


def seconds_of(sentences: Sequence[str]) -> float:
    """About as long as either of the two voices takes."""
    return estimated_seconds(sentences)


def play(said: Iterable[Row], agreement: dict[str, object], *, until: float) -> list[Row]:
    """Let the couple speak to a session, and write down what it answers."""
    settings = load_settings(CONFIG)
    agreed = settings.agreement.model_copy(update=agreement)
    session = Session(
        script=settings.script,
        agreement=agreed,
        reflection=settings.reflection,
        wording=Wording(settings.script, agreed, settings.reflection),
        seconds_of=seconds_of,
    )
    trigger = Trigger(hearing=settings.machine.hearing, cancelled=settings.phrases.pause_is_cancelled_by)
    coming = list(said)
    heard: list[Row] = []

    def take(commands: Iterable[Command], now: float) -> None:
        for command in commands:
            if isinstance(command, Listen):
                trigger.listen_for(settings.phrases.phrases_for(command.intents, agreed))
            if (text := _audible(command)) is not None:
                heard.append(Row(int(now + 1e-6), text))

    take(session.begin(0.0), 0.0)
    ticks = 0
    while (now := ticks * TICK_SECONDS) < until:
        ticks += 1
        take(session.tick(now), now)
        hypotheses = []
        while coming and coming[0].second <= now:
            text = coming.pop(0).text
            if text.startswith("["):
                for press in (Press.TOUCH, Press(text.strip("[]"))):
                    take(session.press(press, now), now)
            else:
                hypotheses.append(_as_heard(text))
        if (found := trigger.decide(hypotheses, now)) is not None:
            take(session.handle(found.intent, now, sure=found.sure), now)
    return heard


def _as_heard(said: str) -> Hypothesis:
    words, _, score = said.removesuffix(")").partition(" (")
    return Hypothesis(words.lower(), float(score or 0.0), 0.0, SAID_SECONDS, inside=words)


def _audible(command: Command) -> str | None:
    text = _TONES.get(type(command))
    match command:
        case Speak(line="ask_first" | "ask_second" | "guide_speak" | "guide_say_back"):
            text = f"{command.line}, {command.sentences[0].split(',')[0]}"
        case Speak():
            text = command.line
        case Chime():
            text = f"♪ {command.cue.value}"
        case Volume():
            text = f"{command.offset_db:+g} dB"
        case Blink():
            text = f"blinks {command.long} long, {command.short} short"
        case Silence():
            text = "(silence)"
    return text
