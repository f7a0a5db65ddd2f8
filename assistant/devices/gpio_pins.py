"""The pins of a Raspberry Pi, through gpiozero and lgpio: found, opened, and every refusal in plain words."""

from __future__ import annotations

import errno
import functools
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from assistant.errors import ButtonError, LightError, PinSystemError

Device = TypeVar("Device")

INSTALL = ".venv/bin/pip install --no-deps --require-hashes -r scripts/requirements/gpio.lock"
WITHOUT = "or take the pins out of machine.toml"
CHIPS = ("/dev/gpiochip0", "/dev/gpiochip4")  # all Pis; the Pi 5 with an older kernel


def installed() -> bool:
    """Whether the optional packages are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("gpiozero", "lgpio"))


@functools.cache
def pin_factory() -> Any:
    """The way to the pins, for gpiozero: one for the whole process, because two would close each other's.

    Raises `PinSystemError`.
    """
    if not installed():
        raise PinSystemError(
            "A pin is set, and the packages gpiozero and lgpio are not installed",
            remedy=f"In Breather's folder, run: {INSTALL}; {WITHOUT}.",
        )
    try:
        with _folder_for_lgpio():
            from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415  (optional)
        return LGPIOFactory()
    except Exception as error:
        raise _refusal(error) from None


def claim(
    build: Callable[[Any], Device], *, factory: Any, where: str, refused: type[ButtonError] | type[LightError]
) -> Device:
    """What `build` makes with a pin factory: `factory`, or the machine's own when that is None.

    ``where``: the setting that names the pins. Raises `PinSystemError`, or `refused` when a pin is not to be had.
    """
    factory = factory or pin_factory()
    try:
        return build(factory)
    except Exception as error:
        busy = type(error).__name__ == "GPIOPinInUse" or "busy" in str(error).lower()
        raise refused(
            "A pin is used by another program" if busy else f"A pin cannot be used ({type(error).__name__})",
            where=where,
            remedy="Choose another pin in machine.toml, or end the program that uses this one.",
        ) from None


@contextmanager
def _folder_for_lgpio() -> Iterator[None]:
    """A folder of its own for lgpio, which makes a pipe in the working folder when it is loaded, and moves there.

    Both ends of the pipe are open afterwards, so its name can go. Raises OSError.
    """
    back = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    before = os.environ.get("LG_WD")
    folder = tempfile.mkdtemp(prefix="breather-")
    os.environ["LG_WD"] = folder
    try:
        yield
    finally:
        os.fchdir(back)
        os.close(back)
        if before is None:
            del os.environ["LG_WD"]
        else:
            os.environ["LG_WD"] = before
        shutil.rmtree(folder, ignore_errors=True)


def _refusal(error: Exception) -> PinSystemError:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EROFS, errno.EACCES}:
        return PinSystemError(
            f"The library for the pins needs a temporary folder, and the system refused it ({error.strerror})",
            remedy=f"Make room on the disk, {WITHOUT}.",
        )
    there = [chip for chip in CHIPS if os.path.exists(chip)]  # noqa: PTH110
    if there and not any(os.access(chip, os.R_OK | os.W_OK) for chip in there):
        return PinSystemError(
            "The pins of this machine may not be used by you",
            where=there[0],
            remedy='Run: sudo usermod -aG gpio "$USER"; then log out and in again.',
        )
    if not there or type(error).__name__ == "PinUnknownPi":
        return PinSystemError(
            "This machine has no pins that Breather can use; only a Raspberry Pi has them",
            remedy="Take the pins out of machine.toml; in a terminal, keys are a button too.",
        )
    return PinSystemError(
        f"The library for the pins does not start ({type(error).__name__})",
        remedy=f"In Breather's folder, run: {INSTALL}; {WITHOUT}.",
    )
