"""What stands on the sheets, taken from the settings: values only, no page, no file.

Nothing here knows of anything that has happened; the same settings always give the same sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.messages import Breath
from assistant.settings.agreement import Agreement
from assistant.settings.loader import Settings
from assistant.settings.reflection import Question, Reflection
from assistant.settings.spoken import spelled
from assistant.sheet import fixed_words

MOST_CALM_QUESTIONS = 5
MOST_LIVE_QUESTIONS = 14
MOST_KIND_WORDS = 12
MOST_STARTERS = 11
MOST_ANSWERS = 6
MOST_EXERCISES = 8
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a pause, with its sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody says, or may say. ``when``: the occasion, or the name of who says it."""

    when: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRule:
    """The page for the fridge. What the couple has left open is empty.

    ``reassurance``: what each says, by name. ``plans``: what they say when something sets one of them off. ``sayings``:
    what can be said in a pause. ``keys``: how a keyboard stands for the button, "" where there is a button.
    """

    names: tuple[str, ...]
    rule: tuple[str, ...]
    pause_words: tuple[str, ...]
    steps: tuple[Step, ...]
    reassurance: tuple[Quote, ...]
    plans: tuple[Quote, ...]
    sayings: tuple[Quote, ...]
    button: tuple[tuple[str, str, str], ...]
    button_held: str
    keys: str
    check_in: str
    free_to_leave: str
    help: str


@dataclass(frozen=True, slots=True)
class BreathCard:
    """One way to breathe. ``counts``: in words with seconds, such as "in 4, out 6"."""

    title: str
    counts: str
    how_often: str
    breath: Breath


@dataclass(frozen=True, slots=True)
class Recipe:
    """An exercise as a short list."""

    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivatePage:
    """Two sides for one person. The outside (``recipes``, ``breaths``, ``exercises``) may lie on any table.

    ``questions``: gentle ones; ``calm_questions``: for calm days. ``starters``, ``answers``: for the talk. ``help``:
    whom to call.
    """

    name: str
    recipes: str
    breaths: tuple[BreathCard, ...]
    exercises: tuple[Recipe, ...]
    yours_alone: str
    questions: tuple[str, ...]
    calm_questions: tuple[str, ...]
    notebook: tuple[str, str, str]
    starters: tuple[str, ...]
    answers: tuple[str, ...]
    kind_words: tuple[str, ...]
    support: tuple[str, ...]
    not_for: str
    timer: str
    help: str


def pause_rule(settings: Settings) -> PauseRule:
    """The page that both put up together."""
    agreement = settings.agreement
    minutes = settings.script.minutes_in_words[agreement.minutes].whole
    sayings = (
        Quote(when, tuple(spelled(settings.phrases.of(intent).phrases[0]) for intent in intents))
        for when, intents in fixed_words.SAY_IN_A_PAUSE
    )
    return PauseRule(
        names=agreement.names,
        rule=("Either of us can call a pause.", f"We stop, go apart for {minutes}, and come back."),
        pause_words=tuple(spelled(phrase) for phrase in agreement.pause_words),
        steps=tuple(_steps(settings, minutes)),
        reassurance=tuple(
            Quote(name, (_capital(line),))
            for name, line in zip(agreement.names, agreement.reassurance, strict=False)  # none, or two
        ),
        plans=tuple(Quote(_occasion(plan.when), (_capital(plan.say),)) for plan in agreement.trigger_plans),
        sayings=tuple(sayings),
        button=fixed_words.BUTTON,
        button_held=fixed_words.BUTTON_HELD,
        keys="" if settings.machine.button.gpio_pin else fixed_words.BUTTON_KEYS,
        check_in=fixed_words.CHECK_IN[agreement.check_in],
        free_to_leave=fixed_words.FREE_TO_LEAVE,
        help=_help(settings),
    )


