"""How much is said in a pause, and what a couple has to say to each other when they part."""

from __future__ import annotations

import pytest

from assistant.dialogue.flow import State
from assistant.messages import Chime, Cue, Intent, Speak, StartTones
from dialogue.couples import Couple


def ten_minutes(**agreement: object) -> Couple:
    couple = Couple(**agreement)  # type: ignore[arg-type]
    couple.now = 1.0
    couple.says(Intent.PAUSE)
    couple.until(State.CALLED_BACK)
    couple.wait(14.0)
    return couple


def words(couple: Couple) -> int:
    said = [command for _, command in couple.done if isinstance(command, Speak)]
    return sum(len(sentence.split()) for command in said for sentence in command.sentences)


def said_lines(couple: Couple) -> list[str]:
    return [command.line for _, command in couple.done if isinstance(command, Speak)]


@pytest.mark.parametrize(("talk", "low", "high"), [("full", 195, 225), ("some", 100, 140), ("almost_none", 50, 70)])
def test_each_level_has_about_the_words_it_promises(talk: str, low: int, high: int) -> None:
    assert low <= words(ten_minutes(talk=talk)) <= high


@pytest.mark.parametrize("talk", ["full", "some", "almost_none"])
def test_what_keeps_the_time_is_there_at_every_level_in_words_or_as_a_sound(talk: str) -> None:
    couple = ten_minutes(talk=talk)
    chimes = [command.cue for _, command in couple.done if isinstance(command, Chime)]
    assert chimes.count(Cue.HALF) == 1
    assert (Cue.SOON in chimes) == ("two_minutes" not in said_lines(couple))
    assert {"opening", "separating", "time_is_done"} <= set(said_lines(couple))
    assert any(isinstance(command, StartTones) for _, command in couple.done)


def test_the_lines_from_each_and_about_the_children_are_said_before_they_part() -> None:
    couple = ten_minutes(children="Alex", reassurance=("I will come back", "We are on the same side"))
    said = said_lines(couple)
    assert said[1:4] == ["separating", "children", "reassurance"]
    spoken = next(c for _, c in couple.done if isinstance(c, Speak) and c.line == "reassurance")
    assert spoken.sentences == ("From Alex: I will come back.", "From Sam: We are on the same side.")
    when = next(at for at, c in couple.done if isinstance(c, Speak) and c.line == "reassurance")
    assert when < 50.0


def test_without_them_nothing_is_said_about_them() -> None:
    assert not {"children", "reassurance"} & set(said_lines(ten_minutes()))
