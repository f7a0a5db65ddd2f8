"""The commands. The only module that prints."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import BreatherError, place_of
from assistant.interruption import Interruption
from assistant.progress import progress
from assistant.streams import mend_streams, output_is_read

if TYPE_CHECKING:
    from assistant.places import Places
    from assistant.timeline_view import Event

DESCRIPTION = "A voice-guided pause for two. Nothing that is said in the room is stored or leaves it."
RECORDED = "recorded:"
USAGE = 2
FAULT, SYSTEM = 70, 71  # sysexits.h: EX_SOFTWARE, EX_OSERR


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code (see `assistant.errors`). Never a traceback, whatever happens."""
    stop = Interruption()
    try:
        # Should we ever crash, no image of our memory is to be left, nor of our children's: the room is in it.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        mend_streams()
        exit_code = _outcome(arguments, stop)
        stop.finish()
    except KeyboardInterrupt:
        _complain(stop.sentence)
        # Everything is closed. Python's own way out would turn a second Ctrl-C, and some first ones, into another code.
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(stop.exit_code)
    return exit_code


def _outcome(arguments: Sequence[str] | None, stop: Interruption) -> int:
    """Run the command and say what went wrong, if anything did."""
    try:
        options = _parser().parse_args(arguments, argparse.Namespace(stop=stop))
        if options.command is _run:
            stop.sentence = "Stopped. Nothing was kept."
        exit_code = int(options.command(options) or 0)
        sys.stdout.flush()
    except SystemExit as asked:  # argparse has said what there is to say
        return asked.code if isinstance(asked.code, int) and output_is_read() else 0
    except Exception as error:
        if stop.asked:
            raise KeyboardInterrupt from None  # some libraries turn an interruption into an error of their own
        if isinstance(error, BreatherError):
            _complain(f"breather: {error}")
            return error.exit_code
        if not output_is_read():
            return 0  # `breather demo | head`: whoever read our output has gone, and nobody is left to tell
        if isinstance(error, OSError):
            where = f": {error.filename}" if error.filename else ""
            _complain(f"breather: The system refused something ({error.strerror}){where}. Is the disk full?")
            return SYSTEM
        # The message stays out of it: nobody can tell what a library puts into its messages.
        _complain(f"breather: This is a mistake in Breather itself, please report it: {place_of(error)}.")
        return FAULT
    return exit_code


def _complain(sentence: str) -> None:
    with suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="breather", description=DESCRIPTION)
    parser.add_argument("--config", type=Path, metavar="FOLDER", help="settings folder (default: the one shipped)")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="where rendered speech and models are kept")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="listen with the microphone; a pause begins when somebody asks for one")
    run.add_argument("--microphone", metavar="NAME", help="a device of `breather devices`, or recorded:FILE.wav")
    run.add_argument("--loudspeaker", metavar="NAME", help="a device of `breather devices`, or recorded:FILE.wav")
    run.add_argument("--screen", action="store_true", help="show a pause on the whole terminal")
    run.set_defaults(command=_run)

    demo = commands.add_parser("demo", help="a whole pause with two recorded voices, without any sound device")
    demo.add_argument("--output", type=Path, default=Path("pause.wav"), metavar="FILE", help="default: pause.wav")
    demo.add_argument("--with-the-couple", action="store_true", help="put the two voices into the file as well")
    demo.set_defaults(command=_demo)

    setup = commands.add_parser("setup", help="bring a recogniser and render everything that will be said")
    setup.add_argument("--model", type=Path, metavar="FILE", help="a Vosk model you have: zip file or folder")
    setup.add_argument("--no-download", action="store_true", help="use what is there; open no network connection")
    setup.set_defaults(command=_setup)

    check = commands.add_parser("check", help="say whether everything is in order")
    check.set_defaults(command=_check)

    devices = commands.add_parser("devices", help="list microphones and loudspeakers by the names settings use")
    devices.add_argument("--check", action="store_true", help="print nothing; exit code 0 when there is one of each")
    devices.set_defaults(command=_devices)
    return parser


# Each command imports what it needs, so that `breather --help` answers at once.


