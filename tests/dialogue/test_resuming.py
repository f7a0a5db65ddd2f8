"""A pause goes on after a power cut: in every state, from what is left of it, and like any other from then on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import pytest

from assistant.dialogue.flow import CALM, HOME, State
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.dialogue.turns import listened_for
from assistant.messages import (
    Blink,
    Chime,
    Command,
    Countdown,
    Cue,
    Hush,
    Intent,
    Light,
    LightState,
    Listen,
    Press,
    Silence,
    Speak,
    StartTones,
    Volume,
)
from assistant.records import Ending, PauseOver, PauseUnderWay
from dialogue.couples import SCRIPT, Couple, in_state, lines, prepared, seconds_of, session, state_of, unbegun
from dialogue.evening import HOME_AGAIN_SECONDS, Witness

BACK_AT = 50_000.0  # another clock, as after a start of the machine
ON = (State.OPENING, State.SEPARATING, State.BODY, State.MIND, State.RETURN_CUE, State.EXTENDED)
TALK = (State.OFFERING, State.GUIDED, State.RECONVENED, State.ASK_SETTLED)
T = TypeVar("T")
NOTHING_TO_SAVE = (*HOME, *CALM, State.ASKING)


def saved(couple: Couple) -> PauseSnapshot:
    snapshot = couple.session.snapshot()
    assert snapshot is not None
    return snapshot


def resumed(before: Couple | PauseSnapshot) -> Couple:
    """The couple after a power cut. What was done on the way is in ``done``."""
    snapshot = saved(before) if isinstance(before, Couple) else before
    return Couple(resumed=snapshot, begin_at=BACK_AT)


def done(couple: Couple, kind: type[T]) -> list[T]:
    return [command for _, command in couple.done if isinstance(command, kind)]


def said(couple: Couple) -> list[str]:
    return lines([command for _, command in couple.done])


def moments(what: Sequence[tuple[float, Command]], since: float) -> list[tuple[str, float]]:
    """Which line was said, and when the tones ended, with its second."""
    names = [(command.line if isinstance(command, Speak) else type(command).__name__, at) for at, command in what]
    return [(name, at - since) for name, at in names if name == "StopTones" or name.islower()]


@pytest.mark.parametrize("state", NOTHING_TO_SAVE)
def test_where_there_is_no_pause_there_is_nothing_to_save(state: State) -> None:
    assert in_state(state).session.snapshot() is None


@pytest.mark.parametrize("state", ON)
def test_in_the_agreed_time_it_says_so_and_keeps_what_is_left(state: State) -> None:
    before = in_state(state)
    before.wait(10.0)
    left = saved(before).left_seconds
    after = resumed(before)
    assert after.state is before.state
    words = SCRIPT.left_in_words(left)
    assert done(after, Speak) == [Speak("back_in_time", ("I am back.", f"{words[0].upper()}{words[1:]} left."))]
    assert [round(kept.until or 0.0, 3) for kept in done(after, Countdown)] == [round(BACK_AT + left, 3)]
    assert done(after, Light)[-1] == Light(LightState.PAUSE)
    assert done(after, Listen)[-1] == Listen(listened_for(state, end_asked=False))
    assert len(done(after, Blink)) == 1
    after.until(State.CALLED_BACK)
    assert after.now == pytest.approx(BACK_AT + left, abs=0.6)


@pytest.mark.parametrize("seconds", [3.0, 30.0, 90.0, 130.0, 200.0, 290.0, 400.0, 485.0, 580.0, 598.0])
def test_what_comes_afterwards_comes_when_it_would_have_come(seconds: float) -> None:
    whole = in_state(State.OPENING)
    whole.wait(seconds, step=0.1)
    after = resumed(whole)
    cut, before = whole.now, len(whole.done)
    whole.until(State.ASK_FIRST)
    after.until(State.ASK_FIRST)
    then, now = moments(whole.done[before:], cut), moments(after.done, BACK_AT)
    # While it says that it is back, another line waits; and the tones begin anew, with their first breaths.
    for what, at in then:
        if what not in ("breathe_in", "breathe_out") and at > 6.0:
            assert any(what == other and abs(at - when) < 0.6 for other, when in now), what
    assert not {line for line in said(after) if line in ("opening", "separating") and seconds > 25}


@pytest.mark.parametrize("seconds", [120.0, 250.0])
def test_tones_that_sounded_sound_again(seconds: float) -> None:
    before = in_state(State.OPENING)
    before.wait(seconds, step=0.5)
    assert len(done(resumed(before), StartTones)) == 1


@pytest.mark.parametrize("wish", [Intent.STOP_TONES, Intent.NO_BREATH, Intent.ANOTHER_WAY, Intent.QUIET, Intent.HELP])
def test_tones_that_somebody_did_not_want_stay_away(wish: Intent) -> None:
    before = in_state(State.OPENING)
    before.wait(90.0)
    before.says(wish)
    before.wait(40.0)
    after = resumed(before)
    after.until(State.CALLED_BACK)
    assert not done(after, StartTones)


def test_in_quiet_mode_a_note_and_the_light_say_it() -> None:
    before = in_state(State.MIND)
    before.says(Intent.QUIET)
    after = resumed(before)
    assert (done(after, Speak), done(after, Chime)) == ([], [Chime(Cue.START)])
    assert done(after, Blink) == [Blink(0, 5)]
    after.until(State.ASK_FIRST)
    assert done(after, Speak) == []
    assert Chime(Cue.RETURN) in done(after, Chime)


def test_who_asked_for_it_softer_has_it_softer() -> None:
    before = in_state(State.BODY)
    before.says(Intent.SOFTER)
    assert done(resumed(before), Volume) == done(before, Volume)


@pytest.mark.parametrize("state", [State.CALLED_BACK, State.ASK_FIRST, State.ASK_SECOND])
def test_in_the_ready_check_both_are_asked_from_the_first(state: State) -> None:
    before = in_state(state)
    after = resumed(before)
    assert said(after) == ["back"]
    assert after.state is State.CALLED_BACK
    after.until(State.ASK_FIRST)
    after.until_silent()
    assert after.now - BACK_AT < 30
    after.says(Intent.READY)
    after.until_silent()
    after.says(Intent.READY)
    assert state_of(after.session) is State.OFFERING
    assert said(after) == ["back", "ask_first", "ask_second", "both_ready"]


def test_an_answer_given_before_is_not_kept() -> None:
    before = in_state(State.ASK_FIRST)
    before.until_silent()
    before.says(Intent.NOT_YET)
    after = resumed(before)
    after.until(State.ASK_FIRST)
    after.says(Intent.READY)
    after.says(Intent.READY)
    assert after.state is State.OFFERING


def test_who_is_waited_for_is_waited_for_as_long_as_before() -> None:
    before = in_state(State.WAITING)
    left = saved(before).part_seconds
    after = resumed(before)
    assert (after.state, said(after)) == (State.WAITING, ["back"])
    after.until(State.LISTENING)
    assert after.now == pytest.approx(BACK_AT + left, abs=0.6)
    assert said(after) == ["back", "still_open", "say_we_are_back"]
    assert done(after, PauseOver) == [PauseOver(10, 0, Ending.NOBODY_CAME)]


def test_the_second_reminder_does_not_come_twice() -> None:
    before = in_state(State.WAITING)
    before.wait(400.0, step=1.0)
    after = resumed(before)
    after.until(State.LISTENING)
    assert said(after) == ["back"]


@pytest.mark.parametrize(("state", "question"), [(State.CHOOSING, "choose"), (State.SETTING_TIME, "choose_time")])
def test_a_choice_is_asked_for_again(state: State, question: str) -> None:
    before = in_state(state)
    after = resumed(before)
    after.until_silent()
    after.wait(8.0)
    assert said(after) == ["back", question]
    assert after.state is state
    assert -60.0 < saved(after).left_seconds - saved(before).left_seconds <= 0.0


@pytest.mark.parametrize("state", TALK)
def test_in_the_talk_they_are_listened_to_and_not_interrupted(state: State) -> None:
    before = in_state(state)
    before.wait(5.0)
    left = saved(before).part_seconds or SCRIPT.timing.talk_seconds
    after = resumed(before)
    assert after.state is State.RECONVENED
    assert saved(after).left_seconds == pytest.approx(saved(before).left_seconds)
    if state is State.RECONVENED:
        assert (said(after), done(after, Chime)) == ([], [Chime(Cue.LISTEN)])
    else:
        assert said(after) == ["back_to_the_talk"]
    after.until(State.LISTENING)
    assert after.now == pytest.approx(BACK_AT + left, abs=0.6)
    settled = resumed(before)
    settled.says(Intent.SETTLED)
    settled.until(State.LISTENING)
    assert done(settled, PauseOver) == [PauseOver(10, 0, Ending.SETTLED)]


def test_a_question_that_was_half_heard_is_forgotten() -> None:
    before = in_state(State.RECONVENED)
    before.wait(100.0)
    left = saved(before).part_seconds
    before.says(Intent.PAUSE, sure=False)
    assert before.state is State.ASKING
    after = resumed(before)
    assert after.state is State.RECONVENED
    assert saved(after).part_seconds == pytest.approx(left)


def test_last_words_are_not_said_again_and_the_pause_is_counted_once() -> None:
    before = in_state(State.CLOSE_OUT)
    after = resumed(before)
    assert (after.state, said(after)) == (State.LISTENING, [])
    assert done(after, PauseOver) == [PauseOver(10, 0, Ending.SETTLED)]
    assert after.session.snapshot() is None


@pytest.mark.parametrize(
    ("state", "ending"), [(State.BODY, Ending.LEFT_OPEN), (State.WAITING, Ending.NOBODY_CAME)], ids=str
)
def test_one_that_is_not_taken_up_is_only_counted(state: State, ending: Ending) -> None:
    after = resumed(saved(in_state(state)).as_over())
    assert (after.state, said(after)) == (State.LISTENING, [])
    assert done(after, PauseOver) == [PauseOver(10, 0, ending)]


# --- like any other pause -------------------------------------------------------------------------------------------


def test_it_can_be_taken_back_while_it_could_have_been() -> None:
    before = in_state(State.OPENING)
    before.wait(5.0)
    after = resumed(before)
    after.says(Intent.UNDO)
    assert after.state is State.LISTENING
    assert not done(after, PauseOver)
    assert not done(after, PauseUnderWay)


def test_once_it_cannot_it_is_stamped_as_under_way_and_only_once() -> None:
    for state in (State.OPENING, State.SEPARATING, State.MIND, State.WAITING, State.RECONVENED):
        after = resumed(in_state(state))
        after.wait(60.0)
        assert len(done(after, PauseUnderWay)) == 1, state


def test_it_can_be_made_longer_no_more_often_than_before() -> None:
    before = in_state(State.MIND)
    before.says(Intent.MORE_TIME)
    before.wait(200.0, step=0.5)
    after = resumed(before)
    assert after.state is State.EXTENDED
    after.wait(10.0)
    after.says(Intent.MORE_TIME)
    assert saved(after).extensions == 2
    after.wait(100.0, step=0.5)
    after.says(Intent.MORE_TIME)
    after.wait(0.1)
    assert said(after)[-1] == "no_more_time"
    after.until(State.LISTENING, at_most=10_000.0)
    assert done(after, PauseOver) == [PauseOver(10, 2, Ending.NOBODY_CAME)]


def test_it_can_be_ended() -> None:
    after = resumed(in_state(State.BODY))
    after.wait(6.0)
    after.says(Intent.END)
    after.until_silent()
    after.says(Intent.YES)
    after.until(State.LISTENING)
    assert done(after, PauseOver) == [PauseOver(10, 0, Ending.ENDED_EARLY)]


@pytest.mark.parametrize("state", [*ON, State.WAITING, *TALK])
def test_it_can_be_left_silently(state: State) -> None:
    after = resumed(in_state(state))
    after.wait(1.0)
    commands = after.presses(Press.HOLD)
    assert Silence() in commands
    assert after.session.snapshot() is None
    after.wait(4000.0, step=2.0)
    assert not done(after, PauseOver)


def test_the_order_of_the_names_goes_on_alternating() -> None:
    before = in_state(State.MIND)
    couple = resumed(replace(saved(before), first=1))
    couple.says(Intent.END)
    couple.says(Intent.END)
    couple.until(State.LISTENING)
    couple.says(Intent.PAUSE)
    assert saved(couple).first == 0


def test_a_microphone_that_was_off_stays_off() -> None:
    muted = in_state(State.MUTED)
    muted.presses(Press.SHORT)
    muted.wait(100.0)
    after = resumed(muted)
    assert done(after, Listen)[-1] == Listen(frozenset())
    assert after.session.muted
    after.until(State.MUTED, at_most=10_000.0)


def test_the_third_pause_of_an_evening_is_still_the_third() -> None:
    before = replace(saved(in_state(State.ASK_FIRST)), pauses=3)
    after = resumed(before)
    after.until(State.ASK_FIRST)
    after.says(Intent.READY)
    after.says(Intent.READY)
    after.wait(20.0)
    assert "third_today" in said(after)


def test_no_more_is_said_than_there_was_left_to_say() -> None:
    before = in_state(State.BODY)
    left = saved(before).talk_seconds
    after = resumed(before)
    for _ in range(60):
        after.says(Intent.KIND_WORDS)
        after.wait(9.0, step=0.5)
    spoken = sum(seconds_of(command.sentences) for command in done(after, Speak)[1:])
    assert 0 < spoken <= left


def test_say_that_again_says_how_long_is_left_now() -> None:
    after = resumed(in_state(State.MIND))
    after.until_silent()
    after.says(Intent.REPEAT)
    after.wait(0.1)
    assert said(after)[-1] == "time_left"


def test_it_can_be_cut_off_again_and_again() -> None:
    couple = in_state(State.SEPARATING)
    begun = saved(couple)
    for number in range(1, 30):
        couple = resumed(couple)
        assert saved(couple).restarts == number
        couple.wait(10.0)
    assert saved(couple).left_seconds == pytest.approx(begun.left_seconds - 290, abs=1)
    couple.until(State.LISTENING, at_most=10_000.0)
    couple.says(Intent.PAUSE)
    assert saved(couple).restarts == 0


def test_a_script_that_has_changed_meanwhile_does_no_harm() -> None:
    """Whatever state was saved, it goes on where the plan is at that second."""
    odd = replace(saved(in_state(State.MIND)), state=State.SEPARATING)
    couple = resumed(odd)
    assert couple.state is State.MIND
    couple.until(State.LISTENING, at_most=10_000.0)
    longer = resumed(replace(saved(in_state(State.BODY)), plan_seconds=1234.5, left_seconds=1200.0, extensions=1))
    assert longer.state is State.EXTENDED
    longer.until(State.LISTENING, at_most=10_000.0)


def test_what_is_being_said_is_cut_off_by_nobody() -> None:
    after = resumed(in_state(State.SEPARATING))
    after.wait(30.0)
    assert not done(after, Hush)


# --- whatever happens -----------------------------------------------------------------------------------------------


class Unlucky:
    """An evening in which the power goes again and again. How much is said is watched elsewhere."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._witness = Witness(step=0.5, prepared=prepared())
        self._couple = session()
        self._now = 0.0

    def live(self, happenings: int) -> int:
        """Returns how often a pause was cut off. Raises what `Witness` raises."""
        cuts = 0
        for _ in range(happenings):
            self._wait(self._chance.choice([self._chance.uniform(0.5, 12), self._chance.uniform(5, 400)]))
            if self._chance.random() < 0.3:
                cuts += self._cut_off()
            elif self._chance.random() < 0.2:
                self._take(self._couple.press(self._chance.choice(list(Press)), self._now))
            else:
                intent = self._chance.choice([*Intent, *[Intent.PAUSE] * 12])
                if intent in self._witness.listening and self._now >= self._witness.speaking_until:
                    self._take(self._couple.handle(intent, self._now, sure=self._chance.random() < 0.9))
        self._wait(HOME_AGAIN_SECONDS, step=5.0)
        assert self._couple.state in HOME
        return cuts

    def _cut_off(self) -> bool:
        pause = self._couple.snapshot()
        if pause is None:
            return False
        self._couple = unbegun(resumed=pause, agreement={})
        self._now += self._chance.uniform(10, 1000)
        self._witness = Witness(step=0.5, prepared=prepared())
        self._take(self._couple.begin(self._now))
        return True

    def _wait(self, seconds: float, step: float = 0.5) -> None:
        self._witness.step, end = step, self._now + seconds
        while self._now < end:
            self._now += step
            self._take(self._couple.tick(self._now))

    def _take(self, commands: list[Command]) -> None:
        self._witness.quiet = self._couple.quiet
        self._witness.most = float("inf")
        self._witness.take([each for each in commands if not isinstance(each, Countdown)], self._now)
        if commands and any(isinstance(each, Listen | Light) for each in commands):
            self._witness.agrees_with(self._couple)


def test_an_evening_of_anything_with_power_cuts() -> None:
    assert sum(Unlucky(seed).live(25) for seed in range(25)) > 60
