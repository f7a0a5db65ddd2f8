"""Whatever is wrong, a device that cannot hear says so; and only then."""

from __future__ import annotations

import numpy as np

from assistant.hearing.deafness import Deafness
from assistant.sound import Samples

BLOCK = np.ones(480, np.int16)


class Zeros:
    """Says of each block what the test wants."""

    silent = False

    def accept(self, samples: Samples) -> bool:
        return self.silent


def test_a_second_without_a_block_is_deaf_and_the_next_block_ends_it() -> None:
    deafness = Deafness(silence=None, now=10.0)
    assert not deafness.notice(None, 10.9, listening=True)
    assert deafness.notice(None, 11.0, listening=True)
    assert deafness.gap_before(11.1)
    assert not deafness.notice(BLOCK, 11.1, listening=True)
    assert not deafness.gap_before(11.2), "only what comes right after the gap"


def test_a_recogniser_that_is_gone_is_deaf_too() -> None:
    deafness = Deafness(silence=None, now=10.0)
    assert deafness.notice(BLOCK, 11.0, listening=False)
    assert not deafness.gap_before(11.1), "the sound goes on"
    assert not deafness.notice(BLOCK, 11.1, listening=True)


def test_zeros_stay_zeros_while_no_block_comes() -> None:
    """While the microphone is opened anew: it would look well for a moment, and be told of twice."""
    zeros = Zeros()
    deafness = Deafness(silence=zeros, now=10.0)
    zeros.silent = True
    assert deafness.notice(BLOCK, 10.1, listening=True)
    assert deafness.notice(None, 10.2, listening=True)
    assert deafness.zeros
    zeros.silent = False
    assert not deafness.notice(BLOCK, 10.3, listening=True)
    assert [deafness.zeros] == [False]
