"""Names and pause words: what is not possible, or risky, is told in words that help."""

from __future__ import annotations

import pytest

from agreeing.couples import SHIPPED, YES, Answers, made, make


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a" * 200, "at most 40 are possible"),
        ("🙂", "not a letter"),
        ("Time out", "also a pause phrase"),
        ("Al3x", "not a letter"),
        ("-", "has no letters"),
        ("", "this is empty"),
    ],
)
def test_a_name_that_is_not_possible_is_asked_for_again(typed: str, said: str) -> None:
    agreement, couple = made(("first of you", typed), ("first of you", "José"), ("José, is that", True), YES[1])
    assert agreement.names == ("José", "Sam")
    assert len(couple.refused) == 1
    assert said.lower() in couple.refused[0].lower()


def test_two_people_with_one_name_are_told_what_helps() -> None:
    agreement, couple = made(
        ("first of you", "Sam"),
        ("second of you", "sám"),
        ("second of you", "Sam B"),
        ("Sam, is that", True),
        ("Sam B, is that", True),
    )
    assert agreement.names == ("Sam", "Sam B")
    assert couple.refused == ["You both have this name. Add a letter or a nickname, so that I can ask you in turn."]


def test_the_names_can_be_exchanged() -> None:
    agreement, _ = made(("first of you", "Sam"), ("second of you", "Alex"), ("Sam, is", True), ("Alex, is", True))
    assert agreement.names == ("Sam", "Alex")


def test_two_to_four_pause_words_or_those_of_today() -> None:
    agreement, couple = made(
        ("Which words", ["Time out"]),
        ("Which words", ["I need a pause", "Time out"]),
        *YES,
    )
    assert agreement.pause_words == ("i need a pause", "time out")
    assert couple.refused == ["Please choose 2 to 4. With a few, you both know them by heart."]


def test_a_risky_phrase_is_explained_and_a_better_one_is_offered() -> None:
    agreement, couple = made(
        ("Which words", ["Time out", "I need a break"]), ("What would you like", 'Take "I need a pause"'), *YES
    )
    assert agreement.pause_words == ("i need a pause", "time out")
    assert 'About "I need a break":' in couple.told
    assert any("other talk" in sentence for sentence in couple.told)
    agreement, _ = made(("Which words", ["Time out", "I need a break"]), ("What would you like", "Keep"), *YES)
    assert agreement.pause_words == ("time out", "i need a break")


def test_words_of_their_own() -> None:
    agreement, couple = made(
        ("Which words", ["I need a pause", "Words of our own …"]),
        ("Your own words", "Air!"),  # too short
        ("Your own words", "Leave me alone"),  # said in arguments
        ("Your own words", "you need air"),  # to the other
        ("Your own words", "quiet please"),  # means something else
        ("Your own words", "다시 숨 쉬자"),  # the model knows no Korean
        ("Your own words", "We both need some air"),
        ("What would you like", "Leave it out"),
        ("What would you like", "Keep it"),
        *YES,
    )
    assert agreement.pause_words == ("i need a pause", "we both need some air")
    assert agreement.own_pause_words == ("we both need some air",)
    assert len(couple.refused) == 4
    assert any("English words only" in sentence for sentence in couple.told)


def test_a_phrase_that_cannot_be_heard_cannot_be_kept() -> None:
    couple = Answers(
        ("Which words", ["Time out", "Words of our own …"]), ("Your own words", "다시 숨 쉬자"), ("What would", "Keep")
    )
    with pytest.raises(StopIteration):  # no such answer is offered
        make(couple)


def test_a_place_cannot_have_a_pause_phrase_in_it() -> None:
    agreement, couple = made(
        ("Which words", ["Time out", "Words of our own …"]),
        ("Your own words", "the blue hall"),
        ("Your own words", ""),
        ("What would you like", "Keep"),
        ("Where do you", "Two other"),
        ("One place", "the shed"),
        ("The other place", "the blue hall"),
        ("The other place", "the red hall"),
        *YES,
    )
    assert agreement.places == ("the shed", "the red hall")
    assert couple.refused == ['"the blue hall" has a pause phrase inside ("the blue hall"); say it another way.']


def test_what_does_not_go_together_is_said_and_can_be_changed() -> None:
    today = SHIPPED.model_copy(update={"places": ("the blue hall", "the shed")})
    agreement, couple = made(
        ("Which words", ["Time out", "Words of our own …"]),
        ("Your own words", "the blue hall"),
        ("Your own words", ""),
        ("What would you like", "Keep"),
        ("What now", "Change something"),
        ("like to change", ["Where you go"]),
        ("Where do you", "open"),
        *YES,
        today=today,
    )
    assert agreement.places == ()
    problem = '  Places: "the blue hall" has a pause phrase inside ("the blue hall"); say it another way'
    assert problem in couple.told
