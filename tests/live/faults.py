"""Lets things happen to Breather in the middle of a pause, and tells how it came through."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from rooms.mishaps import Mishap
from rooms.rooms import VirtualRooms

from assistant.sound import AudioClip, level_dbfs
from live.trouble import Event, Trouble

IDLE, OPENING, TONES, READY_CHECK = "while nothing goes on", "in the opening", "amid the tones", "in the ready check"
PHASES = (IDLE, OPENING, TONES, READY_CHECK)
ROOM = "A"
OPENING_SECONDS = 20.0
NOTICED_WITHIN_SECONDS = 8.0
RECOVERED_WITHIN_SECONDS = 20.0  # what it is given; the goal is less
AFTER_NOTICING_SECONDS = 1.5
ATTEMPTS = 3  # to be understood: what is said while it speaks itself is not heard
AUDIBLE_DBFS = -60.0


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is said to find out whether it hears, in a voice of this machine (16 kHz)."""

    pause: AudioClip
    time_left: AudioClip
    ready: AudioClip


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it came through. Seconds; None for what did not happen.

    ``noticed``: until the light or a sentence told. ``recovered``: from the moment at which all was there again until
    sound flowed and the light was as before. ``heard``: whether a phrase was understood then. ``played``: whether the
    answer came from the loudspeaker. ``gap``: the longest time between two heartbeats. ``late``: how far the next state
    was off its second, where that was near enough to wait for it.
    """

    noticed: float | None
    recovered: float | None
    heard: bool
    played: bool
    gap: float
    late: float | None

    @property
    def survived(self) -> bool:
        return self.recovered is not None and self.heard and self.played

    @property
    def sentence(self) -> str:
        lost = [what for what, there in (("not heard", self.heard), ("not played", self.played)) if not there]
        noticed = "never noticed" if self.noticed is None else f"noticed after {self.noticed:.1f} s"
        late = "" if self.late is None else f", next state {1000 * self.late:.0f} ms late"
        return f"{noticed}; longest heartbeat {1000 * self.gap:.0f} ms{late}; lost: {', '.join(lost) or 'nothing'}"


def is_light(name: str) -> Callable[[Event], bool]:
    return lambda event: event.get("light") == name


def is_state(*names: str) -> Callable[[Event], bool]:
    return lambda event: event.get("state") in names


def says_gone(event: Event) -> bool:
    sentence = event.get("notice", "")
    return event.get("light") == "deaf" or "gone" in sentence or "zeros" in sentence or "ended" in sentence


def bring_to(trouble: Trouble, phase: str) -> float:
    """From listening to the middle of this phase; returns the second at which the pause began."""
    if phase == IDLE:
        return 0.0
    since = len(trouble.events)
    trouble.order("press", "short")
    began: float = trouble.wait_for(is_state("opening"), 5, since=since)["at"]
    time.sleep(2.5)
    if phase == TONES:
        trouble.leap(190.0)  # the voice has told how to breathe, and the tones go on alone
        trouble.wait_for(lambda event: "tones" in event, 15, since=since)
        time.sleep(1.0)
    elif phase == READY_CHECK:
        trouble.leap(616.0)
        trouble.wait_for(is_state("ask_first"), 40, since=since)
        time.sleep(1.0)
    return began


def leave(trouble: Trouble) -> None:
    """Back to listening, by the silent way out."""
    since = len(trouble.events)
    trouble.order("press", "hold")
    trouble.leap(5.0)
    trouble.wait_for(is_light("listening"), 8, since=since)


def through(trouble: Trouble, rooms: VirtualRooms, mishap: Mishap, phase: str, phrases: Phrases) -> Outcome:
    """Let it happen in this phase, put it right, and see. Begins and ends with Breather listening."""
    began = bring_to(trouble, phase)
    trouble.order("count anew")  # the longest heartbeat
    since, at = len(trouble.events), time.monotonic()
    mishap.begin(rooms, ROOM)
    noticed = _seconds_until(trouble, says_gone, NOTICED_WITHIN_SECONDS, since=since, at=at)
    if not mishap.by_itself:
        time.sleep(AFTER_NOTICING_SECONDS)
        since, at = len(trouble.events), time.monotonic()
        mishap.end(rooms, ROOM)
    recovered = _recovered(trouble, mishap, since=since, at=at)
    heard, played = _hears_and_plays(trouble, rooms, phase, phrases)
    late = _lateness(trouble, began) if phase == OPENING else None
    gap: float = trouble.status()["gap"]
    if phase != IDLE or heard:
        leave(trouble)
    return Outcome(noticed, recovered, heard, played, gap, late)


def recognizer_trouble(
    trouble: Trouble, rooms: VirtualRooms, blow: signal.Signals, phase: str, phrases: Phrases
) -> tuple[Outcome, bool]:
    """The recogniser's process is killed or stopped; the seconds count from there. Also: whether there is another."""
    bring_to(trouble, phase)
    trouble.order("count anew")
    before, since, at = trouble.recognizer_pid, len(trouble.events), time.monotonic()
    os.kill(before, blow)
    noticed = _seconds_until(trouble, says_gone, 30, since=since, at=at)
    recovered = _seconds_until(
        trouble, lambda event: "listens again" in event.get("notice", ""), 60, since=since, at=at
    )
    heard, played = _hears_and_plays(trouble, rooms, phase, phrases)
    gap: float = trouble.status()["gap"]
    leave(trouble)
    return Outcome(noticed, recovered, heard, played, gap, None), trouble.recognizer_pid != before


