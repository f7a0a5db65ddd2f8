"""Other people on the same machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

STRANGER = 65_533
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be somebody else")


def give_to_another_group(folder: Path) -> None:
    """Root may do that, and others where they are in several groups."""
    others = [STRANGER] if os.geteuid() == 0 else [each for each in os.getgroups() if each not in (0, os.getegid())]
    if not others:
        pytest.skip("needs a second group: run the tests as root")
    os.chown(folder, -1, others[0])
