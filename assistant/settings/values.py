"""What a single setting may be: numbers in a range, short texts, lists of a length, each refused in plain words.

pydantic runs these before its own checks, so the sentences that people read are ours and name the whole range.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

LONGEST_SHOWN = 40


class Table(BaseModel):
    """A TOML table: unknown keys are refused, values cannot be changed, numbers are not guessed from text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def on_one_line(text: str) -> str:
    """The text with a space for every line break and every sign that cannot be seen."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def shown(value: object) -> str:
    """A TOML value as it may be quoted in a sentence: one line, not long."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            text = on_one_line(value)
            return f'"{text[: LONGEST_SHOWN - 1]}…"' if len(text) > LONGEST_SHOWN else f'"{text}"'
        case int() if abs(value) >= 10**LONGEST_SHOWN:
            return "a number this long"
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)


def either(choices: Iterable[object]) -> str:
    """Choices as a phrase: ``10, 15, 20 or 30``."""
    *most, last = [str(choice) for choice in choices]
    return f"{', '.join(most)} or {last}" if most else last


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """``; did you mean "this"?`` when `word` is nearly one of the known ones, otherwise nothing."""
    near = get_close_matches(str(word)[:100], list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def number(low: float, high: float) -> BeforeValidator:
    """A number from `low` to `high`, whole or not; never true, false, text or nan."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{shown(value)} is not a number; use one from {low:g} to {high:g}")
        if not low <= value <= high:
            raise ValueError(f"{shown(value)} is not possible; use a number from {low:g} to {high:g}")
        return float(value)

    return BeforeValidator(check)


def whole(low: int, high: int) -> BeforeValidator:
    """A whole number from `low` to `high`."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{shown(value)} is not a whole number; use one from {low} to {high}")
        if not low <= value <= high:
            raise ValueError(f"{shown(value)} is not possible; use a whole number from {low} to {high}")
        return value

    return BeforeValidator(check)


def switch() -> BeforeValidator:
    """True or false, as TOML writes them."""

    def check(value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError(f"{shown(value)} is not possible; choose true or false")
        return value

    return BeforeValidator(check)


def text(*, longest: int, most_words: int | None = None, empty: bool = False) -> BeforeValidator:
    """One line of text, spaces tidied, of 1 (0 when `empty`) to `longest` characters and at most `most_words` words."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f'{shown(value)} is not text; put it in quotes, "like this"')
        tidy = " ".join(word for word in unicodedata.normalize("NFC", value).replace("\u2019", "'").split(" ") if word)
        if not tidy.isprintable():
            raise ValueError(f"{shown(value)} has a line break or an invisible character; write it on one line")
        if not tidy and not empty:
            raise ValueError(f"this is empty; write 1 to {longest} characters")
        if len(tidy) > longest:
            raise ValueError(f"{shown(tidy)} has {len(tidy)} characters; at most {longest} are possible")
        if most_words is not None and len(tidy.split()) > most_words:
            raise ValueError(f"{shown(tidy)} has {len(tidy.split())} words; at most {most_words} are possible")
        return tidy

    return BeforeValidator(check)


def how_many(*counts: int) -> BeforeValidator:
    """A list with one of these numbers of entries."""

    def check(value: object) -> Sequence[object]:
        if not isinstance(value, list | tuple):
            raise ValueError(f'{shown(value)} is not a list; write it in brackets, ["like this"]')
        if len(value) not in counts:
            wanted = f"{counts[0]} to {counts[-1]}" if len(counts) > 2 else either(counts)
            given = "there is 1 entry" if len(value) == 1 else f"there are {len(value)} entries"
            raise ValueError(f"{given}; {wanted} are possible")
        return value

    return BeforeValidator(check)


def no_repeats(same: Callable[[str], str] = str) -> AfterValidator:
    """A list of texts in which nothing stands twice; `same` maps what counts as equal to one text."""

    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        seen: set[str] = set()
        for value in values:
            if same(value) in seen:
                raise ValueError(f"{shown(value)} stands here twice; each may be there once")
            seen.add(same(value))
        return values

    return AfterValidator(check)
