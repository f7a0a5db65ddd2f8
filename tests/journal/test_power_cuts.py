"""Whole pauses with all kinds of answers, cut off at any moment: what is on the disk is enough to go on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from dialogue.couples import Couple

from assistant.dialogue.flow import HOME, State
from assistant.dialogue.snapshot import AGREED_TIME, PauseSnapshot
from assistant.dialogue.turns import listened_for
from assistant.journal.file import NAME
from assistant.messages import Intent, Light, LightState, Press
from assistant.records import PauseOver
from journal.disk import Machine, journalist

CUTS, CUTS_IN_A_PAUSE = 200, 20
NEAR_SECONDS = 5.0
STEP = 0.5
ON_FOR, AGAIN_AT = 1000.0, 1e6  # a machine may have been on for weeks
HOME_AT_LAST_SECONDS = 60.0 * 150
LEAVING = (Intent.SILENT_EXIT, Intent.UNDO)


@dataclass(frozen=True)
class Cut:
    """The moment the power went. ``there``: the bytes of the journal. ``pause``: as it truly stood."""

    there: bytes
    pause: PauseSnapshot


pytestmark = pytest.mark.usefixtures("quick_disk")


def evening(chance: random.Random, folder: Path) -> Iterator[PauseSnapshot]:
    """One pause with answers by chance, moment for moment, each of them saved as far as it is."""
    machine = Machine()
    couple, writer = Couple(quiet=chance.random() < 0.2), journalist(folder, machine=machine)
    couple.now = 5.0
    couple.says(Intent.PAUSE)
    next_word = couple.now + chance.uniform(2, 120)
    while (pause := couple.session.snapshot()) is not None:
        machine.on_for = ON_FOR + couple.now
        writer.tick(pause, couple.now)
        yield pause
        couple.wait(STEP, step=STEP)
        if couple.now >= next_word:
            possible = sorted(listened_for(couple.state, end_asked=True) - set(LEAVING))
            if chance.random() < 0.1:
                couple.presses(chance.choice([Press.SHORT, Press.DOUBLE]))
            else:
                couple.says(chance.choice(possible), sure=chance.random() < 0.9)
            next_word = couple.now + chance.choice([chance.uniform(1, 20), chance.uniform(5, 400)])
    writer.tick(None, couple.now)
    assert not (folder / NAME).exists()


def cuts(chance: random.Random, folder: Path, *, how_many: int) -> list[Cut]:
    """So many instants of one pause, by chance, each as likely as any other."""
    chosen: dict[int, Cut] = {}
    for number, pause in enumerate(evening(chance, folder)):
        place = number if number < how_many else chance.randrange(number + 1)
        if place < how_many:
            chosen[place] = Cut((folder / NAME).read_bytes(), pause)
    return list(chosen.values())


def started_again(there: bytes, folder: Path) -> tuple[Couple, PauseSnapshot | None]:
    """The program begins with what is on the disk."""
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(there)
    pause = journalist(folder, machine=Machine("first", ON_FOR + HOME_AT_LAST_SECONDS)).to_resume()
    return Couple(resumed=pause, begin_at=AGAIN_AT), pause


def near(saved: PauseSnapshot, true: PauseSnapshot) -> bool:
    if saved.state in AGREED_TIME and true.state in AGREED_TIME:
        return abs(saved.left_seconds - true.left_seconds) <= NEAR_SECONDS
    if saved.state is true.state:
        return abs(saved.part_seconds - true.part_seconds) <= NEAR_SECONDS
    return True


def test_two_hundred_power_cuts(tmp_path: Path) -> None:
    chance, states, number = random.Random(20261124), set[State](), 0
    while number < CUTS:
        for cut in cuts(chance, tmp_path / f"evening-{number}", how_many=CUTS_IN_A_PAUSE):
            number += 1
            folder = tmp_path / f"again-{number}"
            couple, pause = started_again(cut.there, folder)
            assert pause is not None, f"lost in {cut.pause.state}"
            assert near(pause, cut.pause), f"{pause} instead of {cut.pause}"
            assert (pause.extensions, pause.quiet) == (cut.pause.extensions, cut.pause.quiet)
            states.add(cut.pause.state)
            home_again(couple, folder)
            done = [command for _, command in couple.done]
            over = [command for command in done if isinstance(command, PauseOver)]
            assert [each.extensions for each in over] == [cut.pause.extensions]
            if cut.pause.state in AGREED_TIME:
                assert Light(LightState.ASKING) in done, "both are asked whether they are ready"
    assert len(states) > 10, states


def home_again(couple: Couple, folder: Path) -> None:
    """Nobody answers any more; it comes home, and the journal is gone."""
    writer = journalist(folder)
    writer.to_resume()
    if (pause := couple.session.snapshot()) is not None:
        writer.tick(pause, couple.now)
        assert journalist(folder).to_resume() is not None, "the power may go a second time"
    end = couple.now + HOME_AT_LAST_SECONDS
    while couple.now < end and couple.state not in HOME:
        couple.wait(10.0, step=10.0)
    writer.tick(couple.session.snapshot(), couple.now)
    assert couple.state in HOME
    assert not (folder / NAME).exists()


def test_the_journal_of_a_whole_pause_cut_at_any_line_and_damaged(tmp_path: Path) -> None:
    """Whatever is left of it: nothing is raised, and a pause goes on."""
    chance = random.Random(7)
    for _ in evening(chance, tmp_path / "whole"):
        content = (tmp_path / "whole" / NAME).read_bytes()
    lines = [place for place in range(len(content)) if content.startswith(b"\n\n", place)]
    for number, place in enumerate(lines[1::7]):
        for damage in (content[: place + 1], content[: place + 1] + chance.randbytes(50), content[: place + 60]):
            couple, pause = started_again(damage, tmp_path / f"damaged-{number}-{len(damage)}")
            assert pause is not None
            couple.wait(30.0, step=1.0)


@pytest.mark.parametrize("leave", [Intent.SILENT_EXIT, Intent.UNDO])
def test_a_pause_that_was_left_or_taken_back_does_not_come_again(tmp_path: Path, leave: Intent) -> None:
    writer, couple = journalist(tmp_path), Couple()
    couple.says(Intent.PAUSE)
    for _ in range(20):
        couple.wait(0.5, step=0.5)
        writer.tick(couple.session.snapshot(), couple.now)
    assert (tmp_path / NAME).exists()
    couple.says(leave)
    writer.tick(couple.session.snapshot(), couple.now)
    assert list(tmp_path.iterdir()) == []
    assert journalist(tmp_path).to_resume() is None


def test_a_new_pause_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    writer, couple = journalist(tmp_path), Couple()
    couple.says(Intent.PAUSE)
    couple.until(State.WAITING)
    writer.tick(couple.session.snapshot(), couple.now)
    couple.says(Intent.PAUSE)
    couple.wait(3.0)
    writer.tick(couple.session.snapshot(), couple.now)
    pause = journalist(tmp_path).to_resume()
    assert pause is not None
    assert (pause.state, pause.pauses, round(pause.left_seconds)) == (State.OPENING, 2, 597)
