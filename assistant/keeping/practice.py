"""What a rehearsal leaves behind: how often a pause was heard in this room, and how closely to listen for a phrase.

Numbers only, and of both together. They stand in ``practice.toml`` in the
couple's own folder; whoever deletes the file begins anew.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.agreeing.file import make_folder, write_whole
from assistant.hearing.calibration import PhraseReport
from assistant.records import Saying
from assistant.settings.loader import Settings

NAME = "practice.toml"
FEWEST_SAYINGS = 2  # one may have been a slip of the tongue
LOOSEST, STRICTEST = -0.6, 0.0
EXPLAINED = """\
# What the last rehearsal found out about this room. Breather writes this file; delete it, and all is as before.
# How much surer it has to be of a phrase than of others: below 0, it listens a little more closely.
"""


def keep_practice(own: Path, sayings: Sequence[Saying], *, act_score: float) -> None:
    """Write down what was heard. Raises `AgreementFileError` when the folder cannot be written to."""
    phrases = sorted({saying.phrase for saying in sayings if saying.phrase})
    lines = [EXPLAINED, "[phrase_offsets]"]
    for phrase in phrases:
        offset = _offset(phrase, sayings, act_score=act_score)
        lines += [f'"{phrase}" = {offset}'] if offset else []
    lines += ["", "# How often a pause was heard, of all the times that one was called for practice."]
    lines += ["[practice]", f"heard = {sum(saying.heard for saying in sayings)}", f"called = {len(sayings)}"]
    make_folder(own)
    write_whole(own / NAME, "\n".join(lines) + "\n")


def _offset(phrase: str, sayings: Sequence[Saying], *, act_score: float) -> float:
    scores = tuple(each.score for each in sayings if each.phrase == phrase and each.score is not None)
    if len(scores) < FEWEST_SAYINGS:
        return 0.0
    return PhraseReport(phrase, act_score, True, scores).suggested_offset


def with_practice(settings: Settings, own: Path) -> Settings:
    """The settings, listening as closely as the last rehearsal suggests; but machine.toml counts more.

    A file that cannot be used is told of, and left out.
    """
    try:
        table = tomllib.loads((own / NAME).read_text("utf-8"))
    except FileNotFoundError:
        return settings
    except (OSError, ValueError, RecursionError):
        return _told(settings)
    offsets = table.get("phrase_offsets", {})
    if not isinstance(offsets, dict) or not all(map(_possible, offsets.values())):
        return _told(settings)
    hearing = settings.machine.hearing
    known = dict(_of_known_phrases(settings, offsets))
    hearing = hearing.model_copy(update={"phrase_offsets": {**known, **hearing.phrase_offsets}})
    return replace(settings, machine=settings.machine.model_copy(update={"hearing": hearing}))


def _of_known_phrases(settings: Settings, offsets: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    yield from ((phrase, offset) for phrase, offset in offsets.items() if phrase in settings.phrases.pause.phrases)


def _possible(offset: object) -> bool:
    return isinstance(offset, int | float) and not isinstance(offset, bool) and LOOSEST <= offset <= STRICTEST


def _told(settings: Settings) -> Settings:
    sentence = f"What the last rehearsal found out cannot be used ({NAME}). Delete the file, or rehearse again."
    return replace(settings, notices=(*settings.notices, sentence))
