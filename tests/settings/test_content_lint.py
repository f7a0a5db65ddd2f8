"""The house rules for what Breather says hold for the shipped script, and every kind of breach is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.dialogue.lines import LINES_USED
from assistant.messages import Cue
from assistant.settings.agreement import Agreement
from assistant.settings.content_lint import MOST_SPEECH, estimated_seconds, lint
from assistant.settings.loader import load_settings
from assistant.settings.reading import grade, syllables
from assistant.settings.script import Line, Script, Step

SHIPPED = load_settings(Path(__file__).parents[2] / "config")
SCRIPT = SHIPPED.script


def found(script: Script, **changes: object) -> list[str]:
    given = {"dialogue_lines": LINES_USED, "reflection": SHIPPED.reflection, **changes}
    return lint(script, SHIPPED.phrases, **given)  # type: ignore[arg-type]


def saying(line_id: str, *sentences: str) -> Script:
    return SCRIPT.model_copy(update={"lines": {**SCRIPT.lines, line_id: Line(sentences=sentences)}})


def test_the_shipped_script_keeps_the_rules_in_every_length() -> None:
    assert sorted(SCRIPT.minutes_in_words) == [10, 15, 20, 30]
    assert found(SCRIPT) == []


def test_it_keeps_them_with_the_shipped_agreement_too() -> None:
    assert found(SCRIPT, agreement=SHIPPED.agreement, lengths=[SHIPPED.agreement.minutes]) == []


def test_nobodys_own_name_place_or_ritual_is_judged() -> None:
    own = Agreement(
        names=("Mary Ann Louise", "Bartholomew Blame"),
        minutes=10,
        pause_words=("time out",),
        places=("the conservatory", "the observatory"),
        ritual="we always say sorry",
    )
    assert found(SCRIPT, agreement=own) == []


def test_their_names_are_timed() -> None:
    timed: list[str] = []

    def seconds(sentences: Sequence[str]) -> float:
        timed.extend(sentences)
        return 1.0

    found(SCRIPT, agreement=SHIPPED.agreement.model_copy(update={"names": ("Zoë", "Noor")}), seconds=seconds)
    assert any("Zoë and Noor" in sentence for sentence in timed)
    assert not any("Alex" in sentence for sentence in timed)


BREACHES = [
    (
        ("Let us now go out and walk up and down the road a bit.",),
        '"Let us now go out and walk up and down the road a bit." has 14 words; at most 12 are possible',
    ),
    (
        ("There are many other possibilities.",),
        "this reads like school grade 12.3; at most 5 is possible",
    ),
    (
        ("We wait here, and we wait, and we wait some more.",) * 3,
        "this takes 17.6 s to say; at most 15 s are possible",
    ),
    (("You always do this.",), '"always" is not for Breather to say'),
    (("It is no one's fault.",), '"fault" is not for Breather to say'),
    (("Now, calm down.",), '"calm down" is not for Breather to say'),
    (("CALM, down!",), '"calm down" is not for Breather to say'),
    (("Why is that?",), '"why" is not for Breather to say'),
    (("I understand how you feel.",), '"i understand" is not for Breather to say'),
    (("Well done.",), '"well done" is not for Breather to say'),
    (("Sam, stay in the room.",), '"stay in" is not for Breather to say'),
    (("Go and get Sam.",), '"go and get" is not for Breather to say'),
    (("You are safe.",), '"you are safe" claims what nobody can know'),
    (("I can tell you feel calmer now.",), '"you feel calmer" claims what nobody can know'),
    (("One of you said, I need a pause.",), None),
    (("Time out.",), '"time out" is something people say to Breather, so Breather may not say it'),
    (
        ("We could, let's pause, both.",),
        '"let\'s pause" is something people say to Breather, so Breather may not say it',
    ),
    (("Now we end the pause.",), '"end the pause" is something people say to Breather, so Breather may not say it'),
    (
        ("And then I will forget everything, and so will you.",),
        '"forget everything" is something people say to Breather, so Breather may not say it',
    ),
    (
        ("You can turn yourself off, like a lamp.",),
        '"turn yourself off" is something people say to Breather, so Breather may not say it',
    ),
    (
        ("Quiet.", "Stop.", "Quiet.", "Stop."),
        '"quiet stop quiet stop" is something people say to Breather, so Breather may not say it',
    ),
    (("Say ready, or perhaps.",), 'people are told to say "perhaps", but nothing listens for it'),
    (("{first}, all is well.",), "both names or none; {first} and then {second}, whose order alternates"),
    (("{second} and {first}, all is well.",), "both names or none; {first} and then {second}, whose order alternates"),
    (("{first} and {second}, {name} comes next.",), "{name} asks one of them; leave {first} and {second} out"),
    (("It is {haf} past.",), '{haf} is not a known placeholder; did you mean "half"?'),
]


@pytest.mark.parametrize(("sentences", "expected"), BREACHES)
def test_a_breach_is_found_and_named(sentences: tuple[str, ...], expected: str | None) -> None:
    problems = found(saying("carry_on", *sentences))
    if expected is None:
        assert '"i need a pause" is something people say to Breather, so Breather may not say it' in problems[0]
    else:
        assert problems == [f"lines.carry_on: {expected}"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The shoulder is loose.",
        "Relaxed feet.",
        "Whyever not.",
        "Nevertheless.",
        "A time-outing.",
        "Blameless and safe.",
    ],
)
def test_only_whole_words_count(sentence: str) -> None:
    assert [problem for problem in found(saying("carry_on", sentence)) if "school grade" not in problem] == []


def test_a_breach_is_found_in_whichever_lengths_have_it() -> None:
    assert found(saying("carry_on", "We have {half} left, and that is plenty of time.")) == [
        'lines.carry_on: "We have seven and a half minutes left, and that is plenty of time."'
        " has 14 words; at most 12 are possible",
    ]


def test_a_line_that_nothing_says_and_one_that_is_not_there() -> None:
    assert found(saying("farewell", "Bye.")) == ["lines.farewell: nothing ever says this"]
    assert found(SCRIPT, dialogue_lines=LINES_USED | {"hello"}) == [
        "lines.hello: this is missing, and the dialogue says it"
    ]


def test_a_state_that_is_never_reached() -> None:
    plan = tuple(step.model_copy(update={"state": None}) if step.state == "mind" else step for step in SCRIPT.pause)
    [problem] = found(SCRIPT.model_copy(update={"pause": plan}))
    assert problem.startswith("pause: the states are opening, separating, body, return_cue; they have to be")


def test_too_much_talk_is_told_with_the_length_it_is_too_much_for() -> None:
    def slowly(sentences: Sequence[str]) -> float:
        return 1.25 * estimated_seconds(sentences)

    [problem] = [problem for problem in found(SCRIPT, seconds=slowly) if problem.startswith("pause")]
    assert re.fullmatch(r"pause: 2[1-4]% of 10 minutes is talk; at most 20% is possible", problem)


def test_a_pause_without_a_long_stretch_of_quiet_is_told() -> None:
    chatter = [
        Step.model_validate({"from": "start", "at": at, "say": "breathe_in"}) for at in (161.0, 215.0, 250.0, 299.0)
    ]
    steps = sorted([*SCRIPT.pause, *chatter], key=lambda step: step.second(600))
    problems = found(SCRIPT.model_copy(update={"pause": tuple(steps)}), lengths=[10])
    [problem] = problems
    assert problem.startswith("pause: in 10 minutes the longest time without words is ")
    assert problem.endswith(" s; one of 120 s or more is needed")


def test_hard_words_everywhere_are_told_on_average() -> None:
    harder = {
        line_id: Line(sentences=("Another moment together, quietly.",), quiet_cue=Cue.HALF) for line_id in SCRIPT.lines
    }
    problems = found(SCRIPT.model_copy(update={"lines": harder}))
    assert any(problem.startswith("lines: together they read like school grade") for problem in problems)


def test_silence_leaves_room_for_the_spoken_words_to_be_a_little_slower() -> None:
    """The talk budget is not met by a hair: voices differ by a few words a minute."""
    problems = found(SCRIPT, seconds=lambda sentences: estimated_seconds(sentences, words_per_minute=111))
    assert [problem for problem in problems if problem.startswith("pause")] == []
    assert MOST_SPEECH == 0.20


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("in", 1), ("slowly", 2), ("breathe", 1), ("minutes", 2), ("places", 2), ("different", 3), ("called", 1),
        ("settled", 2), ("agreed", 2), ("leave", 1), ("quiet", 2), ("value", 2), ("fifteen", 2), ("twenty", 2),
        ("loose", 1), ("when", 1), ("ready", 2), ("okay", 2), ("shoulders", 2), ("tomorrow", 3), ("little", 2),
        ("possibilities", 5), ("breathes", 1), ("touches", 2), ("b", 1), ("i'll", 1), ("agree", 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_reading_grade_is_that_of_the_formula() -> None:
    # 9 words, 2 sentences, 12 syllables
    text = ("We sat there.", "The yellow dog ran into water.")
    assert grade(text) == pytest.approx(0.39 * 4.5 + 11.8 * 12 / 9 - 15.59)
    assert grade(("We sat in the sun.",)) == 0
    assert grade(("Okay.",)) == 0