def _run(options: argparse.Namespace) -> int:
    from assistant.devices.keyboard import HINT, terminal  # noqa: PLC0415
    from assistant.preparing import ready_parts  # noqa: PLC0415
    from assistant.running import run_live, run_on_screen, run_recording  # noqa: PLC0415
    from assistant.screen.display import Screen  # noqa: PLC0415
    from assistant.settings.spoken import spelled  # noqa: PLC0415
    from assistant.timeline_view import TimelineView  # noqa: PLC0415

    microphone, loudspeaker = options.microphone or "", options.loudspeaker or ""
    recorded = microphone.startswith(RECORDED)
    if recorded is not loudspeaker.startswith(RECORDED) and (loudspeaker or not recorded):
        return _usage("a recorded microphone goes with a recorded loudspeaker, a real one with a real one.")
    if recorded and options.screen:
        return _usage("--screen shows a real room; leave it out for a recording, where minutes pass in seconds.")
    view = TimelineView()

    def watch(now: float, event: Event) -> None:
        # What happens in a home belongs on a terminal that somebody is looking at, and into no log.
        if recorded or sys.stdout.isatty():
            _show(view.line(now, event))

    with progress("Speech", "sentences", show=_show) as on_progress:
        parts = replace(ready_parts(_places(options), watch, on_progress=on_progress), on_notice=_complain)
    print(parts.chosen.sentence, flush=True)
    if recorded:
        output = Path(loudspeaker.removeprefix(RECORDED)) if loudspeaker else None
        run_recording(parts, recording=Path(microphone.removeprefix(RECORDED)), output=output)
        return 0
    named = {key: name for key, name in (("microphone", microphone), ("loudspeaker", loudspeaker)) if name}
    sound = parts.settings.machine.sound.model_copy(update=named)
    machine = parts.settings.machine.model_copy(update={"sound": sound})
    parts = replace(parts, settings=replace(parts.settings, machine=machine))
    words = spelled(parts.settings.agreement.pause_words[0])
    keys = terminal()
    if options.screen:
        screen = Screen(seconds_of=parts.prompts.seconds, keys=keys is not None)
        options.stop.before_leaving = screen.close
        run_on_screen(parts, screen=screen, terminal=keys)
        return 0

    def on_ready() -> None:
        print(f'Ready. Say "{words}" when you need one. Ctrl-C ends.', flush=True)
        if keys is not None:
            print(HINT, flush=True)

    run_live(parts, on_ready=on_ready, terminal=keys)
    return 0


def _demo(options: argparse.Namespace) -> int:
    from assistant.demo import run_demo  # noqa: PLC0415
    from assistant.preparing import ready_parts  # noqa: PLC0415
    from assistant.timeline_view import TimelineView  # noqa: PLC0415

    view = TimelineView()

    def show(now: float, event: Event) -> None:
        _show(view.line(now, event))

    with progress("Speech", "sentences", show=_show) as on_progress:
        parts = replace(ready_parts(_places(options), show, on_progress=on_progress), on_notice=_complain)
    print(parts.chosen.sentence)
    print("Two recorded voices and one pause. First column: time in the room; second: time in the pause.\n", flush=True)
    began = time.monotonic()
    seconds = run_demo(parts, output=options.output, with_the_couple=options.with_the_couple, on_line=show)
    took = time.monotonic() - began
    print(f"\n{seconds / 60:.1f} minutes in {took:.0f} seconds. What the room heard of Breather: {options.output}")
    return 0


def _setup(options: argparse.Namespace) -> int:
    from assistant.preparing import bring_model, render_prompts, try_new_recognizer  # noqa: PLC0415
    from assistant.settings.loader import load_settings  # noqa: PLC0415

    places = _places(options)
    settings = load_settings(places.config)
    with progress("English Vosk model", "MB", show=_show, scale=1e-6) as on_progress:
        refused = bring_model(places, source=options.model, download=not options.no_download, on_progress=on_progress)
    if refused is not None:
        print(f"The Vosk model could not be had ({refused.what}); the embedded English model listens instead.")
    with progress("Speech", "sentences", show=_show) as on_progress:
        render_prompts(settings, places, on_progress=on_progress)
    print("Everything that will be said is ready.")
    print(try_new_recognizer(settings, places).sentence)
    return 0


def _check(options: argparse.Namespace) -> int:
    from assistant.checkup import checkup  # noqa: PLC0415

    exit_code = 0
    for finding in checkup(_places(options)):
        print(f"{'ok  ' if finding.error is None else 'NOT '} {finding.sentence}", flush=True)
        if finding.error is not None:
            exit_code = exit_code or finding.error.exit_code
    return exit_code


def _devices(options: argparse.Namespace) -> int:
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


def _usage(sentence: str) -> int:
    print(f"breather: {sentence}", file=sys.stderr)
    return USAGE


def _places(options: argparse.Namespace) -> Places:
    from assistant.places import places  # noqa: PLC0415

    return places(config=options.config, cache=options.cache)


def _show(line: str | None) -> None:
    if line is not None:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
