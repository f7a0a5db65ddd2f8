from __future__ import annotations

import numpy as np
import pytest

from assistant.hearing.kept_sound import KeptSound
from assistant.hearing.verified_recognizer import KEPT_SECONDS
from assistant.sound import HEARING_BLOCK_FRAMES, HEARING_RATE_HZ, Samples


def numbered(blocks: int, first: int = 0) -> list[Samples]:
    return [np.full(HEARING_BLOCK_FRAMES, number, np.int16) for number in range(first, first + blocks)]


def test_a_piece_is_cut_out_by_the_seconds_of_the_utterance() -> None:
    sound = KeptSound(1.0)
    for block in numbered(20):
        sound.append(block)
    assert sorted(set(sound.between(0.06, 0.12).tolist())) == [2, 3]
    assert len(sound.between(-1.0, 9.0)) == 20 * HEARING_BLOCK_FRAMES
    assert len(sound.between(3.0, 4.0)) == 0


def test_what_is_older_is_forgotten_and_the_seconds_stay_right() -> None:
    sound = KeptSound(1.0)
    for block in numbered(100):
        sound.append(block)
    assert sound.ended_seconds == pytest.approx(3.0)
    assert sound.began_seconds == pytest.approx(1.98)
    assert len(sound.all()) <= HEARING_RATE_HZ + HEARING_BLOCK_FRAMES
    assert set(sound.between(2.97, 3.0).tolist()) == {99}
    assert set(sound.between(0.0, 2.0).tolist()) == {66}


def test_an_utterance_that_is_over_is_gone() -> None:
    sound = KeptSound(KEPT_SECONDS)
    sound.append(numbered(1)[0])
    sound.clear()
    assert (len(sound.all()), sound.began_seconds, sound.ended_seconds) == (0, 0, 0)


def test_no_more_than_eight_seconds_are_kept() -> None:
    assert KEPT_SECONDS <= 8.0  # as the README promises
