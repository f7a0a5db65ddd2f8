"""A button that is pressed by itself, and a light that remembers what it showed: for rooms without hardware."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.messages import Press
from assistant.ports import Clock, Touch

HOW_LONG = {Press.SHORT: (0.15,), Press.DOUBLE: (0.12, 0.12), Press.HOLD: (3.5,)}  # seconds, of each touch
BETWEEN_SECONDS = 0.15


def touches_of(press: Press, at_seconds: float) -> list[Touch]:
    """How a calm finger does this, beginning at a second. ``press``: ``SHORT``, ``DOUBLE`` or ``HOLD``."""
    touches: list[Touch] = []
    for seconds in HOW_LONG[press]:
        touches += [Touch(down=True, second=at_seconds), Touch(down=False, second=at_seconds + seconds)]
        at_seconds += seconds + BETWEEN_SECONDS
    return touches


class RecordedContact:
    """A `Contact` that is touched at given seconds of a clock.

    ``presses``: (second, press), or bare touches of any rhythm; more can follow with `press`.
    """

    def __init__(
        self, *, clock: Clock, presses: Iterable[tuple[float, Press]] = (), touches: Iterable[Touch] = ()
    ) -> None:
        self._clock = clock
        self._to_come = list(touches)
        for second, press in presses:
            self._to_come += touches_of(press, second)
        self._to_come.sort(key=lambda touch: touch.second)
        self._open = False

    def press(self, press: Press, at_seconds: float | None = None) -> None:
        """Press it from this second on; None: now."""
        self._to_come += touches_of(press, self._clock.now() if at_seconds is None else at_seconds)
        self._to_come.sort(key=lambda touch: touch.second)

    def open(self) -> None:
        self._open = True

    def poll(self) -> Sequence[Touch]:
        now = self._clock.now()
        past = [touch for touch in self._to_come if touch.second <= now]
        del self._to_come[: len(past)]
        return past if self._open else []

    def close(self) -> None:
        self._open = False


class RecordedLight:
    """A `Light` that keeps a list of what it showed: (second, (red, green, blue)).

    ``clock``: tells the second. ``broken``: set it, and the light fails at every call.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self.shown: list[tuple[float, tuple[float, float, float]]] = []
        self.broken = False
        self.closed = True

    def open(self) -> None:
        self.closed = False

    def show(self, red: float, green: float, blue: float) -> None:
        if self.broken:
            raise OSError("the light is broken")
        self.shown.append((self._clock.now(), (red, green, blue)))

    def close(self) -> None:
        self.closed = True

    @property
    def color(self) -> tuple[float, float, float]:
        """What it shows now."""
        return self.shown[-1][1] if self.shown and not self.closed else (0.0, 0.0, 0.0)
