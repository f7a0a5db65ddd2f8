"""Everything that was counted is erased: only after the words, and only with the button."""

from __future__ import annotations

import pytest

from assistant.dialogue.flow import State
from assistant.messages import Intent, LightState, Press
from assistant.records import Erase
from calm.calm_days import CalmDay, material, usual_talks


def asked() -> CalmDay:
    day = CalmDay()
    day.says(Intent.FORGET)
    assert day.state is State.FORGETTING
    day.until_said("erase")
    assert day.light is LightState.ASKING
    return day


def test_the_button_erases() -> None:
    day = asked()
    day.wait(15.0)
    assert not day.given(Erase)
    day.presses(Press.SHORT)
    day.until_home()
    assert day.given(Erase) == [Erase()]
    assert day.lines == ["erase", "erased"]


@pytest.mark.parametrize("answer", [Intent.NO, Intent.LET_GO, Intent.QUIET, Press.DOUBLE, None])
def test_everything_else_erases_nothing(answer: Intent | Press | None) -> None:
    day = asked()
    if isinstance(answer, Press):
        day.presses(answer)
    elif answer is not None:
        day.says(answer)
    day.until_home()
    assert not day.given(Erase)
    assert day.lines == ["erase", "not_erased"]
    assert day.now < (12 if answer else 33)


def test_a_yes_is_not_enough() -> None:
    assert Intent.YES not in asked().listening.intents


def test_who_only_stops_the_voice_erases_nothing() -> None:
    day = CalmDay()
    day.says(Intent.FORGET)
    day.wait(2.0)
    day.presses(Press.SHORT)
    day.until_home()
    assert not day.given(Erase)
    assert day.lines == ["erase", "not_erased"]


def test_a_press_that_comes_too_late_erases_nothing_and_calls_no_pause() -> None:
    day = asked()
    day.wait(19.8)
    day.presses(Press.TOUCH)
    day.wait(0.6)
    day.lets_go(Press.SHORT)
    day.until_home()
    assert not day.given(Erase)
    assert day.lines == ["erase", "not_erased"]


def test_once_more() -> None:
    day = asked()
    day.says(Intent.REPEAT)
    day.until_said("erase")
    day.presses(Press.SHORT)
    assert day.given(Erase)


def test_nothing_is_kept() -> None:
    made_of = material()
    day = CalmDay(talks=usual_talks(made_of, kept=False))
    day.says(Intent.FORGET)
    day.until_home()
    assert day.lines == ["nothing_kept"]
    assert not day.given(Erase)


def test_a_real_pause_comes_first() -> None:
    day = asked()
    day.says(Intent.PAUSE)
    assert day.state is State.OPENING
    day.presses(Press.HOLD)
    day.is_home()
    assert not day.given(Erase)


def test_what_could_not_be_erased_is_not_said_to_be() -> None:
    day = asked()
    day.presses(Press.SHORT)
    assert day.given(Erase) == [Erase()]
    day.is_not_kept()
    day.until_home()
    assert day.lines == ["erase", "not_kept"]
