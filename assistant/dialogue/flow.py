"""The states of a pause and what leads from one to the next.

The rules, all of them:

- Everything begins and ends in `LISTENING` (in `MUTED` while the microphone is switched off); every other state has a
  time limit, so the program always comes back there.
- In `OPENING` "carry on" takes the pause back without a trace. Later, nobody can take it back by accident.
- Both partners are asked, one after the other, whatever the first one said. Any "not yet" wins.
- At most so many extensions as the script allows; after that the couple chooses: talk, set a time, or let it go.
- A new pause can be called whenever the couple is talking again.
- Where a pause can be called and was only half heard, Breather asks once; without a yes it goes back to where it was.
- The silent way out leads home from everywhere.
- On a calm day something can be talked through (`assistant.calm`); a real pause can be called there, too.

What people say and press in each state stands in `turns`. This is the only file that imports `transitions`. Its own
timers are not used: `Timeout` needs threads and `AsyncTimeout` an event loop, while here time is an argument (see
`session`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from transitions import Machine, MachineError


class State(StrEnum):
    """Where a pause stands."""

    LISTENING = "listening"
    MUTED = "muted"
    ASKING = "asking"
    OPENING = "opening"
    SEPARATING = "separating"
    BODY = "body"
    MIND = "mind"
    RETURN_CUE = "return_cue"
    EXTENDED = "extended"
    CALLED_BACK = "called_back"
    ASK_FIRST = "ask_first"
    ASK_SECOND = "ask_second"
    WAITING = "waiting"
    CHOOSING = "choosing"
    SETTING_TIME = "setting_time"
    OFFERING = "offering"
    GUIDED = "guided"
    RECONVENED = "reconvened"
    ASK_SETTLED = "ask_settled"
    CLOSE_OUT = "close_out"
    # on calm days
    REHEARSING = "rehearsing"
    REFLECTING = "reflecting"
    AGREEING = "agreeing"
    FORGETTING = "forgetting"


class Event(StrEnum):
    """What happened: somebody said something, pressed the button, or a time came."""

    MUTE = "microphone off"
    UNMUTE = "microphone on"
    PAUSE_CALLED = "pause called"
    HALF_HEARD = "half heard"
    NOT_MEANT = "no, or no answer"
    NOT_MEANT_OFFER = "no, or no answer, after the offer"
    NOT_MEANT_GUIDED = "no, or no answer, in the guided talk"
    NOT_MEANT_TALK_ON = "no, or no answer, while they talk"
    NOT_MEANT_SETTLED = "no, or no answer, while settling"
    NOT_MEANT_CLOSE = "no, or no answer, at the end"
    CARRY_ON = "carry on"
    TIME_TO_PART = "time to part"
    TIME_FOR_THE_BODY = "time for the body"
    TIME_FOR_THE_MIND = "time for the mind"
    TIME_TO_RETURN = "time to return"
    TIME_IS_OVER = "time is over"
    TIME_TO_ASK = "time to ask"
    MORE_TIME = "ten more minutes"
    FIRST_ASKED = "first partner asked"
    BOTH_READY = "both ready"
    NOT_YET = "not yet"
    NOT_YET_AGAIN = "not yet, no more extensions"
    SOMEBODY_AWAY = "no answer"
    TALK = "talk"
    SET_TIME = "set a time"
    GUIDE = "guide us"
    LEAVE_US = "leave us to it"
    TIME_TO_SETTLE = "time to settle"
    STILL_TALKING = "no answer, they still talk"
    CLOSE = "settled, later, tomorrow, or let go"
    END = "end the pause, and yes"
    OVER = "all said, or nobody came"
    SILENT_EXIT = "the silent way out"
    REHEARSE = "rehearse"
    REFLECT = "look back on the week"
    AGREE = "read the agreement"
    FORGET = "forget everything"
    TALKED_THROUGH = "talked through, or given up"


@dataclass(frozen=True, slots=True)
class Move:
    """On ``event``, in any of ``sources``, go to ``target``."""

    event: Event
    sources: tuple[State, ...]
    target: State


S, E = State, Event
COOL_DOWN = (S.SEPARATING, S.BODY, S.MIND, S.RETURN_CUE, S.EXTENDED)
"""While the agreed time, or more of it, is running and the couple is apart."""
COMING_BACK = (S.CALLED_BACK, S.ASK_FIRST, S.ASK_SECOND, S.WAITING)
"""The time is over, and not both have said that they are ready."""
TALKING = (S.OFFERING, S.GUIDED, S.RECONVENED, S.ASK_SETTLED, S.CLOSE_OUT)
"""They are together again, so a new pause can be called."""
HOME = (S.LISTENING, S.MUTED)
CALM = (S.REHEARSING, S.REFLECTING, S.AGREEING, S.FORGETTING)
"""There is no pause; something is talked through on a calm day."""

MOVES = (
    Move(E.MUTE, (S.LISTENING,), S.MUTED),
    Move(E.UNMUTE, (S.MUTED,), S.LISTENING),
    Move(E.PAUSE_CALLED, (*HOME, S.ASKING, S.WAITING, *TALKING, *CALM), S.OPENING),
    Move(E.HALF_HEARD, (S.LISTENING, *TALKING), S.ASKING),
    Move(E.NOT_MEANT, (S.ASKING,), S.LISTENING),
    Move(E.NOT_MEANT_OFFER, (S.ASKING,), S.OFFERING),
    Move(E.NOT_MEANT_GUIDED, (S.ASKING,), S.GUIDED),
    Move(E.NOT_MEANT_TALK_ON, (S.ASKING,), S.RECONVENED),
    Move(E.NOT_MEANT_SETTLED, (S.ASKING,), S.ASK_SETTLED),
    Move(E.NOT_MEANT_CLOSE, (S.ASKING,), S.CLOSE_OUT),
    Move(E.CARRY_ON, (S.OPENING,), S.LISTENING),
    Move(E.TIME_TO_PART, (S.OPENING,), S.SEPARATING),
    Move(E.TIME_FOR_THE_BODY, (S.SEPARATING,), S.BODY),
    Move(E.TIME_FOR_THE_MIND, (S.BODY,), S.MIND),
    Move(E.TIME_TO_RETURN, (S.MIND, S.EXTENDED), S.RETURN_CUE),
    Move(E.TIME_IS_OVER, (S.RETURN_CUE,), S.CALLED_BACK),
    Move(E.TIME_TO_ASK, (S.CALLED_BACK, S.WAITING), S.ASK_FIRST),
    Move(E.MORE_TIME, (S.MIND, S.RETURN_CUE, S.EXTENDED, S.CALLED_BACK, S.WAITING), S.EXTENDED),
    Move(E.FIRST_ASKED, (S.ASK_FIRST,), S.ASK_SECOND),
    Move(E.BOTH_READY, (S.ASK_SECOND,), S.OFFERING),
    Move(E.NOT_YET, (S.ASK_SECOND,), S.EXTENDED),
    Move(E.NOT_YET_AGAIN, (S.ASK_SECOND, S.CALLED_BACK, S.WAITING), S.CHOOSING),
    Move(E.SOMEBODY_AWAY, (S.ASK_SECOND,), S.WAITING),
    Move(E.TALK, (S.CHOOSING,), S.OFFERING),
    Move(E.SET_TIME, (S.CHOOSING,), S.SETTING_TIME),
    Move(E.GUIDE, (S.OFFERING, S.RECONVENED), S.GUIDED),
    Move(E.LEAVE_US, (S.OFFERING, S.GUIDED), S.RECONVENED),
    Move(E.TIME_TO_SETTLE, (S.GUIDED, S.RECONVENED), S.ASK_SETTLED),
    Move(E.STILL_TALKING, (S.ASK_SETTLED,), S.RECONVENED),
    Move(E.CLOSE, (S.OFFERING, S.RECONVENED, S.ASK_SETTLED, S.CHOOSING, S.SETTING_TIME), S.CLOSE_OUT),
    Move(E.END, (S.OPENING, *COOL_DOWN, *COMING_BACK), S.CLOSE_OUT),
    Move(E.OVER, (S.RECONVENED, S.WAITING, S.CLOSE_OUT), S.LISTENING),
    Move(E.REHEARSE, (S.LISTENING,), S.REHEARSING),
    Move(E.REFLECT, (S.LISTENING,), S.REFLECTING),
    Move(E.AGREE, (S.LISTENING,), S.AGREEING),
    Move(E.FORGET, (S.LISTENING,), S.FORGETTING),
    Move(E.TALKED_THROUGH, CALM, S.LISTENING),
    Move(E.SILENT_EXIT, tuple(state for state in S if state not in HOME), S.LISTENING),
)


FROM_NEARLY_EVERYWHERE = (E.SILENT_EXIT, E.END, E.MORE_TIME)
"""Left out of the drawing, which they would cover."""


def _rows(*, without: tuple[Event, ...] = ()) -> list[dict[str, object]]:
    return [
        {"trigger": move.event.value, "source": [source.value for source in move.sources], "dest": move.target.value}
        for move in MOVES
        if move.event not in without
    ]


class Flow:
    """Where the pause stands, and the only way to move it on."""

    def __init__(self) -> None:
        self._machine = Machine(
            model=self,
            states=[state.value for state in State],
            initial=State.LISTENING.value,
            transitions=_rows(),
            auto_transitions=False,
            model_attribute="_state",
        )

    @property
    def state(self) -> State:
        return State(cast(str, getattr(self, "_state")))  # noqa: B009  (set by the library; mypy cannot see it)

    def begin_in(self, state: State) -> None:
        """Take up where another run of the program was cut off."""
        self._machine.set_state(state.value)

    def can(self, event: Event) -> bool:
        """Whether the table has a move for this event in the present state."""
        return event.value in cast(Iterable[str], self._machine.get_triggers(self.state.value))

    def apply(self, event: Event) -> None:
        """Move on. Raises ValueError, and stays, when the table has no such move: that is our mistake, never theirs."""
        try:
            self._machine.events[event.value].trigger(self)
        except MachineError as error:
            raise ValueError(str(error)) from error


def mermaid() -> str:
    """The table as a Mermaid state diagram, for the README, without the moves that start nearly everywhere."""
    from transitions.extensions.diagrams import GraphMachine  # noqa: PLC0415  (only the docs need it)

    machine = GraphMachine(
        states=[state.value for state in State],
        initial=State.LISTENING.value,
        transitions=_rows(without=FROM_NEARLY_EVERYWHERE),
        auto_transitions=False,
        graph_engine="mermaid",
        show_conditions=False,
    )
    source = cast(str, machine.get_graph().source)
    body = source[source.index("stateDiagram-v2") :].splitlines()
    # The export styles every state; plain boxes read better in a README.
    return "\n".join(
        line for line in body if line.strip() and not line.strip().startswith(("class", "Class", "state "))
    )
