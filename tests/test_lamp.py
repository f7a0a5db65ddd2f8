"""What the light shows: every state by its pattern, dim at night, and never a reason to stop a pause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from itertools import groupby, pairwise

import pytest

from assistant.devices.recorded_button import RecordedLight
from assistant.lamp import Lamp, is_night
from assistant.messages import Breath, LightState

BEAT = 0.03
NIGHT = (time(22), time(7))
NOON = datetime(2026, 11, 24, 12, 0)
MIDNIGHT = datetime(2026, 11, 25, 0, 0)


class Watch:
    second = 100.0

    def now(self) -> float:
        return self.second


class House:
    """A lamp, its light, and the time."""

    def __init__(
        self,
        *,
        local_time: Callable[[], datetime | None] = lambda: NOON,
        brightness: float = 1.0,
        night_brightness: float = 0.2,
    ) -> None:
        self.watch = Watch()
        self.light = RecordedLight(clock=self.watch)
        self.light.open()
        self.lamp = Lamp(
            light=self.light,
            brightness=brightness,
            night_brightness=night_brightness,
            night=NIGHT,
            local_time=local_time,
        )

    def levels(self, seconds: float) -> list[float]:
        """The brightest color at every heartbeat of so many seconds."""
        levels = []
        for _ in range(round(seconds / BEAT)):
            self.lamp.tick(self.watch.second)
            levels.append(max(self.light.color))
            self.watch.second += BEAT
        return levels

    def flashes(self, seconds: float) -> list[float]:
        """How long it was lit, each time it was."""
        return [
            round(sum(1 for _ in beats) * BEAT, 2) for lit, beats in groupby(self.levels(seconds), bool) if lit
        ]  # fmt: skip


def about(*seconds: float) -> list[object]:
    return [pytest.approx(second, abs=1.5 * BEAT) for second in seconds]


# --- the states -----------------------------------------------------------------------------------------------------


def test_it_is_dark_until_told_otherwise_and_says_so_once() -> None:
    house = House()
    assert not any(house.levels(10))
    assert len(house.light.shown) == 1


def test_listening_is_a_low_steady_glow_told_once() -> None:
    house = House()
    house.lamp.show(LightState.LISTENING)
    levels = house.levels(10)
    assert len(set(levels)) == 1
    assert 0.01 <= levels[0] < 0.15
    assert len(house.light.shown) == 1, "the light is told when something changes, not at every heartbeat"


def test_a_pause_breathes_slowly_and_is_never_dark() -> None:
    house = House()
    house.lamp.show(LightState.PAUSE)
    levels = house.levels(40)
    assert min(levels) > 0
    assert max(levels) > 5 * min(levels)
    assert max(abs(after - before) for before, after in pairwise(levels)) < 0.05, "softly"
    tops = [index for index in range(1, len(levels) - 1) if levels[index - 1] < levels[index] == max(levels)]
    assert len(tops) == 4
    assert all(before != after for (_, before), (_, after) in pairwise(house.light.shown)), "only changes are told"


def test_a_pause_breathes_with_the_tones() -> None:
    house = House()
    house.lamp.show(LightState.PAUSE)
    house.levels(3.3)
    house.lamp.breathe(Breath(in_seconds=2, top_up_seconds=1, hold_seconds=2, out_seconds=4, rest_seconds=3))
    levels = house.levels(12)
    at = [levels[min(round(second / BEAT), 399)] for second in (0.03, 1.97, 3, 4.9, 5.5, 9.1, 11.9)]
    assert at[0] == at[5] == at[6] == min(levels), "it rests at its lowest"
    assert at[2] == at[3] == max(levels), "it holds at its highest"
    assert at[0] < at[1] < at[2], "the second breath in goes further than the first"
    assert at[5] < at[4] <= at[3]
    assert house.levels(12) == pytest.approx(levels, abs=0.021)
    house.levels(2)
    house.lamp.heard()
    assert house.levels(10)[-50:] == pytest.approx(levels[-50:], abs=0.021), "a flash does not throw it out of step"
    house.lamp.show(LightState.ASKING)
    house.levels(5)
    house.lamp.show(LightState.PAUSE)
    assert house.levels(7)[-50:] == pytest.approx(levels[-50:], abs=0.021), "nor does another state"
    house.lamp.breathe(None)
    assert house.levels(10) == pytest.approx(house.levels(10), abs=0.021), "then in its own ten seconds again"


def test_asking_is_on_and_off_once_a_second() -> None:
    house = House()
    house.lamp.show(LightState.ASKING)
    assert house.flashes(3.99) == about(0.5, 0.5, 0.5, 0.5)


def test_deaf_is_two_blinks_every_two_seconds() -> None:
    house = House()
    house.lamp.show(LightState.DEAF)
    assert house.flashes(3.99) == about(0.15, 0.15, 0.15, 0.15)
    levels = [level > 0 for level in house.levels(2.01)]
    assert levels[: round(0.5 / BEAT)].count(True) >= 8
    assert not any(levels[round(0.55 / BEAT) : round(1.9 / BEAT)])


def test_muted_is_a_short_dim_blink_now_and_then_in_red() -> None:
    house = House()
    house.lamp.show(LightState.MUTED)
    assert house.flashes(11.9) == about(0.15, 0.15, 0.15)
    lit = [color for _, color in house.light.shown if any(color)]
    assert all(red > 0 == green == blue for red, green, blue in lit)
    assert max(red for red, _, _ in lit) < 0.2


@pytest.mark.parametrize("state", LightState)
def test_every_state_can_be_shown_and_no_two_look_alike(state: LightState) -> None:
    def look(shown: LightState) -> list[float]:
        house = House()
        house.lamp.show(shown)
        return house.levels(8)

    others = [look(other) for other in LightState if other is not state]
    assert look(state) not in others, "without its color either"


# --- what passes ----------------------------------------------------------------------------------------------------


def test_heard_is_two_quick_flashes_then_the_state_again() -> None:
    house = House()
    house.lamp.show(LightState.LISTENING)
    glow = house.levels(3)[-1]
    house.lamp.heard()
    house.lamp.heard()
    levels = house.levels(0.9)
    bright = [index for index, level in enumerate(levels) if level > 10 * glow]
    assert 6 <= len(bright) <= 9
    assert bright[0] * BEAT < 0.15, "at once"
    assert sum(after - before > 1 for before, after in pairwise(bright)) == 1, "two flashes, however often it is told"
    assert levels[-1] == glow


def test_the_minutes_are_blinked_long_ones_first_then_the_state_is_seen_from_its_beginning() -> None:
    house = House()
    house.lamp.show(LightState.ASKING)
    house.levels(0.7)
    house.lamp.blink(2, 3)
    assert house.flashes(0.5 + 2 * 1.4 + 3 * 0.6 + 0.6 + 1.95) == about(1.0, 1.0, 0.2, 0.2, 0.2, 0.5, 0.5)


def test_less_than_a_minute_is_a_spark() -> None:
    house = House()
    house.lamp.show(LightState.MUTED)
    house.levels(1)
    house.lamp.blink(0, 0)
    assert house.flashes(1.5) == about(0.06)


def test_another_state_waits_for_the_minutes_but_dark_is_dark_at_once() -> None:
    house = House()
    house.lamp.show(LightState.PAUSE)
    house.lamp.blink(1, 0)
    house.levels(0.6)
    house.lamp.show(LightState.LISTENING)
    assert house.levels(0.3)[-1] > 0.9
    house.lamp.show(LightState.OFF)
    assert not any(house.levels(3))
    house.lamp.heard()
    house.lamp.blink(1, 1)
    assert not any(house.levels(5)), "the silent way out shows nothing"


def test_an_impatient_finger_does_not_make_it_blink_for_ever() -> None:
    house = House()
    house.lamp.show(LightState.LISTENING)
    for _ in range(100):
        house.lamp.blink(1, 0)
    house.levels(3 * 2.5 + 0.1)
    assert len(set(house.levels(5))) == 1


# --- how bright -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "night", "expected"),
    [
        (time(21, 59), NIGHT, False), (time(22), NIGHT, True), (time(23, 59), NIGHT, True), (time(0), NIGHT, True),
        (time(6, 59, 59), NIGHT, True), (time(7), NIGHT, False), (time(12), NIGHT, False),
        (time(0, 59), (time(1), time(5)), False), (time(1), (time(1), time(5)), True),
        (time(4, 59), (time(1), time(5)), True), (time(5), (time(1), time(5)), False),
    ],
)  # fmt: skip
def test_night_may_go_past_midnight(moment: time, night: tuple[time, time], expected: bool) -> None:
    assert is_night(moment, night) is expected


def brightest(**house: object) -> float:
    built = House(**house)  # type: ignore[arg-type]
    built.lamp.show(LightState.ASKING)
    return max(built.levels(2))


def test_it_is_dim_at_night_and_when_nobody_knows_the_time() -> None:
    assert brightest() == 1.0
    assert brightest(brightness=0.5) == 0.5
    assert brightest(local_time=lambda: MIDNIGHT) == 0.2
    assert brightest(local_time=lambda: None) == 0.2
    assert brightest(local_time=lambda: datetime(1970, 1, 1, 12)) == 0.2, "a Pi without a battery"

    def broken() -> datetime:
        raise OSError

    assert brightest(local_time=broken) == 0.2


def test_it_becomes_dim_when_the_night_begins() -> None:
    here = [datetime(2026, 11, 24, 21, 59, 58)]
    house = House(local_time=lambda: here[0])
    house.lamp.show(LightState.ASKING)
    assert max(house.levels(6)) == 1.0
    here[0] = datetime(2026, 11, 24, 22)
    house.levels(6)
    assert max(house.levels(2)) == 0.2


def test_at_its_dimmest_a_pause_can_still_be_seen_and_none_at_all_is_dark() -> None:
    for brightness, lit in ((0.01, True), (0.0, False)):
        house = House(brightness=1.0, night_brightness=brightness, local_time=lambda: MIDNIGHT)
        house.lamp.show(LightState.PAUSE)
        assert all(level > 0 for level in house.levels(10)) is lit
        assert max(house.levels(10)) <= brightness


# --- what can go wrong ----------------------------------------------------------------------------------------------


def test_a_broken_light_stops_nothing_and_is_tried_again() -> None:
    house = House()
    house.lamp.show(LightState.PAUSE)
    house.levels(1)
    house.light.broken = True
    house.levels(8)
    house.light.broken = False
    told = len(house.light.shown)
    house.levels(5.1)
    assert len(house.light.shown) > told


def test_closing_lets_go_of_the_light_whatever_it_says() -> None:
    house = House()
    house.lamp.close()
    assert house.light.closed
    house.lamp.close()
    house.light.close = lambda: 1 / 0  # type: ignore[assignment]
    house.lamp.close()


def test_a_clock_that_jumps_ahead_is_no_trouble() -> None:
    house = House()
    house.lamp.show(LightState.DEAF)
    house.lamp.heard()
    house.lamp.blink(3, 3)
    house.levels(1)
    house.watch.second += 100_000
    assert house.flashes(5)
