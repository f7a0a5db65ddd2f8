"""`breather sheet`: the pause rule for the fridge, and a page for each alone."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from assistant.commands.telling import complain, places_of, show

FOLDER = Path("sheets")


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    sheet = commands.add_parser("sheet", help="pages to print: your pause rule, and one for each of you alone")
    sheet.add_argument("--folder", type=Path, default=FOLDER, metavar="FOLDER", help="default: sheets")
    sheet.add_argument("--paper", choices=("a4", "letter"), default="a4", help="default: a4")
    sheet.set_defaults(command=command)


def command(options: argparse.Namespace) -> int:
    """Write the pages, and say where they are."""
    from assistant.settings.loader import load_settings  # noqa: PLC0415
    from assistant.sheet.pages import Paper  # noqa: PLC0415
    from assistant.sheet.writing import write_sheets  # noqa: PLC0415

    places = places_of(options)
    settings = load_settings(places.config, own=places.own)
    for notice in settings.notices:
        complain(notice)
    show("Drawing the pages. This can take a minute.")
    written = write_sheets(settings, options.folder, paper=Paper(options.paper))
    ending = ".html" if written.no_pdf else ".pdf"
    show(f"For the fridge: {written.for_both}{ending}")
    for name, path in zip(settings.agreement.names, written.for_each, strict=True):
        show(f"For {name} alone: {path}{ending}")
    show("The private pages are for one pair of eyes each. Print them on both sides of a sheet, the breathing outside.")
    if written.no_pdf:
        raise written.no_pdf
    show("The same pages are there as .html, for a browser.")
    return 0
