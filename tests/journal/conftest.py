"""What tests of the journal may ask for."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the disk; that is tested elsewhere."""
    for call in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, call, lambda _: None)
