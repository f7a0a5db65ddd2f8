"""What every command needs: saying something on the terminal, and knowing where things are."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.places import Places

USAGE = 2


def show(line: str | None) -> None:
    """A line on standard output, at once; None is no line."""
    if line is not None:
        print(line, flush=True)


def complain(sentence: str) -> None:
    """A line on standard error, if anybody still reads it."""
    with suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)


def usage(sentence: str) -> int:
    """Say that the command was not given as it should be; returns the exit code for that."""
    complain(f"breather: {sentence}")
    return USAGE


def places_of(options: argparse.Namespace) -> Places:
    """The folders that the options name, or the usual ones."""
    from assistant.places import places  # noqa: PLC0415

    return places(config=options.config, cache=options.cache, state=options.state)
