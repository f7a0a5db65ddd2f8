"""The Python that Breather was set up with, for scripts that somebody starts with any other."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_there() -> None:
    """Start the script anew with Breather's own Python, unless this is it; sets it up where there is none."""
    if importlib.util.find_spec("transitions") is None:
        subprocess.run([ROOT / "scripts" / "setup", "--brief"], check=True)
        os.execv(ROOT / ".venv/bin/python", [str(ROOT / ".venv/bin/python"), *sys.argv])


def require(module: str, package: str) -> None:
    """Leave with a sentence where something is missing that is too large to be installed unasked."""
    if importlib.util.find_spec(module) is None:
        sys.exit(f"This needs {package}. Install it with: {ROOT / '.venv/bin/python'} -m pip install {module}")