def whole_pause_by_button(trouble: Trouble, lights: tuple[str, ...]) -> tuple[float, list[str]]:
    """From a press to the end, with presses only. Returns the longest heartbeat, and what was missing on the way.

    ``lights``: what the light has to show; while it says "deaf" it says nothing else.
    """
    trouble.order("count anew")
    since = len(trouble.events)
    trouble.order("press", "short")
    trouble.wait_for(is_state("opening"), 5, since=since)
    trouble.leap(612.0)
    answers = {"ask_first": "short", "ask_second": "short", "offering": "double", "reconvened": "double"}
    for state, press in (*answers.items(), ("ask_settled", "short")):
        trouble.wait_for(is_state(state), 60, since=since)
        time.sleep(1.0)
        trouble.order("press", press)
    trouble.wait_for(is_state("close_out"), 20, since=since)
    trouble.leap(20.0)
    trouble.wait_for(is_state("listening"), 30, since=since)
    seen = trouble.events[since:]
    cues = {event["cue"] for event in seen if "cue" in event}
    shown = {event["light"] for event in seen if "light" in event}
    missing = [f"chime {cue}" for cue in ("start", "half", "return") if cue not in cues]
    missing += [f"light {light}" for light in lights if light not in shown]
    gap: float = trouble.status()["gap"]
    return gap, missing


def _recovered(trouble: Trouble, mishap: Mishap, *, since: int, at: float) -> float | None:
    """Sound flows at both ends, and what the light and the sentences said amiss is over."""
    while time.monotonic() < at + RECOVERED_WITHIN_SECONDS:
        status = trouble.status()
        told = [event for event in trouble.events if "light" in event or "notice" in event]
        lights = [event["light"] for event in told if "light" in event]
        if status["microphone"] and status["loudspeaker"] and lights[-1] != "deaf" and not _still_gone(told):
            news = [event["at"] for event in trouble.events[since:] if "light" in event or "notice" in event]
            return max([*news, at]) - at if news else time.monotonic() - at
        time.sleep(0.05)
    return None


def _still_gone(told: list[Event]) -> bool:
    words = ("microphone has gone", "microphone is back"), ("loudspeaker has gone", "loudspeaker is back")
    sentences = [event["notice"] for event in told if "notice" in event]
    return any(
        next((gone in sentence for sentence in reversed(sentences) if gone in sentence or back in sentence), False)
        for gone, back in words
    )


def _hears_and_plays(trouble: Trouble, rooms: VirtualRooms, phase: str, phrases: Phrases) -> tuple[bool, bool]:
    clip = {IDLE: phrases.pause, READY_CHECK: phrases.ready}.get(phase, phrases.time_left)
    with rooms.recording(ROOM) as recorder:
        for _ in range(ATTEMPTS):
            _until_it_is_silent(trouble)
            since = len(trouble.events)
            rooms.say(ROOM, clip)
            if _seconds_until(trouble, lambda event: "intent" in event, 4, since=since, at=0.0) is not None:
                time.sleep(1.5)  # it answers
                played = recorder.between(time.monotonic() - 1.5, time.monotonic())
                return True, level_dbfs(played) > AUDIBLE_DBFS
    return False, False


def _until_it_is_silent(trouble: Trouble) -> None:
    for _ in range(60):
        if not trouble.status()["speaking"]:
            time.sleep(0.6)  # a moment longer it does not listen
            return
        time.sleep(0.25)


def _lateness(trouble: Trouble, began: float) -> float:
    entered: float = trouble.wait_for(lambda event: event.get("state") == "separating" and event["at"] > began, 30)[
        "at"
    ]
    return entered - began - OPENING_SECONDS


def _seconds_until(
    trouble: Trouble, wanted: Callable[[Event], bool], seconds: float, *, since: int, at: float
) -> float | None:
    try:
        found: float = trouble.wait_for(wanted, seconds, since=since)["at"]
    except AssertionError:
        return None
    return found - at
