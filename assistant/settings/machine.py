"""What belongs to the machine, not to the couple (``config/machine.toml``): sound, voice, hearing, button, light."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from assistant.settings.spoken import Phrase
from assistant.settings.values import Table, did_you_mean, number, shown, switch, text, whole

DeviceName = Annotated[str, text(longest=200)]
Score = Annotated[float, number(-6, 0)]
Offset = Annotated[float, number(-0.6, 1)]
Share = Annotated[float, number(0, 1)]

NO_PIN = 0  # GPIO 0 and 1 belong to add-on boards, so 0 is free to mean "none"
LOWEST_PIN, HIGHEST_PIN = 2, 27


def _pin(value: object) -> int:
    """A GPIO number, or `NO_PIN`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{shown(value)} is not a whole number; use the GPIO number, {LOWEST_PIN} to {HIGHEST_PIN}")
    if value != NO_PIN and not LOWEST_PIN <= value <= HIGHEST_PIN:
        raise ValueError(f"{shown(value)} is not possible; use a GPIO number from {LOWEST_PIN} to {HIGHEST_PIN}")
    return value


def _pins(value: object) -> tuple[int, ...]:
    """None, one, or three GPIO numbers, all different."""
    if not isinstance(value, list | tuple):
        raise ValueError(f"{shown(value)} is not a list; write it in brackets, [18]")
    if len(value) not in {0, 1, 3}:
        raise ValueError(f"there are {len(value)} pins; use none, one, or three (red, green, blue)")
    pins = tuple(_pin(pin) for pin in value)
    for pin in pins:
        if pin == NO_PIN:
            raise ValueError("0 is not possible; for no light, write []")
        if pins.count(pin) > 1:
            raise ValueError(f"{pin} stands here twice; each color needs a pin of its own")
    return pins


def _time_of_day(value: object) -> str:
    """A time as a clock shows it, 00:00 to 23:59."""
    if not isinstance(value, str):
        raise ValueError(f'{shown(value)} is not a time; put it in quotes, "22:00"')
    if not re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", value, re.ASCII):
        raise ValueError(f'{shown(value)} is not a time; use "00:00" to "23:59"')
    return value.zfill(5)


def _two_times(value: object) -> object:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError('this needs two times, from when to when: ["22:00", "07:00"]')
    return value


def _not_the_same(value: tuple[str, str]) -> tuple[str, str]:
    if value[0] == value[1]:
        raise ValueError("the night ends when it begins; use two times, or the same number for both brightnesses")
    return value


Pin = Annotated[int, BeforeValidator(_pin)]
Pins = Annotated[tuple[Pin, ...], BeforeValidator(_pins)]
TimeOfDay = Annotated[str, BeforeValidator(_time_of_day)]
Night = Annotated[tuple[TimeOfDay, TimeOfDay], BeforeValidator(_two_times), AfterValidator(_not_the_same)]


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
    noise, see `assistant.devices.silero_detector`. ``interruptible``: while Breather speaks, "quiet please" is listened
    for as well. The scores come from measurements with the embedded recogniser. A pause phrase acts at ``act_score``,
    is asked about from ``ask_score`` on, and acts all the same when it is said twice within seconds at
    ``repeat_score`` or better. An answer in a pause counts from ``control_score`` on, yes and no from ``answer_score``
    on, and a wish nobody asked for, such as "how long is left", from ``wish_score`` on, or said twice.
    ``phrase_offsets``: phrase (normalised) to how much surer it has to be than the others.
    """

    model_config = ConfigDict(validate_default=True)  # a default may not fit to what was chosen beside it

    recognizer: Literal["auto", "vosk", "whisper", "vosk+whisper"] = "auto"
    vosk_model: Annotated[str, text(longest=400, empty=True)] = ""
    second_gate: bool = False
    interruptible: Annotated[bool, switch()] = False
    act_score: Score = -1.2
    ask_score: Score = -2.1
    repeat_score: Score = -2.7
    control_score: Score = -2.0
    wish_score: Score = -1.3
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


class Button(Table):
    """One button between a pin and ground. ``gpio_pin``: GPIO (BCM) number, 0 for none.

    ``double_press_seconds``: a second press this soon after the first makes it a double one.
    """

    gpio_pin: Pin = NO_PIN
    double_press_seconds: Annotated[float, number(0.2, 1.5)] = 0.4


class Light(Table):
    """One LED, or a red, a green and a blue one. ``gpio_pins``: their GPIO (BCM) numbers, none for no light.

    ``active_low``: the LED hangs on 3.3 V and lights up when its pin goes low. ``brightness``: 0 (dark) to 1, by day;
    ``night_brightness``: in the ``night``, from when to when, and all day where the clock cannot be believed.
    """

    model_config = ConfigDict(validate_default=True)  # a default may not fit to what was chosen beside it

    gpio_pins: Pins = ()
    active_low: Annotated[bool, switch()] = False
    brightness: Share = 0.5
    night_brightness: Share = 0.1
    night: Night = ("22:00", "07:00")

    @field_validator("night_brightness")
    @classmethod
    def _no_brighter_than_by_day(cls, value: float, info: ValidationInfo) -> float:
        day = info.data.get("brightness", 1.0)
        if value > day:
            raise ValueError(f"{value:g} is brighter than by day; use a number from 0 to brightness, {day:g}")
        return value

    @property
    def night_hours(self) -> tuple[time, time]:
        """From when to when it is night; the end may be on the next day."""
        begin, end = (time.fromisoformat(moment) for moment in self.night)
        return begin, end


class Machine(Table):
    """The whole file."""

    sound: Sound = Sound()
    voice: Voice = Voice()
    hearing: Hearing = Hearing()
    button: Button = Button()
    light: Light = Light()

    @field_validator("light")
    @classmethod
    def _not_the_pin_of_the_button(cls, light: Light, info: ValidationInfo) -> Light:
        button = info.data.get("button")
        if button is not None and button.gpio_pin in light.gpio_pins:
            raise ValueError(f"gpio_pins has {button.gpio_pin}, the pin of the button; each needs a pin of its own")
        return light
