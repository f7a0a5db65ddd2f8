"""Settings of households that print: nothing agreed beyond what is shipped, and as much as can be agreed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from assistant.settings.loader import Settings, load_settings

ROOT = Path(__file__).parents[2]

FULL: dict[str, Any] = {
    "places": ["the kitchen", "the bedroom"],
    "ritual": "a long hug",
    "children": "whoever is nearer",
    "reassurance": ["I will come back to you", "we are on the same side"],
    "trigger_plans": [{"when": "a reply comes late", "say": "I am busy now, and will call you later"}],
    "check_in": "weekly",
    "emergency_number": "one one two",
}

LONGEST: dict[str, Any] = {
    "names": ["Bartholomäus Maximilian von Hohenzollern", "Anna-Łucja O'Brien Wołodyjowska Ángeles"],
    "minutes": 15,
    "pause_words": [
        "can we use our cool down rule",
        "let's use the pause rule",
        "let's take a time out",
        "let's take a pause",
        "let's take a break",
        "I need to step away",
        "I need to cool down",
        "I need a time out",
    ],
    "places": ["the greenhouse-kitchen-reading-room area", "our grandmother's old conservatory-annex"],
    "ritual": "a marvelously long embrace and ginger-tea afterward together",
    "children": "whoever-is-nearer or Grandmother Aurelie",
    "reassurance": ["I certainly promise, afterwards, whatever happened, tenderness between us return"] * 2,
    "trigger_plans": [
        {
            "when": "a long-awaited reply arrives hours later because somebody's meeting overran",
            "say": "I am occupied at the moment and will telephone you immediately afterwards",
        }
    ]
    * 8,
    "check_in": "twice_a_week",
    "quiet": True,
    "emergency_number": "one one two or neighbors at nine four",
}


def settings(**agreed: Any) -> Settings:
    """The shipped settings with an agreement that differs in these values, checked as a file would be."""
    shipped = _shipped()
    agreement = type(shipped.agreement).model_validate({**shipped.agreement.model_dump(), **agreed})
    return replace(shipped, agreement=agreement)


@cache
def _shipped() -> Settings:
    return load_settings(ROOT / "config")