def private_page(settings: Settings, *, who: int) -> PrivatePage:
    """The page of the first (0) or the second (1) of the two names."""
    reflection = settings.reflection
    return PrivatePage(
        name=settings.agreement.names[who],
        recipes=fixed_words.RECIPES,
        breaths=tuple(_breaths(reflection)),
        exercises=tuple(
            Recipe(exercise.name, tuple(" ".join(step.sentences) for step in exercise.steps))
            for exercise in reflection.exercises[:MOST_EXERCISES]
        ),
        yours_alone=fixed_words.YOURS_ALONE,
        questions=_live_questions(reflection, settings.agreement),
        calm_questions=_calm_questions(reflection, settings.agreement),
        notebook=fixed_words.NOTEBOOK,
        starters=tuple(_after_the_colon(line) for line in reflection.starters[:MOST_STARTERS]),
        answers=tuple(_after_the_colon(line) for line in reflection.answers[:MOST_ANSWERS]),
        kind_words=reflection.kind_words[:MOST_KIND_WORDS],
        support=fixed_words.SUPPORT,
        not_for=fixed_words.NOT_FOR,
        timer=fixed_words.TIMER_WITH_A_VOICE,
        help=_help(settings),
    )


def in_digits(number: str) -> str:
    """A number as it is written: "one one two" becomes "112"; what is not all digits stays as it is."""
    words = number.casefold().split()
    all_digits = bool(words) and all(word in _DIGITS for word in words)
    return "".join(str(_DIGITS.index(word)) for word in words) if all_digits else number


def _steps(settings: Settings, minutes: str) -> Iterator[Step]:
    agreement, script = settings.agreement, settings.script
    apart = (
        ["One goes to {}, one to {}.".format(*agreement.places)]
        if agreement.places
        else ["We go to two different places."]
    )
    apart.append("Going out is fine, too.")
    if agreement.children:
        apart.append(f"{_capital(agreement.children)} stays near the children.")
    yield Step("We go apart", tuple(apart))
    keeper = "Chimes and a light keep the time." if agreement.quiet else "Breather keeps the time."
    waits = "A drink, a drive, and a call about it can wait."
    yield Step(_capital(minutes), (keeper, "Breathe slowly, or look around.", "There is nothing to solve now.", waits))
    not_yet = "Not yet is fine."
    if script.timing.most_extensions:
        not_yet = f"Not yet is fine: {script.minutes_in_words[script.timing.extension_minutes].whole} more."
    yield Step(
        "We come back", ("We are each asked: ready, or not yet?", not_yet, "Coming back does not mean we agree.")
    )
    if agreement.ritual:
        yield Step("We come close", (f"Our own way: {agreement.ritual}.",))


def _help(settings: Settings) -> str:
    number = in_digits(settings.agreement.emergency_number) or settings.script.emergency.words
    return f"If someone may get hurt: leave if you can, and call {number}."


def _breaths(reflection: Reflection) -> Iterator[BreathCard]:
    for name, pattern in reflection.breathing.items():
        title, how_often = fixed_words.BREATHS.get(name, fixed_words.OTHER_BREATH)
        breath = pattern.breath
        parts = (
            ("in", breath.in_seconds),
            ("a little more", breath.top_up_seconds),
            ("hold", breath.hold_seconds),
            ("out", breath.out_seconds),
            ("rest", breath.rest_seconds),
        )
        counts = ", ".join(f"{part} {seconds:g}" for part, seconds in parts if seconds)
        yield BreathCard(title, counts, how_often, breath)


def _live_questions(reflection: Reflection, agreement: Agreement) -> tuple[str, ...]:
    """The one about the feeling, all of the themes they chose, and one of each other theme."""
    taken: list[Question] = [reflection.feeling]
    for question in reflection.live_questions(agreement.themes):
        themes = {one.theme for one in taken}
        if question.theme in agreement.themes or question.theme not in themes:
            taken.append(question)
    return tuple(" ".join(question.sentences) for question in taken[:MOST_LIVE_QUESTIONS])


def _calm_questions(reflection: Reflection, agreement: Agreement) -> tuple[str, ...]:
    """The first one for calm days of each theme, the chosen themes before the others."""
    first: dict[str, Question] = {}
    for question in reflection.questions:
        if question.tier == "calm":
            first.setdefault(question.theme, question)
    order = dict.fromkeys((*agreement.themes, *first))
    calm = [first[theme] for theme in order if theme in first]
    return tuple(" ".join(question.sentences) for question in calm[:MOST_CALM_QUESTIONS])


def _occasion(when: str) -> str:
    """What follows "When", also where it was written with it."""
    return re.sub(r"^when\s+", "", when, flags=re.IGNORECASE) or when


def _after_the_colon(line: str) -> str:
    """From "You could say: It hurt." only "It hurt."; the heading above says the rest."""
    _, _, words = line.partition(": ")
    return _capital(words or line)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
