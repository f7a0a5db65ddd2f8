"""When a recogniser's process that was lost is started again: at once, and then at longer and longer intervals."""

from __future__ import annotations

LOADING_SECONDS = 90.0  # of a restarted one; a second or so elsewhere than on a Pi's memory card
WAITS_SECONDS = (0.0, 1.0, 3.0, 10.0, 30.0)  # before the first, second, ... restart in a row; then always the last
WELL_AFTER_SECONDS = 60.0  # then a restart is no longer one in a row


class Restarts:
    """``in_a_row``: how many processes were lost, or could not even be started, without a good while between them.

    ``now``, everywhere: monotonic seconds.
    """

    def __init__(self) -> None:
        self.in_a_row = 0
        self._started_at = 0.0
        self._due_at: float | None = None

    @property
    def waiting(self) -> bool:
        """Whether there is no process at the moment."""
        return self._due_at is not None

    def started(self, now: float) -> None:
        self._started_at, self._due_at = now, None

    def lost(self, now: float) -> None:
        """It has died or hangs; the next one is due after a while."""
        if now - self._started_at > WELL_AFTER_SECONDS:
            self.in_a_row = 0
        self.failed(now)

    def failed(self, now: float) -> None:
        """It could not even be started."""
        self.in_a_row += 1
        self._due_at = now + WAITS_SECONDS[min(self.in_a_row, len(WAITS_SECONDS)) - 1]

    def due(self, now: float) -> bool:
        """Whether it is time for the next one."""
        return self._due_at is not None and now >= self._due_at

    def loads_for_too_long(self, now: float) -> bool:
        """Whether one that is not ready yet is not going to be."""
        return now - self._started_at > LOADING_SECONDS
