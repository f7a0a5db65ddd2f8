"""What belongs to this machine and not to the couple (``config/machine.toml``): sound, voice, hearing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from assistant.settings.spoken import Phrase
from assistant.settings.values import Table, did_you_mean, number, shown, text, whole

DeviceName = Annotated[str, text(longest=200)]
Score = Annotated[float, number(-6, 0)]
Offset = Annotated[float, number(-0.6, 1)]


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

    ``vosk_model``: a model's folder, "" for the one that set-up installs. ``second_gate``: for a room with a steady
    noise, see `assistant.devices.silero_detector`. The scores come from measurements with the
    embedded recogniser. A pause phrase acts at ``act_score``, is asked about from ``ask_score`` on, and acts all the
    same when it is said twice within seconds at ``repeat_score`` or better. A word said during a pause counts from
    ``control_score`` on, yes and no after a question from ``answer_score`` on. ``phrase_offsets``: phrase (normalised)
    to how much surer it has to be than the others.
    """

    model_config = ConfigDict(validate_default=True)  # a default may not fit to what was chosen beside it

    recognizer: Literal["auto", "vosk", "whisper", "vosk+whisper"] = "auto"
    vosk_model: Annotated[str, text(longest=400, empty=True)] = ""
    second_gate: bool = False
    act_score: Score = -1.2
    ask_score: Score = -2.1
    repeat_score: Score = -2.7
    control_score: Score = -2.0
    answer_score: Score = -3.0
    phrase_offsets: dict[Phrase, Offset] = Field(default_factory=dict)

    @field_validator("ask_score", "repeat_score")
    @classmethod
    def _no_surer_than_the_one_above(cls, value: float, info: ValidationInfo) -> float:
        # One that is wrong itself is not among them; that is told anyway.
        above = {name: info.data[name] for name in ("act_score", "ask_score") if name in info.data}
        name, highest = min(above.items(), key=lambda score: score[1], default=("", 0.0))
        if value > highest:
            raise ValueError(f"{value:g} is higher than {name}, {highest:g}; use a number from -6 to {highest:g}")
        return value

    def offset_problems(self, phrases: Collection[str]) -> Iterator[tuple[str, str]]:
        """What is wrong with the offsets, as (key, sentence). ``phrases``: all that mean something."""
        for phrase in self.phrase_offsets:
            if phrase not in phrases:
                hint = did_you_mean(phrase, phrases) or "; only the phrases of phrases.en.toml can have one"
                yield "hearing.phrase_offsets", f"nothing listens for {shown(phrase)}{hint}"

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
