"""Nobody can tell afterwards who called a pause, who was not ready yet, or who stayed away.

Two evenings differ only in that. What was kept after them is the same to the last byte, and so is the log of a service.
Only the checksums in SQLite's own journal differ, because chance goes into them.
While a pause goes on, its journal may tell how long each state lasted, and the stamp when the pause began: people are
never equally quick, and both are gone, or written over, when the pause is over.
"""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

import pytest
from hearing.speech import Talkers
from household import Household

from assistant.agreeing.recent_pause import NAME as STAMP
from assistant.dialogue.flow import State
from assistant.history.folder import FILE as HISTORY
from assistant.journal.file import NAME as JOURNAL
from assistant.sound import Samples
from privacy.at_home import KEPT, Home
from privacy.evenings import TwoQuestions, two_evenings

SECTOR, PAGE, CHECKSUM = 512, 4 + 4096 + 4, 4  # of SQLite's own journal: a page's number before it, a checksum behind
SECONDS = 4.0  # so much longer one of two answers may take


def without_times(journal: bytes) -> list[list[object]]:
    """What the journal tells, line by line, without how long it lasted: times are its only fractions."""
    lines = [line.partition(b" ") for line in re.split(rb"[\0\n]+", journal)]
    whole = [json.loads(payload) for checksum, _, payload in lines if checksum == b"%08x" % zlib.crc32(payload)]
    told = [[value for value in values if not isinstance(value, float)] for values in whole]
    return [each for number, each in enumerate(told) if number == 0 or told[number - 1] != each]


def without_salt(path: Path, content: bytes) -> bytes:
    """SQLite's own journal has a checksum behind each page, which it begins with a number that it draws."""
    if path.name != f"{HISTORY}-journal":
        return content
    return content[:SECTOR] + b"".join(content[at : at + PAGE - CHECKSUM] for at in range(SECTOR, len(content), PAGE))


def about_the_same(one: dict[Path, bytes], other: dict[Path, bytes]) -> None:
    """Fails where more is different than how long something lasted."""
    assert one.keys() == other.keys()
    for path, content in one.items():
        if path == KEPT / JOURNAL:
            assert without_times(content) == without_times(other[path])
        elif path == KEPT / STAMP:
            stamp, other_stamp = (json.loads(each[path]) for each in (one, other))
            for time in ("since_boot", "wall"):
                assert abs(stamp.pop(time) - other_stamp.pop(time)) <= SECONDS
            assert stamp == other_stamp
        else:
            assert without_salt(path, content) == without_salt(path, other[path]), path


def nobody_can_tell(one: Home, other: Home) -> None:
    assert one.states == other.states
    kept, other_kept = one.files[-1][1], other.files[-1][1]
    assert kept.keys() == other_kept.keys()
    assert [
        path for path, content in kept.items() if without_salt(path, content) != without_salt(path, other_kept[path])
    ] == []
    assert one.out == other.out
    assert KEPT / JOURNAL not in kept
    for (_, files), (_, other_files) in zip(one.files, other.files, strict=True):
        about_the_same(files, other_files)


def test_nobody_can_tell_afterwards_who_it_was(evenings: tuple[Home, Home]) -> None:
    one, other = evenings
    nobody_can_tell(one, other)
    assert one.states.count(State.ASK_FIRST) == 2
    assert State.EXTENDED in one.states, "somebody was not ready"
    (_, kept) = one.files[-1]
    assert {path.name for path in kept if KEPT in path.parents} >= {HISTORY, STAMP}, "nothing could differ"
    (_, during) = one.files[one.states.index(State.EXTENDED)]
    assert b'"ask_second"' in during[KEPT / JOURNAL]


@pytest.mark.long
def test_nor_who_stayed_away(
    settled: Household, talkers: Talkers, canaries: tuple[Samples, Samples], tmp_path: Path
) -> None:
    one, other = two_evenings(
        settled, tmp_path, lambda swapped: TwoQuestions(talkers, canaries, swapped=swapped, away=True, also_in=())
    )
    nobody_can_tell(one, other)
    assert State.WAITING in one.states
