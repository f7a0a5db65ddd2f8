"""The look back as a page of its own: one HTML file that fetches nothing, runs nothing and can be printed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from assistant.history import plots
from assistant.history.pauses import BANDS
from assistant.history.sentences import sentences
from assistant.history.summary import Summary
from assistant.history.words import (
    ENDING_WORDS,
    HOURS,
    KEPT,
    LONGER_WORDS,
    TITLE,
    TOGETHER,
    WEEKDAYS,
    day,
    pauses,
    span,
)

TEMPLATE = "page.html.j2"


def page(summary: Summary) -> str:
    """The whole file."""
    weeks = summary.weeks
    return _template().render(
        summary=summary,
        title=TITLE,
        weeks_of=span(summary.since, weeks[-1].monday) if summary.since and weeks else "",
        sentences=sentences(summary),
        width=plots.WIDTH,
        grid=plots.grid(summary),
        weeks=plots.weeks(summary),
        lengths=plots.lengths(summary),
        endings=plots.endings(summary),
        longer=[
            (f"longer{times}", words, sum(length.counts[times] for length in summary.lengths))
            for times, words in enumerate(LONGER_WORDS)
        ],
        kept=KEPT,
        together=TOGETHER,
    )


@cache
def _template() -> Template:
    # No access to anything but this folder, and whatever is filled in is text, not markup.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        weekdays=WEEKDAYS, bands=BANDS, hours=HOURS, ending_words=ENDING_WORDS, longer_words=LONGER_WORDS
    )
    environment.filters.update(pauses=pauses, day=day)
    return environment.get_template(TEMPLATE)
