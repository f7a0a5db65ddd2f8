"""The companion: for the loop a session, with a talk inside when there is one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.flow import HOME, State
from assistant.messages import Heard, Intent, Press
from assistant.records import Begin, CalmTalk
from calm.calm_days import CalmDay

CALM_ONES = st.sampled_from([CalmTalk.REHEARSAL, CalmTalk.REHEARSAL, CalmTalk.FORGETTING])
LIKELY = st.sampled_from(
    [Intent.YES, Intent.NO, Intent.PAUSE, Intent.READY, Intent.NOT_YET, Intent.QUIET, Intent.REPEAT, Press.SHORT]
)
ANYTHING = st.sampled_from([*Intent, *Press])
HAPPENINGS = st.lists(
    st.tuples(st.one_of(LIKELY, LIKELY, ANYTHING), st.booleans(), st.one_of(st.floats(0.05, 12), st.floats(0.05, 60))),
    max_size=30,
)
HOME_AGAIN_SECONDS = 60.0 * 150


def test_without_a_talk_it_is_a_session() -> None:
    day = CalmDay()
    assert not day.companion.finished
    day.says(Intent.PAUSE)
    assert day.state is State.OPENING
    day.until_said("opening")
    day.says(Intent.QUIET)
    assert day.companion.quiet
    day.presses(Press.HOLD)
    day.presses(Press.HOLD)
    assert day.companion.muted
    day.is_home()


def test_a_talk_that_nobody_can_lead_is_over_at_once() -> None:
    day = CalmDay(talks={})
    day.says(Intent.REHEARSE)
    day.is_home()
    assert day.lines == []


def test_the_beginning_is_told_outward() -> None:
    day = CalmDay(start_with=CalmTalk.FORGETTING)
    assert day.given(Begin) == [Begin(CalmTalk.FORGETTING)]
    assert day.state is State.FORGETTING
    assert not day.companion.finished
    day.until_home()
    assert day.companion.finished


def test_after_a_real_pause_in_it_the_program_goes_on_until_that_is_over() -> None:
    day = CalmDay(start_with=CalmTalk.REHEARSAL)
    day.until_said("rehearsal_welcome")
    day.says(Intent.PAUSE)
    day.wait(700.0, step=0.5)
    assert not day.companion.finished
    day.wait(HOME_AGAIN_SECONDS, step=5.0)
    assert day.companion.finished


def test_a_second_talk_after_the_first() -> None:
    day = CalmDay()
    for _ in range(2):
        day.says(Intent.FORGET)
        day.until_home()
    assert day.lines == ["erase", "not_erased"] * 2


def test_half_heard_is_let_pass_in_a_talk() -> None:
    day = CalmDay()
    day.says(Intent.REHEARSE)
    day.until_said("rehearsal_welcome")
    for intent in (Intent.PAUSE, Intent.YES, Intent.SILENT_EXIT, Intent.LET_GO):
        day.says(intent, sure=False)
    assert day.state is State.REHEARSING
    assert day.lines == ["rehearsal_welcome"]


@settings(max_examples=50, deadline=None)
@given(talk=CALM_ONES, happenings=HAPPENINGS)
def test_whatever_happens_it_comes_home(talk: CalmTalk, happenings: list[tuple[Intent | Press, bool, float]]) -> None:
    day = CalmDay(start_with=talk)
    for what, sure, seconds in happenings:
        day.wait(seconds, step=0.1)
        if isinstance(what, Press):
            day.presses(what)
        elif what in day.listening.intents and not day.companion.speaking:
            day.hears(Heard(what, sure, "time out", -0.5))
    day.wait(HOME_AGAIN_SECONDS, step=5.0)
    assert day.state in HOME
    day.is_home()
    assert day.companion.finished
