"""Starts a process that is talked to through two pipes, and through nothing else."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import signal
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

PIPE_BYTES = 1 << 18  # ample, because a full pipe would stop the main loop, and messages leave gaps in its pages
# glibc's allocator, told to give memory back: after forty phrases 166 MB resident instead of 208, at no cost in time.
# It may keep 8 MB for later: with 32, what is resident came and went between 140 and 200 MB, with 8 it is at most 163.
THRIFT = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "8000000", "MALLOC_MMAP_THRESHOLD_": "32000000"}
# One thread for numpy: with two, the second one mostly waits for the first and burns as much (talk cost 5.8 % of a core
# instead of 3.1 %).
THRIFT |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


CLOSING_SECONDS = 0.5


class PipedChild:
    """One process, from its start to its end, and the messages that go to it and come from it.

    ``command``: see `start_piped`, and what it raises. ``pid``: for whoever measures memory and processor time.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process, we_write, we_read = start_piped(command)
        self._requests = Connection(we_write, readable=False)
        self._answers = Connection(we_read, writable=False)
        self.pid = self._process.pid

    def send(self, message: bytes) -> None:
        """Pass it on. To a child that has died, nothing: the end of its answers tells that."""
        with contextlib.suppress(OSError):
            self._requests.send_bytes(message)

    def answered(self, timeout_seconds: float = 0.0) -> bool:
        """Whether there is something to receive. Raises EOFError or OSError when there never will be."""
        return self._answers.poll(timeout_seconds)

    def receive(self) -> Any:
        """The next answer. Raises EOFError or OSError when the child has died."""
        return pickle.loads(self._answers.recv_bytes())  # noqa: S301  (our own child's)

    def end(self) -> str:
        """Wait until it has ended; returns how."""
        code = self._process.wait()
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def kill(self) -> None:
        """End it, whatever state it is in, without waiting until it is gone."""
        self._process.kill()
        self._close_pipes()

    @property
    def gone(self) -> bool:
        """Whether it has ended; to be asked now and then, so that nothing is left of it."""
        return self._process.poll() is not None

    def close(self) -> None:
        """Let it end, and end it when it does not. May be called twice."""
        self._close_pipes()
        try:
            self._process.wait(CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _close_pipes(self) -> None:
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()


def start_piped(command: Sequence[str]) -> tuple[subprocess.Popen[bytes], int, int]:
    """The child, the pipe that we write to, and the one that we read from.

    ``command``: gets two more arguments, the child's ends: the pipe that it reads from, and the one it writes to.
    Raises OSError when the machine has no room for another process, and leaves nothing open then.
    """
    search_path = (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))
    with ExitStack() as our_ends, ExitStack() as its_ends:
        child_reads, we_write = os.pipe()
        its_ends.callback(os.close, child_reads)
        our_ends.callback(os.close, we_write)
        we_read, child_writes = os.pipe()
        its_ends.callback(os.close, child_writes)
        our_ends.callback(os.close, we_read)
        # Nothing the libraries print may reach a log: some of them print what they hear.
        child = subprocess.Popen(  # noqa: S603  (our own module)
            [*command, str(child_reads), str(child_writes)],
            env={**os.environ, **THRIFT, "PYTHONPATH": os.pathsep.join(filter(None, search_path))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(child_reads, child_writes),
        )
        our_ends.pop_all()  # they stay open
    with contextlib.suppress(OSError):
        fcntl.fcntl(we_write, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return child, we_write, we_read
