"""`breather demo`: a whole pause with two recorded voices, without any sound device."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands.telling import complain, places_of, show
from assistant.progress import progress

if TYPE_CHECKING:
    from assistant.timeline_view import Event


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    demo = commands.add_parser("demo", help="a whole pause with two recorded voices, without any sound device")
    demo.add_argument("--output", type=Path, default=Path("pause.wav"), metavar="FILE", help="default: pause.wav")
    demo.add_argument("--with-the-couple", action="store_true", help="put the two voices into the file as well")
    demo.set_defaults(command=command)


def command(options: argparse.Namespace) -> int:
    """Play it."""
    from assistant.demo import run_demo  # noqa: PLC0415
    from assistant.preparing import ready_parts  # noqa: PLC0415
    from assistant.timeline_view import TimelineView  # noqa: PLC0415

    view = TimelineView()

    def watch(now: float, event: Event) -> None:
        show(view.line(now, event))

    with progress("Speech", "sentences", show=show) as on_progress:
        parts = replace(
            ready_parts(places_of(options), watch, on_progress=on_progress, sentences="of a pause"), on_notice=complain
        )
    for notice in parts.settings.notices:
        complain(notice)
    print(parts.chosen.sentence)
    print("Two recorded voices and one pause. First column: time in the room; second: time in the pause.\n", flush=True)
    began = time.monotonic()
    seconds = run_demo(parts, output=options.output, with_the_couple=options.with_the_couple, on_line=watch)
    took = time.monotonic() - began
    print(f"\n{seconds / 60:.1f} minutes in {took:.0f} seconds. What the room heard of Breather: {options.output}")
    return 0
