"""The demo couple: two recorded voices that argue, pause, and come back (``audio/demo/conversation.toml``).

Some lines come at their second, others after a line of Breather's, as in life.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.app import Parts
from assistant.devices.recorded import SimulatedRoom
from assistant.dialogue.flow import State
from assistant.errors import RecordingError
from assistant.messages import Command, Intent, Press, Speak
from assistant.running import run_in_room, whole_or_nothing
from assistant.sound import HEARING_RATE_HZ, AudioClip, read_wav

QUIET_AT_THE_END_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DemoLine:
    """``who``: "one" or "two". ``at``: its second, or None when it comes ``delay`` seconds after the line ``after``."""

    who: str
    text: str
    clip: AudioClip
    at: float | None
    after: str | None
    delay: float


def read_conversation(folder: Path) -> list[DemoLine]:
    """The lines and their sound. Raises `RecordingError` when something is missing."""
    path = folder / "conversation.toml"
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["line"]
        return [
            DemoLine(
                who=row["who"],
                text=row["text"],
                clip=read_wav(folder / row["file"], rate_hz=HEARING_RATE_HZ),
                at=row.get("at"),
                after=row.get("after"),
                delay=row.get("delay", 0.0),
            )
            for row in rows
        ]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise RecordingError(
            f"The demo conversation cannot be read ({type(error).__name__})", where=path, remedy="Fetch Breather again."
        ) from error


class DemoCouple:
    """Speaks its lines in a room. ``on_line``: is told the second and the line, when a line begins."""

    def __init__(
        self,
        *,
        room: SimulatedRoom,
        lines: list[DemoLine],
        seconds_of: Callable[[tuple[str, ...]], float],
        on_line: Callable[[float, DemoLine], None],
    ) -> None:
        self._room, self._seconds_of, self._on_line = room, seconds_of, on_line
        self._waiting = [line for line in lines if line.after is not None]
        self._coming = [(line.at, line) for line in lines if line.at is not None]
        self._speaks_until = 0.0

    def has_more_to_say(self, now: float) -> bool:
        """Whether a line is being spoken, or one is to come."""
        return bool(self._coming) or now < self._speaks_until

    def hears(self, now: float, speak: Speak) -> None:
        """Breather begins to say something; whoever has an answer gives it when the line is over."""
        for line in [line for line in self._waiting if line.after == speak.line]:
            self._waiting.remove(line)
            self._coming.append((now + self._seconds_of(speak.sentences) + line.delay, line))

    def speak_until(self, now: float) -> None:
        """Begin the lines that are due by `now`."""
        for due, line in sorted(self._coming, key=lambda entry: entry[0]):
            if due <= now:
                self._coming.remove((due, line))
                self._room.say(line.clip, due)
                self._speaks_until = due + line.clip.seconds
                self._on_line(due, line)


def run_demo(parts: Parts, *, output: Path, with_the_couple: bool, on_line: Callable[[float, DemoLine], None]) -> float:
    """Let the demo couple have its pause in a simulated room; returns how many seconds went by in it.

    ``output``: WAV file for what the loudspeaker plays. ``with_the_couple``: put the couple into it as well.
    """
    with whole_or_nothing(output) as file:
        return _demo_in(SimulatedRoom(output=file, mix_in=with_the_couple), parts, on_line)


def _demo_in(room: SimulatedRoom, parts: Parts, on_line: Callable[[float, DemoLine], None]) -> float:
    lines = read_conversation(parts.places.audio / "demo")
    couple = DemoCouple(room=room, lines=lines, seconds_of=parts.prompts.seconds, on_line=on_line)

    def watch(now: float, event: State | Intent | Press | Command) -> None:
        parts.watch(now, event)
        if isinstance(event, Speak):
            couple.hears(now, event)

    def another_round(busy: bool) -> bool:
        now = room.clock.now()
        couple.speak_until(now)
        if busy or couple.has_more_to_say(now):
            room.end_at_seconds = now + QUIET_AT_THE_END_SECONDS
        return True

    run_in_room(replace(parts, watch=watch), room=room, another_round=another_round)
    return room.clock.now()
