"""What there is to think about and to do: what a pause gets of it, and every way the file can be wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.messages import Breath
from assistant.settings.loader import FILES, load_settings, settings_from

CONFIG = Path(__file__).parents[2] / "config"
REFLECTION = load_settings(CONFIG).reflection
TEXTS = {name: (CONFIG / name).read_text("utf-8") for name in FILES}
LIVE = [question for question in REFLECTION.questions if question.tier == "live"]


def test_the_shipped_bank_is_whole() -> None:
    assert len(REFLECTION.questions) == 60
    assert len(LIVE) == 20
    assert len(REFLECTION.themes) == 12
    assert {question.theme for question in LIVE} == set(REFLECTION.themes), "whichever theme is chosen has a question"
    assert len(REFLECTION.kind_words) == 18
    assert len(REFLECTION.starters) >= 10
    assert len(REFLECTION.exercises) == 10


def test_a_pause_begins_with_a_word_for_a_feeling() -> None:
    assert REFLECTION.feeling.id == "body-41"
    assert REFLECTION.feeling.sentences == ("In one or two words, what are you feeling?",)
    assert REFLECTION.feeling is REFLECTION.feeling, "the same one each time, so that it can be told from the others"


def test_the_other_questions_of_a_pause_are_live_ones() -> None:
    questions = REFLECTION.live_questions(())
    assert list(questions) == [question for question in LIVE if question.id != "body-41"]


def test_the_themes_of_the_couple_come_first_and_in_their_order() -> None:
    questions = REFLECTION.live_questions(["thanks", "needs"])
    assert [question.id for question in questions[:4]] == ["thanks-56", "needs-26", "needs-27", "past-1"]
    assert len(questions) == len(LIVE) - 1
    assert len({question.id for question in questions}) == len(questions)


def test_a_theme_that_nobody_knows_changes_nothing() -> None:
    assert REFLECTION.live_questions(["weather"]) == REFLECTION.live_questions(())


def test_everything_that_can_be_said_is_there_once_and_nothing_for_calm_days() -> None:
    spoken = REFLECTION.everything_spoken()
    assert len(spoken) == len(set(spoken))
    for question in REFLECTION.questions:
        assert set(question.sentences) <= set(spoken) or question.tier == "calm"
    calm = {sentence for question in REFLECTION.questions if question.tier == "calm" for sentence in question.sentences}
    assert not calm & set(spoken)
    assert {*REFLECTION.kind_words, *REFLECTION.starters} <= set(spoken)
    steps = [step for exercise in REFLECTION.exercises for step in exercise.steps]
    assert all(set(step.sentences) <= set(spoken) for step in steps)


def test_the_breathing_patterns() -> None:
    breaths = {name: pattern.breath for name, pattern in REFLECTION.breathing.items()}
    assert breaths == {
        "long_out": Breath(in_seconds=4, out_seconds=6),
        "gentle": Breath(in_seconds=3, out_seconds=4),
        "sighs": Breath(in_seconds=2, top_up_seconds=1, out_seconds=6, rest_seconds=1),
        "box": Breath(in_seconds=4, hold_seconds=4, out_seconds=4, rest_seconds=4),
    }
    assert [name for name, pattern in REFLECTION.breathing.items() if pattern.tier == "calm"] == ["box"]


# --- what can be wrong -----------------------------------------------------------------------------------------------


def problems(*edits: tuple[str, str], agreement: tuple[str, str] = ("", "")) -> list[str]:
    """What is told when this stands in the file instead of that."""
    text = TEXTS["reflection.en.toml"]
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    texts = {**TEXTS, "reflection.en.toml": text, "agreement.toml": TEXTS["agreement.toml"].replace(*agreement, 1)}
    with pytest.raises(ConfigError) as caught:
        settings_from({name: tomllib.loads(content) for name, content in texts.items()})
    return [problem.removeprefix("reflection.en.toml: ") for problem in caught.value.problems]


MISTAKES = [
    (
        'feeling_question = "body-41"',
        'feeling_question = "bodi-41"',
        'feeling_question: "bodi-41" is not one of the questions; did you mean "body-41"?',
    ),
    (
        'feeling_question = "body-41"',
        'feeling_question = "past-2"',
        'feeling_question: "past-2" is for calm days; choose one with tier = "live"',
    ),
    (
        'feeling_question = "body-41"',
        'feeling_question = "Body 41"',
        'feeling_question: "Body 41" is not possible; use small letters, digits, "_" and "-", a letter first',
    ),
    (
        'theme = "thanks"',
        'theme = "thank"',
        'questions.56.theme: "thank" is not in [themes]; did you mean "thanks"?',
    ),
    (
        'theme = "thanks"',
        'theme = "zzz"',
        'questions.56.theme: "zzz" is not in [themes]; give it a name there first',
    ),
    (
        'id = "past-3"',
        'id = "past-1"',
        'questions.3.id: "past-1" stands here twice; each may be there once',
    ),
    (
        'theme = "past"\ntier = "calm"',
        'theme = "past"\ntier = "clam"',
        'questions.2.tier: "clam" is not possible; choose "live" or "calm"; did you mean "calm"?',
    ),
    (
        '["What old hurt',
        '["What {old} hurt',
        "questions.2.sentences: braces have no meaning here; write plain words",
    ),
    (
        '"Small steps count."',
        '"Small steps count, {name}."',
        "kind_words.16: braces have no meaning here; write plain words",
    ),
    (
        '"Small steps count."',
        '"I am more than this moment."',
        'kind_words: "I am more than this moment." stands here twice; each may be there once',
    ),
    (
        'past = "Past experiences"',
        'past = "Past} experiences"',
        "themes.past: braces have no meaning here; write plain words",
    ),
    (
        'id = "three_two_one"',
        'id = "feet_jaw_shoulders"',
        'exercises.2.id: "feet_jaw_shoulders" stands here twice; each may be there once',
    ),
    (
        "at = 18.0",
        "at = 9.0",
        "exercises.1.steps.3.at: 9 is not later than the step above it, 9; put the steps in order of time",
    ),
    (
        "at = 18.0",
        "at = 30.0",
        "exercises.1.steps.3.at: 30 is outside of the exercise, which takes 30 seconds",
    ),
    (
        "at = 18.0",
        "at = -1",
        "exercises.1.steps.3.at: -1 is not possible; use a number from 0 to 300",
    ),
    (
        '["Two you can hear."]',
        '["{Two} you can hear."]',
        "exercises.2.steps.2.sentences: braces have no meaning here; write plain words",
    ),
    (
        'tier = "calm"\nin_seconds = 4.0\nhold_seconds = 4.0\nout_seconds = 4.0\nrest_seconds = 4.0',
        "in_seconds = 4.0\nhold_seconds = 4.0\nout_seconds = 4.0",
        'breathing.box.hold_seconds: nothing is held in a pause; leave this out, or set tier = "calm"',
    ),
    (
        "rest_seconds = 1.0",
        "rest_seconds = 3.0",
        'breathing.sighs.rest_seconds: more than 2 is long for a pause; use less, or set tier = "calm"',
    ),
    (
        "out_seconds = 6.0",
        "out_seconds = 3.5",
        "breathing.long_out.out_seconds: in a pause, the way out is not shorter than the way in",
    ),
    (
        "top_up_seconds = 1.0",
        "topup_seconds = 1.0",
        'breathing.sighs.topup_seconds: this key is not known; did you mean "top_up_seconds"?',
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES, ids=lambda part: part.partition(": ")[0][:40])
def test_one_mistake_gives_one_plain_sentence(old: str, new: str, expected: str) -> None:
    assert problems((old, new)) == [expected]


def test_a_part_that_cannot_be_read_hides_no_mistake_in_another_one() -> None:
    found = problems(
        ('kind = "senses"\nsec', 'kind = "sense"\nsec'),
        ("hold_seconds = 4.0", "hold_seconds = 40"),
        ('feeling_question = "body-41"', 'feeling_question = "body-4"'),
        ('past = "Past experiences"\n', ""),
        agreement=("themes = []", 'themes = ["past"]'),
    )
    assert found == [
        'agreement.toml: themes.1: "past" is not a theme; choose attachment, worth, abandon, expect, needs, compare,'
        " trigger, body, need_now, my_part or thanks",
        'exercises.2.kind: "sense" is not possible; choose "body" or "senses"; did you mean "senses"?',
        "breathing.box.hold_seconds: 40 is not possible; use a number from 0 to 8",
        *(f'questions.{number}.theme: "past" is not in [themes]; give it a name there first' for number in range(1, 6)),
        'feeling_question: "body-4" is not one of the questions; did you mean "body-45"?',
        'calm.en.toml: cards.1.theme: "past" is not in [themes] of reflection.en.toml; give it a name there first',
    ]


def without(kind: str, of: str, *, keep: int = 0) -> list[str]:
    """What is told when the file has no such entries (the first few of them kept)."""
    tables = {name: tomllib.loads(content) for name, content in TEXTS.items()}
    entries = tables["reflection.en.toml"][of]
    left = [entry for entry in entries if entry.get("kind", entry.get("tier")) == kind][:keep]
    others = [entry for entry in entries if entry.get("kind", entry.get("tier")) != kind]
    tables["reflection.en.toml"][of] = left + others
    with pytest.raises(ConfigError) as caught:
        settings_from(tables)
    return [problem.removeprefix("reflection.en.toml: ") for problem in caught.value.problems]


@pytest.mark.parametrize("kind", ["body", "senses"])
def test_there_is_something_for_everybody(kind: str) -> None:
    assert without(kind, "exercises") == [f'exercises: there is none with kind = "{kind}"; one of each kind is needed']


def test_a_pause_has_enough_to_ask() -> None:
    too_few = 'questions: 2 of them with tier = "live" are too few; a pause needs 3'
    assert without("live", "questions", keep=2)[0] == too_few


def test_a_pause_has_something_to_breathe_with() -> None:
    tables = {name: tomllib.loads(content) for name, content in TEXTS.items()}
    for pattern in tables["reflection.en.toml"]["breathing"].values():
        pattern["tier"] = "calm"
    with pytest.raises(ConfigError) as caught:
        settings_from(tables)
    assert list(caught.value.problems) == [
        'reflection.en.toml: breathing: there is none with tier = "live"; a pause needs one'
    ]
