"""What Breather does in each state when somebody says something, presses the button, or nobody does anything.

Three tables, and no other place decides it: `session` looks here, what is listened for is derived from here, and
``TURNS.md`` beside this file is drawn from here. What a table does not have is let pass without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from assistant.dialogue.flow import CALM, COOL_DOWN, TALKING, State
from assistant.messages import Intent, LightState, Press


class Turn(StrEnum):
    """What Breather does. The value says it in the documentation."""

    START_PAUSE = "a pause begins"
    DROP_QUESTION = "the question is dropped, and all goes on as before"
    UNDO = "the pause is taken back, without a trace"
    QUIET = "the voice stops; from now on chimes and light only"
    SHORTEN = "the last words are left out"
    BLINK_TIME = "the light blinks the minutes that are left"
    SAY_TIME = "it says how long is left (the light blinks it as well)"
    SAY_AGAIN = "the last line once more"
    ASK_AGAIN = "the question once more, and as long to answer"
    SOFTER = "everything softer, and a note to hear how soft"
    LOUDER = "everything louder, and the last line again if it was just said"
    BREATHE = "tones for two minutes, three breaths with the voice"
    QUESTION = "a question to think about, at most three in a pause"
    KIND_WORDS = "three kind sentences, with time between them"
    ANOTHER_WAY = "the exercise stops, and another one takes its place"
    CHOICES = "it says what can be said"
    STOP_TONES = "the tones fade away and do not come back by themselves"
    ASK_END = "it asks whether the pause is over; said once more, it is over"
    YES_END = "the pause is over, if it has just asked that"
    NO_END = "the pause goes on"
    SILENT_EXIT = "everything ends at once, without a sound or a line"
    HELP = "the one neutral sentence about help"
    NO_BREATH = "exercise and tones stop; the one neutral sentence about breath"
    NOT_NOW = "once in a pause: there is time for that later"
    MORE_TIME = "ten more minutes, at most twice in a pause"
    START_ASKING = "both are asked whether they are ready"
    READY = "this one is ready"
    NOT_YET = "this one is not ready, which means ten more minutes for both"
    TALK = "they talk"
    SET_TIME = "it asks when"
    SETTLED = "settled: the last words"
    LATER_TODAY = "later today: the last words"
    TOMORROW = "tomorrow: the last words"
    LET_GO = "let go for today: the last words"
    GUIDE = "it guides the first minutes of the talk"
    LEAVE_US = "it leaves them to it"
    NEXT_TURN = "the next turn begins"
    STARTER = "one way to begin a sentence"
    WRAP_UP = "it asks whether this is settled"
    MUTE = "the microphone is switched off"
    UNMUTE = "the microphone is switched on"
    REHEARSE = "it asks whether this is a good time, and then they practice"
    REFLECT = "it asks whether this is a good time, and then they look back on the week"
    AGREEMENT = "it reads their agreement to them, and changes it if both want that"
    FORGET = "it asks for the button; then everything that was kept is erased"
    TO_THE_TALK = "an answer to what was asked, or on to the next thing"


S, I, P, T = State, Intent, Press, Turn  # noqa: E741  (tables of these read better so)

# What is heard in every part of a pause, from the first chime to the last answer.
_IN_A_PAUSE = {
    I.QUIET: T.QUIET,
    I.SOFTER: T.SOFTER,
    I.LOUDER: T.LOUDER,
    I.HELP: T.HELP,
    I.NO_BREATH: T.NO_BREATH,
    I.SILENT_EXIT: T.SILENT_EXIT,
}
_TO_END = {I.END: T.ASK_END, I.YES: T.YES_END, I.NO: T.NO_END}
_WISHES = {
    **_IN_A_PAUSE,
    **_TO_END,
    I.TIME_LEFT: T.SAY_TIME,
    I.REPEAT: T.SAY_AGAIN,
    I.CHOICES: T.CHOICES,
    I.BREATHE: T.BREATHE,
    I.QUESTION: T.QUESTION,
    I.KIND_WORDS: T.KIND_WORDS,
    I.ANOTHER_WAY: T.ANOTHER_WAY,
    I.STOP_TONES: T.STOP_TONES,
}
_AT_A_QUESTION = {**_IN_A_PAUSE, I.REPEAT: T.ASK_AGAIN, I.CHOICES: T.ASK_AGAIN}
_READY_CHECK = {
    **_AT_A_QUESTION,
    **_TO_END,
    I.READY: T.READY,
    I.NOT_YET: T.NOT_YET,
    I.MORE_TIME: T.NOT_YET,
    I.TIME_LEFT: T.ASK_AGAIN,
}
_ENDINGS = {I.SETTLED: T.SETTLED, I.LATER_TODAY: T.LATER_TODAY, I.TOMORROW: T.TOMORROW}
_BACK = {
    **_IN_A_PAUSE,
    **_TO_END,
    I.READY: T.START_ASKING,
    I.MORE_TIME: T.MORE_TIME,
    I.NOT_YET: T.MORE_TIME,
    I.TIME_LEFT: T.SAY_TIME,
    I.REPEAT: T.SAY_AGAIN,
    I.CHOICES: T.CHOICES,
}

# A pause, and the way out, count here as everywhere; all else is for the talk (`assistant.calm`).
_IN_A_CALM_TALK = {
    I.PAUSE: T.START_PAUSE,
    I.SILENT_EXIT: T.SILENT_EXIT,
    I.YES: T.TO_THE_TALK,
    I.NO: T.TO_THE_TALK,
    I.REPEAT: T.TO_THE_TALK,
}

ON_INTENT: Mapping[State, Mapping[Intent, Turn]] = {
    S.LISTENING: {
        I.PAUSE: T.START_PAUSE,
        I.REHEARSE: T.REHEARSE,
        I.REFLECT: T.REFLECT,
        I.AGREEMENT: T.AGREEMENT,
        I.FORGET: T.FORGET,
    },
    S.MUTED: {},
    S.ASKING: {I.PAUSE: T.START_PAUSE, I.YES: T.START_PAUSE, I.NO: T.DROP_QUESTION},
    S.OPENING: {**_WISHES, I.UNDO: T.UNDO, I.MORE_TIME: T.NOT_NOW},
    S.SEPARATING: {**_WISHES, I.MORE_TIME: T.NOT_NOW},
    S.BODY: {**_WISHES, I.MORE_TIME: T.NOT_NOW},
    S.MIND: {**_WISHES, I.MORE_TIME: T.MORE_TIME},
    S.RETURN_CUE: {**_WISHES, I.MORE_TIME: T.MORE_TIME},
    S.EXTENDED: {**_WISHES, I.MORE_TIME: T.MORE_TIME},
    S.CALLED_BACK: _BACK,
    S.ASK_FIRST: _READY_CHECK,
    S.ASK_SECOND: _READY_CHECK,
    S.WAITING: {**_BACK, I.PAUSE: T.START_PAUSE},  # twenty minutes, in which somebody may be back and need one
    S.CHOOSING: {**_AT_A_QUESTION, I.TALK: T.TALK, I.SET_TIME: T.SET_TIME, I.LET_GO: T.LET_GO},
    S.SETTING_TIME: {**_AT_A_QUESTION, I.LATER_TODAY: T.LATER_TODAY, I.TOMORROW: T.TOMORROW, I.LET_GO: T.LET_GO},
    S.OFFERING: {
        **_AT_A_QUESTION,
        **_ENDINGS,
        I.PAUSE: T.START_PAUSE,
        I.GUIDE: T.GUIDE,
        I.LEAVE_US: T.LEAVE_US,
        I.LET_GO: T.LET_GO,
    },
    # From here on they talk with each other, so only a few words are taken, and those have to be surely heard.
    S.GUIDED: {
        I.PAUSE: T.START_PAUSE,
        I.NEXT_TURN: T.NEXT_TURN,
        I.STARTER: T.STARTER,
        I.LEAVE_US: T.LEAVE_US,
        I.QUIET: T.QUIET,
        I.HELP: T.HELP,
        I.NO_BREATH: T.NO_BREATH,
        I.SILENT_EXIT: T.SILENT_EXIT,
    },
    S.RECONVENED: {
        **_ENDINGS,
        I.PAUSE: T.START_PAUSE,
        I.GUIDE: T.GUIDE,
        I.STARTER: T.STARTER,
        I.SILENT_EXIT: T.SILENT_EXIT,
    },
    S.ASK_SETTLED: {**_AT_A_QUESTION, **_ENDINGS, I.PAUSE: T.START_PAUSE, I.LET_GO: T.LET_GO},
    S.CLOSE_OUT: {I.PAUSE: T.START_PAUSE, **_IN_A_PAUSE},
    **dict.fromkeys(CALM, _IN_A_CALM_TALK),
}

_COOL_DOWN_PRESSES = {P.SHORT: T.QUIET, P.DOUBLE: T.BLINK_TIME, P.HOLD: T.SILENT_EXIT}
_BACK_PRESSES = {P.SHORT: T.START_ASKING, P.DOUBLE: T.MORE_TIME, P.HOLD: T.SILENT_EXIT}
_CALM_PRESSES = {P.SHORT: T.TO_THE_TALK, P.DOUBLE: T.TO_THE_TALK, P.HOLD: T.SILENT_EXIT}
_ANSWERS = {P.SHORT: T.READY, P.DOUBLE: T.NOT_YET, P.HOLD: T.SILENT_EXIT}

ON_PRESS: Mapping[State, Mapping[Press, Turn]] = {
    S.LISTENING: {P.SHORT: T.START_PAUSE, P.DOUBLE: T.REHEARSE, P.HOLD: T.MUTE},
    S.MUTED: {P.SHORT: T.START_PAUSE, P.HOLD: T.UNMUTE},
    S.ASKING: {P.SHORT: T.START_PAUSE, P.DOUBLE: T.DROP_QUESTION, P.HOLD: T.SILENT_EXIT},
    S.OPENING: {P.SHORT: T.UNDO, P.DOUBLE: T.QUIET, P.HOLD: T.SILENT_EXIT},
    **dict.fromkeys(COOL_DOWN, _COOL_DOWN_PRESSES),
    S.CALLED_BACK: _BACK_PRESSES,
    S.ASK_FIRST: _ANSWERS,
    S.ASK_SECOND: _ANSWERS,
    S.WAITING: _BACK_PRESSES,
    S.CHOOSING: {P.SHORT: T.TALK, P.DOUBLE: T.SET_TIME, P.HOLD: T.SILENT_EXIT},
    S.SETTING_TIME: {P.SHORT: T.LATER_TODAY, P.DOUBLE: T.TOMORROW, P.HOLD: T.SILENT_EXIT},
    S.OFFERING: {P.SHORT: T.GUIDE, P.DOUBLE: T.LEAVE_US, P.HOLD: T.SILENT_EXIT},
    S.GUIDED: {P.SHORT: T.NEXT_TURN, P.DOUBLE: T.START_PAUSE, P.HOLD: T.SILENT_EXIT},
    S.RECONVENED: {P.SHORT: T.START_PAUSE, P.DOUBLE: T.WRAP_UP, P.HOLD: T.SILENT_EXIT},
    S.ASK_SETTLED: {P.SHORT: T.SETTLED, P.DOUBLE: T.LATER_TODAY, P.HOLD: T.SILENT_EXIT},
    S.CLOSE_OUT: {P.SHORT: T.SHORTEN, P.DOUBLE: T.START_PAUSE, P.HOLD: T.SILENT_EXIT},
    **dict.fromkeys(CALM, _CALM_PRESSES),
}

ON_TIMEOUT: Mapping[State, State | None] = {
    S.LISTENING: None,
    S.MUTED: None,
    S.ASKING: S.LISTENING,
    S.OPENING: S.SEPARATING,
    S.SEPARATING: S.BODY,
    S.BODY: S.MIND,
    S.MIND: S.RETURN_CUE,
    S.RETURN_CUE: S.CALLED_BACK,
    S.EXTENDED: S.RETURN_CUE,
    S.CALLED_BACK: S.ASK_FIRST,
    S.ASK_FIRST: S.ASK_SECOND,
    S.ASK_SECOND: S.WAITING,
    S.WAITING: S.LISTENING,
    S.CHOOSING: S.CLOSE_OUT,
    S.SETTING_TIME: S.CLOSE_OUT,
    S.OFFERING: S.RECONVENED,
    S.GUIDED: S.ASK_SETTLED,
    S.RECONVENED: S.LISTENING,
    S.ASK_SETTLED: S.RECONVENED,
    S.CLOSE_OUT: S.LISTENING,
    **dict.fromkeys(CALM, S.LISTENING),
}
"""Where each state ends by itself; None at home. `ASKING` goes back to where it was asked, `LISTENING` above all."""

LIGHT_OF: Mapping[State, LightState] = {
    **dict.fromkeys((S.LISTENING, S.GUIDED, S.RECONVENED, S.CLOSE_OUT, *CALM), LightState.LISTENING),
    **dict.fromkeys((S.OPENING, *COOL_DOWN, S.CALLED_BACK, S.WAITING), LightState.PAUSE),
    **dict.fromkeys(
        (S.ASKING, S.ASK_FIRST, S.ASK_SECOND, S.CHOOSING, S.SETTING_TIME, S.OFFERING, S.ASK_SETTLED), LightState.ASKING
    ),
    S.MUTED: LightState.MUTED,
}


def light_of(state: State, *, end_asked: bool, muted: bool) -> LightState:
    """What the light shows. ``muted``: the microphone is off, so it must not look as if it listened."""
    light = LightState.ASKING if end_asked else LIGHT_OF[state]
    return LightState.MUTED if muted and light is LightState.LISTENING else light


def listened_for(state: State, *, end_asked: bool) -> frozenset[Intent]:
    """What means something in this state. ``end_asked``: whether a yes or no about the end is waited for."""
    intents = frozenset(ON_INTENT[state])
    if state is State.ASKING or end_asked:
        return intents
    return intents - {Intent.YES, Intent.NO}


def half_heard_is_asked_about(state: State) -> bool:
    """Whether a pause that was only half heard is asked about here."""
    return state is State.LISTENING or state in TALKING
