"""The gaps in the script's sentences, such as ``{minutes}``, and how they are filled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.settings.agreement import Agreement
from assistant.settings.script import Script

KNOWN = (
    "first",
    "second",
    "name",
    "minutes",
    "half",
    "extension",
    "place_one",
    "place_two",
    "ritual",
    "left",
    "emergency",
    "children",
    "from_first",
    "from_second",
)
_GAP = re.compile(r"\{([^{}]*)\}")


def placeholders(sentence: str) -> tuple[str, ...]:
    """The names in braces, in the order of the sentence."""
    return tuple(_GAP.findall(sentence))


def has_stray_brace(sentence: str) -> bool:
    """Whether a brace is left open, or closed without having been opened."""
    rest = _GAP.sub("", sentence)
    return "{" in rest or "}" in rest


def filled(sentence: str, values: Mapping[str, str]) -> str:
    """The sentence with every gap filled and its first letter a capital.

    Raises KeyError with the placeholder's name when `values` has nothing for it.
    """
    spoken = _GAP.sub(lambda gap: values[gap[1]], sentence)
    return spoken[:1].upper() + spoken[1:]


def values_for(
    script: Script, agreement: Agreement, *, first: int = 0, name: int | None = None, left: str | None = None
) -> dict[str, str]:
    """What goes into the gaps: without `name` there is no ``{name}``, without places no ``{place_one}``, and so on.

    ``first``: 0 or 1, whose name comes first. ``name``: 0 or 1, who is being asked. ``left``: how long is
    left, in words.
    """
    if first not in (0, 1) or name not in (None, 0, 1):
        raise ValueError(f"there are two names, 0 and 1; not first={first}, name={name}")
    values = {
        "first": agreement.names[first],
        "second": agreement.names[1 - first],
        "minutes": script.minutes_in_words[agreement.minutes].whole,
        "half": script.minutes_in_words[agreement.minutes].half,
        "extension": script.minutes_in_words[script.timing.extension_minutes].whole,
        "emergency": agreement.emergency_number or script.emergency.words,
    }
    if left is not None:
        values["left"] = left
    if name is not None:
        values["name"] = agreement.names[name]
    if agreement.places:
        values["place_one"], values["place_two"] = agreement.places
    if agreement.children:
        values["children"] = agreement.children
    if agreement.reassurance:
        values["from_first"], values["from_second"] = agreement.reassurance[first], agreement.reassurance[1 - first]
    if agreement.ritual:
        values["ritual"] = agreement.ritual
    return values
