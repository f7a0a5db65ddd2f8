"""Starts a process that is talked to through two pipes, and through nothing else."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

PIPE_BYTES = 1 << 18  # ample, because a full pipe would stop the main loop, and messages leave gaps in its pages
# glibc's allocator, told to give memory back: after forty phrases 166 MB resident instead of 208, at no cost in time.
THRIFT = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "32000000", "MALLOC_MMAP_THRESHOLD_": "32000000"}
# One thread for numpy: with two, the second one mostly waits for the first and burns as much (talk cost 5.8 % of a core
# instead of 3.1 %).
THRIFT |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def start_piped(command: Sequence[str]) -> tuple[subprocess.Popen[bytes], int, int]:
    """The child, the pipe that we write to, and the one that we read from.

    ``command``: gets two more arguments, the child's ends: the pipe that it reads from, and the one it writes to.
    """
    child_reads, we_write = os.pipe()
    we_read, child_writes = os.pipe()
    search_path = (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))
    try:
        # Nothing the libraries print may reach a log: some of them print what they hear.
        child = subprocess.Popen(  # noqa: S603  (our own module)
            [*command, str(child_reads), str(child_writes)],
            env={**os.environ, **THRIFT, "PYTHONPATH": os.pathsep.join(filter(None, search_path))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(child_reads, child_writes),
        )
    finally:
        os.close(child_reads)
        os.close(child_writes)
    with contextlib.suppress(OSError):
        fcntl.fcntl(we_write, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return child, we_write, we_read
