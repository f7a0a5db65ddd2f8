"""Evenings at home: what people say when Breather has said something, with canaries in between."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path
from typing import ClassVar

import numpy as np
import soxr
from hearing.speech import Talkers, demo
from household import Household

from assistant.dialogue.flow import State
from assistant.messages import Speak
from assistant.sound import HEARING_RATE_HZ, AudioClip, Samples, joined, silence, to_int16
from privacy.at_home import Home, OnEvent

CALLED_AT = 8.0
SETTLED_AT = 1600.0  # well after all else
AFTER_SECONDS = 0.6  # so soon after a line somebody speaks
ANSWERED_SECONDS = 6.4  # after the question, the answer is over; a canary fits in before it
REST_SECONDS = 7.0
BETWEEN_SECONDS = 0.2
EVERY_SO_MANY = 4
EVERYDAY = (State.OPENING, State.ASK_FIRST, State.RECONVENED)
"""Where a canary is said besides, before the pause and after it as well."""


def another_voice(clip: AudioClip) -> AudioClip:
    """The same words from somebody with a higher voice, who speaks a little faster."""
    wave = clip.samples.astype(np.float32) / 32_768
    return AudioClip(to_int16(soxr.resample(wave, clip.rate_hz, clip.rate_hz * 0.93)), clip.rate_hz)


class TwoQuestions:
    """One of them calls a pause, and after it one is not ready yet; after ten minutes more, both are.

    ``swapped``: whether it is the other one of the two who calls, and who is not ready. ``canaries``: what is said
    besides, once in each of ``also_in``. ``away``: after these ten minutes, one stays away for a while.
    ``told_in``: the states in which a canary was said.
    """

    def __init__(
        self,
        talkers: Talkers,
        canaries: tuple[Samples, Samples],
        *,
        swapped: bool = False,
        away: bool = False,
        also_in: Container[State],
    ) -> None:
        self._talkers, self._swapped, self._away, self._also_in = talkers, swapped, away, also_in
        self._canaries = [AudioClip(each, HEARING_RATE_HZ) for each in canaries]
        self._untold = True
        self.told_in: set[State] = set()

    def __call__(self, home: Home, now: float, event: object) -> None:
        if isinstance(event, State):
            self._untold = event in self._also_in
            self._entered(home, now, event)
        elif isinstance(event, Speak):
            over = now + home.seconds(event)
            if self._untold:
                self._untold = False
                home.room.say(self._canary(home), over + AFTER_SECONDS)
            if event.line in ("ask_first", "ask_second"):
                self._asked(home, over, first=event.line == "ask_first")

    def _entered(self, home: Home, now: float, state: State) -> None:
        match state:
            case State.LISTENING if len(home.states) == 1:
                home.say(self._canary(home), until=CALLED_AT - 4.0)
                called = demo("one-05")
                home.say(another_voice(called) if self._swapped else called, until=CALLED_AT)
            case State.LISTENING:
                home.room.say(self._canary(home), now + 2.0)
                home.room.end_at_seconds = now + REST_SECONDS
            case State.WAITING:
                home.room.say(self._canary(home), now + 2.0)
                self._say(home, "We're back.", now + 12.0)
            case State.RECONVENED:
                self._say(home, "We're settled.", SETTLED_AT)

    def _asked(self, home: Home, over: float, *, first: bool) -> None:
        """Who is asked first does what, in the other evening, the second does."""
        it_is_this_one = first is not self._swapped
        called_back = home.states.count(State.CALLED_BACK)
        if self._away and it_is_this_one and called_back == 2 and State.WAITING not in home.states:
            return
        text = "Not yet." if it_is_this_one and called_back == 1 else "I'm ready."
        self._say(home, text, over + ANSWERED_SECONDS, other=not first)

    def _say(self, home: Home, text: str, until: float, *, other: bool = False) -> None:
        clip = self._talkers.say(text)
        home.say(another_voice(clip) if other else clip, until=until)

    def _canary(self, home: Home) -> AudioClip:
        """The second of the two is for a quiet house."""
        state = home.states[-1]
        self.told_in.add(state)
        return self._canaries[state is State.LISTENING]


class Rehearsing:
    """A rehearsal, in which each says a canary just before the phrase; and then they ask what they have agreed on.

    A canary is said after every question and now and then besides, as far as anybody is listened to there.
    """

    ANSWERS: ClassVar = {"rehearsal_welcome": "Yes.", "ask_first": "I'm ready.", "ask_second": "Not yet."}

    def __init__(self, talkers: Talkers, canaries: tuple[Samples, Samples]) -> None:
        self._talkers = talkers
        self._canary, _ = (AudioClip(each, HEARING_RATE_HZ) for each in canaries)
        self._lines = 0

    def __call__(self, home: Home, now: float, event: object) -> None:
        if isinstance(event, State) and event is State.LISTENING:
            match home.states.count(State.REHEARSING), home.states.count(State.AGREEING):
                case 0, 0:
                    self._say(home, "Let's do a practice run.", now + 4.0)
                case 1, 0 if home.begun == 2:
                    self._say(home, "What did we agree on?", now + 4.0)
                case 1, 1:
                    home.room.end_at_seconds = now + REST_SECONDS
        elif isinstance(event, Speak):
            self._lines += 1
            over = now + home.seconds(event)
            if event.line in ("practice_usual", "practice_raised", "practice_door"):
                called = self._talkers.say("I need a pause.")
                words = joined([self._canary, silence(BETWEEN_SECONDS, HEARING_RATE_HZ), called])
                home.room.say(words, over + AFTER_SECONDS)
                return
            if event.line in self.ANSWERS or self._lines % EVERY_SO_MANY == 0:
                home.room.say(self._canary, over + AFTER_SECONDS)
            if (answer := self.ANSWERS.get(event.line)) is not None:
                self._say(home, answer, over + ANSWERED_SECONDS)

    def _say(self, home: Home, text: str, until: float) -> None:
        home.say(self._talkers.say(text), until=until)


def two_evenings(settled: Household, folder: Path, people: Callable[[bool], OnEvent]) -> tuple[Home, Home]:
    """``people``: are told whether they are to swap what they do."""
    homes = tuple(Home(settled.copy(folder / str(swapped)), people(swapped)) for swapped in (False, True))
    for home in homes:
        home.agree_to_count()
        assert home.run() == 0, home.out
    return homes[0], homes[1]
