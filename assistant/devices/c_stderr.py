"""Keeps off the screen what C libraries write straight to the process's standard error.

When a device dies, PortAudio prints lines of its own source from a thread of its own, and nothing switches that off. So
for as long as there are devices, file descriptor 2 leads nowhere, and Python's standard error, which carries our own
sentences, goes where it went before by another number.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def c_libraries_hushed() -> Iterator[None]:
    """Inside, only Python reaches the standard error. Where there is none, nothing happens."""
    before = sys.stderr
    try:
        own = before.fileno() == 2
        screen = os.dup(2)
    except (AttributeError, OSError, ValueError):
        yield
        return
    with os.fdopen(screen, "w", buffering=1, encoding=before.encoding, errors=before.errors) as ours:
        # Whatever a signal comes in between: what Python says is always read.
        if own:
            before.flush()
            sys.stderr = ours
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(screen, 2)
            sys.stderr = before
