"""The seams: what the rest of the program may expect of hardware and of third-party engines.

Each is small enough to be implemented twice: by a real device in `assistant.devices`, and by a recorded or simulated
one that is shipped, documented and selectable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.messages import Press
from assistant.sound import AudioClip, Samples

Render = Callable[[int], Samples]
"""Gives the next so many frames (int16 mono, 24 kHz) to be played."""


class Clock(Protocol):
    """Seconds that only ever go forward."""

    def now(self) -> float: ...


class Microphone(Protocol):
    """16 kHz int16 mono, in blocks of 480 frames (30 ms)."""

    def open(self) -> None:
        """Start. Raises `MicrophoneError`, `DeviceNotFoundError` or `SoundSystemError`."""

    def read(self, timeout_seconds: float) -> Samples | None:
        """The next block, oldest first; None when there was none in time (the only wait in the program).

        Raises EOFError when a recording has come to its end.
        """

    def close(self) -> None:
        """Stop and let go of the device. May be called twice."""


class Loudspeaker(Protocol):
    """24 kHz int16 mono, pulled: the device asks `render` for what comes next, so a busy main loop makes no gap."""

    def open(self, render: Render) -> None:
        """Start. Raises `LoudspeakerError`, `DeviceNotFoundError` or `SoundSystemError`."""

    def close(self) -> None:
        """Stop and let go of the device. May be called twice."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A phrase that may just have been said.

    ``phrase``: one of the phrases listened for. ``score``: natural-log likelihood ratio, about 0 when certain, more
    negative when not. ``start_seconds``, ``end_seconds``: where in the utterance, from its first sample.
    ``before``, ``inside``, ``after``: the words heard before, in place of and after the phrase, where the recogniser
    knows them; they stay in memory, and are never printed, logged or stored. ``spotted``: the phrase was
    heard so well that a stray word beside it is more likely a mishearing than a word. ``under_way``: it was looked for
    while somebody was still speaking, so more may belong to it. ``signs``: how many signs speak for it, where the
    recogniser cannot say how well it fits (`assistant.hearing.signs`); then they count, and the score does not.
    """

    phrase: str
    score: float
    start_seconds: float
    end_seconds: float
    before: str = field(default="", repr=False)
    inside: str = field(default="", repr=False)
    after: str = field(default="", repr=False)
    spotted: bool = False
    under_way: bool = False
    signs: int | None = None


class Recognizer(Protocol):
    """Turns one utterance, as cut out by the speech gate, into hypotheses about a closed set of phrases."""

    def listen_for(self, phrases: Sequence[str], decoys: Sequence[str]) -> None:
        """From the next utterance on, look for these phrases only (lower case, ASCII apostrophes).

        ``decoys``: things people say that sound alike and mean something else; they give the recogniser somewhere else
        to go, and are never reported. Raises `VocabularyError` when the model can never hear one of the phrases.
        """

    def accept(self, samples: Samples) -> Sequence[Hypothesis]:
        """More of the utterance (int16 mono 16 kHz, any length); returns what became likely with it."""

    def lull(self) -> Sequence[Hypothesis]:
        """The talker has just fallen silent, perhaps only for a breath: a good moment to look early."""

    def finish(self) -> Sequence[Hypothesis]:
        """The utterance is over; returns the last hypotheses and forgets the sound."""

    def reset(self) -> None:
        """Forget the utterance so far, because it was our own voice or nobody's business."""

    def poll(self) -> Sequence[Hypothesis]:
        """What has become known since the last call, for engines that answer later."""

    def close(self) -> None:
        """Free the model. May be called twice."""


@dataclass(frozen=True, slots=True)
class DecodedWord:
    """One word of the free decode. ``token``: index of its first token. ``text``: never printed."""

    token: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FreeDecode:
    """What Whisper would write. ``mean_log_prob``: over its tokens and the end token."""

    tokens: tuple[int, ...] = field(repr=False)
    words: tuple[DecodedWord, ...] = field(repr=False)
    mean_log_prob: float


@dataclass(frozen=True, slots=True)
class ForcedDecode:
    """How a given row of tokens fits the sound.

    ``log_probs``: natural log, one per token, shape ``(tokens,)``. ``seconds``: when each token begins, counted from
    the start of the context, shape ``(tokens,)``.
    """

    log_probs: npt.NDArray[np.float32] = field(repr=False)
    seconds: npt.NDArray[np.float32] = field(repr=False)


class ScoringModel(Protocol):
    """A speech model that can say how well a given text fits the sound (`assistant.devices.whisper`)."""

    def tokens(self, text: str) -> tuple[int, ...]:
        """The tokens of a text; a word in the middle of a sentence needs its leading space."""

    def encoded(self, samples: Samples) -> Any:
        """The last seconds of the sound in the model's own form, for `free` and `forced`."""

    def features(self, encoded: Any) -> npt.NDArray[np.float32]:
        """The encoded sound as numbers, shape ``(positions, channels)``; a position is 20 ms."""

    def free(self, encoded: Any) -> FreeDecode:
        """What the model would write by itself."""

    def forced(self, encoded: Any, rows: Sequence[Sequence[int]]) -> list[ForcedDecode]:
        """How well each row of tokens fits the sound."""


class Synthesizer(Protocol):
    """A voice that turns a sentence into sound, ahead of time."""

    @property
    def key(self) -> Mapping[str, str]:
        """What makes this voice's sound what it is (engine, version, voice, rate); part of the cache key."""

    def render(self, sentence: str) -> AudioClip:
        """One sentence as sound, at the voice's own rate and level. Raises `VoiceError`."""

    def close(self) -> None:
        """Free the voice. May be called twice."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact has just closed (``down``) or opened. ``second``: when, on the clock of the program."""

    down: bool
    second: float


class Contact(Protocol):
    """The bare contact of a button, as it bounces. `assistant.presses` makes presses of it."""

    def open(self) -> None:
        """Start. Raises `ButtonError` or `PinSystemError`."""

    def poll(self) -> Sequence[Touch]:
        """What has happened since the last call, oldest first. Never waits, never raises."""

    def close(self) -> None:
        """Let go of it. May be called twice."""


class Button(Protocol):
    """What somebody can press: a real button, keys of a keyboard, or several of them as one."""

    def open(self) -> None:
        """Start. Raises `ButtonError` or `PinSystemError`."""

    def poll(self) -> Sequence[Press]:
        """The presses since the last call, oldest first: ``TOUCH``, then what it was. Never waits, never raises."""

    def close(self) -> None:
        """Let go of it. May be called twice."""


class Light(Protocol):
    """A small lamp. What it shows, and when, is decided in `assistant.lamp`."""

    def open(self) -> None:
        """Start, dark. Raises `LightError` or `PinSystemError`."""

    def show(self, red: float, green: float, blue: float) -> None:
        """From now on this much of each color: 0 to 1, share of full power. A lamp of one color shows the most of them.

        May raise anything when the lamp fails; whoever calls goes on without it.
        """

    def close(self) -> None:
        """Go dark and let go of it. May be called twice."""
