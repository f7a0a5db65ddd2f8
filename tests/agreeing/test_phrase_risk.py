"""Which phrases serve to start a pause, and which are risky."""

from __future__ import annotations

import pytest

from agreeing.couples import PHRASES
from assistant.agreeing.phrase_risk import Risk, likeness, risk_of


def risk(phrase: str, *, names: tuple[str, ...] = (), chosen: tuple[str, ...] = ()) -> Risk:
    return risk_of(phrase, phrases=PHRASES, names=names, chosen=chosen)


def test_nothing_speaks_against_what_is_recommended() -> None:
    assert [phrase for phrase in PHRASES.pause.recommended if risk(phrase, names=("alex", "sam")).reasons] == []


@pytest.mark.parametrize(
    ("phrase", "part"),
    [
        ("i need a break", "other talk"),
        ("i need a minute", "other talk"),
        ("let's pause", "very short"),
        ("pineapple", "single word"),
        ("we need a pause", 'sounds like "You need a pause"'),
        ("i need a vase", "mean otherwise"),
        ("i need a paws", "mean otherwise"),
        ("softer now please", 'sounds like "Softer"'),
        ("breathe with me now", 'sounds like "Breathe with me"'),
        ("we both need air", "not practiced"),
        ("alex needs air", "a name in it"),
    ],
)
def test_a_risky_phrase_is_told_why_and_a_better_one(phrase: str, part: str) -> None:
    found = risk(phrase, names=("alex", "sam"))
    assert found.possible
    assert part in " ".join(found.reasons)
    assert found.better in PHRASES.pause.recommended


def test_what_they_have_already_is_not_suggested() -> None:
    chosen = tuple(phrase for phrase in PHRASES.pause.recommended if phrase != "can we pause")
    assert risk("i need a break", chosen=chosen).better == "can we pause"
    assert risk("i need a break", chosen=PHRASES.pause.recommended).better is None


@pytest.mark.parametrize("phrase", ["잠깐 멈춰", "мне нужна пауза", "我 需要 休息"])
def test_another_language_cannot_be_heard(phrase: str) -> None:
    found = risk(phrase)
    assert not found.possible
    assert "English words only" in found.reasons[0]


def test_the_recogniser_is_asked() -> None:
    def hears(phrase: str) -> str | None:
        return "It knows no such word." if "breather" in phrase else None

    found = risk_of("i need a breather", phrases=PHRASES, hears=hears)
    assert (found.possible, found.reasons) == (False, ("It knows no such word.",))
    assert risk_of("잠깐 멈춰", phrases=PHRASES, hears=hears).possible, "a model of that language hears it"


def test_likeness_is_of_sounds() -> None:
    assert likeness("i need a paws", "i need a pause") > 0.9
    assert likeness("i need a vase", "i need a face") == 1.0
    assert likeness("time out", "wash the dishes") < 0.6
    assert likeness("", "time out") == 0.0
