"""The rehearsal when something comes in between: a real pause, the silent way out, a press, another day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.dialogue.flow import State
from assistant.messages import Hush, Intent, LightState, Press
from assistant.records import CalmTalk, Practised
from calm.calm_days import CalmDay, material
from calm.rehearsing import NEED, WAYS, begun, practices, through_the_short_pause


def test_a_press_leads_on() -> None:
    day = begun()
    for _ in WAYS * 2:
        day.wait(2.0)
        day.presses(Press.SHORT)
    day.until_said("rehearsal_pause")
    assert "practice_missed" not in day.lines


@pytest.mark.parametrize("at", ["rehearsal_welcome", "rehearsal_pause", "breathing", "ask_first", "rehearsal_thanks"])
def test_a_real_pause_can_be_called_from_the_middle_of_it(at: str) -> None:
    day = CalmDay(start_with=CalmTalk.REHEARSAL)
    if at != "rehearsal_welcome":
        day.until_said("rehearsal_welcome")
        day.says(Intent.YES)
    day.until_said(at)
    day.wait(0.5)
    day.says(Intent.PAUSE)
    assert day.state is State.OPENING
    assert day.light is LightState.PAUSE
    before = len(day.lines)
    day.wait(60.0)
    assert day.lines[before:] == ["opening", "separating"]
    assert "We come back together in ten minutes." in day.sentences[before]
    assert day.counting
    assert not day.companion.finished


def test_while_it_practices_no_real_pause_begins() -> None:
    day = begun()
    day.until_said("practice_usual")
    day.says(Intent.PAUSE, phrase=NEED, score=0.0)
    assert day.state is State.REHEARSING
    day.wait(0.3)
    assert Intent.PAUSE in day.listening.intents, "the next one"
    day.until_said("practice_raised")
    day.wait(11.0)
    assert day.lines[-1] == "practice_missed"
    assert Intent.PAUSE not in day.listening.intents, "a pause that was said too late is not a real one"


@pytest.mark.parametrize("at", ["rehearsal_welcome", "practice_raised", "breathing", "time_is_done", "ask_second"])
@pytest.mark.parametrize("by_hand", [True, False])
def test_the_silent_way_out_is_everywhere(at: str, by_hand: bool) -> None:
    day = CalmDay(start_with=CalmTalk.REHEARSAL)
    if at != "rehearsal_welcome":
        day.until_said("rehearsal_welcome")
        day.says(Intent.YES)
    day.until_said(at)
    if by_hand:
        day.presses(Press.HOLD)
    else:
        day.says(Intent.SILENT_EXIT)
    before = len(day.lines)
    day.is_home()
    day.wait(300.0, step=0.5)
    assert day.lines[before:] == []
    assert day.companion.finished
    assert not day.given(Practised)


def test_let_it_go_ends_it_kindly() -> None:
    for at in ("practice_raised", "opening", "rehearsal_button"):
        day = begun()
        day.until_said(at)
        day.says(Intent.LET_GO)
        day.wait(1.5)
        assert day.lines[-1] == "left"
        assert day.light is LightState.LISTENING
        day.until_home()
        assert day.lines[-1] == "left"


def test_once_more() -> None:
    day = begun()
    day.until_said("practice_usual")
    day.says(Intent.REPEAT)
    day.until_said("practice_usual")
    day.says(Intent.PAUSE, phrase=NEED, score=0.0)
    day.until_said("practice_raised")
    assert day.lines.count("practice_missed") == 0


@pytest.mark.parametrize("longest_seconds", [100.0, 150.0, 200.0])
def test_it_has_an_end_whatever_is_going_on(longest_seconds: float) -> None:
    made_of = material()
    timing = made_of.calm.timing.model_copy(update={"longest_seconds": longest_seconds})
    day = CalmDay(made_of=replace(made_of, calm=made_of.calm.model_copy(update={"timing": timing})))
    day.says(Intent.REHEARSE)
    day.until_said("rehearsal_welcome")
    day.says(Intent.YES)
    day.until_home()
    assert day.lines[-1] == "left"
    assert longest_seconds <= day.now < longest_seconds + 6


def test_a_press_that_was_meant_for_what_is_past_means_nothing() -> None:
    day = begun()
    practices(day, *[(NEED, -0.2)] * 6)
    through_the_short_pause(day)
    day.until_said("rehearsal_button")
    day.wait(9.8)
    day.presses(Press.TOUCH)
    day.wait(2.0)
    assert day.lines[-1] == "score"
    hushed = len(day.given(Hush))
    day.lets_go(Press.SHORT)
    assert len(day.given(Hush)) == hushed
    assert "rehearsal_pressed" not in day.lines
