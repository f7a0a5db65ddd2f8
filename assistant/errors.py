"""Every error Breather raises on purpose: what happened, where, what to do, and the exit code it ends with.

The sentences are read by people who are not programmers; the codes are read by scripts, so a code never changes its
meaning. No error ever carries a word that was said in the room.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

PACKAGES_ANEW = (
    "Remove the folder .venv, and run scripts/setup: it brings all packages anew. For a service: scripts/uninstall"
    " --keep, then scripts/install."
)
"""A remedy; scripts/setup alone leaves alone what it has installed before."""


class BreatherError(Exception):
    """Base of all of them.

    ``what``: one plain sentence without a full stop. ``where``: the file, device or setting. ``remedy``: what to do
    next, a whole sentence.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: object = None, remedy: str) -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(f"{what}: {where}. {remedy}" if where is not None else f"{what}. {remedy}")


class ConfigError(BreatherError):
    """One or more settings cannot be used; every problem of every file is in `problems`."""

    exit_code = 10

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        listing = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"The settings have {count}:\n{listing}", remedy="Mend these and try again.")
        self.args = (f"{self.what}\n{self.remedy}",)  # the list ends without a full stop


class MicrophoneError(BreatherError):
    """There is no microphone, or it cannot be opened."""

    exit_code = 11


class LoudspeakerError(BreatherError):
    """There is no loudspeaker, or it cannot be opened."""

    exit_code = 12


class DeviceNotFoundError(BreatherError):
    """A sound device named in the settings or on the command line is not there, or the name fits several."""

    exit_code = 13


class SoundSystemError(BreatherError):
    """A sound library (PortAudio, or speexdsp for `interruptible`) is missing or does not start."""

    exit_code = 14


class ButtonError(BreatherError):
    """The button's pin cannot be used."""

    exit_code = 15


class LightError(BreatherError):
    """A pin of the light cannot be used."""

    exit_code = 16


class PinSystemError(BreatherError):
    """The library for button and light is missing, or this machine has no pins that we may use."""

    exit_code = 17


class ModelMissingError(BreatherError):
    """A recogniser's model is not where it should be."""

    exit_code = 20


class ModelBrokenError(BreatherError):
    """A model is truncated, of the wrong kind, or its recogniser dies on it."""

    exit_code = 21


class VocabularyError(BreatherError):
    """A phrase has words that the model does not know, so it could never be heard."""

    exit_code = 22


class DownloadRefusedError(BreatherError):
    """The download could not be started: no network, no such host, or the server said no."""

    exit_code = 23


class DownloadCutError(BreatherError):
    """The download stopped part-way; what has arrived is kept and the next attempt goes on from there."""

    exit_code = 24


class DownloadCorruptError(BreatherError):
    """What arrived, or the file that was given, is not the file that was published."""

    exit_code = 25


class RecognizerDiedError(BreatherError):
    """The recogniser's process ended while it was needed."""

    exit_code = 26


class VoiceError(BreatherError):
    """No voice engine is installed, or it cannot speak."""

    exit_code = 30


class CacheError(BreatherError):
    """The folder for rendered speech cannot be written to."""

    exit_code = 31


class RecordingError(BreatherError):
    """A WAV file cannot be used as it is."""

    exit_code = 40


class OutputError(BreatherError):
    """A file we were asked to write cannot be written."""

    exit_code = 41


class ScreenError(BreatherError):
    """There is no terminal that could show the screen."""

    exit_code = 42


class TerminalNeededError(BreatherError):
    """Somebody has to be asked, and there is no terminal to ask them on."""

    exit_code = 50


class AgreementFileError(BreatherError):
    """The agreement, or a version of it, cannot be written."""

    exit_code = 51


class TooSoonError(BreatherError):
    """The agreement stays as it is during a pause and for two hours after it."""

    exit_code = 52


class HistoryError(BreatherError):
    """What is kept of the pauses cannot be read, written or erased: a full or read-only disk, a link, no permission."""

    exit_code = 53


class HistoryBusyError(BreatherError):
    """Another program holds what is kept of the pauses."""

    exit_code = 54


class HistoryNewerError(BreatherError):
    """What is kept of the pauses was written by a newer Breather; it is left as it is."""

    exit_code = 55


class PdfLibraryError(BreatherError):
    """A library for PDF files is missing; the sheets were written as HTML only."""

    exit_code = 56


class AlreadyRunningError(BreatherError):
    """Breather is already running here."""

    exit_code = 57


def place_of(error: BaseException) -> str:
    """What kind of error, and where in our own files: ``KeyError at cli.py:80, loop.py:85``."""
    frames = []
    at = error.__traceback__
    while at is not None:
        path = Path(at.tb_frame.f_code.co_filename)
        if Path(__file__).parent in path.parents:
            frames.append(f"{path.name}:{at.tb_lineno}")
        at = at.tb_next
    return f"{type(error).__name__} at {', '.join(frames)}"
