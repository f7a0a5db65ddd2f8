"""A real button between a pin and ground."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from assistant.devices import gpio_pins
from assistant.errors import ButtonError
from assistant.ports import Clock, Touch

MOST_TOUCHES = 256  # between two heartbeats; only a broken contact makes more


class GpioContact:
    """A `Contact` on a GPIO pin, held up by the pin's own resistor. It is down when it is connected to ground.

    gpiozero tells from a thread of its own; what it tells ends in a bounded row. A contact that is down when the
    program starts is stuck, or wired the wrong way round: it counts once it has been let go. ``factory``: gpiozero's
    pin factory; None for the pins of this machine.
    """

    def __init__(self, pin: int, *, clock: Clock, factory: Any = None) -> None:
        self._pin, self._clock, self._factory = pin, clock, factory
        self._touches: deque[Touch] = deque(maxlen=MOST_TOUCHES)
        self._device: Any = None
        self._down = False

    def open(self) -> None:
        """Start. Raises `ButtonError` or `PinSystemError`."""
        self.close()
        self._touches.clear()
        self._device = gpio_pins.claim(
            self._listening, factory=self._factory, where=f"GPIO{self._pin}", refused=ButtonError
        )
        self._down = self._is_down()

    def poll(self) -> Sequence[Touch]:
        touches = list[Touch]()
        while self._touches:
            touches.append(self._touches.popleft())
        if touches:
            self._down = touches[-1].down
        down = self._is_down()
        if down is not self._down:  # an edge was missed
            self._down = down
            touches.append(Touch(down=down, second=self._clock.now()))
        return touches

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            with suppress(Exception):
                device.close()

    def _listening(self, factory: Any) -> Any:
        from gpiozero import DigitalInputDevice  # noqa: PLC0415  (optional)

        device = DigitalInputDevice(self._pin, pull_up=True, pin_factory=factory)
        device.when_activated = self._closes
        device.when_deactivated = self._opens
        return device

    def _closes(self) -> None:
        self._touches.append(Touch(down=True, second=self._clock.now()))

    def _opens(self) -> None:
        self._touches.append(Touch(down=False, second=self._clock.now()))

    def _is_down(self) -> bool:
        try:
            return bool(self._device.value)
        except Exception:  # the pin is gone; a pause goes on without its button
            return self._down
