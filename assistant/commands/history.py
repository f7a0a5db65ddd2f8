"""`breather history`: a look back at the pauses, as a page too, and the way to erase all of it."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands.telling import complain, places_of, show, usage
from assistant.errors import BreatherError, OutputError

if TYPE_CHECKING:
    from assistant.history.store import History
    from assistant.history.summary import Summary
    from assistant.places import Places

FIRST, SECOND = "First of you: shall all of it be erased?", "And the other of you?"
NOT_WANTED = (
    "Nothing is kept of your pauses.",
    "If you would both like to look back on them, you can agree on that: breather agree",
)
HALFWAY = "Stopped in the middle of it. To erase the rest: breather history --erase"
SWITCHED_OFF = (
    "\nYour agreement says that pauses are no longer counted.",
    "What was counted before stays until you erase it together: breather history --erase",
)


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    history = commands.add_parser("history", help="look back at your pauses, if you have both agreed to count them")
    what = history.add_mutually_exclusive_group()
    what.add_argument("--page", type=Path, metavar="FILE", help="write it as a page (HTML) for any browser")
    what.add_argument("--erase", action="store_true", help="erase all that was kept, if both of you say yes")
    history.add_argument(
        "--yes-from-both", action="store_true", help="for scripts, with --erase: you have both been asked already"
    )
    history.set_defaults(command=command, interrupted="Stopped. Nothing was erased.")


def command(options: argparse.Namespace) -> int:
    """Show it, write it, or erase it."""
    from assistant.history.store import History  # noqa: PLC0415

    if options.yes_from_both and not options.erase:
        return usage("--yes-from-both goes with --erase.")
    places = places_of(options)
    history = History(places.state, on_notice=complain)
    if options.erase:
        return erase(history, options)
    return look_back(history, places, page=options.page)


def look_back(history: History, places: Places, *, page: Path | None) -> int:
    """In the terminal, or as a page. Says how both can choose it where nothing is kept."""
    from assistant.history.summary import summarized  # noqa: PLC0415
    from assistant.history.terminal import terminal_view  # noqa: PLC0415

    pauses = history.pauses()
    wanted = _wanted(places)
    if not pauses and wanted is False:
        for line in NOT_WANTED:
            show(line)
        return 0
    summary = summarized(pauses, datetime.now().astimezone().date())
    if page is None:
        show(terminal_view(summary, sys.stdout))
    else:
        _write(page, summary)
        show(f"The look back is in {page}. Any browser shows it, and it can be printed.")
    if wanted is False:
        for line in SWITCHED_OFF:
            show(line)
    return 0


def erase(history: History, options: argparse.Namespace) -> int:
    """Erase everything, if both want that."""
    from assistant.commands import asking  # noqa: PLC0415

    files = history.kept()
    if not files:
        show("There is nothing to erase: nothing was kept of your pauses.")
        return 0
    if not options.yes_from_both:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return usage("to erase, both of you are asked on a terminal; in a script, add --yes-from-both.")
        show("This takes away for good all that was counted: " + ", ".join(file.name for file in files))
        if not all(asking.confirm(question, default=False) for question in (FIRST, SECOND)):
            show("Nothing was erased.")
            return 0
    options.stop.sentence = HALFWAY
    history.erase()
    show("All of it is erased. Pages that were written with --page are yours to throw away.")
    return 0


def _wanted(places: Places) -> bool | None:
    """Both want pauses to be counted; None where the settings cannot tell."""
    from assistant.settings.loader import load_settings  # noqa: PLC0415

    try:
        return load_settings(places.config, own=places.own).agreement.history
    except (BreatherError, OSError):  # broken settings hide nobody's history
        return None


def _write(page: Path, summary: Summary) -> None:
    """For the eyes of its owner, as long as nobody changes that. Raises `OutputError`."""
    from assistant.history.page import page as drawn  # noqa: PLC0415

    content = drawn(summary)
    try:
        descriptor = os.open(page, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        raise OutputError(
            f"The page cannot be written ({error.strerror})",
            where=page,
            remedy="Choose another file with --page, and look whether the disk is full.",
        ) from None
