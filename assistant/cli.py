"""The command line: which command, how it ended, and what is said about that. The commands stand in `commands`."""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from assistant.commands import agree, demo, doctor, history, machine, reflect, rehearse, run, sheet
from assistant.commands.telling import complain
from assistant.errors import BreatherError, place_of
from assistant.interruption import Interruption
from assistant.streams import mend_streams, output_is_read

DESCRIPTION = "A voice-guided pause for two. Nothing that is said in the room is stored or leaves it."
# Each imports what it needs when it runs, so that `breather --help` answers at once.
COMMANDS = (run, demo, agree, sheet, rehearse, reflect, history, machine, doctor)
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
        complain(stop.sentence)
        # Everything is closed. Python's own way out would turn a second Ctrl-C, and some first ones, into another code.
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(stop.exit_code)
    return exit_code


def _outcome(arguments: Sequence[str] | None, stop: Interruption) -> int:
    """Run the command and say what went wrong, if anything did."""
    try:
        options = _parser().parse_args(arguments, argparse.Namespace(stop=stop))
        stop.sentence = getattr(options, "interrupted", stop.sentence)
        exit_code = int(options.command(options) or 0)
        sys.stdout.flush()
    except SystemExit as asked:  # argparse has said what there is to say
        return asked.code if isinstance(asked.code, int) and output_is_read() else 0
    except Exception as error:
        if stop.asked:
            raise KeyboardInterrupt from None  # some libraries turn an interruption into an error of their own
        if isinstance(error, BreatherError):
            complain(f"breather: {error}")
            return error.exit_code
        if not output_is_read():
            return 0  # `breather demo | head`: whoever read our output has gone, and nobody is left to tell
        if isinstance(error, OSError):
            where = f": {error.filename}" if error.filename else ""
            complain(f"breather: The system refused something ({error.strerror}){where}. Is the disk full?")
            return SYSTEM
        # The message stays out of it: nobody can tell what a library puts into its messages.
        complain(f"breather: This is a mistake in Breather itself, please report it: {place_of(error)}.")
        return FAULT
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="breather", description=DESCRIPTION)
    parser.add_argument("--config", type=Path, metavar="FOLDER", help="settings folder (default: the one shipped)")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="where rendered speech and models are kept")
    parser.add_argument(
        "--state", type=Path, metavar="FOLDER", help="where the look back is kept, if you both want one"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for each in COMMANDS:
        each.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
