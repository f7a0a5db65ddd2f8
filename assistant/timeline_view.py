"""What happens, as lines for a terminal: the time, what was decided, what is said. Never a word from the room."""

from __future__ import annotations

from assistant.demo import DemoLine
from assistant.dialogue.flow import State
from assistant.messages import Chime, Command, Cue, Intent, Light, LightState, SoftenTones, Speak, StartTones, StopTones

_CUES = {
    Cue.START: "one low note",
    Cue.HALF: "two soft notes",
    Cue.SOON: "one long note",
    Cue.RETURN: "three rising notes",
    Cue.LISTEN: "one light note",
    Cue.ASK_SECOND: "two light notes",
    Cue.CLOSE: "one falling note",
    Cue.DEAF: "a dull tap",
}
_INTENTS = {
    Intent.PAUSE: "a pause is wanted",
    Intent.UNDO: "carry on",
    Intent.READY: "ready",
    Intent.NOT_YET: "not yet",
    Intent.QUIET: "quiet, please",
    Intent.TALK: "talk",
    Intent.SET_TIME: "set a time",
    Intent.LET_GO: "let it go",
    Intent.SETTLED: "settled",
    Intent.LATER_TODAY: "later today",
    Intent.TOMORROW: "tomorrow",
    Intent.YES: "yes",
    Intent.NO: "no",
}


def minutes_and_seconds(seconds: float) -> str:
    """``7:05``; whole seconds, rounded down, so that nothing is shown before its time."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


class TimelineView:
    """Turns events into lines. First column: since the first event; second: since the pause's first chime."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._pause_began: float | None = None

    def line(self, now: float, event: State | Intent | Command | DemoLine) -> str | None:
        """One line, or None for what is not worth one."""
        if self._began is None:
            self._began = now
        if event is State.OPENING:
            self._pause_began = now
        text = _text(event)
        if text is None:
            return None
        if event is State.LISTENING:
            self._pause_began = None
        pause = "" if self._pause_began is None else minutes_and_seconds(now - self._pause_began)
        return f"{minutes_and_seconds(now - self._began):>6} {pause:>6}  {text}"


def _text(event: State | Intent | Command | DemoLine) -> str | None:
    text: str | None = None
    match event:
        case State():
            text = f"── {event.value.replace('_', ' ')}"
        case Intent():
            text = f"heard     {_INTENTS[event]}"
        case Speak():
            text = f"says      {' '.join(event.sentences)}"
        case Chime():
            text = f"chime     {_CUES[event.cue]}"
        case StartTones():
            text = f"tones     rising {event.in_seconds:g} s, falling {event.out_seconds:g} s"
        case SoftenTones():
            text = "tones     softer"
        case StopTones():
            text = "tones     fade away"
        case Light(state=LightState.DEAF):
            text = "deaf      nothing can be heard; time goes on"
        case DemoLine():
            text = f"          ({event.who}: {event.text})"
    return text
