"""The commands. The only module that prints."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from assistant.errors import BreatherError

if TYPE_CHECKING:
    from assistant.demo import DemoLine
    from assistant.dialogue.flow import State
    from assistant.messages import Command, Intent
    from assistant.places import Places

    Event = State | Intent | Command

DESCRIPTION = "A voice-guided pause for two. Nothing that is said in the room is stored or leaves it."
RECORDED = "recorded:"
INTERRUPTED = 130
USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code (see `assistant.errors`)."""
    options = _parser().parse_args(arguments)
    stop = _Stop()
    try:
        return int(options.command(options) or 0)
    except BreatherError as error:
        print(f"breather: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("Stopped. Nothing was kept.", file=sys.stderr)
        return stop.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="breather", description=DESCRIPTION)
    parser.add_argument("--config", type=Path, metavar="FOLDER", help="settings folder (default: the one shipped)")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="where rendered speech and models are kept")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="listen with the microphone; a pause begins when somebody asks for one")
    run.add_argument("--microphone", metavar="NAME", help="a device of `breather devices`, or recorded:FILE.wav")
    run.add_argument("--loudspeaker", metavar="NAME", help="a device of `breather devices`, or recorded:FILE.wav")
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


class _Stop:
    """Ctrl-C and SIGTERM end the program in the same orderly way, at any moment, and only once."""

    def __init__(self) -> None:
        self.exit_code = INTERRUPTED
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)  # closing must not be interrupted by a second Ctrl-C
        self.exit_code = INTERRUPTED if number == signal.SIGINT else 0
        raise KeyboardInterrupt


# Each command imports what it needs, so that `breather --help` answers at once.


def _run(options: argparse.Namespace) -> int:
    from assistant.app import run_live, run_recording  # noqa: PLC0415
    from assistant.preparing import ready_parts  # noqa: PLC0415
    from assistant.timeline_view import TimelineView  # noqa: PLC0415

    microphone, loudspeaker = options.microphone or "", options.loudspeaker or ""
    recorded = microphone.startswith(RECORDED)
    if recorded is not loudspeaker.startswith(RECORDED) and (loudspeaker or not recorded):
        return _usage("a recorded microphone goes with a recorded loudspeaker, a real one with a real one")
    view = TimelineView()

    def watch(now: float, event: Event) -> None:
        # What happens in a home belongs on a terminal that somebody is looking at, and into no log.
        if recorded or sys.stdout.isatty():
            _show(view.line(now, event))

    parts = ready_parts(_places(options), watch)
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
    run_live(parts, on_ready=lambda: print(f'Ready. Say "{words}" when you need one. Ctrl-C ends.', flush=True))
    return 0


def _demo(options: argparse.Namespace) -> int:
    from assistant.demo import run_demo  # noqa: PLC0415
    from assistant.preparing import ready_parts  # noqa: PLC0415
    from assistant.timeline_view import TimelineView  # noqa: PLC0415

    view = TimelineView()

    def show(now: float, event: Event | DemoLine) -> None:
        _show(view.line(now, event))

    parts = ready_parts(_places(options), show)
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
    with progress("English Vosk model", "MB", scale=1e-6) as on_progress:
        refused = bring_model(places, source=options.model, download=not options.no_download, on_progress=on_progress)
    if refused is not None:
        print(f"The Vosk model could not be had ({refused.what}); the embedded English model listens instead.")
    with progress("Speech", "sentences") as on_progress:
        sentences = render_prompts(settings, places, on_progress=on_progress)
    print(f"Speech: {sentences} sentences are ready.")
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
        kinds = [kind for kind, has in (("microphone", device.inputs), ("loudspeaker", device.outputs)) if has]
        default = " (default)" if device.is_default_input or device.is_default_output else ""
        print(f"{device.name}: {' and '.join(kinds)}, {device.default_rate_hz:g} Hz{default}")
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


@contextmanager
def progress(what: str, unit: str, *, scale: float = 1.0) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; elsewhere a line for every quarter. Nothing when there is nothing to do."""
    if not sys.stdout.isatty():
        yield _plain_progress(what, unit, scale)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as display:
        task = display.add_task(what, visible=False, amount="")

        def update(done: int, total: int) -> None:
            amount = f"{done * scale:.0f} of {total * scale:.0f} {unit}"
            display.update(task, completed=done, total=total, visible=total > 0, amount=amount)

        yield update


def _plain_progress(what: str, unit: str, scale: float) -> Callable[[int, int], None]:
    last = -1

    def update(done: int, total: int) -> None:
        nonlocal last
        quarter = done * 4 // total if total else 4
        if total and quarter > last:
            last = quarter
            print(f"{what}: {done * scale:.0f} of {total * scale:.0f} {unit}", flush=True)

    return update


def spelled(phrase: str) -> str:
    """A phrase as people write it: "i need a pause" becomes "I need a pause"."""
    words = ["I" if word == "i" else word for word in phrase.split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


if __name__ == "__main__":
    sys.exit(main())
