"""An installation to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.installation import Installation


@pytest.fixture
def fresh(tmp_path: Path) -> Installation:
    """Nothing is installed yet."""
    return Installation.new(tmp_path)


@pytest.fixture
def installed(fresh: Installation) -> Installation:
    """Version 0.1.0 is in place, and runs."""
    done = fresh.install()
    assert done.returncode == 0, done.stdout + done.stderr
    return fresh
