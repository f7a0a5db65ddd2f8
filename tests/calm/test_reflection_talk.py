"""The weekly look back by voice, as whole conversations."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from assistant.calm.calm_questions import CalmQuestions
from assistant.calm.reflection import Reflections
from assistant.dialogue.flow import State
from assistant.messages import Intent, LightState, Press
from assistant.records import CalmTalk
from assistant.settings.reading import words
from calm.calm_days import CalmDay, chimes, material
from calm.happenings import HAPPENINGS, Happening, whatever_happens

TIME_FOR = ("reflect_good", "reflect_strength", "reflect_moment", "reflect_roots", "reflect_card")
END = ("reflect_support", "reflect_first_step", "reflect_end")


def looking_back(**agreement: object) -> CalmDay:
    """A look back that has asked whether it is a good time."""
    made_of = material(**agreement)
    day = CalmDay(made_of=made_of, talks={CalmTalk.REFLECTION: Reflections(made_of)})
    again(day)
    return day


def again(day: CalmDay) -> None:
    day.says(Intent.REFLECT)
    day.until_said("reflect_ask")


def questions_of(day: CalmDay) -> list[str]:
    pairs = zip(day.lines, day.sentences, strict=True)
    return [sentences for line, sentences in pairs if line == "question"]


def to_the_card(day: CalmDay, *, theme: bool = True) -> None:
    """Yes to the time and to the first theme, or no to all of them; then all that is thought about."""
    day.says(Intent.YES)
    day.until_said("reflect_theme")
    day.says(Intent.YES if theme else Intent.NO)
    if not theme:
        for _ in range(2):
            day.until_said("reflect_another_theme")
            day.says(Intent.NO)
        day.until_said("reflect_any_theme")
    day.until_said("reflect_card")
    day.until_said("reflect_learn")


def test_all_of_it_with_a_theme_of_the_agreement() -> None:
    day = looking_back(themes=("needs",))
    to_the_card(day)
    day.says(Intent.YES)
    day.until_home()
    cards = day.lines.count("card")
    assert cards > 3
    assert day.lines == [
        *("reflect_ask", "reflect_how", "reflect_theme"),
        *("question",) * 3,
        *TIME_FOR,
        *("reflect_learn_title", "reflect_learn"),
        *("card",) * cards,
        *END,
    ]
    assert day.sentences[2] == "Being understood. Would you like to look at that?"
    assert questions_of(day) == [
        "What have you been hoping your partner would guess?",
        "How could you say it in one line that starts with I?",
        "When is a good time of day for you two to talk?",
    ]
    assert chimes(day) is not None
    assert list(chimes(day)) == ["listen"] * (3 + len(TIME_FOR)), "a light note begins each time of their own"
    assert day.now < 600, "it stays a matter of minutes"


def test_there_is_time_to_think_and_a_word_or_a_press_leads_on_sooner() -> None:
    day = looking_back(themes=("needs",))
    day.says(Intent.YES)
    day.until_said("reflect_theme")
    day.says(Intent.YES)
    day.until_said("question")
    asked = day.now
    assert day.light is LightState.LISTENING, "nobody waits for an answer while they think"
    day.until_said("question")
    assert day.now - asked > 45, "the whole time was theirs"
    asked = day.now
    day.says(Intent.QUESTION)
    day.until_said("question")
    assert day.now - asked < 15
    asked = day.now
    day.presses(Press.SHORT)
    day.until_said("reflect_good")
    assert day.now - asked < 20


def test_no_theme_gives_a_bit_of_each_and_cards_in_turn() -> None:
    day = looking_back()
    to_the_card(day, theme=False)
    asked = questions_of(day)
    assert len(set(asked)) == 3
    themes = {question.theme for question in material().reflection.questions if " ".join(question.sentences) in asked}
    assert len(themes) == 3
    first = day.sentences[day.lines.index("reflect_learn_title")]
    day.says(Intent.NO)
    day.until_said("reflect_learn")
    assert day.sentences[-2] != first, "another one is offered"
    day.says(Intent.NO)
    day.until_home()
    assert "card" not in day.lines
    assert day.lines[-3:] == [*END]


def test_no_question_comes_twice_before_all_of_its_theme_had_their_turn() -> None:
    day = looking_back(themes=("past",))
    for number in range(4):
        if number:
            day.wait(1)
            again(day)
        to_the_card(day)
        day.says(Intent.NO)
        day.until_home()
    asked = questions_of(day)
    of_theme = {" ".join(one.sentences) for one in material().reflection.questions if one.theme == "past"}
    assert set(asked) < of_theme, "the theme of the agreement is offered first, every time"
    assert sorted(map(asked.count, set(asked))) == [3, 3, 3, 3]


def test_other_themes_are_offered_in_turn() -> None:
    made_of = material(themes=("past",))
    questions = CalmQuestions(reflection=made_of.reflection, agreement=made_of.agreement)
    offers = [questions.offers(3) for _ in range(5)]
    assert all(offer[0] == "past" for offer in offers)
    others = [theme for offer in offers for theme in offer[1:]]
    assert len(set(others)) == len(others) == 10
    assert "body" not in others, "all its questions are for a pause"


def test_a_card_can_be_left_in_the_middle() -> None:
    day = looking_back(themes=("worth",))
    to_the_card(day)
    day.says(Intent.YES)
    day.until_said("card")
    day.presses(Press.SHORT)
    day.until_home()
    assert day.lines.count("card") == 1
    assert day.lines[-3:] == [*END]


@pytest.mark.parametrize("answer", [Intent.NO, None])
def test_another_day(answer: Intent | None) -> None:
    day = looking_back()
    if answer is not None:
        day.says(answer)
    day.until_home()
    assert day.lines == (["reflect_ask", "left"] if answer else ["reflect_ask", "reflect_ask", "nobody_answered"])


def test_a_real_pause_ends_it_at_once() -> None:
    day = looking_back(themes=("worth",))
    day.says(Intent.YES)
    day.until_said("reflect_theme")
    day.says(Intent.YES)
    day.until_said("question")
    day.says(Intent.PAUSE)
    day.until_said("opening")
    said = len(day.lines)
    day.wait(200, step=0.25)
    assert not {*TIME_FOR, *END, "question"} & set(day.lines[said:][:1]), "nothing of it goes on in a pause"
    assert day.state is not State.REFLECTING


@settings(max_examples=25, deadline=None)
@given(happenings=HAPPENINGS)
def test_whatever_happens_it_comes_home(happenings: Sequence[Happening]) -> None:
    whatever_happens(looking_back(themes=("past",)), happenings)


def test_every_source_of_insecurity_has_a_card_of_about_a_minute() -> None:
    cards = material().calm.cards
    assert {card.theme for card in cards} == {"past", "attachment", "worth", "abandon", "expect", "needs", "compare"}
    for card in cards:
        assert 95 <= sum(len(words(sentence)) for sentence in card.sentences) <= 115, card.theme
