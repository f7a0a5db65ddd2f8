"""An agreement as it is read back to the couple, on the screen and aloud.

Every sentence holds the words of one field only, so that whatever can be chosen by voice can be rendered ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from assistant.settings.agreement import Agreement, CheckIn, Talk, TriggerPlan
from assistant.settings.script import Script
from assistant.settings.spoken import spelled

NO_THEMES: Mapping[str, str] = MappingProxyType({})

CHECK_IN_SENTENCES: Mapping[CheckIn, str] = MappingProxyType(
    {
        "none": "",
        "daily": "You sit down together every day.",
        "twice_a_week": "You sit down together twice a week.",
        "weekly": "You sit down together once a week.",
    }
)
TALK_SENTENCES: Mapping[Talk, str] = MappingProxyType(
    {
        "full": "In a pause, I talk now and then.",
        "some": "In a pause, I talk a little.",
        "almost_none": "In a pause, I say next to nothing.",
    }
)


def read_back(
    agreement: Agreement, script: Script, *, themes: Mapping[str, str] = NO_THEMES, first: int = 0
) -> tuple[str, ...]:
    """The agreement in short sentences; what the couple has left open is left out.

    ``themes``: id to name; themes that are not in it are left out. ``first``: 0 or 1, whose name comes first.
    """
    names = agreement.names[first], agreement.names[1 - first]
    length = script.minutes_in_words[agreement.minutes].whole if agreement.minutes in script.minutes_in_words else ""
    sentences = [
        f"{names[0]} and {names[1]}, this is what you agree on.",
        "Either of you can start a pause.",
        f"It lasts {length or f'{agreement.minutes} minutes'}.",
        "Then you come back together.",
        *_pause_words(agreement.pause_words),
        *_places(agreement.places),
    ]
    if agreement.children:
        sentences.append(f"In a pause, {agreement.children} will be near the children.")
    if agreement.ritual:
        sentences.append(f"Your own way back: {agreement.ritual}.")
    sentences.append(TALK_SENTENCES[agreement.talk])
    if agreement.quiet:
        sentences.append("Each pause is quiet, with chimes and light.")
    for at in (first, 1 - first) if agreement.reassurance else ():
        sentences += [f"A line from {agreement.names[at]}:", as_sentence(agreement.reassurance[at])]
    for plan in agreement.trigger_plans:
        sentences += plan_sentences(plan)
    sentences += [f"Early questions are about: {themes[theme]}." for theme in agreement.themes if theme in themes]
    if agreement.check_in != "none":
        sentences.append(CHECK_IN_SENTENCES[agreement.check_in])
    if agreement.emergency_number:
        sentences.append(f"When one of you wants help, I name {agreement.emergency_number}.")
    sentences.append("I count your pauses, to look back." if agreement.history else "I keep no count of your pauses.")
    return tuple(sentences)


def as_lines(sentences: Iterable[str]) -> Iterator[str]:
    """The same to be read: what ends with a colon stands on one line with what it announces."""
    announced = ""
    for sentence in sentences:
        announced += sentence
        if sentence.endswith(":"):
            announced += " "
        else:
            yield announced
            announced = ""


def _pause_words(phrases: tuple[str, ...]) -> Iterator[str]:
    yield "To start one, say:"
    yield f"{spelled(phrases[0])}."
    for phrase in phrases[1:]:
        yield "Or say:"
        yield f"{spelled(phrase)}."


def _places(places: tuple[str, ...]) -> Iterator[str]:
    if places:
        yield f"One place to go is {places[0]}."
        yield f"The other place is {places[1]}."


def plan_sentences(plan: TriggerPlan) -> tuple[str, str]:
    """A trigger plan: when, and what is said then."""
    when = re.sub(r"^when\s+", "", plan.when, flags=re.IGNORECASE) or plan.when
    return f"When {when}, you say:", as_sentence(plan.say)


def as_sentence(saying: str) -> str:
    """Somebody's own words with a capital in front and a full stop behind, as they are said in a pause."""
    return f"{saying[:1].upper()}{saying[1:]}."
