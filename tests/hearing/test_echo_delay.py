from __future__ import annotations

import numpy as np
import pytest

from assistant.hearing.echo_delay import SEARCH_SECONDS, WINDOW_SECONDS, delay_of, worth_measuring
from assistant.sound import HEARING_RATE_HZ, Samples
from hearing.sounds import at_level, colored

WINDOW, SEARCH = round(WINDOW_SECONDS * HEARING_RATE_HZ), round(SEARCH_SECONDS * HEARING_RATE_HZ)


def sound(seconds: float, seed: int, level_dbfs: float = -20.0) -> Samples:
    return at_level(colored(seconds, 0.5, seed), level_dbfs)


def measured(delay: int, *, talker_dbfs: float | None = None, echo_dbfs: float = -30.0) -> float | None:
    """The delay as it is measured, of an echo that comes so many frames late."""
    played = sound(4, seed=1)
    air = np.roll(played.astype(float), delay) * 10 ** ((echo_dbfs + 20) / 20)
    heard = air[SEARCH : SEARCH + WINDOW] + sound(2, seed=2, level_dbfs=-70)
    if talker_dbfs is not None:
        heard += sound(2, seed=3, level_dbfs=talker_dbfs)
    return delay_of(heard.astype(np.int16), played)


@pytest.mark.parametrize("delay", [0, 1, 3, 320, -1500, 12_345, -15_000])
def test_an_echo_is_found_to_the_frame(delay: int) -> None:
    found = measured(delay)
    assert found == pytest.approx(delay, abs=1.5)


def test_a_talker_ten_decibels_louder_is_no_hindrance() -> None:
    found = measured(1000, talker_dbfs=-20.0)
    assert found == pytest.approx(1000, abs=2)


def test_where_there_is_no_echo_none_is_found() -> None:
    for seed in range(20):
        assert delay_of(sound(2, seed=seed + 10), sound(4, seed=seed + 50)) is None
    assert delay_of(np.zeros(WINDOW, np.int16), sound(4, seed=1)) is None


@pytest.mark.parametrize(("seconds", "worth"), [(0.0, False), (0.3, False), (1.5, True)])
def test_silence_is_not_worth_measuring(seconds: float, worth: bool) -> None:
    played = np.zeros(WINDOW, np.int16)
    played[: round(seconds * HEARING_RATE_HZ)] = sound(2, seed=1)[: round(seconds * HEARING_RATE_HZ)]
    assert worth_measuring(played) is worth
