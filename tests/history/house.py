"""Pauses to count, for the tests of the look back."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

from assistant.history.store import History
from assistant.records import Ending, PauseOver

ROOT = Path(__file__).parents[2]
SETTLED = PauseOver(minutes=10, extensions=0, ending=Ending.SETTLED)
FRIDAY_EVENING = datetime(2026, 11, 20, 21, 14)


def silent(sentence: str) -> None:
    raise AssertionError(f"nothing was to be told: {sentence}")


def history(folder: Path) -> History:
    """One that has nothing to complain about."""
    return History(folder, on_notice=silent)


def filled(folder: Path, count: int = 6) -> History:
    """One with pauses of this many Friday evenings and of different lengths."""
    kept = history(folder)
    for number in range(count):
        kept.add(PauseOver(minutes=10, extensions=number % 2, ending=Ending.LATER_TODAY), FRIDAY_EVENING)
    return kept


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another program of ours at the same history."""
    code = "\n".join(
        (
            "import sys, resource; sys.path.insert(0, 'tests')",
            "from pathlib import Path",
            "from assistant.history.store import History",
            "from history.house import SETTLED, FRIDAY_EVENING, history",
            "kept = history(Path(sys.argv[1]))",
            code,
        )
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def act_on(kept: History, act: str) -> None:
    """``act``: what is done with it, in the way a caller would."""
    if act == "add":
        kept.add(SETTLED, FRIDAY_EVENING)
    elif act == "pauses":
        kept.pauses()
    else:
        kept.erase()
