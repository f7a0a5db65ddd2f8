"""`breather setup`, `check` and `devices`: is this machine ready?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from assistant.commands.telling import places_of, show
from assistant.errors import BreatherError
from assistant.progress import progress


def add(commands: Any) -> None:
    """Add the three commands to argparse's subparsers."""
    setup = commands.add_parser("setup", help="bring a recogniser and render everything that will be said")
    setup.add_argument("--model", type=Path, metavar="FILE", help="a Vosk model you have: zip file or folder")
    setup.add_argument("--no-download", action="store_true", help="use what is there; open no network connection")
    setup.set_defaults(command=set_up)

    check = commands.add_parser("check", help="say whether everything is in order")
    check.set_defaults(command=check_everything)

    devices = commands.add_parser("devices", help="list microphones and loudspeakers by the names settings use")
    devices.add_argument("--check", action="store_true", help="print nothing; exit code 0 when there is one of each")
    devices.set_defaults(command=list_devices)


def set_up(options: argparse.Namespace) -> int:
    """Bring what is missing, and try it."""
    from assistant.preparing import bring_model, render_prompts, try_new_recognizer  # noqa: PLC0415
    from assistant.settings.loader import load_settings  # noqa: PLC0415

    places = places_of(options)
    settings = load_settings(places.config, own=places.own)
    with progress("English Vosk model", "MB", show=show, scale=1e-6) as on_progress:
        refused = bring_model(places, source=options.model, download=not options.no_download, on_progress=on_progress)
    if refused is not None:
        print(f"The Vosk model could not be had ({refused.what}); the embedded English model listens instead.")
    with progress("Speech", "sentences", show=show) as on_progress:
        render_prompts(settings, places, on_progress=on_progress, sentences="all")
    print("Everything that will be said is ready.")
    print(try_new_recognizer(settings, places).sentence)
    return 0


def check_everything(options: argparse.Namespace) -> int:
    """A line for everything; the exit code of the first that is not in order."""
    from assistant.checkup import checkup  # noqa: PLC0415

    exit_code = 0
    for finding in checkup(places_of(options)):
        print(f"{'ok  ' if finding.error is None else 'NOT '} {finding.sentence}", flush=True)
        if finding.error is not None:
            exit_code = exit_code or finding.error.exit_code
    return exit_code


def list_devices(options: argparse.Namespace) -> int:
    """List them, or only look."""
    from assistant.devices.portaudio_devices import devices, find  # noqa: PLC0415

    if options.check:
        try:
            find(None, "input")
            find(None, "output")
        except BreatherError as error:
            return error.exit_code
        return 0
    found = devices()
    for device in found:
        print(device.sentence)
    if not found:
        print("No sound device was found. `breather demo` needs none.")
    return 0
