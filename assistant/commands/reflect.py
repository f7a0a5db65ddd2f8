"""`breather reflect`: a quiet look back at the week, in a terminal, alone or together. Nothing of it is kept."""

from __future__ import annotations

import argparse
import random
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.commands.leading import add_devices, lead
from assistant.commands.telling import places_of, show, usage
from assistant.records import CalmTalk

if TYPE_CHECKING:
    from assistant.calm.calm_questions import CalmQuestions
    from assistant.settings.calm_topics import Card
    from assistant.settings.loader import Settings
    from assistant.settings.reflection import Question

WIDTH = 76
GO_ON = "Take your time, then press Enter."
COLUMNS = ("The thought", "The moment", "The feeling")
EMPTY_LINES = 6


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    reflect = commands.add_parser("reflect", help="a quiet look back at the week, alone or together; nothing is kept")
    how = reflect.add_mutually_exclusive_group()
    how.add_argument(
        "--learn", nargs="?", const="", metavar="THEME", help="read a learn card; without THEME, list them"
    )
    how.add_argument("--card", action="store_true", help="print an empty notebook card")
    how.add_argument("--aloud", action="store_true", help="Breather leads it by voice, in the room")
    add_devices(reflect)
    reflect.set_defaults(command=command, interrupted="Stopped. No word was kept.")


def command(options: argparse.Namespace) -> int:
    """Look back, or read one card."""
    from assistant.settings.loader import load_settings  # noqa: PLC0415

    if options.aloud:
        return lead(options, CalmTalk.REFLECTION)
    if options.microphone or options.loudspeaker:
        return usage("a microphone and a loudspeaker are for --aloud; without it, all stands on the screen.")
    if options.card:
        show_notebook_card()
        return 0
    places = places_of(options)
    settings = load_settings(places.config, own=places.own)
    if options.learn is not None:
        return learn(settings.calm.cards, options.learn)
    look_back(settings)
    return 0


# --- the look back ----------------------------------------------------------------------------------------------------


def look_back(settings: Settings) -> None:
    """From the choice of a theme to the last line. Enter leads on; what is typed is neither read nor kept."""
    from assistant.calm.calm_questions import CalmQuestions  # noqa: PLC0415
    from assistant.commands import asking  # noqa: PLC0415

    chance = random.SystemRandom()
    questions = CalmQuestions(
        reflection=settings.reflection,
        agreement=settings.agreement,
        lot=lambda count: chance.sample(range(count), count),
    )
    lines = {name: line.sentences for name, line in settings.calm.lines.items()}
    asking.needs_terminal()
    show("A quiet look back at your week, alone or together.\n")
    theme = asking.select(
        "What would you like to look at?",
        [*((questions.name(theme), theme) for theme in questions.themes), ("A bit of each", None)],
        default=next(iter(questions.themes), None),
    )
    show("\nThere is nothing to type. Think, talk, or write on paper; nothing is kept.\n")
    for question in _asked(questions, theme):
        _leave_time(question.sentences)
    for line in ("reflect_good", "reflect_strength", "reflect_moment", "reflect_roots"):
        _leave_time(lines[line])
    _tell(lines["reflect_card"])
    show("")
    show_notebook_card()
    _offer_to_learn(settings.calm.cards, theme)
    for sentences in (
        lines["reflect_support"],
        [*lines["reflect_first_step"], "`breather sheet` prints it."],
        lines["reflect_end"],
    ):
        show("")
        _tell(sentences)


def _asked(questions: CalmQuestions, theme: str | None) -> Sequence[Question]:
    return questions.of(theme) if theme is not None else questions.of_several()


def _offer_to_learn(cards: Sequence[Card], theme: str | None) -> None:
    from assistant.commands import asking  # noqa: PLC0415

    show("")
    card = next((card for card in cards if card.theme == theme), None)
    if card is not None:
        if asking.confirm("There is a minute to read about this. Would you like it?", default=True):
            _show_card(card)
        return
    chosen = asking.select(
        "There is a minute to read on each of these. Would you like one?",
        [("Not today", None), *((each.title, each) for each in cards)],
    )
    if chosen is not None:
        _show_card(chosen)


def _leave_time(sentences: Sequence[str]) -> None:
    from assistant.commands import asking  # noqa: PLC0415

    _tell(sentences)
    asking.text(GO_ON)
    show("")


def _tell(sentences: Sequence[str]) -> None:
    show(textwrap.fill(" ".join(sentences), WIDTH))


def show_notebook_card() -> None:
    """Three empty columns, to be copied or printed."""
    wide = (WIDTH - len(COLUMNS) - 1) // len(COLUMNS)
    rule = "+".join(["", *("-" * wide for _ in COLUMNS), ""])
    show(rule)
    show("|".join(["", *(f" {column}".ljust(wide) for column in COLUMNS), ""]))
    show(rule)
    for _ in range(EMPTY_LINES):
        show("|".join(["", *(" " * wide for _ in COLUMNS), ""]))
    show(rule)


# --- learn cards ------------------------------------------------------------------------------------------------------


def learn(cards: Sequence[Card], theme: str) -> int:
    """One card, or ("" for `theme`) which there are; in a terminal, one of them can be chosen then."""
    import sys  # noqa: PLC0415

    from assistant.commands import asking  # noqa: PLC0415
    from assistant.settings.values import did_you_mean, either  # noqa: PLC0415

    known = [card.theme for card in cards]
    if theme:
        card = next((card for card in cards if card.theme == theme.lower()), None)
        if card is None:
            hint = did_you_mean(theme, known) or f"; choose {either(known)}"
            return usage(f'there is no card for "{theme}"{hint}')
        _show_card(card)
    elif sys.stdin.isatty() and sys.stdout.isatty():
        _show_card(asking.select("About a minute each. Which one?", [(card.title, card) for card in cards]))
    else:
        show("About a minute each, with `breather reflect --learn THEME`:\n")
        for card in cards:
            show(f"  {card.theme.ljust(max(map(len, known)))}   {card.title}")
    return 0


def _show_card(card: Card) -> None:
    show(f"\n{card.title}\n")
    for part in card.parts:
        _tell(part)
        show("")
