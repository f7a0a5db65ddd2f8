"""What shows only in a pause is told when nobody can conclude anything from it."""

from __future__ import annotations

import random

import pytest

from assistant.late_notices import EARLIEST_SECONDS, LATEST_SECONDS, LateNotices


@pytest.mark.parametrize("seed", range(20))
def test_it_is_told_once_an_hour_later_at_the_earliest(seed: int) -> None:
    told: list[tuple[float, str]] = []
    now = 5000.0
    late = LateNotices(lambda notice: told.append((now, notice)), chance=random.Random(seed))
    late.tick(now)
    for _ in range(3):
        late.tell("The disk is full.")
    while not told:
        now += 60.0
        late.tick(now)
    assert EARLIEST_SECONDS <= now - 5000.0 <= LATEST_SECONDS + 60.0
    late.tick(now + LATEST_SECONDS)
    late.close()
    assert [notice for _, notice in told] == ["The disk is full."]


def test_what_is_left_is_told_at_the_end() -> None:
    told: list[str] = []
    late = LateNotices(told.append, chance=random.Random(1))
    late.tell("One.")
    late.tell("Two.")
    assert told == []
    late.close()
    late.close()
    assert sorted(told) == ["One.", "Two."]
