"""Whole talks of a calm day in a simulated room: real voices answer, the real recognizer hears them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hearing.speech import Talkers
from household import Household

from assistant.app import Parts
from assistant.devices.recorded import SimulatedRoom
from assistant.keeping.keeper import Keeper
from assistant.keeping.practice import NAME as PRACTICE
from assistant.messages import Silence, Speak
from assistant.preparing import ready_parts
from assistant.records import Agreed, Begin, CalmTalk, Kept, PauseUnderWay, Practised
from assistant.running import run_in_room
from assistant.settings.loader import load_settings

pytestmark = pytest.mark.long

Answer = Callable[[Speak], tuple[str, str] | None]
"""What is said after a line, and in which voice."""

AFTER_SECONDS = 0.9
LONGEST_SECONDS = 2700.0
ONE, OTHER = "pyttsx3", "en-gb"  # two voices of espeak-ng


class Evening:
    """A household, and what is said and kept in its room."""

    def __init__(self, household: Household, talkers: Talkers) -> None:
        self.places = household.places
        self.parts: Parts = ready_parts(self.places, lambda _now, _event: None, on_progress=lambda _done, _all: None)
        self._talkers = talkers
        self.lines: list[str] = []
        self.said: list[str] = []
        self.kept: list[Kept | Silence] = []
        self.notices: list[str] = []

    def talk(self, talk: CalmTalk, answer: Answer) -> None:
        room = SimulatedRoom()
        keeper = Keeper(self.parts.settings, self.places, on_notice=self.notices.append)

        def watch(now: float, event: object) -> None:
            if isinstance(event, Speak):
                self.lines.append(event.line)
                self.said += event.sentences
                if (answered := answer(event)) is not None:
                    text, voice = answered
                    over = now + self.parts.prompts.seconds(event.sentences) + AFTER_SECONDS
                    room.say(self._talkers.say(text, voice), over)

        def keep(command: Kept | Silence) -> bool:
            if not isinstance(command, Begin):
                self.kept.append(command)
            return keeper.keep(command)

        def another_round(_busy: bool) -> bool:
            assert room.clock.now() < LONGEST_SECONDS, f"it did not end; the last lines were {self.lines[-5:]}"
            return True

        run_in_room(replace(self.parts, watch=watch), room=room, another_round=another_round, only=talk, keep=keep)
        self.seconds = room.clock.now()


@pytest.fixture
def evening(household: Household, talkers: Talkers) -> Evening:
    return Evening(household, talkers)


class Rehearsing:
    """Each calls a pause three times; one is ready, the other not yet, and then both are."""

    def __init__(self) -> None:
        self._asked = ONE
        self._times = 0

    def __call__(self, line: Speak) -> tuple[str, str] | None:
        match line.line:
            case "rehearsal_welcome":
                return "Yes.", ONE
            case "practice_usual":
                self._asked = ONE if line.sentences[0].startswith("Alex") else OTHER
                return "I need a pause.", self._asked
            case "practice_raised":
                return "I need a pause!", self._asked
            case "practice_door":
                return "Let's take a pause.", self._asked
            case "ask_first" | "ask_second":
                self._times += 1
                return ("Not yet.", OTHER) if self._times == 2 else ("I'm ready.", ONE)
        return None


def test_a_rehearsal(evening: Evening) -> None:
    evening.talk(CalmTalk.REHEARSAL, Rehearsing())
    assert evening.lines[0] == "rehearsal_welcome"
    assert evening.lines[-1] == "rehearsal_done"
    assert "ten_more" in evening.lines, "both kinds of answer"
    assert evening.lines.count("both_ready") == 1
    scores = [sentence for sentence in evening.said if sentence.startswith("I heard ")]
    assert len(scores) == 2
    assert {words for score in scores for words in score.split()} & {"two", "three"}
    (practiced,) = evening.kept
    assert isinstance(practiced, Practised)
    assert len(practiced.sayings) == 6
    assert sum(saying.heard for saying in practiced.sayings) >= 4
    assert (evening.places.own / PRACTICE).is_file()
    assert 150 < evening.seconds < 300, "about four minutes"
    assert evening.notices == []


def test_the_agreement_is_changed_by_voice_when_both_say_yes(evening: Evening) -> None:
    changing = False

    def answer(line: Speak) -> tuple[str, str] | None:
        nonlocal changing
        asked = line.sentences[-1]
        match line.line:
            case "agree_ask" | "agree_change" | "agree_right" | "agree_done":
                return "Yes.", ONE
            case "agree_minutes":
                changing = True
            case "agree_places":
                changing = False
        if line.line.startswith("agree_") and asked.endswith("?"):
            if changing and line.line == "agree_stay":
                return "No.", OTHER
            return "Yes.", ONE
        return None

    evening.talk(CalmTalk.AGREEMENT, answer)
    agreed = [command for command in evening.kept if isinstance(command, Agreed)]
    assert len(agreed) == 1, evening.lines
    assert agreed[0].changes["minutes"] != 10
    settings = load_settings(evening.places.config, own=evening.places.own)
    assert settings.agreement.minutes == agreed[0].changes["minutes"]


def test_a_look_back_by_voice(evening: Evening) -> None:
    def answer(line: Speak) -> tuple[str, str] | None:
        if line.line == "reflect_ask":
            return "Yes.", ONE
        if line.line == "question":
            return "Next question.", OTHER
        if line.sentences[-1].endswith("?") and line.line in {"reflect_theme", "reflect_learn"}:
            return "Yes please.", ONE
        return None

    evening.talk(CalmTalk.REFLECTION, answer)
    assert evening.lines[-1] == "reflect_end"
    assert evening.lines.count("question") == 3
    assert evening.kept == []


def test_a_pause_that_is_called_in_a_talk_is_a_pause(evening: Evening) -> None:
    def answer(line: Speak) -> tuple[str, str] | None:
        return {"reflect_ask": ("Yes.", ONE), "reflect_theme": ("I need a pause.", OTHER)}.get(line.line)

    evening.talk(CalmTalk.REFLECTION, answer)
    assert "opening" in evening.lines
    assert evening.kept[0] == PauseUnderWay()
