"""The button and the light that the settings ask for."""

from __future__ import annotations

import os
import pty
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from assistant.devices import gpio_pins
from assistant.devices.gpio_light import GpioLight
from assistant.devices.keyboard import Keyboard
from assistant.errors import ButtonError, PinSystemError
from assistant.hands import Buttons, NoLight, button_of, lamp_of, light_of
from assistant.messages import LightState, Press
from assistant.settings.machine import Machine


class Watch:
    second = 0.0

    def now(self) -> float:
        return self.second


class Pressed:
    """A button with presses to come."""

    def __init__(self, *presses: Press, refuses: bool = False) -> None:
        self.presses, self.refuses = list(presses), refuses
        self.history: list[str] = []

    def open(self) -> None:
        self.history.append("open")
        if self.refuses:
            raise ButtonError("No", remedy="None.")

    def poll(self) -> Sequence[Press]:
        presses, self.presses = self.presses, []
        return presses

    def close(self) -> None:
        self.history.append("close")


@pytest.fixture
def pins(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    factory = MockFactory(pin_class=MockPWMPin)
    monkeypatch.setattr(gpio_pins, "pin_factory", lambda: factory)
    yield factory
    factory.reset()


def test_several_buttons_are_one() -> None:
    parts = Pressed(Press.TOUCH, Press.HOLD), Pressed(Press.TOUCH, Press.SHORT)
    buttons = Buttons(parts)
    buttons.open()
    assert buttons.poll() == [Press.TOUCH, Press.HOLD, Press.TOUCH, Press.SHORT]
    assert buttons.poll() == []
    buttons.close()
    buttons.close()
    assert [part.history for part in parts] == [["open", "close"]] * 2


def test_when_one_cannot_be_opened_none_stays_open() -> None:
    good, bad = Pressed(), Pressed(refuses=True)
    with pytest.raises(ButtonError):
        Buttons([good, bad]).open()
    assert good.history == ["open", "close"]


def test_without_pins_and_terminal_nothing_is_pressed_and_nothing_shines() -> None:
    button, light = button_of(Machine(), clock=Watch()), light_of(Machine())
    button.open()
    assert button.poll() == []
    assert isinstance(light, NoLight)
    light.open()
    lamp = lamp_of(Machine(), light)
    lamp.show(LightState.ASKING)
    lamp.tick(1.0)
    lamp.close()
    button.close()


def test_the_pin_and_the_window_of_the_settings_are_used(pins: Any) -> None:
    watch = Watch()
    machine = Machine.model_validate({"button": {"gpio_pin": 5, "double_press_seconds": 1.0}})
    button = button_of(machine, clock=watch)
    button.open()
    heard: list[Press] = []
    for second, down in ((1.0, True), (1.2, False), (2.0, True), (2.2, False), (3.3, False)):
        watch.second = second
        (pins.pin(5).drive_low if down else pins.pin(5).drive_high)()
        heard += button.poll()
    assert heard == [Press.TOUCH, Press.DOUBLE]
    button.close()


def test_the_pins_and_the_brightness_of_the_settings_are_used(pins: Any) -> None:
    settings = {
        "gpio_pins": [18],
        "active_low": True,
        "brightness": 0.8,
        "night_brightness": 0.3,
        "night": ["8:00", "9:00"],
    }
    machine = Machine.model_validate({"light": settings})
    light = light_of(machine)
    assert isinstance(light, GpioLight)
    light.open()
    for hour, share in ((12, 0.8), (8, 0.3)):
        lamp = lamp_of(machine, light, local_time=lambda hour=hour: datetime(2026, 11, 24, hour))  # type: ignore[misc]
        lamp.show(LightState.ASKING)
        lamp.tick(1.0)
        assert pins.pin(18).state == pytest.approx(1 - share)
    lamp.close()


def test_a_terminal_is_a_button_beside_the_other(pins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keyboard, "_in_foreground", lambda _: True)
    hand, terminal = pty.openpty()
    button = button_of(Machine.model_validate({"button": {"gpio_pin": 5}}), clock=Watch(), terminal=terminal)
    button.open()
    pins.pin(5).drive_low()
    os.write(hand, b"d")
    assert button.poll() == [Press.TOUCH, Press.TOUCH, Press.DOUBLE]
    button.close()
    os.close(hand)
    os.close(terminal)


def test_a_pin_on_a_machine_without_pins_is_an_error_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpio_pins, "installed", lambda: False)
    gpio_pins.pin_factory.cache_clear()
    machine = Machine.model_validate({"button": {"gpio_pin": 5}, "light": {"gpio_pins": [18]}})
    with pytest.raises(PinSystemError):
        button_of(machine, clock=Watch()).open()
    with pytest.raises(PinSystemError):
        light_of(machine).open()
