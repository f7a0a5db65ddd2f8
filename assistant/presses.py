"""From a contact that opens and closes to what the finger meant: a short press, a double one, or a hold.

The whole row of presses that follow each other closely is one answer, so a shaking hand gives one answer too: whatever
is held for three seconds is a hold, two or more presses are a double one, anything else is a short one. What comes out
depends on when the contact moved, not on when somebody asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.messages import Press
from assistant.ports import Clock, Contact, Touch

DOUBLE_PRESS_SECONDS = 0.4
HOLD_SECONDS = 3.0
BOUNCE_SECONDS = 0.05  # the contact has opened for less than this: it has not opened
SLIP_SECONDS = 0.08  # the same once the finger has stayed a while: it slipped, and means to stay
STAYING_SECONDS = 0.5
SPIKE_SECONDS = 0.01  # no finger is this quick; a long wire that catches a spark is
STUCK_SECONDS = 60.0
MENDED_SECONDS = 1.0  # a button that was stuck counts again when it has been open for this long


class PressReader:
    """Turns touches into presses; knows no clock.

    ``double_press_seconds``: how long after a press the next one still belongs to it.
    """

    def __init__(self, *, double_press_seconds: float = DOUBLE_PRESS_SECONDS) -> None:
        self._window = max(double_press_seconds, SLIP_SECONDS)
        self._now = float("-inf")
        self._closed_at: float | None = None  # since when the finger is on it
        self._opened_at: float | None = None  # it has just opened, perhaps only in a bounce
        self._presses = 0  # finished ones of this row
        self._window_ends = 0.0
        self._touch_told = False
        self._answered = False  # the row had its answer, though the finger is still on the button

    @property
    def stuck(self) -> bool:
        """Whether the button has been down for so long that it is more likely broken than pressed."""
        return self._closed_at is not None and self._now - self._closed_at >= STUCK_SECONDS

    def read(self, touches: Sequence[Touch], now: float) -> list[Press]:
        """The presses of these touches, and of the time until `now`.

        ``TOUCH`` comes with the first touch of a row, then exactly one of the others: ``HOLD`` after three seconds,
        while the finger is still there; ``SHORT`` or ``DOUBLE`` when no other press has followed.
        """
        presses: list[Press] = []
        for touch in touches:
            self._go_on_to(touch.second, presses)
            if touch.down:
                self._opened_at = None
                if self._closed_at is None:
                    self._closed_at = self._now
            elif self._closed_at is not None and self._opened_at is None:
                self._opened_at = self._now
        self._go_on_to(now, presses)
        if self._closed_at is not None and (self._opened_at is None or not self._is_spike()):
            self._tell_touch(presses)
        return presses

    def _go_on_to(self, second: float, presses: list[Press]) -> None:
        """Let time pass, and do what falls due in it. A time that is past already means now."""
        second = max(second, self._now)
        while (due := self._next_due()) is not None and due <= second:
            self._now = max(due, self._now)
            self._fall_due(presses)
        self._now = second

    def _next_due(self) -> float | None:
        if self._closed_at is None:
            return self._window_ends if self._presses else None
        if self._opened_at is not None:
            return self._opened_at + self._shortest_opening()
        return None if self._answered else self._closed_at + HOLD_SECONDS

    def _fall_due(self, presses: list[Press]) -> None:
        if self._closed_at is None:
            self._answer(Press.SHORT if self._presses == 1 else Press.DOUBLE, presses)
            self._begin_anew()
        elif self._opened_at is None:
            self._answer(Press.HOLD, presses)
            self._answered = True
        else:
            self._let_go(presses)

    def _let_go(self, presses: list[Press]) -> None:
        """The contact has been open for long enough: the finger has left."""
        assert self._opened_at is not None
        if self._answered:
            self._begin_anew()
            return
        if not self._is_spike():
            self._tell_touch(presses)
            self._presses += 1
            self._window_ends = self._opened_at + self._window
        self._closed_at = self._opened_at = None
        if not self._presses:
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._closed_at = self._opened_at = None
        self._presses = 0
        self._touch_told = self._answered = False

    def _answer(self, press: Press, presses: list[Press]) -> None:
        self._tell_touch(presses)
        presses.append(press)

    def _tell_touch(self, presses: list[Press]) -> None:
        if not self._touch_told:
            self._touch_told = True
            presses.append(Press.TOUCH)

    def _is_spike(self) -> bool:
        return self._seconds_down() < SPIKE_SECONDS

    def _shortest_opening(self) -> float:
        down = self._seconds_down()
        if down >= STUCK_SECONDS:
            return MENDED_SECONDS
        return SLIP_SECONDS if down >= STAYING_SECONDS else BOUNCE_SECONDS

    def _seconds_down(self) -> float:
        """How long the finger was on it, when the contact has just opened."""
        assert self._closed_at is not None
        assert self._opened_at is not None
        return self._opened_at - self._closed_at


class ContactButton:
    """A `Button` made of a bare contact."""

    def __init__(self, contact: Contact, *, clock: Clock, double_press_seconds: float = DOUBLE_PRESS_SECONDS) -> None:
        self._contact, self._clock = contact, clock
        self._reader = PressReader(double_press_seconds=double_press_seconds)

    def open(self) -> None:
        self._contact.open()

    def poll(self) -> Sequence[Press]:
        touches = self._contact.poll()
        return self._reader.read(touches, self._clock.now())  # the time after the last touch, not before

    def close(self) -> None:
        self._contact.close()
