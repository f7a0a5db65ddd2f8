"""What happens, as lines for a terminal: the time, what was decided, what is said. Never a word from the room."""

from __future__ import annotations

from assistant.demo import DemoLine
from assistant.dialogue.flow import State
from assistant.messages import (
    Blink,
    Chime,
    Command,
    Cue,
    Intent,
    Light,
    LightState,
    Press,
    SoftenTones,
    Speak,
    StartTones,
    StopTones,
    Volume,
)

Event = State | Intent | Press | Command | DemoLine

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
    Intent.MORE_TIME: "ten more minutes",
    Intent.TIME_LEFT: "how long is left?",
    Intent.REPEAT: "say that again",
    Intent.SOFTER: "softer",
    Intent.LOUDER: "louder",
    Intent.BREATHE: "breathe with me",
    Intent.QUESTION: "a question, please",
    Intent.KIND_WORDS: "some kind words",
    Intent.ANOTHER_WAY: "something else, please",
    Intent.CHOICES: "what can I say?",
    Intent.STOP_TONES: "stop the tones",
    Intent.END: "end the pause",
    Intent.SILENT_EXIT: "the silent way out",
    Intent.HELP: "help",
    Intent.NO_BREATH: "no breath",
    Intent.GUIDE: "guide us",
    Intent.LEAVE_US: "leave us to it",
    Intent.STARTER: "a way to start",
    Intent.NEXT_TURN: "the next turn",
    Intent.REHEARSE: "let's rehearse",
    Intent.REFLECT: "let's look back",
    Intent.AGREEMENT: "what did we agree?",
    Intent.FORGET: "erase what was kept",
}
_PRESSES = {Press.SHORT: "a short press", Press.DOUBLE: "a double press"}


def minutes_and_seconds(seconds: float) -> str:
    """``7:05``; whole seconds, rounded down, so that nothing is shown before its time."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


class TimelineView:
    """Turns events into lines. First column: since the first event; second: since the pause's first chime."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._pause_began: float | None = None

    def line(self, now: float, event: Event) -> str | None:
        """One line, or None for what is not worth one."""
        if self._began is None:
            self._began = now
        if event is State.OPENING:
            self._pause_began = now
        text = _text(event)
        if text is None:
            return None
        if event in (State.LISTENING, State.MUTED):
            self._pause_began = None
        pause = "" if self._pause_began is None else minutes_and_seconds(now - self._pause_began)
        return f"{minutes_and_seconds(now - self._began):>6} {pause:>6}  {text}"


def _text(event: Event) -> str | None:
    text: str | None = None
    match event:
        case State():
            text = f"── {event.value.replace('_', ' ')}"
        case Intent():
            text = f"heard     {_INTENTS[event]}"
        case Press() if event in _PRESSES:
            text = f"button    {_PRESSES[event]}"
        case Speak():
            text = f"says      {' '.join(event.sentences)}"
        case Chime():
            text = f"chime     {_CUES[event.cue]}"
        case StartTones() | SoftenTones() | StopTones():
            text = f"tones     {_tones(event)}"
        case Volume() if event.offset_db:
            text = f"volume    {event.offset_db:+g} dB"
        case Blink():
            text = f"light     blinks: {10 * event.long + event.short} minutes left"
        case Light(state=LightState.DEAF):  # that the microphone is off is a state of its own
            text = "deaf      nothing can be heard; time goes on"
        case DemoLine():
            text = f"          ({event.who}: {event.text})"
    return text


def _tones(event: StartTones | SoftenTones | StopTones) -> str:
    if isinstance(event, StartTones):
        return f"rising {event.breath.out_at:g} s, falling {event.breath.out_seconds:g} s"
    return "softer" if isinstance(event, SoftenTones) else "fade away"
