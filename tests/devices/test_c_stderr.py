"""What C libraries print stays off the screen; what we say does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, sys
from assistant.devices.c_stderr import c_libraries_hushed
with c_libraries_hushed():
    os.write(2, b"Expression 'x' failed\\n")
    print("our own sentence", file=sys.stderr, flush=True)
    {inside}
os.write(2, b"as before\\n")
print("and after", file=sys.stderr, flush=True)
"""


def complaints(inside: str = "pass") -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(inside=inside)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stderr


def test_only_python_reaches_the_standard_error() -> None:
    assert complaints().splitlines() == ["our own sentence", "as before", "and after"]


def test_a_crash_inside_is_told() -> None:
    said = complaints("raise ValueError('told')")
    assert said.splitlines()[0] == "our own sentence"
    assert "ValueError: told" in said


def test_without_a_standard_error_nothing_happens() -> None:
    program = (
        "import os, sys; os.close(2); sys.stderr = None\n"
        "from assistant.devices.c_stderr import c_libraries_hushed\n"
        "with c_libraries_hushed():\n"
        "    print('in')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "in\n"
