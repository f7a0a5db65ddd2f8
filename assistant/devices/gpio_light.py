"""A real light: one LED, or a red, a green and a blue one. They are dimmed by being off for a part of every 10 ms.

gpiozero passes whole percents of full power on to lgpio, and drops the rest: 0.019 is 1 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from assistant.devices import gpio_pins
from assistant.errors import LightError


class GpioLight:
    """A `Light` on GPIO pins.

    ``pins``: one, or three for red, green and blue. ``active_low``: a pin that goes low lights its LED up.
    ``factory``: gpiozero's pin factory; None for the pins of this machine.
    """

    def __init__(self, pins: Sequence[int], *, active_low: bool = False, factory: Any = None) -> None:
        assert len(pins) in {1, 3}
        self._pins, self._active_low, self._factory = tuple(pins), active_low, factory
        self._device: Any = None

    def open(self) -> None:
        """Start, dark. Raises `LightError` or `PinSystemError`."""
        self.close()
        where = ", ".join(f"GPIO{pin}" for pin in self._pins)
        self._device = gpio_pins.claim(self._dark, factory=self._factory, where=where, refused=LightError)

    def show(self, red: float, green: float, blue: float) -> None:
        if self._device is not None:
            self._device.value = (red, green, blue) if len(self._pins) == 3 else max(red, green, blue)

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            with suppress(Exception):
                device.close()

    def _dark(self, factory: Any) -> Any:
        from gpiozero import PWMLED, RGBLED  # noqa: PLC0415  (optional)

        options = {"active_high": not self._active_low, "pin_factory": factory}
        return RGBLED(*self._pins, **options) if len(self._pins) == 3 else PWMLED(*self._pins, **options)
