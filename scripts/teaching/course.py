"""The course: lessons, exercises, and how the two opinions are weighed; it ends with the file Breather listens with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from assistant.devices.whisper import WhisperModel
from assistant.models.whisper_model import embedded_whisper_model
from assistant.settings.loader import load_settings
from assistant.sound import HEARING_RATE_HZ, Samples
from teaching.lessons import HALF_SAID, Lesson, Teacher
from teaching.network import Network

WITH_PHRASE, WITHOUT = 10_000, 11_000
EPOCHS = 10
BATCH = 64
KEPT_BACK = frozenset({8, 11, 16})  # talkers nobody is taught with, by whom the course is judged
HALF_SAID_WEIGHT = 0.5
# How the two opinions make one score on the decoder's scale: found on the talkers kept back and on recordings, so that
# -1.4 acts in no recording (`PhraseSpotter.fused`): weight of the logit, weight of the text score, offset.
FUSION = (0.45, 0.45, -1.5)


def teach(recordings: Path, cache: Path, output: Path, *, share: float, say: Callable[[str], None]) -> None:
    """Teach and write. ``share`` of the whole course; ``say`` is told how it goes."""
    torch.manual_seed(0)
    settings = load_settings(Path(__file__).parents[2] / "config")
    phrases = settings.phrases.pause.phrases
    say("reading the recordings")
    pieces = [decoded(path) for path in sorted(recordings.rglob("*")) if path.suffix in {".wav", ".opus", ".flac"}]
    teacher = Teacher(
        WhisperModel(embedded_whisper_model()), phrases, settings.phrases.pause.near_misses, pieces, cache, seed=1
    )
    lessons: list[Lesson] = []
    for lesson in teacher.lessons(round(share * WITH_PHRASE), round(share * WITHOUT)):
        lessons.append(lesson)
        if len(lessons) % 500 == 0:
            say(f"{len(lessons)} lessons")
    network = learned(lessons, len(phrases), say)
    numbers = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    np.savez_compressed(
        output, about=json.dumps({"phrases": list(phrases), "fusion": FUSION, "denies": True}), **numbers
    )
    say(f"written: {output}")


def learned(lessons: Sequence[Lesson], phrases: int, say: Callable[[str], None]) -> Network:
    """A network that has learned from these."""
    taught = [lesson for lesson in lessons if lesson.talker not in KEPT_BACK]
    judged = [lesson for lesson in lessons if lesson.talker in KEPT_BACK]
    network = Network(phrases)
    steps = EPOCHS * max(1, len(taught) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps + 1)
    order = np.random.default_rng(0)
    for epoch in range(EPOCHS):
        network.train()
        shuffled = order.permutation(len(taught))
        for first in range(0, len(taught) - BATCH + 1, BATCH):
            some = [taught[index] for index in shuffled[first : first + BATCH]]
            features = torch.from_numpy(np.stack([lesson.features for lesson in some]).astype(np.float32))
            logits = network(features + 0.05 * torch.randn_like(features))
            loss = functional.binary_cross_entropy_with_logits(logits, _wanted(some, phrases), reduction="none")
            weight = torch.tensor([HALF_SAID_WEIGHT if lesson.phrase == HALF_SAID else 1.0 for lesson in some])
            optimizer.zero_grad()
            (loss.sum(1) * weight).mean().backward()
            optimizer.step()
            schedule.step()
        say(f"epoch {epoch + 1} of {EPOCHS}: {_judged(network, judged)}")
    return network.eval()


def _wanted(lessons: Sequence[Lesson], phrases: int) -> torch.Tensor:
    wanted = torch.zeros(len(lessons), phrases)
    for row, lesson in enumerate(lessons):
        if lesson.phrase >= 0:
            wanted[row, lesson.phrase] = 1
    return wanted


def _judged(network: Network, lessons: Sequence[Lesson]) -> str:
    """How well it does with talkers it has never heard."""
    if not lessons:
        return "nobody to be judged by"
    network.eval()
    with torch.no_grad():
        features = np.stack([lesson.features for lesson in lessons]).astype(np.float32)
        logits: npt.NDArray[np.float32] = network(torch.from_numpy(features)).numpy()
    said = np.array([lesson.phrase for lesson in lessons])
    right = (logits.argmax(1) == said)[said >= 0].mean()
    highest = logits.max(1)
    missed, wrong = (highest[said >= 0] < 0).mean(), (highest[said < 0] > 0).mean()
    return f"{right:.0%} told apart, {missed:.0%} missed, {wrong:.1%} of the others taken for one"


def decoded(path: Path) -> Samples:
    """A recording as 16 kHz int16 mono. Raises CalledProcessError when ffmpeg cannot read it."""
    command = ["ffmpeg", "-v", "error", "-i", path, "-ar", str(HEARING_RATE_HZ), "-ac", "1", "-f", "s16le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.int16)
