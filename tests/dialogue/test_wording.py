"""The lines as the couple hears them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.dialogue.wording import Wording
from assistant.settings.agreement import Agreement
from assistant.settings.loader import load_settings

SHIPPED = load_settings(Path(__file__).parents[2] / "config")
SCRIPT, REFLECTION = SHIPPED.script, SHIPPED.reflection


def agreed(**changes: object) -> Agreement:
    return Agreement.model_validate(
        {"names": ["élodie", "Şükrü O'Neil"], "minutes": 15, "pause_words": ["time out"], **changes}
    )


def test_the_order_of_the_names_is_chosen_by_whoever_asks() -> None:
    wording = Wording(SCRIPT, agreed(), REFLECTION)
    assert wording.sentences("opening", first=0)[2] == "Élodie and Şükrü O'Neil, please stop here."
    assert wording.sentences("opening", first=1)[2] == "Şükrü O'Neil and élodie, please stop here."


def test_the_one_who_is_asked_is_named_whatever_the_order() -> None:
    wording = Wording(SCRIPT, agreed(), REFLECTION)
    assert wording.sentences("ask_first", first=1, name=0)[0] == "Élodie, are you ready to talk?"
    assert wording.sentences("ask_second", first=0, name=1)[0] == "Şükrü O'Neil, are you ready to talk?"


def test_lengths_are_spoken_in_words_and_begin_a_sentence_with_a_capital() -> None:
    wording = Wording(SCRIPT, agreed(), REFLECTION)
    assert wording.sentences("half")[1] == "Seven and a half minutes left."
    assert wording.sentences("time_is_done")[0] == "The fifteen minutes are done."


def test_an_extension_keeps_its_own_length() -> None:
    assert Wording(SCRIPT, agreed(), REFLECTION).sentences("time_is_done_again")[0] == "That time is done."
    longer = SCRIPT.model_copy(update={"timing": SCRIPT.timing.model_copy(update={"extension_minutes": 20})})
    assert Wording(longer, agreed(), REFLECTION).sentences("ten_more")[1] == "We will take twenty minutes more."


def test_places_and_ritual_are_only_spoken_of_when_there_are_some() -> None:
    without = Wording(SCRIPT, agreed(), REFLECTION)
    assert not without.has("separating_places")
    assert not without.has("ritual")
    assert without.has("separating")
    with pytest.raises(ValueError, match=r"separating_places needs \{place_one\}"):
        without.sentences("separating_places")
    having = Wording(SCRIPT, agreed(places=["the kitchen", "the attic"], ritual="a long hug."), REFLECTION)
    assert having.sentences("separating_places")[1] == "One to the kitchen, one to the attic."
    assert having.sentences("ritual") == ("Your own way back: a long hug.",)


def test_a_question_needs_somebody_to_ask() -> None:
    with pytest.raises(ValueError, match=r"ask_first needs \{name\}"):
        Wording(SCRIPT, agreed(), REFLECTION).sentences("ask_first")


def test_a_line_that_is_not_in_the_script_is_our_mistake() -> None:
    wording = Wording(SCRIPT, agreed(), REFLECTION)
    with pytest.raises(KeyError, match="openin"):
        wording.sentences("openin")
    with pytest.raises(KeyError, match="openin"):
        wording.has("openin")


@pytest.mark.parametrize("wrong", [{"first": 2}, {"first": -1}, {"name": 2}])
def test_there_are_two_names(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="two names"):
        Wording(SCRIPT, agreed(), REFLECTION).sentences("opening", **wrong)


@pytest.mark.parametrize("places", [[], ["the kitchen", "the attic"]])
def test_everything_is_all_that_can_be_said_each_once(places: list[str]) -> None:
    wording = Wording(SCRIPT, agreed(places=places), REFLECTION)
    everything = wording.everything()
    assert len(everything) == len(set(everything))
    assert everything == wording.everything()
    said = {
        sentence
        for line in SCRIPT.lines
        if wording.has(line)
        for first in (0, 1)
        for name in (0, 1)
        for left in SCRIPT.times_left(60 * 35)  # fifteen minutes agreed, and twice ten more
        for sentence in wording.sentences(line, first=first, name=name, left=left)
    } | set(REFLECTION.everything_spoken())
    assert set(everything) == said
    assert not any("{" in sentence or "}" in sentence for sentence in everything)
    assert {
        "Élodie, are you ready to talk?",
        "Şükrü O'Neil, are you ready to talk?",
        "Élodie and Şükrü O'Neil, please stop here.",
        "Şükrü O'Neil and élodie, please stop here.",
    } <= said
    assert "That leaves about thirty-five minutes." in said
    assert "That leaves about forty minutes." not in said
    assert ("One to the kitchen, one to the attic." in said) == bool(places)


def test_a_name_that_looks_like_a_placeholder_is_not_filled_twice() -> None:
    odd = agreed().model_copy(update={"names": ("{second}", "Sam")})
    assert Wording(SCRIPT, odd, REFLECTION).sentences("opening")[2] == "{second} and Sam, please stop here."
