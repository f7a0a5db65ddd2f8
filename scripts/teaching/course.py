"""The course: lessons, exercises, and how the two opinions are weighed; it ends with the file Breather listens with."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from benchmarks.hearing_material import written
from benchmarks.recordings import decoded, files, kept_back
from benchmarks.talkers import DEVELOPMENT, KEPT_BACK
from torch.nn import functional

from assistant.devices.whisper import WhisperModel
from assistant.models.whisper_model import embedded_whisper_model
from assistant.settings.spoken import normalised
from teaching.lessons import HALF_SAID, Lesson, Syllabus, Teacher
from teaching.network import Network

EPOCHS = 8
BATCH = 64
CHUNK = 250  # lessons a worker makes in one go
HALF_SAID_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Course:
    """``file``: its name. ``with_phrase``, ``without``: how many lessons. ``denies``: whether the
    network's silence means that nothing was said. ``fusion``: how the two opinions make one score on the decoder's
    scale (`PhraseSpotter.fused`): weight of the logit, weight of the text score, offset.
    """

    file: str
    syllabus: Syllabus
    with_phrase: int
    without: int
    fusion: tuple[float, float, float]
    denies: bool


@dataclass(frozen=True, slots=True)
class Lessons:
    """``features``: shape ``(lessons, 150, 384)``. ``phrases``, ``talkers``: as in `Lesson`, one for each."""

    features: npt.NDArray[np.float16]
    phrases: npt.NDArray[np.int64]
    talkers: npt.NDArray[np.int64]


COURSES = {
    "pauses": Course(
        file="phrase_spotter.npz",
        syllabus=Syllabus(written().pause, written().near_misses, embedded_share=0.45),
        with_phrase=16_000,
        without=11_000,
        fusion=(0.6, 0.3, -1.5),
        denies=True,
    ),
    "answers": Course(
        file="answer_spotter.npz",
        syllabus=Syllabus(written().control_words, written().control_near_misses, embedded_share=0.1),
        with_phrase=16_000,
        without=8_000,
        fusion=(0.45, 0.45, -0.8),
        denies=False,
    ),
}


def teach(
    course: Course, recordings: Path, cache: Path, output: Path, *, share: float, say: Callable[[str], None]
) -> None:
    """Teach and write. ``share`` of the whole course; ``say`` is told how it goes."""
    lessons = made(course, recordings, cache, share=share, say=say)
    network = learned(lessons, len(course.syllabus.phrases), say)
    write(network, course, output / course.file)
    say(f"written: {output / course.file}")


def write(network: Network, course: Course, output: Path) -> None:
    """The file that `PhraseSpotter` reads."""
    numbers = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    about = {
        "phrases": [normalised(phrase) for phrase in course.syllabus.phrases],
        "fusion": course.fusion,
        "denies": course.denies,
    }
    np.savez_compressed(output, about=json.dumps(about), **numbers)


# --- making the lessons, on all cores ---------------------------------------------------------------------------------

_teacher: Teacher  # of this worker


def _hire(syllabus: Syllabus, recordings: Path, cache: Path) -> None:
    global _teacher  # noqa: PLW0603  (a worker process has one teacher)
    pieces = [decoded(path) for path in files(recordings) if not kept_back(path)]
    _teacher = Teacher(WhisperModel(embedded_whisper_model()), syllabus, pieces, cache)


def _work(kind: str, number: int) -> Lessons:
    """A chunk of lessons, the same whoever makes it. ``number``: of the chunk, or of the recording."""
    _teacher.begin(zlib.crc32(f"{kind} {number}".encode()))
    match kind:
        case "with":
            return _stacked(_teacher.with_phrase(CHUNK))
        case "without":
            return _stacked(_teacher.without(CHUNK))
    return _stacked(_teacher.recorded(number))


def _stacked(lessons: Iterable[Lesson]) -> Lessons:
    rows = list(lessons)
    features = np.stack([row.features for row in rows]) if rows else np.zeros((0, 150, 384), np.float16)
    return Lessons(features, np.array([row.phrase for row in rows], int), np.array([row.talker for row in rows], int))


def made(course: Course, recordings: Path, cache: Path, *, share: float, say: Callable[[str], None]) -> Lessons:
    """All lessons of a course. They take 115 kB of memory each."""
    heard = [path for path in files(recordings) if not kept_back(path)]
    jobs = [("with", chunk) for chunk in range(round(share * course.with_phrase / CHUNK))]
    jobs += [("without", chunk) for chunk in range(round(share * course.without / CHUNK))]
    jobs += [("recorded", index) for index in range(round(share * len(heard)))]
    parts: list[Lessons] = []
    hired = (course.syllabus, recordings, cache)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _hire, hired) as workers:
        for done, part in enumerate(workers.map(_work, *zip(*jobs, strict=True))):
            parts.append(part)
            if done % 20 == 0:
                say(f"{sum(len(one.phrases) for one in parts)} lessons, {done + 1} of {len(jobs)} jobs")
    return Lessons(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.phrases for part in parts]),
        np.concatenate([part.talkers for part in parts]),
    )


# --- learning ---------------------------------------------------------------------------------------------------------


def learned(lessons: Lessons, phrases: int, say: Callable[[str], None]) -> Network:
    """A network that has learned from these."""
    torch.manual_seed(0)
    back = [DEVELOPMENT.index(talker) for talker in KEPT_BACK]
    judged = np.isin(lessons.talkers, back)
    taught = np.flatnonzero(~judged)
    network = Network(phrases)
    steps = EPOCHS * max(1, len(taught) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps + 1)
    order = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        network.train()
        shuffled = order.permutation(taught)
        for first in range(0, len(taught) - BATCH + 1, BATCH):
            some = np.sort(shuffled[first : first + BATCH])
            features = torch.from_numpy(lessons.features[some].astype(np.float32))
            said = torch.from_numpy(lessons.phrases[some])
            logits = network(features + 0.05 * torch.randn_like(features))
            wanted = (said[:, None] == torch.arange(phrases)).float()
            loss = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none").sum(1)
            weight = 1 - (1 - HALF_SAID_WEIGHT) * (said == HALF_SAID).float()
            optimizer.zero_grad()
            (loss * weight).mean().backward()
            optimizer.step()
            schedule.step()
        say(f"epoch {epoch + 1} of {EPOCHS}: {_judged(network, lessons, np.flatnonzero(judged))}")
    network.eval()
    return network


def _judged(network: Network, lessons: Lessons, some: npt.NDArray[np.int64]) -> str:
    """How well it does with talkers it has never heard."""
    said = lessons.phrases[some]
    if not (said >= 0).any() or not (said < 0).any():
        return "nobody to be judged by"
    network.eval()
    with torch.no_grad():
        logits = np.concatenate(
            [
                network(torch.from_numpy(lessons.features[part].astype(np.float32))).numpy()
                for part in np.array_split(some, 1 + len(some) // 256)
            ]
        )
    right = (logits.argmax(1) == said)[said >= 0].mean()
    highest = logits.max(1)
    missed, wrong = (highest[said >= 0] < 0).mean(), (highest[said < 0] > 0).mean()
    return f"{right:.0%} told apart, {missed:.0%} missed, {wrong:.1%} of the others taken for one"
