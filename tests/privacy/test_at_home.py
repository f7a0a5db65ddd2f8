"""What is said in the room is nowhere in what is kept: evenings as at home, with all that keeps things there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hearing.speech import Talkers
from household import Household

from assistant.dialogue.flow import COMING_BACK, COOL_DOWN, State
from assistant.keeping.practice import NAME as PRACTICE
from assistant.sound import Samples
from privacy.at_home import KEPT, Home
from privacy.evenings import Rehearsing, TwoQuestions
from privacy.spoken import words_in

PRINTED, LOCK = Path("here/printed"), KEPT / "running.lock"
OF_A_PAUSE = {PRINTED, LOCK, *(KEPT / name for name in ("history.sqlite3", "history.sqlite3-journal", "last_pause"))}
TALKED = (State.OFFERING, State.RECONVENED, State.CLOSE_OUT)


def nothing_is_told(home: Home, settled: Household, *, kept: set[Path] = OF_A_PAUSE) -> None:
    """Every byte that there is, at the end and at every change of state; and every living object that shows itself."""
    assert home.told, "no word came out of the recognizer"
    for state, files in home.files:
        for path, content in files.items():
            assert words_in(str(path)) == words_in(content) == [], (state, path)
            assert not content.startswith(b"RIFF"), (state, path)
    left, before = home.household.files(), settled.files()
    changed = {path for path in left.keys() | before.keys() if left.get(path) != before.get(path)}
    assert {path for path in changed if path.parts[0] != "config"} == kept, "rendered speech and all"
    assert [path for path in changed if words_in(left.get(path, b""))] == []
    assert home.elsewhere == set()
    assert words_in(home.out) == []
    assert home.looked_at > 30
    assert home.showing == []


def test_nothing_that_was_said_is_kept(evenings: tuple[Home, Home], settled: Household) -> None:
    for home in evenings:
        assert State.LISTENING in home.told
        assert len(home.told) >= 3, home.told
        nothing_is_told(home, settled)


@pytest.mark.long
def test_in_no_phase_of_a_pause(
    settled: Household, talkers: Talkers, canaries: tuple[Samples, Samples], tmp_path: Path
) -> None:
    """On a terminal as well, which shows what Breather decides."""
    people = TwoQuestions(talkers, canaries, away=True, also_in=tuple(State))
    home = Home(settled.copy(tmp_path / "home"), people, on_screen=True)
    home.agree_to_count()
    assert home.run() == 0, home.out
    assert "heard     not yet" in home.out
    assert {*home.states} == {State.LISTENING, State.OPENING, *COOL_DOWN, *COMING_BACK, *TALKED}
    assert people.told_in == {*home.states}
    assert len(home.told) >= 8, home.told
    nothing_is_told(home, settled)


@pytest.mark.long
def test_nor_in_a_rehearsal_and_a_talk_about_the_agreement(
    settled: Household, talkers: Talkers, canaries: tuple[Samples, Samples], tmp_path: Path
) -> None:
    home = Home(settled.copy(tmp_path / "home"), Rehearsing(talkers, canaries))
    home.agree_to_count()
    assert home.run() == 0, home.out
    practice = Path("config") / PRACTICE
    (_, left) = home.files[-1]
    assert b"called = 6" in left[practice]
    assert b"heard = 0" not in left[practice]
    assert State.AGREEING in home.states
    assert State.REHEARSING in home.told
    nothing_is_told(home, settled, kept={PRINTED, LOCK})
