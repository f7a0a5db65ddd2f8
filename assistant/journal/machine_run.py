"""Which run of the machine this is, and how long it has lasted.

No time of day, because many a Raspberry Pi does not know it.
"""

from __future__ import annotations

import time
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_ENOUGH = 8  # characters, to tell one run from the one before


class MachineRun:
    """The kernel's word for both."""

    @property
    def name(self) -> str:
        """Another one after each start of the machine; "" where nobody knows."""
        try:
            return _BOOT.read_text("ascii").strip()[:_ENOUGH]
        except (OSError, ValueError):
            return ""

    def seconds(self) -> float:
        """Since the machine was started, sleep included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)
