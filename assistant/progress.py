"""How far something long has come: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Update = Callable[[int, int], None]
"""Is told how much of how much is done."""


@contextmanager
def progress(what: str, unit: str, *, show: Callable[[str], None], scale: float = 1.0) -> Iterator[Update]:
    """A bar on a terminal; elsewhere a line to `show` for every quarter. Nothing when there is nothing to do."""
    if not sys.stdout.isatty():
        yield _plain_progress(what, unit, scale, show)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as display:
        task = display.add_task(what, visible=False, amount="")

        def update(done: int, total: int) -> None:
            amount = f"{done * scale:.0f} of {total * scale:.0f} {unit}"
            display.update(task, completed=done, total=total, visible=total > 0, amount=amount)

        yield update


def _plain_progress(what: str, unit: str, scale: float, show: Callable[[str], None]) -> Update:
    last = -1

    def update(done: int, total: int) -> None:
        nonlocal last
        quarter = done * 4 // total if total else 4
        if total and quarter > last:
            last = quarter
            show(f"{what}: {done * scale:.0f} of {total * scale:.0f} {unit}")

    return update
