"""Button and light on pins: gpiozero's real classes, on gpiozero's own pretended pins."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from assistant.devices import gpio_pins
from assistant.devices.gpio_button import MOST_TOUCHES, GpioContact
from assistant.devices.gpio_light import GpioLight
from assistant.errors import ButtonError, LightError, PinSystemError
from assistant.ports import Touch


class Watch:
    second = 0.0

    def now(self) -> float:
        return self.second


@pytest.fixture
def pins() -> Iterator[Any]:
    factory = MockFactory(pin_class=MockPWMPin)
    yield factory
    factory.reset()


@pytest.fixture
def watch() -> Watch:
    return Watch()


# --- the button -----------------------------------------------------------------------------------------------------


def test_the_contact_is_down_when_the_pin_is_connected_to_ground(pins: Any, watch: Watch) -> None:
    contact = GpioContact(17, clock=watch, factory=pins)
    contact.open()
    assert pins.pin(17).pull == "up"
    assert contact.poll() == []
    watch.second = 1.0
    pins.pin(17).drive_low()
    watch.second = 1.25
    pins.pin(17).drive_high()
    watch.second = 1.3
    assert contact.poll() == [Touch(down=True, second=1.0), Touch(down=False, second=1.25)], "each with its own time"
    assert contact.poll() == []
    contact.close()
    contact.close()
    assert contact.poll() == []


def test_what_is_down_from_the_start_is_not_a_touch_and_its_release_is_told(
    pins: Any, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MockPWMPin, "_set_pull", lambda *_: None)  # a connection to ground is stronger
    pins.pin(17).drive_low()
    contact = GpioContact(17, clock=watch, factory=pins)
    contact.open()
    assert contact.poll() == []
    pins.pin(17).drive_high()
    assert contact.poll() == [Touch(down=False, second=0.0)]


def test_an_edge_that_nobody_told_of_is_noticed_at_the_pin(pins: Any, watch: Watch) -> None:
    contact = GpioContact(17, clock=watch, factory=pins)
    contact.open()
    pins.pin(17).when_changed = None  # the library's thread has died
    pins.pin(17).drive_low()
    watch.second = 2.0
    assert contact.poll() == [Touch(down=True, second=2.0)]
    assert contact.poll() == []


def test_a_contact_that_goes_mad_fills_no_memory_and_ends_as_it_is(pins: Any, watch: Watch) -> None:
    contact = GpioContact(17, clock=watch, factory=pins)
    contact.open()
    for _ in range(MOST_TOUCHES):
        pins.pin(17).drive_low()
        pins.pin(17).drive_high()
    pins.pin(17).drive_low()
    told = contact.poll()
    assert len(told) == MOST_TOUCHES
    assert told[-1].down


def test_a_pin_that_breaks_later_is_a_button_that_nobody_presses(
    pins: Any, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = GpioContact(17, clock=watch, factory=pins)
    contact.open()

    def broken(_: object) -> bool:
        raise OSError("gone")

    monkeypatch.setattr(MockPWMPin, "_get_state", broken)
    assert contact.poll() == []


# --- the light ------------------------------------------------------------------------------------------------------


def test_three_pins_are_a_red_a_green_and_a_blue_one(pins: Any) -> None:
    light = GpioLight([17, 27, 22], factory=pins)
    light.open()
    assert [pins.pin(number).state for number in (17, 27, 22)] == [0, 0, 0]
    light.show(0.5, 0.25, 1.0)
    assert [pins.pin(number).state for number in (17, 27, 22)] == [0.5, 0.25, 1.0]
    light.close()
    light.close()
    light.show(1, 1, 1)
    assert pins.pin(17).function == "input", "the pin is as it was"


def test_one_pin_shows_the_most_of_the_colors(pins: Any) -> None:
    light = GpioLight([18], factory=pins)
    light.open()
    light.show(0.1, 0.6, 0.3)
    assert pins.pin(18).state == 0.6


def test_a_light_that_hangs_on_the_supply_is_the_other_way_round(pins: Any) -> None:
    light = GpioLight([18], active_low=True, factory=pins)
    light.open()
    assert pins.pin(18).state == 1.0, "dark"
    light.show(0.25, 0, 0)
    assert pins.pin(18).state == 0.75


# --- what can be wrong ----------------------------------------------------------------------------------------------


def test_a_pin_that_is_in_use_is_said(pins: Any, watch: Watch) -> None:
    light = GpioLight([17], factory=pins)
    light.open()
    with pytest.raises(ButtonError, match=r"A pin is used by another program: GPIO17\. Choose another pin"):
        GpioContact(17, clock=watch, factory=pins).open()
    with pytest.raises(LightError, match="A pin is used by another program: GPIO5, GPIO6, GPIO17"):
        GpioLight([5, 6, 17], factory=pins).open()


def test_what_the_library_says_stays_with_the_library() -> None:
    def refuses(_: Any) -> None:
        raise RuntimeError("who knows what stands in here")

    with pytest.raises(ButtonError) as caught:
        gpio_pins.claim(refuses, factory=object(), where="GPIO4", refused=ButtonError)
    assert "who knows" not in str(caught.value)
    assert "RuntimeError" in str(caught.value)


def test_without_its_packages_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch, watch: Watch) -> None:
    gpio_pins.pin_factory.cache_clear()
    monkeypatch.setattr(gpio_pins, "installed", lambda: False)
    with pytest.raises(PinSystemError, match="gpiozero and lgpio are not installed") as caught:
        GpioContact(17, clock=watch).open()
    assert "scripts/requirements/gpio.lock" in str(caught.value)
    assert "take the pins out of machine.toml" in str(caught.value)


def chips(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int | None) -> Path:
    """A pretended chip device with this mode (None: no such file), in a library that always refuses."""
    chip = tmp_path / "gpiochip0"
    if mode is not None:
        chip.touch(mode=mode)
    monkeypatch.setattr(gpio_pins, "CHIPS", (str(chip),))
    monkeypatch.setattr(gpio_pins, "installed", lambda: True)
    monkeypatch.setattr(os, "access", lambda path, _: bool(Path(path).stat().st_mode & stat.S_IRUSR))

    def refuses() -> None:
        raise RuntimeError("can not open gpiochip")

    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", SimpleNamespace(LGPIOFactory=refuses))
    gpio_pins.pin_factory.cache_clear()
    return chip


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        (None, "This machine has no pins that Breather can use; only a Raspberry Pi has them"),
        (0o000, 'may not be used by you: .*gpiochip0. Run: sudo usermod -aG gpio "$USER"'.replace("$", r"\$")),
        (0o600, r"The library for the pins does not start \(RuntimeError\)"),
    ],
)
def test_a_machine_that_has_no_pins_or_keeps_them_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int | None, sentence: str
) -> None:
    chips(monkeypatch, tmp_path, mode)
    with pytest.raises(PinSystemError, match=sentence):
        gpio_pins.pin_factory()


@pytest.mark.skipif(not gpio_pins.installed(), reason="lgpio is not published for this Python and processor")
def test_loading_lgpio_leaves_nothing_behind_and_moves_nowhere(tmp_path: Path) -> None:
    here, temporary = tmp_path / "here", tmp_path / "temporary"
    here.mkdir()
    temporary.mkdir()
    look = (
        "import os, sys; from assistant.devices import gpio_pins\n"
        "from contextlib import suppress\n"
        "with suppress(Exception): gpio_pins.pin_factory()\n"
        "print('lgpio' in sys.modules, os.getcwd(), os.environ.get('LG_WD'))"
    )
    environment = {key: value for key, value in os.environ.items() if key != "LG_WD"}
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=here, capture_output=True, text=True, check=True,
        env=environment | {"TMPDIR": str(temporary), "PYTHONPATH": str(Path(gpio_pins.__file__).parents[2])},
    )  # fmt: skip
    assert done.stdout.split() == ["True", str(here), "None"]
    assert list(here.iterdir()) == list(temporary.iterdir()) == []
