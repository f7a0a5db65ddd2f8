"""The lines of the journal: whatever happens to the bytes, the last whole line counts, and nothing else ever does."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dialogue.flow import State
from assistant.dialogue.snapshot import PauseSnapshot
from assistant.journal.record import _FIELDS, HEAD, NOT_A_PAUSE, Saved, last_in, line_of, line_of_the_end
from assistant.records import Ending
from journal.disk import PAUSE

ROWS = [Saved(replace(PAUSE, left_seconds=300.0 - 2 * number), "abcd", 50.0 + 2 * number) for number in range(8)]
LINES = [line_of(row) for row in ROWS]
CONTENT = HEAD + b"".join(LINES)


def whole_lines_of(cut: int) -> Saved | None:
    """The last line that is still whole when the file ends at that byte; its own end of line may be missing."""
    end, last = len(HEAD), None
    for row, line in zip(ROWS, LINES, strict=True):
        end += len(line)
        if cut >= end - 1:
            last = row
    return last


def test_every_field_has_its_check_in_its_place() -> None:
    assert list(_FIELDS) == [field.name for field in fields(PauseSnapshot)]


@given(
    state=st.sampled_from([state for state in State if state not in NOT_A_PAUSE]),
    ending=st.sampled_from(Ending),
    seconds=st.tuples(*[st.floats(0, 80_000)] * 5),
    flags=st.tuples(*[st.booleans()] * 3),
    volume=st.floats(-16, 40),
)
def test_what_is_written_is_read(
    state: State, ending: Ending, seconds: tuple[float, ...], flags: tuple[bool, ...], volume: float
) -> None:
    left, plan = sorted(seconds[:2])
    pause = PauseSnapshot(
        state=state,
        left_seconds=left,
        plan_seconds=plan,
        part_seconds=seconds[2],
        talk_seconds=seconds[3],
        since_begin_seconds=seconds[4],
        pauses=2,
        minutes=15,
        extensions=1,
        ending=ending,
        first=1,
        quiet=flags[0],
        muted=flags[1],
        exercises=flags[2],
        volume_db=volume,
        restarts=3,
    )
    saved = last_in(line_of(Saved(pause, "abcd", 12.5)))
    assert saved is not None
    assert (saved.boot, saved.since_boot, saved.pause.state) == ("abcd", 12.5, state)
    for name in _FIELDS:
        value = getattr(pause, name)
        expected = pytest.approx(value, abs=0.051) if isinstance(value, float) else value
        assert getattr(saved.pause, name) == expected


def test_it_holds_no_word_and_no_name() -> None:
    assert line_of(Saved(PAUSE, "abcd", 50.0)).split(b" ", 1)[1] == (
        b'["pause 1","abcd",50.0,"mind",300.0,600.0,0.0,60.0,300.0,1,10,0,"left_open",0,false,false,true,0.0,0]\n'
    )


def test_cut_off_at_every_byte() -> None:
    for cut in range(len(CONTENT) + 1):
        assert last_in(CONTENT[:cut]) == whole_lines_of(cut), cut
        assert last_in(CONTENT[:cut] + bytes(500)) == whole_lines_of(cut), f"{cut}, and zeros"


def test_every_single_bit_of_it_turned() -> None:
    """The last line or, where that was hit, the one before: two seconds."""
    for place in range(len(CONTENT)):
        for bit in range(8):
            damaged = bytearray(CONTENT)
            damaged[place] ^= 1 << bit
            assert last_in(bytes(damaged)) in (ROWS[-1], ROWS[-2])


def test_garbage_after_it_and_half_lines() -> None:
    chance = random.Random(6)
    for length in (1, 10, 100, 1000, 5000):
        assert last_in(CONTENT + chance.randbytes(length)) in (ROWS[-1], ROWS[-2])
    assert last_in(CONTENT + LINES[0][:40] + LINES[1][:60]) == ROWS[-1]
    assert last_in(CONTENT[: -len(LINES[-1])] + LINES[0][:40] + LINES[-1]) == ROWS[-1], "whole after half a line"


def test_the_latest_counts_wherever_it_stands() -> None:
    for first in range(len(LINES)):
        assert last_in(HEAD + b"".join(LINES[first:] + LINES[:first])) == ROWS[-1]
        assert last_in(HEAD + b"".join([*LINES[first:], line_of_the_end(), *LINES[:first]])) is None


@given(content=st.binary(max_size=400))
def test_nothing_comes_of_anything(content: bytes) -> None:
    assert last_in(content) is None
    assert last_in(CONTENT + b"\n" + content) == ROWS[-1]


def test_after_the_end_there_is_nothing_to_go_on_with() -> None:
    assert last_in(CONTENT + line_of_the_end()) is None
    assert last_in(CONTENT + line_of_the_end() + bytes(100)) is None
    assert last_in(CONTENT + line_of_the_end()[:-3]) == ROWS[-1]


@pytest.mark.parametrize(
    "change",
    [
        {"state": State.LISTENING},
        {"state": State.ASKING},
        {"state": State.REHEARSING},
        {"state": "asleep"},
        {"left_seconds": 601.0},
        {"left_seconds": 1e9},
        {"plan_seconds": True},
        {"pauses": 0},
        {"first": 2},
        {"quiet": 1},
        {"ending": "divorced"},
        {"volume_db": 300.0},
        {"restarts": -1},
    ],
    ids=str,
)
def test_what_cannot_be_is_not_believed_even_with_the_right_checksum(change: dict[str, object]) -> None:
    odd = line_of(Saved(replace(PAUSE, **change), "abcd", 50.0))  # type: ignore[arg-type]
    assert last_in(odd) is None
    assert last_in(LINES[2] + odd) == ROWS[2]
