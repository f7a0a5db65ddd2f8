"""What happens to a pause when something breaks: each fault really caused, in the middle of it. `scripts/bench faults`.

Breather listens and plays through real sound devices in the virtual rooms of the tests. Only its clock leaps, from one
phase of a pause to the next.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack

from hearing.speech import Talkers, demo
from live import faults
from live.faults import PHASES, TONES, Outcome, Phrases
from live.trouble import Trouble
from rooms.mishaps import MISHAPS, plug_microphone, unplug_microphone
from rooms.rooms import VirtualRooms, missing

from assistant.places import Places
from assistant.settings.loader import MACHINE
from benchmarks.figures import Figure, Row, Say, Subject
from benchmarks.standard import parts, standard_places

IN_EVERY_PHASE = {"microphone unplugged", "loudspeaker unplugged", "sound server killed and restarted"}
BACK_WITHIN_SECONDS = 5.0
NEVER_SECONDS = float("inf")
CASES = tuple(
    (mishap, phase) for mishap in MISHAPS for phase in PHASES if mishap.name in IN_EVERY_PHASE or phase == TONES
)
SOUND = {
    (mishap, phase): Figure(f"{mishap.name}, {phase}: all back after", "s", 1, BACK_WITHIN_SECONDS)
    for mishap, phase in CASES
}
KILLED = Figure(f"recogniser killed, {TONES}: it listens again after", "s", 1, BACK_WITHIN_SECONDS)
HUNG = Figure(f"recogniser hangs while nobody talks, {TONES}: it listens again after", "s", 1, 30)
DEAF = Figure("a whole pause without a microphone, by button: missing on the way", "things", 0, 0)
MUTE = Figure("a whole pause without any voice, by chimes, light and button: missing on the way", "things", 0, 0)
HEARTBEAT = Figure("longest time between two heartbeats, in all of this", "ms", 0, 500)
FIGURES = (*SOUND.values(), KILLED, HUNG, DEAF, MUTE, HEARTBEAT)


def measure(say: Say) -> Iterator[Row]:
    lacking = missing()
    if lacking is not None:
        yield from (Row(figure, None, lacking) for figure in FIGURES)
        return
    with ExitStack() as closing:
        where = closing.enter_context(standard_places())
        with (where.config / MACHINE).open("a") as file:
            file.write('\n[voice]\nengine = "pyttsx3"\n')  # the voice that every machine has
        parts(where, engine="pyttsx3")  # so that everything is rendered
        talkers = Talkers()
        closing.callback(talkers.close)
        phrases = Phrases(demo("one-05"), talkers.say("How long is left?"), talkers.say("I'm ready."))
        rooms = closing.enter_context(VirtualRooms())
        yield from _in_a_room(rooms, closing.enter_context(_breather(where, rooms)), phrases, say)


def _breather(where: Places, rooms: VirtualRooms) -> Trouble:
    return Trouble(
        config=where.config,
        cache=where.prompts.parent,
        state=where.state,
        device=rooms.device(faults.ROOM),
        environment=rooms.environment,
    )


def _in_a_room(rooms: VirtualRooms, trouble: Trouble, phrases: Phrases, say: Say) -> Iterator[Row]:
    time.sleep(1.0)
    gaps = []
    for (mishap, phase), figure in SOUND.items():
        say(f"{mishap.name}, {phase}")
        outcome = faults.through(trouble, rooms, mishap, phase, phrases)
        gaps.append(outcome.gap)
        yield _row(figure, outcome)
    for figure, blow in ((KILLED, signal.SIGKILL), (HUNG, signal.SIGSTOP)):
        say(figure.name)
        outcome, _ = faults.recognizer_trouble(trouble, rooms, blow, TONES, phrases)
        gaps.append(outcome.gap)
        yield _row(figure, outcome)
    say(DEAF.name)
    unplug_microphone(rooms, faults.ROOM)
    gap, lost = faults.whole_pause_by_button(trouble, ("deaf",))
    gaps.append(gap)
    yield DEAF.measured(len(lost), ", ".join(lost) or "every state, the chimes, the light")
    plug_microphone(rooms, faults.ROOM)
    say(MUTE.name)
    trouble.order("forget prompts")
    gap, lost = faults.whole_pause_by_button(trouble, ("pause", "asking", "listening"))
    gaps.append(gap)
    yield MUTE.measured(len(lost), ", ".join(lost) or "every state, the chimes, the light")
    yield HEARTBEAT.measured(1000 * max(gaps), f"{len(gaps)} faults")


def _row(figure: Figure, outcome: Outcome) -> Row:
    recovered = outcome.recovered if outcome.survived and outcome.recovered is not None else NEVER_SECONDS
    return figure.measured(recovered, outcome.sentence)


SUBJECT = Subject(figures=FIGURES, measure=measure)
