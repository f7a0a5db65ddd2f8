"""What a home sounds like for hours when nobody calls a pause: a folder of recordings, or sounds made here."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from hearing.sounds import crockery, fan, knocking, music, vacuum_cleaner

from assistant.sound import HEARING_RATE_HZ, AudioClip, Samples
from benchmarks import recordings
from benchmarks.standard import demo_lines, standard_places

SPEECH = "BREATHER_SPEECH"
"""The environment's name for a folder of recordings in which nobody calls a pause."""

PIECE_SECONDS = 20.0  # a long recording comes in pieces, so that nothing large is ever held
MADE_SECONDS = 12.0
MADE: tuple[Callable[[float], Samples], ...] = (fan, music, crockery, vacuum_cleaner, knocking)


def folder_of(named: Path | None) -> Path | None:
    """The folder that was named, or the one of the environment; None for sounds made here."""
    return named or (Path(os.environ[SPEECH]) if os.environ.get(SPEECH) else None)


def endless(folder: Path | None, seed: int = 1) -> Iterator[AudioClip]:
    """One sound after another, 16 kHz, for ever; each time through in another order.

    Raises FileNotFoundError when there is no recording in the folder.
    """
    chance = random.Random(seed)
    whole = _made() if folder is None else None
    files = [] if folder is None else list(recordings.files(folder))
    piece = round(PIECE_SECONDS * HEARING_RATE_HZ)
    while True:
        chance.shuffle(files)
        for samples in whole or map(recordings.decoded, files):
            for begin in range(0, len(samples), piece):
                # A copy: a view would keep the whole recording in memory.
                yield AudioClip(np.array(samples[begin : begin + piece], np.int16), HEARING_RATE_HZ)


def _made() -> list[Samples]:
    """The demo couple's argument, and sounds of a home between its lines."""
    with standard_places() as where:
        talk = [line.clip.samples for line in demo_lines(where) if line.at is not None and "pause." not in line.text]
    made = [make(MADE_SECONDS) for make in MADE]
    return [sound for number, line in enumerate(talk) for sound in (line, made[number % len(made)])]
