"""What the couple has agreed on (``config/agreement.toml``): names, length, pause words, and small wishes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from assistant.settings.spoken import Phrase, contains, normalised
from assistant.settings.values import Table, did_you_mean, either, how_many, no_repeats, shown, switch, text

FEWEST_OWN_WORDS = 2


@dataclass(frozen=True, slots=True)
class Offered:
    """What the other files offer an agreement to choose from; empty where that is not known (then it is not checked).

    ``lengths``: minutes. ``pause_phrases``: normalised, the couple's own among them. ``themes``: ids. ``breathing``:
    ids of the patterns that may be used in a pause.
    """

    lengths: tuple[int, ...] = ()
    pause_phrases: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    breathing: tuple[str, ...] = ()


def _offered(info: ValidationInfo) -> Offered:
    return info.context if isinstance(info.context, Offered) else Offered()


def _name(value: str, info: ValidationInfo) -> str:
    if not all(letter in " -'." or unicodedata.category(letter)[0] in "LM" for letter in value):
        raise ValueError(f"{shown(value)} has something that is not a letter; write the name as it is spoken")
    if not any(letter.isalpha() for letter in value):
        raise ValueError(f"{shown(value)} has no letters; write the name as it is spoken")
    if normalised(value) in _offered(info).pause_phrases:
        raise ValueError(f"{shown(value)} is also a pause phrase; choose a name that nobody can mistake for it")
    return value


def _spoken_aloud(value: str, info: ValidationInfo) -> str:
    if not all(letter in " -',.&" or unicodedata.category(letter)[0] in "LMN" for letter in value):
        raise ValueError(f"{shown(value)} has signs that cannot be spoken; use letters and commas")
    inside = next((phrase for phrase in _offered(info).pause_phrases if contains(normalised(value), phrase)), None)
    if inside:
        raise ValueError(f"{shown(value)} has a pause phrase inside ({shown(inside)}); say it another way")
    spoken = value.rstrip(".,& ")
    if value and not normalised(spoken):
        raise ValueError(f"{shown(value)} has no letters; write it as it is spoken")
    return spoken


def _known(phrase: str, info: ValidationInfo) -> str:
    phrases = _offered(info).pause_phrases
    if phrases and phrase not in phrases:
        hint = did_you_mean(phrase, phrases) or "; words of your own go into own_pause_words first"
        raise ValueError(f"{shown(phrase)} is not a pause phrase{hint}")
    return phrase


def _own(phrase: str) -> str:
    if len(phrase.split()) < FEWEST_OWN_WORDS:
        raise ValueError(f"{shown(phrase)} is a single word, and those are heard by mistake; use 2 to 8 words")
    return phrase


def _theme(value: str, info: ValidationInfo) -> str:
    themes = _offered(info).themes
    if themes and value not in themes:
        hint = did_you_mean(value, themes) or f"; choose {either(themes)}"
        raise ValueError(f"{shown(value)} is not a theme{hint}")
    return value


def _breathing(value: str, info: ValidationInfo) -> str:
    patterns = _offered(info).breathing
    if patterns and value not in patterns:
        raise ValueError(f"{shown(value)} is no breathing for a pause; choose {either(patterns)}")
    return value


def _number(value: str, info: ValidationInfo) -> str:
    if not all(letter == " " or unicodedata.category(letter)[0] in "LMN" for letter in value):
        raise ValueError(f'{shown(value)} has signs that cannot be spoken; write it as it is said: "one one two"')
    return _spoken_aloud(value, info)


Name = Annotated[str, text(longest=40, most_words=4), AfterValidator(_name)]
Place = Annotated[str, text(longest=40, most_words=4), AfterValidator(_spoken_aloud)]
Ritual = Annotated[str, text(longest=60, most_words=8, empty=True), AfterValidator(_spoken_aloud)]
PauseWord = Annotated[Phrase, AfterValidator(_known)]
OwnPauseWord = Annotated[Phrase, AfterValidator(_own)]
OwnPauseWords = Annotated[tuple[OwnPauseWord, ...], how_many(*range(5)), no_repeats()]
Children = Annotated[str, text(longest=40, most_words=4, empty=True), AfterValidator(_spoken_aloud)]
Saying = Annotated[str, text(longest=80, most_words=12), AfterValidator(_spoken_aloud)]
Theme = Annotated[str, text(longest=40), AfterValidator(_theme)]
Breathing = Annotated[str, text(longest=40), AfterValidator(_breathing)]
EmergencyNumber = Annotated[str, text(longest=40, most_words=8, empty=True), AfterValidator(_number)]


CheckIn = Literal["none", "daily", "twice_a_week", "weekly"]
"""How often the couple sits down on a calm day."""

Talk = Literal["full", "some", "almost_none"]
"""How much Breather says in a pause."""

CHECK_INS: tuple[CheckIn, ...] = get_args(CheckIn)
TALK_LEVELS: tuple[Talk, ...] = get_args(Talk)


class TriggerPlan(Table):
    """What one of them will say, and when: "When a reply is late, I will say: busy now, I will call later."."""

    when: Saying
    say: Saying


class Agreement(Table):
    """The whole file.

    ``names``: two, as they are spoken. ``minutes``: the length of a pause. ``pause_words``: the phrases that start one,
    normalised. ``own_pause_words``: phrases that the couple made up; ``pause_words`` can choose them, too. ``places``:
    none or two, such as "the kitchen". ``ritual``: how they reconnect, "" for none. ``quiet``: every pause begins in
    quiet mode. ``themes``: ids of the themes whose questions come first. ``breathing``: the id of the pattern the tones
    follow. ``emergency_number``: as it is spoken, "" for no particular one. ``children``: who stays near them in a
    pause, "" for nobody in particular. ``talk``: how much Breather says in a pause. ``reassurance``: none, or a line
    from each, in the order of the names. ``trigger_plans``, ``check_in``: what they do on calm days; read back, and
    printed. ``history``: both want pauses to be counted.
    """

    names: Annotated[tuple[Name, ...], how_many(2), no_repeats(normalised)]
    minutes: int
    pause_words: Annotated[tuple[PauseWord, ...], how_many(*range(1, 9)), no_repeats()]
    places: Annotated[tuple[Place, ...], how_many(0, 2), no_repeats(normalised)] = ()
    ritual: Ritual = ""
    quiet: Annotated[bool, switch()] = False
    themes: Annotated[tuple[Theme, ...], how_many(*range(41)), no_repeats()] = ()
    own_pause_words: OwnPauseWords = ()
    # Validated even when it is left out: the reflection file may no longer have that pattern.
    breathing: Annotated[Breathing, Field(validate_default=True)] = "long_out"
    emergency_number: EmergencyNumber = ""
    children: Children = ""
    talk: Talk = "full"
    reassurance: Annotated[tuple[Saying, ...], how_many(0, 2)] = ()
    trigger_plans: Annotated[tuple[TriggerPlan, ...], how_many(*range(9))] = ()
    check_in: CheckIn = "none"
    history: Annotated[bool, switch()] = False

    @field_validator("minutes", mode="before")
    @classmethod
    def _one_of_the_lengths(cls, value: object, info: ValidationInfo) -> int:
        lengths = _offered(info).lengths
        if isinstance(value, bool) or not isinstance(value, int) or (lengths and value not in lengths):
            choice = f"choose {either(lengths)}" if lengths else "choose a whole number of minutes"
            raise ValueError(f"{shown(value)} is not possible; {choice}")
        if not 1 <= value <= 120:
            raise ValueError(f"{shown(value)} is not possible; use a whole number from 1 to 120")
        return value
