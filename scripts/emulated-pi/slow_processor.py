"""For pytest on an emulated processor: more patience, and without the tests that would only measure its slowness.

It computes with real numbers far slower than a Pi does. Speech is recognised with those, so the whole suite does
without the recogniser; `scripts/pi test tests/hearing/test_bad_sound.py`, say, takes it along.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 20  # times as long as a test would wait for a process
RECOGNIZING = {"shipped", "whisper", "demo"}  # fixtures with which speech is recognised
PROCESSOR = "QEMU_CPU"  # which one each program is emulated on; without it, on one that has more than a Pi
_start, _wait, _communicate = subprocess.Popen.__init__, subprocess.Popen.wait, subprocess.Popen.communicate


def start_on_the_same_processor(process: subprocess.Popen[Any], *args: Any, **options: Any) -> None:
    """`Popen`, whatever environment the program is given."""
    if options.get("env") is not None and PROCESSOR in os.environ:
        options["env"] = {**options["env"], PROCESSOR: os.environ[PROCESSOR]}
    _start(process, *args, **options)


def patient_wait(process: subprocess.Popen[Any], timeout: float | None = None) -> int:
    """`Popen.wait`, with more patience."""
    return _wait(process, None if timeout is None else PATIENCE * timeout)


def patient_communicate(process: subprocess.Popen[Any], input: Any = None, timeout: float | None = None) -> Any:  # noqa: A002
    """`Popen.communicate`, with more patience."""
    return _communicate(process, input, None if timeout is None else PATIENCE * timeout)


def left_out() -> list[str]:
    """The beginnings of the names in ``left-out.txt``."""
    lines = Path(__file__).with_name("left-out.txt").read_text("utf-8").splitlines()
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def pytest_configure() -> None:
    subprocess.Popen.__init__ = start_on_the_same_processor  # type: ignore[method-assign, assignment]
    subprocess.Popen.wait = patient_wait  # type: ignore[method-assign, assignment]
    subprocess.Popen.communicate = patient_communicate  # type: ignore[method-assign, assignment]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what means nothing here, when nothing was asked for by name."""
    if config.invocation_params.args[-1:] != ("tests",):
        return
    names = tuple(left_out())
    leaving = [
        item for item in items if item.nodeid.startswith(names) or RECOGNIZING & set(getattr(item, "fixturenames", ()))
    ]
    items[:] = [item for item in items if item not in set(leaving)]
    config.hook.pytest_deselected(items=leaving)
