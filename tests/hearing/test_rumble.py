"""An offset and rumble go; a voice stays as it was."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from assistant.hearing.rumble import RumbleFilter
from assistant.sound import FULL_SCALE, HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples, level_dbfs
from hearing.speech import blocks, demo


def filtered(sound: npt.NDArray[np.float64] | Samples) -> Samples:
    keep_out = RumbleFilter()
    return np.concatenate([keep_out(block) for block in blocks(np.rint(sound).astype(np.int16))])


def tone(hertz: float) -> npt.NDArray[np.float64]:
    return 8000 * np.sin(2 * np.pi * hertz * np.arange(2 * HEARING_RATE_HZ) / HEARING_RATE_HZ)


@pytest.mark.parametrize("offset", [0.3, -0.3, 0.95])
def test_an_offset_is_gone_from_the_first_sample_on(offset: float) -> None:
    assert not filtered(np.full(HEARING_RATE_HZ, offset * FULL_SCALE)).any()


@pytest.mark.parametrize(
    ("hertz", "decibels", "within"), [(10, -15.7, 0.5), (60, -3.0, 0.2), (200, -0.4, 0.1), (1000, -0.1, 0.1)]
)
def test_what_is_slower_than_a_voice_is_weakened(hertz: float, decibels: float, within: float) -> None:
    settled = slice(HEARING_RATE_HZ, HEARING_RATE_HZ + HEARING_RATE_HZ // 2)
    change = level_dbfs(filtered(tone(hertz))[settled]) - level_dbfs(np.rint(tone(hertz)).astype(np.int16)[settled])
    assert change == pytest.approx(decibels, abs=within)


def test_blocks_join_without_a_seam() -> None:
    voice = demo("one-05").samples.astype(np.float64)
    whole = voice[: len(voice) // HEARING_BLOCK_FRAMES * HEARING_BLOCK_FRAMES]
    keep = np.exp(-2 * np.pi * 60 / HEARING_RATE_HZ)
    slow, expected = whole[:HEARING_BLOCK_FRAMES].mean(), []
    for value in whole:
        slow = keep * slow + (1 - keep) * value
        expected.append(round(value - slow))
    np.testing.assert_allclose(filtered(whole), expected, atol=1)


def test_the_loudest_sound_is_clipped_and_does_not_wrap_round() -> None:
    square = np.where(np.arange(HEARING_RATE_HZ) // 4000 % 2, -FULL_SCALE, FULL_SCALE - 1)
    heard = filtered(square.astype(np.float64)).astype(int)
    assert heard.max() == FULL_SCALE - 1
    assert heard[3900:3990].min() >= 0 >= heard[4100:4190].max(), "no sign is turned round"


def test_nothing_in_is_nothing_out() -> None:
    assert len(RumbleFilter()(np.zeros(0, np.int16))) == 0
