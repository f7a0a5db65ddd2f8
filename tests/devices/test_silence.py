"""A microphone that is switched off gives zeros, and a quiet room does not."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.devices.silence import SilenceWatch
from assistant.sound import Samples


def block(highest: int, frames: int = 480) -> Samples:
    samples = np.zeros(frames, np.int16)
    samples[frames // 2] = highest
    return samples


@pytest.mark.parametrize("highest", [0, 1, -1])
def test_three_seconds_of_zeros_mean_deaf(highest: int) -> None:
    watch = SilenceWatch()
    assert [watch.accept(block(highest)) for _ in range(99)] == [False] * 99
    assert watch.accept(block(highest))
    assert watch.deaf


@pytest.mark.parametrize("highest", [2, -2, 32_767, -32_768])
def test_one_sample_of_hiss_means_hearing(highest: int) -> None:
    watch = SilenceWatch()
    for _ in range(120):
        watch.accept(block(0))
    assert watch.deaf
    assert not watch.accept(block(highest))
    assert [watch.accept(block(0)) for _ in range(100)] == [False] * 99 + [True]


@pytest.mark.parametrize("offset", [9_830, -9_830, 32_767, -32_768])
def test_a_dead_channel_with_an_offset_is_deaf_too(offset: int) -> None:
    watch = SilenceWatch()
    dead = np.full(480, offset, np.int16)
    assert [watch.accept(dead) for _ in range(100)] == [False] * 99 + [True]
    alive = dead.copy()
    alive[::7] -= np.sign(alive[::7]) * np.int16(2)
    assert not watch.accept(alive)


def test_a_quiet_room_is_not_deafness() -> None:
    random = np.random.default_rng(1)
    watch = SilenceWatch()
    quiet = [(random.standard_normal(480) * 3).astype(np.int16) for _ in range(400)]  # -81 dBFS
    assert not any(watch.accept(samples) for samples in quiet)


def test_the_time_is_counted_in_samples() -> None:
    watch = SilenceWatch(rate_hz=8_000, deaf_after_seconds=0.5)
    assert not watch.accept(block(0, frames=3_999))
    assert watch.accept(block(0, frames=1))
    assert watch.accept(np.zeros(0, np.int16))
