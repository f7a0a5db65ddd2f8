"""What a recogniser may tell whoever runs Breather: one of these sentences, and never one with a heard word in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Notice(StrEnum):
    """The value is the sentence. Only the name goes through the pipe, so nothing else can come out of it."""

    VERIFIER_SLOW = (
        "The second recogniser is too slow at the moment. Vosk decides alone, and asks for more before it acts."
    )
    VERIFIER_FAILED = "The second recogniser failed. Vosk decides alone, and asks for more before it acts."
    RECOGNIZER_GONE = (
        "The recogniser ended, or does not answer. It is started again; the time goes on, and the button still works."
    )
    RECOGNIZER_BACK = "The recogniser listens again."
    RECOGNIZER_SLOW = (
        "The recogniser is slower than the talk at the moment. The oldest of what it has not heard is dropped."
    )
    VERIFIER_GONE = "The second recogniser does not load. Vosk decides alone. `breather check` says more."


@dataclass(frozen=True, slots=True)
class SoundLost:
    """So much of what was said was never heard. ``seconds``: since the last time that this was told."""

    seconds: float

    @property
    def value(self) -> str:
        """The sentence."""
        seconds = round(self.seconds)
        much = "Less than a second" if seconds < 1 else "About a second" if seconds == 1 else f"About {seconds} seconds"
        return f"{much} of sound could not be heard, because the recogniser was gone or too slow."


Told = Notice | SoundLost


@runtime_checkable
class Noticing(Protocol):
    """A recogniser that has something to say about itself."""

    def notices(self) -> Sequence[Notice]:
        """What has come up since the last call; each notice comes once."""
