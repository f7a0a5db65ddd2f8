"""The house rules hold for the shipped questions, kind words and exercises, and every kind of breach is found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.settings.content_lint import estimated_seconds
from assistant.settings.loader import load_settings
from assistant.settings.reflection import Exercise, Question
from assistant.settings.reflection_lint import lint_reflection

SHIPPED = load_settings(Path(__file__).parents[2] / "config")
REFLECTION = SHIPPED.reflection


def found(**changes: Any) -> list[str]:
    return lint_reflection(REFLECTION.model_copy(update=changes), SHIPPED.phrases)


def asking(*sentences: str, tier: str = "live") -> list[str]:
    question = Question.model_validate({"id": "new", "theme": "past", "tier": tier, "sentences": sentences})
    return found(questions=(*REFLECTION.questions, question))


def doing(kind: str, *steps: tuple[float, str], seconds: float = 60.0) -> list[str]:
    table = {"id": "new", "name": "New", "kind": kind, "seconds": seconds}
    exercise = Exercise.model_validate({**table, "steps": [{"at": at, "sentences": [said]} for at, said in steps]})
    return found(exercises=(*REFLECTION.exercises, exercise))


def test_the_shipped_file_keeps_the_rules() -> None:
    assert found() == []


def test_it_keeps_them_in_a_slow_voice() -> None:
    def slowly(sentences: Sequence[str]) -> float:
        return estimated_seconds(sentences, words_per_minute=90)

    assert lint_reflection(REFLECTION, SHIPPED.phrases, seconds=slowly) == []


def test_most_exercises_leave_the_quiet_alone() -> None:
    talk = [sum(estimated_seconds(step.sentences) for step in one.steps) for one in REFLECTION.exercises]
    assert sum(seconds <= 12 for seconds in talk) >= 9


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (("Why is that?",), '"why" is not for Breather to say'),
        (("Do you always feel that?",), '"always" is not for Breather to say'),
        (("Whose fault is it?",), '"fault" is not for Breather to say'),
        (("What helps you calm down?",), '"calm down" is not for Breather to say'),
        (("I understand that it hurts.",), '"i understand" is not for Breather to say'),
        (("You feel calmer, do you not?",), '"you feel calmer" claims what nobody can know'),
        (("Could you say, I need a pause?",), '"i need a pause" is something people say to Breather,'),
        (("Could you end the pause?",), '"end the pause" is something people say to Breather,'),
        (
            ("Could you forget everything, and let it be so?",),
            '"forget everything" is something people say to Breather,',
        ),
        (("What is it? And what is it not?",), '"What is it? And what is it not?" is more than one sentence;'),
        (("What would the two of you like to do and see and say now?",), "has 14 words; at most 12 are possible"),
        (("Which considerations matter especially?",), "this reads like school grade"),
    ],
)
def test_a_live_question_keeps_all_the_rules(sentences: tuple[str, ...], expected: str) -> None:
    [problem] = asking(*sentences)
    assert problem.startswith("questions.new: ")
    assert expected in problem


def test_a_calm_question_may_ask_why_and_nothing_else_more() -> None:
    assert asking("Why is that?", tier="calm") == []
    assert asking("Do you always feel that?", tier="calm") == [
        'questions.new: "always" is not for Breather to say',
    ]


def test_kind_words_starters_and_answers_are_in_the_couples_own_voice() -> None:
    own = ("I feel sad, and I am sorry.", "I was wrong.", "I think of you, and I hope.")
    assert found(kind_words=own, starters=own, answers=own) == []


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("I always feel so.", "always"),
        ("You should ask.", "should"),
        ("I wonder why.", "why"),
        ("I blame you.", "blame"),
    ],
)
@pytest.mark.parametrize("where", ["kind_words", "starters", "answers"])
def test_in_their_own_voice_nobody_is_blamed_either(where: str, sentence: str, word: str) -> None:
    assert found(**{where: (sentence, "Small steps count.")}) == [f'{where}.1: "{word}" is not for Breather to say']


@pytest.mark.parametrize(
    "way_out", ["Only as far as feels right.", "As gently as you like.", "Or look around instead.", "Sit, if you like."]
)
def test_an_exercise_of_the_body_says_how_to_stay_out_of_it(way_out: str) -> None:
    steps = ((0.0, "Lift your arms."), (10.0, "And let them drop."))
    assert doing("body", *steps) == [
        'exercises.new: it has to say how to stay out of it, such as "or look around instead"'
    ]
    assert doing("body", *steps, (20.0, way_out)) == []
    assert doing("senses", *steps) == []


@pytest.mark.parametrize("asked", ["Close your eyes.", "Shut your eyes.", "Hold your breath.", "Take a deep breath."])
def test_nobody_is_asked_to_shut_their_eyes_or_hold_their_breath(asked: str) -> None:
    [problem] = doing("senses", (0.0, asked))
    assert problem.startswith("exercises.new: ")
    assert problem.endswith("is too much to ask")


def test_an_exercise_is_mostly_quiet() -> None:
    steps = [(float(at), "Find one more thing that you can see here.") for at in range(0, 60, 10)]
    [problem] = doing("senses", *steps)
    assert problem == "exercises.new: 21.3 s of it is talk; at most 20 s are possible"


def test_one_step_is_over_before_the_next_one() -> None:
    steps = ((0.0, "Find one more thing that you can see here."), (3.0, "And one more."))
    assert doing("senses", *steps) == [
        "exercises.new: step 1 is still being said when its time is over, at 3 s",
    ]
    assert doing("senses", (9.0, "Find one more thing that you can see here."), seconds=11.0) == [
        "exercises.new: step 1 is still being said when its time is over, at 11 s",
    ]


def test_a_step_is_named() -> None:
    assert doing("senses", (0.0, "Look."), (5.0, "You must look.")) == [
        'exercises.new.steps.2: "must" is not for Breather to say'
    ]


def test_hard_words_everywhere_are_told_on_average() -> None:
    harder = tuple(f"Another moment together, quietly, {one}." for one in ("dear", "love", "friend") * 60)
    problems = found(kind_words=harder)
    assert any(problem.startswith("all of it reads like school grade") for problem in problems)
