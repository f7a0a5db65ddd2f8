"""The figures of one pause, from "I need a pause" to both being back."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import demo, gate_cost, heartbeat, reaction, starting
from benchmarks.figures import Row, Say, Subject
from benchmarks.standard import standard_places

GROUPS = (reaction, gate_cost, heartbeat, starting, demo)


def _measure(say: Say) -> Iterator[Row]:
    with standard_places() as where:
        for group in GROUPS:
            yield from group.measure(where, say)


SUBJECT = Subject(figures=tuple(figure for group in GROUPS for figure in group.FIGURES), measure=_measure)
