"""The calm screen: what is to be seen at which moment, in a terminal of any size, and what is never to be seen."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.dialogue.flow import State
from assistant.messages import (
    Blink,
    Breath,
    Chime,
    Countdown,
    Cue,
    Hush,
    Intent,
    Light,
    LightState,
    Silence,
    SoftenTones,
    Speak,
    StartTones,
    StopTones,
)
from assistant.screen.circle import fullness
from assistant.screen.display import Screen, time_left
from screen.screens import (
    BREATH,
    CALLED,
    PAUSE,
    SIZES,
    Events,
    in_pause,
    on_terminal,
    picture_of,
    screen,
    shows_large,
    terminal,
    words_of,
)

SIGH = Breath(in_seconds=2.0, top_up_seconds=1.0, hold_seconds=1.0, out_seconds=6.0, rest_seconds=2.0)


def circle_area(shown: Screen, now: float) -> int:
    return int((shown.picture(now).shade > 0).sum())


# --- the circle -------------------------------------------------------------------------------------------------------


def test_the_circle_grows_with_the_breath_and_shrinks_with_it() -> None:
    shown = in_pause((10.0, StartTones(BREATH)))
    empty, half, full, out = (circle_area(shown, 30.0 + at) for at in (0.0, 2.0, 4.0, 7.0))
    assert 0 < empty < half < full
    assert full > out > empty
    assert circle_area(shown, 40.0) == empty, "and over again"


@pytest.mark.parametrize(
    ("breath", "seconds", "full"),
    [
        (BREATH, 0.0, 0.0),
        (BREATH, 4.0, 1.0),
        (BREATH, 10.0, 0.0),
        (BREATH, 14.0, 1.0),
        (SIGH, 2.0, 0.85),  # a first in-breath
        (SIGH, 3.0, 1.0),  # a little more
        (SIGH, 3.9, 1.0),  # held
        (SIGH, 7.0, 0.5),
        (SIGH, 10.5, 0.0),  # resting
        (SIGH, 12.0, 0.0),
    ],
)
def test_it_follows_every_part_of_a_breath(breath: Breath, seconds: float, full: float) -> None:
    assert fullness(breath, seconds) == pytest.approx(full, abs=1e-6)


def test_it_comes_pales_and_goes_as_slowly_as_the_tones() -> None:
    shown = in_pause((10.0, StartTones(BREATH)))

    def strength(now: float) -> float:
        circle = shown.scene(now).circle
        return circle.strength if circle else 0.0

    assert [strength(now) for now in (10.0, 11.5, 13.0, 59.0)] == pytest.approx([0.0, 0.5, 1.0, 1.0])
    shown(60.0, SoftenTones())
    soft = strength(64.0)
    assert 0.3 < soft < 0.7
    assert strength(62.0) == pytest.approx((1.0 + soft) / 2)
    shown(80.0, StopTones())
    assert strength(81.0) == pytest.approx(soft / 2)
    assert shown.scene(82.0).circle is None
    assert circle_area(shown, 82.0) == 0


# --- the time ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "written"), [(600.0, "10:00"), (599.2, "10:00"), (599.0, "9:59"), (0.5, "0:01"), (0.0, "0:00")]
)
def test_the_time_is_over_when_it_says_so(seconds: float, written: str) -> None:
    assert time_left(seconds) == written


@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_the_time_that_is_left_is_large(columns: int, rows: int) -> None:
    shown = in_pause(on=terminal(columns=columns, rows=rows))
    assert shows_large(shown.picture(18.0), "9:42")
    assert not shows_large(shown.picture(19.5), "9:42")


def test_there_is_no_clock_outside_a_pause_and_none_when_the_time_is_over() -> None:
    assert screen([(0.0, State.LISTENING), (0.0, Countdown(600.0))]).scene(5.0).time is None
    shown = in_pause()
    assert shown.scene(600.5).time == "0:00"
    assert shown.scene(602.0).time is None
    shown(603.0, Countdown(1200.0))
    assert shown.scene(603.0).time == "9:57"
    shown(604.0, Countdown(None))
    assert shown.scene(604.0).time is None


def test_who_asks_for_the_time_sees_it_more_clearly_for_a_while() -> None:
    shown = in_pause((100.0, Blink(long=0, short=9)))
    bright, dim = (int(shown.picture(now).ink.max()) for now in (101.0, 110.0))
    assert bright > dim > 0


# --- the line ---------------------------------------------------------------------------------------------------------


def test_sentences_come_one_after_the_other_and_the_last_one_fades() -> None:
    shown = in_pause((10.0, CALLED))

    clear, fading = (int(in_pause((10.0, CALLED)).picture(now).ink.max()) for now in (18.4, 19.5))
    assert clear > fading > 0
    seen = [shown.scene(now).line for now in (10.0, 12.4, 12.5, 14.5, 18.4, 19.5, 20.5)]
    assert [line and line.number for line in seen] == [0, 0, 1, 1, 1, 1, None]
    assert [line.clear for line in seen if line] == pytest.approx([1, 1, 1, 1, 1, 0.5])


def test_a_line_that_has_to_wait_is_shown_when_it_is_spoken() -> None:
    shown = in_pause((10.0, CALLED), (11.0, Speak("next", ("I will keep the time.",))))
    spoken = [shown.scene(now).line for now in (11.1, 14.4, 14.6)]
    assert [each and each.line[0][:6] for each in spoken] == ["A paus", "A paus", "I will"]


def test_a_line_that_is_cut_off_goes_at_once() -> None:
    shown = in_pause((10.0, CALLED), (10.5, Hush()))
    assert shown.scene(10.5).line is None
    shown(11.0, Speak("next", ("I will keep the time.",)))
    assert shown.scene(11.0).line is not None, "and the next one need not wait for it"


@pytest.mark.parametrize(("columns", "rows"), SIZES[1:])
def test_a_line_is_in_large_letters(columns: int, rows: int) -> None:
    canvas = in_pause((10.0, CALLED), on=terminal(columns=columns, rows=rows)).picture(10.0)
    assert all(shows_large(canvas, word) for word in ("pause", "called."))


def test_in_a_small_terminal_the_time_makes_room_for_the_line() -> None:
    shown = in_pause(on=terminal(columns=40, rows=12))
    assert shows_large(shown.picture(9.0), "9:51")
    shown(10.0, CALLED)
    assert shows_large(shown.picture(10.0), "pause")
    assert not shows_large(shown.picture(10.0), "9:50")
    assert shows_large(shown.picture(25.0), "9:35")


def test_a_very_small_terminal_has_the_line_in_its_own_letters() -> None:
    canvas = in_pause((10.0, CALLED), on=terminal(columns=32, rows=7)).picture(10.0)
    assert "A pause has been called." in words_of(canvas)


# --- the small word, the notes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", LightState)
def test_a_small_word_says_how_things_are(state: LightState) -> None:
    words = words_of(screen([(0.0, State.LISTENING), (0.0, Light(state))]).picture(1.0))
    assert bool(words) is (state is not LightState.OFF)
    others = {words_of(screen([(0.0, State.LISTENING), (0.0, Light(each))]).picture(1.0)) for each in LightState}
    assert len(others) == len(LightState)


def test_who_is_not_heard_can_read_why() -> None:
    muted = screen([(0.0, State.LISTENING), (0.0, Light(LightState.MUTED))])
    assert all(shows_large(muted.picture(500.0), word) for word in ("The", "off."))
    deaf = in_pause((10.0, Light(LightState.DEAF)))
    assert shows_large(deaf.picture(12.0), "cannot")
    assert not shows_large(deaf.picture(30.0), "cannot"), "in a pause it does not stay in the way"
    deaf(31.0, CALLED)
    assert shows_large(deaf.picture(31.0), "pause")


@pytest.mark.parametrize("cue", Cue)
def test_a_chime_leaves_a_small_mark_for_a_moment(cue: Cue) -> None:
    before, after = in_pause(), in_pause((10.0, Chime(cue)))
    marked = not np.array_equal(before.picture(10.5).ink, after.picture(10.5).ink)
    assert marked is (cue is not Cue.DEAF)
    assert np.array_equal(before.picture(13.5).ink, after.picture(13.5).ink)


def test_three_notes_are_three_marks() -> None:
    ink = {cue: int(in_pause((10.0, Chime(cue))).picture(10.1).ink.sum()) for cue in (Cue.START, Cue.HALF, Cue.RETURN)}
    none = int(in_pause().picture(10.1).ink.sum())
    assert ink[Cue.RETURN] - none == 3 * (ink[Cue.START] - none)
    assert ink[Cue.HALF] - none == 2 * (ink[Cue.START] - none)


def test_the_keys_are_shown_only_when_there_are_keys() -> None:
    for columns, rows in SIZES:
        where = terminal(columns=columns, rows=rows)
        asked: Events = [(0.0, Light(LightState.ASKING))]
        assert "space: press d: twice h: hold" in words_of(screen(asked, on=where, keys=True).picture(0.0))
        assert "space" not in words_of(screen(asked, on=where).picture(0.0))


# --- what is never to be seen -----------------------------------------------------------------------------------------


def test_what_was_said_in_the_room_changes_nothing() -> None:
    heard: Events = [(3.0 + number * 0.1, intent) for number, intent in enumerate(Intent)]
    assert on_terminal(sorted([*PAUSE, *heard], key=lambda event: event[0])) == on_terminal(PAUSE)


def test_the_silent_way_out_leaves_nothing() -> None:
    shown = in_pause(*PAUSE, (5.0, Blink(long=1, short=0)), (5.0, Light(LightState.ASKING)), (6.0, Silence()))
    fresh = screen([(0.0, State.LISTENING), (0.0, Light(LightState.LISTENING))])
    assert shown.scene(6.0) == fresh.scene(6.0)
    shown(7.0, State.OPENING)
    assert shown.scene(7.0).time is None, "nor does anything come back"
    left = picture_of(on_terminal([*PAUSE, (6.0, Silence()), (6.0, State.LISTENING)], seconds=7.0))
    assert "".join("".join(text for text, _ in row) for row in left).split() == ["listening"]


@pytest.mark.parametrize("state", [LightState.DEAF, LightState.MUTED])
def test_a_silent_exit_does_not_make_it_look_as_if_it_could_hear(state: LightState) -> None:
    shown = in_pause((5.0, Light(state)), (6.0, Silence()))
    assert shown.scene(7.0).word == screen([(0.0, Light(state))]).scene(7.0).word
