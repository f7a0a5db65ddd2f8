"""The button and the light this machine has, by its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime

from assistant.devices.gpio_button import GpioContact
from assistant.devices.gpio_light import GpioLight
from assistant.devices.keyboard import Keyboard
from assistant.lamp import Lamp
from assistant.messages import Press
from assistant.ports import Button, Clock, Light
from assistant.presses import ContactButton
from assistant.settings.machine import NO_PIN, Machine


class Buttons:
    """Several buttons as one; none at all is a button that nobody presses."""

    def __init__(self, buttons: Sequence[Button]) -> None:
        self._buttons = tuple(buttons)
        self._opened = ExitStack()

    def open(self) -> None:
        """Start all of them, or none. Raises `ButtonError` or `PinSystemError`."""
        self.close()
        with ExitStack() as opening:
            for button in self._buttons:
                opening.callback(button.close)
                button.open()
            self._opened = opening.pop_all()

    def poll(self) -> Sequence[Press]:
        return [press for button in self._buttons for press in button.poll()]

    def close(self) -> None:
        """Let go of them. May be called twice."""
        self._opened.close()


class NoLight:
    """A `Light` that is not there."""

    def open(self) -> None:
        """Nothing to start."""

    def show(self, red: float, green: float, blue: float) -> None:
        """Nothing to see."""

    def close(self) -> None:
        """Nothing to let go of."""


def button_of(machine: Machine, *, clock: Clock, terminal: int | None = None) -> Buttons:
    """The button on the pin of the settings, and the keys of a terminal; not open yet.

    ``terminal``: its file descriptor (`assistant.devices.keyboard.terminal`), None for no keys.
    """
    buttons: list[Button] = []
    if machine.button.gpio_pin != NO_PIN:
        contact = GpioContact(machine.button.gpio_pin, clock=clock)
        seconds = machine.button.double_press_seconds
        buttons.append(ContactButton(contact, clock=clock, double_press_seconds=seconds))
    if terminal is not None:
        buttons.append(Keyboard(terminal, clock=clock))
    return Buttons(buttons)


def light_of(machine: Machine) -> Light:
    """The light on the pins of the settings, or one that is not there; not open yet."""
    settings = machine.light
    return GpioLight(settings.gpio_pins, active_low=settings.active_low) if settings.gpio_pins else NoLight()


def lamp_of(machine: Machine, light: Light, *, local_time: Callable[[], datetime | None] = datetime.now) -> Lamp:
    """What drives this light, as bright as the settings say."""
    settings = machine.light
    return Lamp(
        light=light,
        brightness=settings.brightness,
        night_brightness=settings.night_brightness,
        night=settings.night_hours,
        local_time=local_time,
    )
