"""Cases of a test."""

from __future__ import annotations

from functools import partial

import pytest

long = partial(pytest.param, marks=pytest.mark.long)
"""One that takes so long that it does not run every day: ``parametrize("voice", ["en-us", long("piper")])``."""
