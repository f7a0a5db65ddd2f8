"""Standard output and standard error as they may be: closed, full, read by nobody, or unable to spell."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper


def mend_streams() -> None:
    """Let nothing we print be the end of us: closed streams lead nowhere, and unknown letters become "?"."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # so that no pipe of ours gets the number of a closed stream
    os.close(number)
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def output_is_read() -> bool:
    """Whether standard output takes what is written to it. When it does not, it leads nowhere from now on."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return not isinstance(error, BrokenPipeError)
    return True
