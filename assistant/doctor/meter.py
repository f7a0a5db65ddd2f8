"""The level of the microphone while it is listened to: a bar on a terminal, a line a second elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIETEST_DBFS = -72.0  # where the bar is empty; a quiet room with a good microphone
FALL_DB = 0.8  # each 30 ms: a bar that trembles cannot be read

Update = Callable[[float, float], None]
"""Is told how many seconds have been heard, and the level in dBFS."""


@contextmanager
def meter(what: str, *, seconds: float, show: Callable[[str], None]) -> Iterator[Update]:
    """Inside, levels are shown as they come. ``what``: stands before the bar."""
    if not sys.stdout.isatty():
        yield _plain_meter(what, show)
        return
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    columns = TextColumn("{task.description}"), BarColumn(bar_width=40), TextColumn("{task.fields[amount]}")
    with Progress(*columns) as display:
        task = display.add_task(what, total=-QUIETEST_DBFS, amount="")
        shown = QUIETEST_DBFS

        def update(done: float, level: float) -> None:
            nonlocal shown
            shown = max(level, shown - FALL_DB)
            amount = f"{shown:4.0f} dB  {max(0.0, seconds - done):.0f} s"
            display.update(task, completed=max(0.0, shown - QUIETEST_DBFS), amount=amount)

        yield update


def _plain_meter(what: str, show: Callable[[str], None]) -> Update:
    second, loudest = 0, QUIETEST_DBFS

    def update(done: float, level: float) -> None:
        nonlocal second, loudest
        loudest = max(loudest, level)
        if done >= second + 1:
            second, spoken = int(done), loudest
            loudest = QUIETEST_DBFS
            show(f"{what} {second} s: up to {spoken:.0f} dB")

    return update
