"""The live clock. The simulated one counts samples (`assistant.devices.recorded.SampleClock`)."""

from __future__ import annotations

import time


class SystemClock:
    """Seconds on the system's monotonic clock, which no change of the wall clock touches."""

    def now(self) -> float:
        return time.monotonic()
