"""The same in real time: `breather run` with real sound devices, in a virtual room, for as long as wanted."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from rooms.rooms import VirtualRooms, missing

from assistant.sound import AudioClip
from benchmarks import household_sound
from benchmarks.figures import Figure, Row, Say, Subject
from benchmarks.process_size import Size, children_of, size_of
from benchmarks.soak_listener import Listener
from benchmarks.soak_room import SETTLED, voices_of_the_couple
from benchmarks.standard import parts, standard_places

LASTED = Figure("real time through sound devices", "hours", 2)
ALIVE = Figure("still listening at the end", "times", 0, None, 1)
MEMORY = Figure("memory in real time, last ten minutes against minutes 10 to 20", "%", 1, 2)
THREADS = Figure("threads more than in minutes 10 to 20", "threads", 0, 0)
FILES = Figure("open files more than in minutes 10 to 20", "files", 0, 0)
BEGUN = Figure("pauses called in real time and not begun", "pauses", 0, 0)
FALSE = Figure("pauses begun in real time that nobody called", "pauses", 0, 0)
TIMER = Figure("the ten minutes on the machine's clock, deviation", "ms", 0, 500)
FIGURES = (LASTED, ALIVE, MEMORY, THREADS, FILES, BEGUN, FALSE, TIMER)

FIRST_CALL_SECONDS, CALL_EVERY_SECONDS = 60.0, 1800.0  # both stretches that are compared begin after a whole one
PAUSE_SECONDS = 600.0
STRETCH_SECONDS = 600.0
LOOK_EVERY_SECONDS = 20.0
HEARD_BEFORE_SECONDS, HEARD_AFTER_SECONDS = 2.0, 5.0  # the player lets its device run out before it ends
UTTERANCE_ENDS_SECONDS = 1.5
AT_HOME = "listening"
AT_HOME_SECONDS = 5.0  # what the last words took has been given back then
ANSWERS = {"ask first": (8.0, "I'm ready."), "ask second": (8.0, "Yes, I'm ready."), "reconvened": (12.0, SETTLED)}
"""In which state, after so many seconds, what is said."""
AGAIN_SECONDS = 25.0


def subject(hours: float, folder: Path | None) -> Subject:
    """The figures, for `scripts/bench`."""
    return Subject(FIGURES, lambda say: _rows(hours, folder, say))


def _rows(hours: float, folder: Path | None, say: Say) -> Iterator[Row]:
    lacking = missing()
    if lacking is not None:
        yield from (Row(figure, None, lacking) for figure in FIGURES)
        return
    say(f"{hours:g} hours in a virtual room, in real time")
    with standard_places() as where, VirtualRooms() as rooms:
        voices = voices_of_the_couple(parts(where))  # and everything is rendered
        listener = Listener(where, rooms)
        try:
            if not listener.ready.wait(120):
                raise RuntimeError(f"`breather run` did not become ready: {listener.last_line}")
            sounds = household_sound.endless(folder)
            yield from _lived(listener, rooms, voices=voices, sounds=sounds, seconds=3600 * hours, say=say)
        finally:
            listener.process.terminate()
            listener.process.wait(20)


def _lived(
    listener: Listener,
    rooms: VirtualRooms,
    *,
    voices: Mapping[str, AudioClip],
    sounds: Iterator[AudioClip],
    seconds: float,
    say: Say,
) -> Iterator[Row]:
    sizes: list[tuple[float, Size]] = []
    calls: list[float] = []
    began = time.monotonic()
    look_at = tell_at = answered_at = 0.0
    while (now := time.monotonic() - began) < seconds and listener.process.poll() is None:
        at_home = listener.state == AT_HOME and time.monotonic() - listener.entered >= AT_HOME_SECONDS
        if at_home and now >= look_at:
            time.sleep(UTTERANCE_ENDS_SECONDS)  # what an utterance takes comes and goes with it
            look_at = now + LOOK_EVERY_SECONDS
            sizes.append((now, size_of(listener.process.pid)))
        if sizes and now >= tell_at:
            tell_at += 600
            say(f"{now / 60:.0f} min: {len(listener.began)} pauses, {sizes[-1][1]}")
        if not at_home:
            time.sleep(0.5)  # they are apart, or talk softly
            after_seconds, words = ANSWERS.get(listener.state, (float("inf"), ""))
            # Once in each state; and again after a while, as people do.
            due_at = listener.entered + after_seconds if answered_at < listener.entered else answered_at + AGAIN_SECONDS
            if words and time.monotonic() >= due_at:
                rooms.say("A", voices[words])
                answered_at = time.monotonic()
        elif now >= FIRST_CALL_SECONDS + len(calls) * CALL_EVERY_SECONDS and now < seconds - PAUSE_SECONDS:
            time.sleep(2)
            rooms.say("A", voices["I need a pause."])
            calls.append(time.monotonic())
            time.sleep(HEARD_AFTER_SECONDS)
        else:
            rooms.say("A", next(sounds))
    alive = listener.process.poll() is None and bool(children_of(listener.process.pid))
    begun = [call for call in calls if any(-HEARD_BEFORE_SECONDS <= at - call < 5 for at in listener.began)]
    yield LASTED.measured((time.monotonic() - began) / 3600)
    yield ALIVE.measured(float(alive))
    yield from _growth(sizes, seconds)
    yield BEGUN.measured(len(calls) - len(begun), f"of {len(calls)}")
    yield FALSE.measured(len(listener.began) - len(begun))
    if begun and listener.over:
        took = listener.over[0] - next(at for at in listener.began if at >= begun[0] - HEARD_BEFORE_SECONDS)
        yield TIMER.measured(abs(1000 * (took - PAUSE_SECONDS)), "of the lines on the terminal")
    else:
        yield Row(TIMER, None, "no pause was kept to its end")


def _growth(sizes: list[tuple[float, Size]], seconds: float) -> Iterator[Row]:
    early = [size for at, size in sizes if STRETCH_SECONDS <= at < 2 * STRETCH_SECONDS]
    late = [size for at, size in sizes if at >= max(2 * STRETCH_SECONDS, seconds - STRETCH_SECONDS)]
    if not early or not late:
        yield from (Row(figure, None, "needs more than half an hour") for figure in (MEMORY, THREADS, FILES))
        return
    # The least: somebody nearly always speaks, and what an utterance takes comes and goes with it.
    before, after = (min(size.megabytes for size in some) for some in (early, late))
    yield MEMORY.measured(100 * (after / before - 1), f"{before:.1f} MB, then {after:.1f} MB")
    for figure, kind in ((THREADS, "threads"), (FILES, "files")):
        first, last = (int(statistics.median(getattr(size, kind) for size in some)) for some in (early, late))
        yield figure.measured(last - first, f"{first}, then {last}")
