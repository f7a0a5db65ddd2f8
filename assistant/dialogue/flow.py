"""The states of a pause and what leads from one to the next.

The rules, all of them:

- Everything begins and ends in `LISTENING`; every other state has a time limit, so the program always comes back there.
- In `OPENING` "carry on" takes the pause back without a trace. Later, nobody can take it back by accident.
- Both partners are asked, one after the other, whatever the first one said. Any "not yet" wins.
- At most so many extensions as the script allows; after that the couple chooses: talk, set a time, or let it go.
- A new pause can be called whenever the couple is talking again.
- Where a pause can be called and was only half heard, Breather asks once; without a yes it goes back to where it was.

This is the only file that imports `transitions`. Its own timers are not used: `Timeout` needs threads and
`AsyncTimeout` an event loop, while here time is an argument (see `session`).
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
    ASKING = "asking"
    OPENING = "opening"
    SEPARATING = "separating"
    BODY = "body"
    MIND = "mind"
    RETURN_CUE = "return_cue"
    ASK_FIRST = "ask_first"
    ASK_SECOND = "ask_second"
    RECONVENED = "reconvened"
    EXTENDED = "extended"
    WAITING = "waiting"
    CHOOSING = "choosing"
    SETTING_TIME = "setting_time"
    CLOSE_OUT = "close_out"


class Event(StrEnum):
    """What happened: somebody said something, or a time came."""

    PAUSE_CALLED = "pause called"
    HALF_HEARD = "half heard"
    NOT_MEANT = "no, or no answer"
    NOT_MEANT_TALK_ON = "no, or no answer, while they talk"
    NOT_MEANT_CLOSE = "no, or no answer, at the end"
    CARRY_ON = "carry on"
    TIME_TO_PART = "time to part"
    TIME_FOR_THE_BODY = "time for the body"
    TIME_FOR_THE_MIND = "time for the mind"
    TIME_TO_RETURN = "time to return"
    TIME_TO_ASK = "time to ask"
    FIRST_ASKED = "first partner asked"
    BOTH_READY = "both ready"
    NOT_YET = "not yet"
    NOT_YET_AGAIN = "not yet, no more extensions"
    SOMEBODY_AWAY = "no answer"
    TALK = "talk"
    SET_TIME = "set a time"
    CLOSE = "settled, later, tomorrow, or let go"
    OVER = "all said, or nobody came"


@dataclass(frozen=True, slots=True)
class Move:
    """On ``event``, in any of ``sources``, go to ``target``."""

    event: Event
    sources: tuple[State, ...]
    target: State


MOVES = (
    Move(Event.PAUSE_CALLED, (State.LISTENING, State.RECONVENED, State.CLOSE_OUT, State.ASKING), State.OPENING),
    Move(Event.HALF_HEARD, (State.LISTENING, State.RECONVENED, State.CLOSE_OUT), State.ASKING),
    Move(Event.NOT_MEANT, (State.ASKING,), State.LISTENING),
    Move(Event.NOT_MEANT_TALK_ON, (State.ASKING,), State.RECONVENED),
    Move(Event.NOT_MEANT_CLOSE, (State.ASKING,), State.CLOSE_OUT),
    Move(Event.CARRY_ON, (State.OPENING,), State.LISTENING),
    Move(Event.TIME_TO_PART, (State.OPENING,), State.SEPARATING),
    Move(Event.TIME_FOR_THE_BODY, (State.SEPARATING,), State.BODY),
    Move(Event.TIME_FOR_THE_MIND, (State.BODY,), State.MIND),
    Move(Event.TIME_TO_RETURN, (State.MIND, State.EXTENDED), State.RETURN_CUE),
    Move(Event.TIME_TO_ASK, (State.RETURN_CUE, State.WAITING), State.ASK_FIRST),
    Move(Event.FIRST_ASKED, (State.ASK_FIRST,), State.ASK_SECOND),
    Move(Event.BOTH_READY, (State.ASK_SECOND,), State.RECONVENED),
    Move(Event.NOT_YET, (State.ASK_SECOND,), State.EXTENDED),
    Move(Event.NOT_YET_AGAIN, (State.ASK_SECOND,), State.CHOOSING),
    Move(Event.SOMEBODY_AWAY, (State.ASK_SECOND,), State.WAITING),
    Move(Event.TALK, (State.CHOOSING,), State.RECONVENED),
    Move(Event.SET_TIME, (State.CHOOSING,), State.SETTING_TIME),
    Move(Event.CLOSE, (State.RECONVENED, State.CHOOSING, State.SETTING_TIME), State.CLOSE_OUT),
    Move(Event.OVER, (State.RECONVENED, State.WAITING, State.CLOSE_OUT), State.LISTENING),
)


def _rows() -> list[dict[str, object]]:
    return [
        {"trigger": move.event.value, "source": [source.value for source in move.sources], "dest": move.target.value}
        for move in MOVES
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
    """The table as a Mermaid state diagram, for the README."""
    from transitions.extensions.diagrams import GraphMachine  # noqa: PLC0415  (only the docs need it)

    machine = GraphMachine(
        states=[state.value for state in State],
        initial=State.LISTENING.value,
        transitions=_rows(),
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
