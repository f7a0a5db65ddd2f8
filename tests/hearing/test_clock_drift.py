from __future__ import annotations

import numpy as np
import pytest

from assistant.hearing.clock_drift import ClockDrift
from assistant.sound import HEARING_RATE_HZ

SECOND = HEARING_RATE_HZ


def followed(drift: ClockDrift, millionths: float, seconds: range, offset: float = -900.0) -> None:
    rng = np.random.default_rng(1)
    for second in seconds:
        drift.add(second * SECOND, offset + millionths * 1e-6 * second * SECOND + rng.uniform(-1, 1))


@pytest.mark.parametrize("millionths", [0.0, 20.0, -100.0, 300.0])
def test_the_drift_is_learned_in_half_a_minute(millionths: float) -> None:
    drift = ClockDrift()
    followed(drift, millionths, range(30))
    assert 1e6 * drift.slope == pytest.approx(millionths, abs=5)
    later = 45 * SECOND
    assert drift.at(later) == pytest.approx(-900 + millionths * 1e-6 * later, abs=6)


def test_the_first_measurement_counts_at_once_and_says_so() -> None:
    drift = ClockDrift()
    assert not ClockDrift().known
    assert drift.add(0, 500.0)
    assert drift.known
    assert drift.at(10 * SECOND) == 500
    assert not drift.add(SECOND, 501.0)


def test_one_wrong_measurement_changes_nothing_and_two_that_agree_are_a_jump() -> None:
    drift = ClockDrift()
    followed(drift, 0.0, range(20))
    before = drift.at(30 * SECOND)
    assert not drift.add(20 * SECOND, 5000.0)
    assert not drift.add(21 * SECOND, -3000.0), "another one, elsewhere"
    assert drift.at(30 * SECOND) == before
    assert drift.add(22 * SECOND, -3001.0)
    assert drift.at(22 * SECOND) == -3001


def test_after_a_jump_the_clocks_are_the_same_as_before() -> None:
    drift = ClockDrift()
    followed(drift, 200.0, range(30))
    learned = drift.slope
    drift.forget()
    assert not drift.known
    assert drift.add(100 * SECOND, 0.0)
    assert drift.slope == learned
    assert drift.at(110 * SECOND) == pytest.approx(200e-6 * 10 * SECOND, rel=0.1)


def test_after_a_long_silence_it_is_still_where_the_drift_has_led() -> None:
    drift = ClockDrift()
    followed(drift, 100.0, range(8))  # too short to know the drift
    assert not drift.add(90 * SECOND, -900 + 100e-6 * 90 * SECOND), "no jump"
    assert 1e6 * drift.slope == pytest.approx(100, abs=3)
