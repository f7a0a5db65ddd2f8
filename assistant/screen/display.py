"""A calm view for homes that have a screen: the time that is left, a circle to breathe with, the line that is spoken.

It learns what to show from what the program does (`assistant.loop.Watch`), never from what was said in the room: no
`Intent` changes a pixel. When nothing is going on it is dark but for one small word.
"""

from __future__ import annotations

import math
from types import TracebackType

from rich.console import Console

from assistant.dialogue.flow import HOME, State
from assistant.messages import (
    Blink,
    Chime,
    Command,
    Countdown,
    Cue,
    Hush,
    Intent,
    Light,
    LightState,
    Press,
    Silence,
    SoftenTones,
    Speak,
    StartTones,
    StopTones,
)
from assistant.screen.canvas import Canvas
from assistant.screen.circle import Circle
from assistant.screen.speech import SecondsOf, Shown, Speech
from assistant.screen.terminal import ScreenTerminal
from assistant.screen.view import FULL, HALF, Scene, draw

Event = State | Intent | Press | Command

FRAME_SECONDS = 0.08  # while something moves; with a heartbeat of 0.03 s, eleven pictures a second
IDLE_SECONDS = 1.0
WHOLE_SECONDS = 10.0  # so often everything is drawn anew, over whatever else was written on the terminal
NOTES_SECONDS = 3.0
BRIGHT_SECONDS = 5.0  # the time, after somebody asked for it
EXPLAIN_SECONDS = 8.0  # in a pause; outside it, for as long as it is so
PAGES_SECONDS = 6.0  # for an explanation that needs more than one page

_WORDS = {
    LightState.LISTENING: "listening",
    LightState.PAUSE: "in a pause",
    LightState.ASKING: "a question for you",
    LightState.DEAF: "cannot hear",
    LightState.MUTED: "microphone off",
    LightState.OFF: "",
}
_EXPLAINED = {
    LightState.DEAF: "I cannot hear right now.",
    LightState.MUTED: "The microphone is off.",
}
_NOTES = {
    Cue.START: 1,
    Cue.HALF: 2,
    Cue.SOON: 1,
    Cue.RETURN: 3,
    Cue.LISTEN: 1,
    Cue.ASK_SECOND: 2,
    Cue.CLOSE: 1,
    Cue.DEAF: 0,
}


def time_left(seconds: float) -> str:
    """``7:05``; rounded up, so that 0:00 means that it is over."""
    whole = math.ceil(max(0.0, seconds) - 1e-6)
    return f"{whole // 60}:{whole % 60:02d}"


class Screen:
    """Shows a pause on a terminal; a `assistant.loop.Watch`.

    ``seconds_of``: how long sentences take to say. ``keys``: whether to say which keys there are. ``console``: another
    than the one on standard output. Use it with ``with``: then the terminal is left as it was, whatever happens;
    before that nothing is drawn. Raises `ScreenError` when there is no terminal that could show it.
    """

    def __init__(self, *, seconds_of: SecondsOf, keys: bool = False, console: Console | None = None) -> None:
        self._terminal = ScreenTerminal(console or Console())
        self._keys = keys
        self._speech = Speech(seconds_of=seconds_of)
        self._circle = Circle()
        self._light, self._light_since = LightState.OFF, -math.inf
        self._clear()
        self._next = self._whole_at = -math.inf

    def _clear(self) -> None:
        """Nothing is going on: the look of listening, unless it cannot listen."""
        self._speech.hush()
        self._circle.cut()
        self._listening = True
        self._until: float | None = None
        self._bright_until = -math.inf
        if self._light not in _EXPLAINED:
            self._light = LightState.LISTENING
        self._notes, self._notes_since = 0, -math.inf

    def __enter__(self) -> Screen:
        self._terminal.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the terminal as it was, at once, with nothing on it. May be called twice."""
        self._clear()
        self._terminal.leave()

    def __call__(self, now: float, event: Event) -> None:
        """Something happened. It is drawn at the next `tick`."""
        match event:
            case Intent() | Press():
                return  # somebody said or pressed something: nobody's business
            case State():
                self._listening = event in HOME
            case Speak():
                self._speech.say(event.sentences, now)
            case Hush():
                self._speech.hush()
            case StartTones():
                self._circle.start(event.breath, now)
            case SoftenTones():
                self._circle.soften(now)
            case StopTones():
                self._circle.stop(now)
            case Chime():
                self._notes, self._notes_since = _NOTES[event.cue], now
            case Countdown():
                self._until = event.until
            case Blink():
                self._bright_until = now + BRIGHT_SECONDS
            case Light():
                self._light, self._light_since = event.state, now
            case Silence():
                self._clear()
        self._next = -math.inf

    def tick(self, now: float) -> None:
        """Draw when something has changed: eleven times a second while something moves, else once. Never waits."""
        if not self._terminal.taking or now < self._next:
            return
        if now >= self._whole_at:
            self._terminal.forget()
            self._whole_at = now + WHOLE_SECONDS
        self._terminal.show(self.picture(now))
        self._next = self._next_change(now)

    def _next_change(self, now: float) -> float:
        shown = self._speech.shown(now)
        moving = self._circle.look(now) is not None or now < self._notes_since + NOTES_SECONDS
        if moving or (shown is not None and shown.clear < 1):
            return now + FRAME_SECONDS
        if shown is not None:
            return now + 2 * FRAME_SECONDS  # so that a new sentence comes in time
        if self._until is not None and self._until > now:
            return now + ((self._until - now) % 1.0 or 1.0)  # when the second that is shown is over
        return now + IDLE_SECONDS

    def picture(self, now: float) -> Canvas:
        """What there is to see at a moment, drawn for the terminal as it is."""
        columns, rows = self._terminal.size
        return draw(self.scene(now), columns=columns, rows=rows, colors=self._terminal.colors)

    def scene(self, now: float) -> Scene:
        """What there is to see at a moment."""
        return Scene(
            time=self._time(now),
            bright=now < self._bright_until,
            circle=self._circle.look(now),
            line=self._speech.shown(now) or self._explanation(now),
            notes=self._notes,
            notes_clear=max(0.0, 1 - (now - self._notes_since) / NOTES_SECONDS),
            word=_WORDS[self._light],
            keys=self._keys,
        )

    def _time(self, now: float) -> str | None:
        """What is left of the time; for a second after it is over, 0:00."""
        if self._listening or self._until is None or now > self._until + 1:
            return None
        return time_left(self._until - now)

    def _explanation(self, now: float) -> Shown | None:
        """Why nobody is heard: for a while in a pause, all the time when there is nothing else to see."""
        text = _EXPLAINED.get(self._light)
        if text is None or not (self._listening or now < self._light_since + EXPLAIN_SECONDS):
            return None
        return Shown((text,), 0, now / PAGES_SECONDS % 1, HALF / FULL)
