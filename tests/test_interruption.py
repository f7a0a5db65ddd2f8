"""Ctrl-C and SIGTERM while something takes too long to close: the sentence is read all the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cases import long

ROOT = Path(__file__).parents[1]
PROGRAM = """
import time
from contextlib import nullcontext
from assistant.devices.c_stderr import c_libraries_hushed
from assistant.interruption import Interruption
stop = Interruption()
stop.sentence = "Stopped. No word was kept."
with {around}():
    try:
        print("ready", flush=True)
        time.sleep(60)
    finally:
        time.sleep(60)
"""


@pytest.mark.parametrize("around", ["c_libraries_hushed", long("nullcontext")])
@pytest.mark.parametrize(("kind", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_closing_that_takes_too_long_is_given_up(around: str, kind: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(around=around)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(kind)
    _, complaints = process.communicate(timeout=20)
    assert (process.returncode, complaints) == (code, "Stopped. No word was kept.\n")
