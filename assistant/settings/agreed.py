"""Which agreement is in force: the newest one that both have said yes to, whatever has become of the file since.

Every agreement that both said yes to is kept as ``agreements/0001.toml``, ``0002.toml`` … beside ``agreement.toml``.
A couple that has never done that simply has its file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.settings.agreement import Agreement
from assistant.settings.toml_file import Toml, read_toml

FOLDER = "agreements"
_NAME = re.compile(r"(\d{4,9})\.toml")

Judge = Callable[[Toml], tuple[Agreement | None, list[str]]]
"""What the tables of an agreement make: an agreement, or None and every problem."""


@dataclass(frozen=True, slots=True)
class Version:
    """An agreement that both said yes to. ``number``: counted from 1. ``table``: as it stands in its file."""

    number: int
    agreement: Agreement
    table: Toml


@dataclass(frozen=True, slots=True)
class InForce:
    """``table``: what counts instead of the file, None when the file does. ``notices``: what the couple is told."""

    table: Toml | None = None
    notices: tuple[str, ...] = ()


def version_files(own: Path) -> dict[int, Path]:
    """The files of the versions by their numbers, the newest first; a broken one is among them."""
    try:
        names = [path.name for path in (own / FOLDER).iterdir()]
    except OSError:
        return {}
    numbers = {int(found[1]): found[0] for name in names if (found := _NAME.fullmatch(name))}
    return {number: own / FOLDER / numbers[number] for number in sorted(numbers, reverse=True)}


def newest_version(own: Path, judge: Judge) -> Version | None:
    """The newest version that can be used; broken ones are passed over, and stay where they are."""
    for number, path in version_files(own).items():
        try:
            table = read_toml(path)
        except ValueError:
            continue
        agreement, _ = judge(table)
        if agreement is not None:
            return Version(number, agreement, table)
    return None


def agreement_in_force(own: Path, *, table: Toml | None, unread: list[str], judge: Judge) -> InForce:
    """What counts. ``table``: what stands in ``own/agreement.toml``, None when that cannot be read, or is gone;
    ``unread``: why.
    """
    kept = newest_version(own, judge)
    if kept is None:
        return InForce()
    notices = []
    newest = next(iter(version_files(own)))
    if newest != kept.number:
        notices.append(f"Version {newest} of your agreement cannot be read. Version {kept.number} goes on.")
    agreement, problems = (None, unread) if table is None else judge(table)
    if agreement is None:
        listing = "\n".join(f"  - {problem}" for problem in problems)
        why = f" These are the problems:\n{listing}" if listing else " There is no agreement.toml."
        notices.append(
            f"Your file agreement.toml cannot be used, so version {kept.number}, agreed by both, goes on.{why}"
        )
    elif agreement != kept.agreement:
        notices.append(
            f"Your file agreement.toml was changed. Until you both say yes with `breather agree --confirm`, "
            f"version {kept.number}, agreed by both, goes on."
        )
    return InForce(kept.table, tuple(notices))
