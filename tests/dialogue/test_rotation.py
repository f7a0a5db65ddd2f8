"""One thing after the other, and none twice before all have had their turn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialogue.rotation import Lot, Rotation


def drawn_with(seed: int) -> Lot:
    chance = random.Random(seed)
    return lambda count: chance.sample(range(count), count)


@given(first=st.integers(0, 5), second=st.integers(0, 5), seed=st.integers(0, 100))
def test_nothing_comes_twice_before_everything_has_come_once(first: int, second: int, seed: int) -> None:
    groups: list[Sequence[str]] = [[f"a{n}" for n in range(first)], [f"b{n}" for n in range(second)]]
    everything = [thing for group in groups for thing in group]
    rotation = Rotation(*groups, lot=drawn_with(seed))
    for _ in range(3):
        turn = [rotation.next() for _ in everything]
        assert sorted(turn) == sorted(everything)


def test_the_first_group_comes_first() -> None:
    rotation = Rotation(["a", "b"], ["c"], lot=lambda count: range(count - 1, -1, -1))
    assert [rotation.next() for _ in range(3)] == ["b", "a", "c"]


@pytest.mark.parametrize("seed", range(20))
def test_not_the_same_twice_in_a_row_when_it_begins_again(seed: int) -> None:
    rotation = Rotation(["a", "b", "c"], lot=drawn_with(seed))
    things = [rotation.next() for _ in range(30)]
    assert all(one != other for one, other in pairwise(things))


def test_the_same_seed_gives_the_same_order() -> None:
    one, other = (Rotation("abcdefgh", lot=drawn_with(7)) for _ in range(2))
    assert [one.next() for _ in range(20)] == [other.next() for _ in range(20)]


def test_there_has_to_be_something() -> None:
    with pytest.raises(ValueError, match="nothing to take turns"):
        Rotation[str]().next()
