"""What belongs to this machine and not to the couple (``config/machine.toml``): sound, voice, hearing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from assistant.settings.values import Table, number, text, whole

DeviceName = Annotated[str, text(longest=200)]
Score = Annotated[float, number(-6, 0)]


class Sound(Table):
    """Where sound comes in and goes out. ``volume_db``: 0 is full."""

    microphone: DeviceName = "default"
    loudspeaker: DeviceName = "default"
    volume_db: Annotated[float, number(-30, 0)] = 0.0


class Voice(Table):
    """Who speaks, and how fast: words a minute, sentence gaps included."""

    engine: Literal["auto", "piper", "pyttsx3"] = "auto"
    words_per_minute: Annotated[int, whole(90, 160)] = 115


class Hearing(Table):
    """Who listens, and how sure it has to be: natural-log likelihood ratios, nearer to 0 is surer.

    ``vosk_model``: a model's folder, "" for the one that set-up installs. The scores come from measurements with the
    embedded recogniser: a pause phrase acts at -1.4 or better, a word said during a pause at -2.0.
    """

    recognizer: Literal["auto", "vosk", "whisper"] = "auto"
    vosk_model: Annotated[str, text(longest=400, empty=True)] = ""
    act_score: Score = -1.4
    control_score: Score = -2.0

    @property
    def vosk_model_folder(self) -> Path | None:
        """The folder that was named, ``~`` resolved; None for the one that set-up installs."""
        if not self.vosk_model:
            return None
        try:
            return Path(self.vosk_model).expanduser()
        except RuntimeError:  # there is no such user; the model check will say that the folder is missing
            return Path(self.vosk_model)


class Machine(Table):
    """The whole file."""

    sound: Sound = Sound()
    voice: Voice = Voice()
    hearing: Hearing = Hearing()
