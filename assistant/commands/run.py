"""`breather run`: listens with the microphone, or to a recording."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands.leading import listening_alone, stopped_by_hand, with_devices
from assistant.commands.telling import complain, places_of, show, usage
from assistant.progress import progress

if TYPE_CHECKING:
    from assistant.app import Parts
    from assistant.devices.watchdog import Watchdog
    from assistant.timeline_view import Event

RECORDED = "recorded:"


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    run = commands.add_parser("run", help="listen with the microphone; a pause begins when somebody asks for one")
    run.add_argument("--microphone", metavar="NAME", help="a device of `breather devices`, or recorded:FILE.wav")
    run.add_argument("--loudspeaker", metavar="NAME", help="a device of `breather devices`, or recorded:FILE.wav")
    run.add_argument("--screen", action="store_true", help="show a pause on the whole terminal")
    run.set_defaults(command=command, interrupted="Stopped. No word was kept.")


def command(options: argparse.Namespace) -> int:
    """Listen until somebody stops it, or the recording is over."""
    microphone, loudspeaker = options.microphone or "", options.loudspeaker or ""
    recorded = microphone.startswith(RECORDED)
    if RECORDED in (microphone, loudspeaker):
        return usage("after recorded: comes the name of a file, such as recorded:evening.wav.")
    if recorded is not loudspeaker.startswith(RECORDED) and (loudspeaker or not recorded):
        return usage("a recorded microphone goes with a recorded loudspeaker, a real one with a real one.")
    if recorded and options.screen:
        return usage("--screen shows a real room; leave it out for a recording, where minutes pass in seconds.")
    if not recorded:
        from assistant.devices.watchdog import Watchdog  # noqa: PLC0415

        watchdog = Watchdog()
        with closing(watchdog), listening_alone(options):
            while _in_a_room(options, watchdog):
                watchdog.long_work()
                print("The settings have changed; from here on, the new ones count.", flush=True)
        return 0
    from assistant.running import run_recording  # noqa: PLC0415

    output = Path(loudspeaker.removeprefix(RECORDED)) if loudspeaker else None
    run_recording(_parts(options), recording=Path(microphone.removeprefix(RECORDED)), output=output)
    return 0


def _parts(options: argparse.Namespace) -> Parts:
    from assistant.preparing import ready_parts  # noqa: PLC0415
    from assistant.timeline_view import TimelineView  # noqa: PLC0415

    view, recorded = TimelineView(), (options.microphone or "").startswith(RECORDED)

    def watch(now: float, event: Event) -> None:
        # What happens in a home belongs on a terminal that somebody is looking at, and into no log.
        if recorded or sys.stdout.isatty():
            show(view.line(now, event))

    with progress("Speech", "sentences", show=show) as on_progress:
        parts = replace(ready_parts(places_of(options), watch, on_progress=on_progress), on_notice=complain)
    for notice in parts.settings.notices:
        complain(notice)
    print(parts.chosen.sentence, flush=True)
    return parts


def _in_a_room(options: argparse.Namespace, watchdog: Watchdog) -> bool:
    """Listen with the microphone. Returns whether there are new settings to begin again with."""
    from assistant.devices.keyboard import HINT, terminal  # noqa: PLC0415
    from assistant.running import run_live, run_on_screen  # noqa: PLC0415
    from assistant.screen.display import Screen  # noqa: PLC0415
    from assistant.settings.spoken import spelled  # noqa: PLC0415

    parts = with_devices(_parts(options), microphone=options.microphone, loudspeaker=options.loudspeaker)

    def by_hand() -> bool:
        return stopped_by_hand(options)

    words, keys = spelled(parts.settings.agreement.pause_words[0]), terminal()
    if options.screen:
        screen = Screen(seconds_of=parts.prompts.seconds, keys=keys is not None)
        options.stop.before_leaving = screen.close
        return run_on_screen(parts, screen=screen, terminal=keys, stopped_by_hand=by_hand)

    def on_ready() -> None:
        # The couple's own words belong into no log of a service, either.
        how = f' Say "{words}" when you need one. Ctrl-C ends.' if sys.stdout.isatty() else ""
        print(f"Ready.{how}", flush=True)
        if keys is not None:
            print(HINT, flush=True)

    return run_live(
        parts,
        on_ready=on_ready,
        terminal=keys,
        stopped_by_hand=by_hand,
        watchdog=watchdog,
        into_a_log=not sys.stderr.isatty(),
    )
