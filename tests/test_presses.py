"""From touches to presses: what a finger means, also a shaking one, however seldom somebody asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.devices.recorded_button import RecordedContact
from assistant.messages import Press
from assistant.ports import Touch
from assistant.presses import ContactButton, PressReader

TOUCH, SHORT, DOUBLE, HOLD = Press.TOUCH, Press.SHORT, Press.DOUBLE, Press.HOLD
BEAT = 0.03


def touches(*seconds: float) -> list[Touch]:
    """Down, up, down, up … at these seconds."""
    return [Touch(down=index % 2 == 0, second=second) for index, second in enumerate(seconds)]


def told(moves: list[Touch], *, until: float, every: float = BEAT, window: float = 0.4) -> list[tuple[float, Press]]:
    """What comes out, and at which heartbeat, when somebody asks this often."""
    reader = PressReader(double_press_seconds=window)
    presses: list[tuple[float, Press]] = []
    to_come, beats = list(moves), 0
    while (now := beats * every) <= until:
        past = [touch for touch in to_come if touch.second <= now]
        del to_come[: len(past)]
        presses += [(now, press) for press in reader.read(past, now)]
        beats += 1
    return presses


def kinds(moves: list[Touch], *, until: float = 20.0, window: float = 0.4) -> list[Press]:
    return [press for _, press in told(moves, until=until, window=window)]


def test_a_touch_is_told_in_the_same_heartbeat_and_a_short_press_when_no_other_follows() -> None:
    (touched, first), (pressed, second) = told(touches(1.0, 1.2), until=5)
    assert (first, second) == (TOUCH, SHORT)
    assert 1.0 <= touched <= 1.0 + BEAT
    assert 1.6 <= pressed <= 1.6 + 2 * BEAT


def test_two_presses_are_a_double_one_and_so_are_more() -> None:
    assert kinds(touches(1.0, 1.1, 1.3, 1.4)) == [TOUCH, DOUBLE]
    assert kinds(touches(1.0, 1.1, 1.3, 1.4, 1.6, 1.7)) == [TOUCH, DOUBLE]
    assert kinds(touches(1.0, 1.1, 1.3, 1.4, 1.6, 1.7, 1.9, 2.0, 2.2, 2.3)) == [TOUCH, DOUBLE]


def test_two_presses_far_apart_are_two_short_ones_and_how_far_can_be_set() -> None:
    assert kinds(touches(1.0, 1.1, 1.6, 1.7)) == [TOUCH, SHORT, TOUCH, SHORT]
    assert kinds(touches(1.0, 1.1, 1.6, 1.7), window=0.8) == [TOUCH, DOUBLE]


def test_a_hold_is_told_once_while_the_finger_is_still_there() -> None:
    (_, first), (held, second) = told(touches(1.0, 9.0), until=12)
    assert (first, second) == (TOUCH, HOLD)
    assert 4.0 <= held <= 4.0 + 2 * BEAT


def test_after_a_hold_the_button_is_as_before() -> None:
    assert kinds(touches(1.0, 4.5, 5.0, 5.1)) == [TOUCH, HOLD, TOUCH, SHORT]


@pytest.mark.parametrize("seconds", [1.0, 2.0, 2.9])
def test_what_is_let_go_before_three_seconds_is_short(seconds: float) -> None:
    assert kinds(touches(1.0, 1.0 + seconds)) == [TOUCH, SHORT]


def test_whatever_is_held_is_a_hold_also_after_other_presses() -> None:
    assert kinds(touches(1.0, 1.1, 1.2, 1.3, 1.4, 5.0)) == [TOUCH, HOLD]


def test_a_bouncing_contact_is_one_press() -> None:
    assert kinds(touches(1.0, 1.002, 1.004, 1.01, 1.03, 1.2, 1.21, 1.215, 1.24, 1.26)) == [TOUCH, SHORT]


def test_a_slip_of_the_finger_does_not_break_a_hold() -> None:
    assert kinds(touches(1.0, 1.7, 1.77, 2.5, 2.57, 3.97, 4.02, 5.0)) == [TOUCH, HOLD]
    assert kinds(touches(1.0, 2.5, 2.6, 4.5)) == [TOUCH, DOUBLE], "longer than a slip: two presses, neither held"


def test_a_hold_that_slips_in_the_very_moment_comes_when_the_finger_is_back() -> None:
    (_, _), (held, press) = told(touches(1.0, 3.98, 4.05, 6.0), until=9)
    assert press is HOLD
    assert 4.05 <= held <= 4.05 + 2 * BEAT


def test_a_spark_in_the_wire_is_no_finger() -> None:
    assert kinds(touches(1.001, 1.002)) == []
    assert kinds(touches(1.0, 1.2, 1.301, 1.302)) == [TOUCH, SHORT], "and does not make a press a double one"


def test_a_spark_that_was_taken_for_a_touch_is_forgotten() -> None:
    reader = PressReader()
    assert reader.read([Touch(down=True, second=1.0)], 1.001) == [TOUCH]
    assert reader.read([Touch(down=False, second=1.002)], 2.0) == []
    assert reader.read(touches(3.0, 3.2), 3.3) == [TOUCH]
    assert reader.read([], 4.0) == [SHORT]


def test_a_stuck_button_is_one_hold_and_its_trembling_is_ignored_until_it_has_been_let_go() -> None:
    trembling = [second for beat in range(8) for second in (70.0 + 4 * beat, 70.5 + 4 * beat)]
    assert kinds(touches(1.0, *trembling, 102.0), until=110) == [TOUCH, HOLD]
    assert kinds(touches(1.0, *trembling, 102.0, 104.0, 104.2), until=110) == [TOUCH, HOLD, TOUCH, SHORT]


def test_it_knows_when_the_button_is_stuck() -> None:
    reader = PressReader()
    stuck: list[bool] = []
    for moves, now in ((touches(1.0), 60.0), ([], 61.0), ([Touch(down=False, second=62.0)], 64.0)):
        reader.read(moves, now)
        stuck.append(reader.stuck)
    assert stuck == [False, True, False]


def test_a_button_that_is_down_from_the_start_counts_when_it_has_been_let_go() -> None:
    let_go = Touch(down=False, second=9.0)
    assert kinds([let_go, *touches(10.0, 10.2)]) == [TOUCH, SHORT]


def test_the_same_news_twice_and_news_that_come_late_do_no_harm() -> None:
    reader = PressReader()
    assert reader.read([], 5.0) == []
    down, up = Touch(down=True, second=4.98), Touch(down=False, second=5.2)
    assert reader.read([down, down], 5.03) == [TOUCH]
    assert reader.read([up, up], 5.21) == []
    assert reader.read([], 5.7) == [SHORT]
    assert reader.read([Touch(down=True, second=4.0)], 6.0) == [TOUCH]
    assert reader.read([], 8.6) == [], "what comes late counts from when it came"
    assert reader.read([], 9.0) == [HOLD]


# --- whatever the finger and the heartbeat do -----------------------------------------------------------------------

GAPS = st.floats(0.0005, 4.5)
MOVES = st.lists(GAPS, min_size=2, max_size=24)


@given(MOVES, st.lists(st.floats(0.001, 2.0), min_size=1, max_size=8))
def test_every_row_of_presses_gives_one_touch_and_one_answer_whenever_somebody_asks(
    gaps: list[float], rhythm: list[float]
) -> None:
    """``gaps``: seconds between one move of the contact and the next. ``rhythm``: seconds from one look to the next."""
    second, moves = 0.0, list[Touch]()
    for index, gap in enumerate(gaps):
        second += gap
        moves.append(Touch(down=index % 2 == 0, second=second))
    if len(moves) % 2:
        moves.append(Touch(down=False, second=second + 1.0))
    end = moves[-1].second + 6.0

    seldom = PressReader().read(moves, end)
    assert [press is TOUCH for press in seldom] == [index % 2 == 0 for index in range(len(seldom))]

    reader, often, now, look = PressReader(), list[Press](), 0.0, 0
    while now < end:
        now = min(now + rhythm[look % len(rhythm)], end)
        look += 1
        often += reader.read([touch for touch in moves if touch.second <= now], now)
        moves = [touch for touch in moves if touch.second > now]
    answers = [press for press in often if press is not TOUCH]
    assert answers == [press for press in seldom if press is not TOUCH], "when somebody asks makes no difference"


@given(st.lists(st.tuples(st.booleans(), st.floats(-5, 100)), max_size=40), st.lists(st.floats(-5, 200), max_size=10))
def test_nothing_makes_it_fail(moves: list[tuple[bool, float]], looks: list[float]) -> None:
    reader = PressReader()
    for look in looks:
        reader.read([Touch(down=down, second=second) for down, second in moves], look)
    assert reader.read([Touch(down=False, second=300.0)], 310.0) is not None
    assert reader.read(touches(320.0, 320.2), 330.0) == [TOUCH, SHORT], "and it works afterward"


class Watch:
    second = 0.0

    def now(self) -> float:
        return self.second


def test_a_contact_becomes_a_button() -> None:
    watch = Watch()
    presses = [(1.0, SHORT), (3.0, DOUBLE), (5.0, HOLD)]
    button = ContactButton(RecordedContact(clock=watch, presses=presses), clock=watch, double_press_seconds=0.3)
    button.open()
    heard: list[tuple[Press, float]] = []
    while watch.second < 12:
        heard += [(press, watch.second) for press in button.poll()]
        watch.second += BEAT
    assert [press for press, _ in heard] == [TOUCH, SHORT, TOUCH, DOUBLE, TOUCH, HOLD]
    moments = [1.0, 1.15 + 0.3, 3.0, 3.39 + 0.3, 5.0, 8.0]
    assert [second for _, second in heard] == [pytest.approx(moment + BEAT / 2, abs=BEAT) for moment in moments]
    button.close()


def test_what_is_pressed_while_a_recorded_button_is_closed_is_gone() -> None:
    watch = Watch()
    contact = RecordedContact(clock=watch, touches=touches(1.0, 1.2))
    watch.second = 2.0
    assert contact.poll() == []
    contact.open()
    assert contact.poll() == []
    contact.press(SHORT)
    watch.second = 3.0
    assert [touch.down for touch in contact.poll()] == [True, False]
