"""Tells the service manager that Breather is well: notifications for systemd, each a datagram to a local socket.

systemd names the socket and its patience in the environment. Without them every call does nothing, so nobody has to
ask whether this is a service. A beat is sent only while Breather hears, or while it knows that it does not: a dead
microphone must not end a pause, and a program that hangs, or is deaf without noticing, must be started again.
"""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress

SOCKET, PATIENCE, WHOSE = NAMES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
BEATS_IN_A_PATIENCE = 8  # systemd asks for two at least; a busy machine may be late with some
LONG_WORK_SECONDS = 900  # reading new settings, with a voice that has to render them on a slow machine
HEARING, DEAF = "STATUS=Listening.", "STATUS=Cannot hear right now. The microphone is being tried again."


class Watchdog:
    """``environment``: the process's own. What systemd put there is taken out, lest a child believe it is meant."""

    def __init__(self, environment: MutableMapping[str, str] | None = None) -> None:
        given = os.environ if environment is None else environment
        found = {name: given.pop(name, "") for name in NAMES}
        path = found[SOCKET]
        # "@" stands for the zero byte of a name that is in no folder.
        self._address = f"\0{path[1:]}" if path.startswith("@") else path
        meant = found[WHOSE] in {"", str(os.getpid())} and found[PATIENCE].isdecimal()
        self._patience_microseconds = int(found[PATIENCE]) if meant else 0
        self._next_beat_at = float("-inf")
        self._hearing = True

    @property
    def beat_seconds(self) -> float | None:
        """How often a beat is sent; None when nobody waits for one."""
        return self._patience_microseconds / 1e6 / BEATS_IN_A_PATIENCE if self._patience_microseconds else None

    def ready(self) -> None:
        """Breather listens. From now on beats are expected."""
        patience = [f"WATCHDOG_USEC={self._patience_microseconds}"] if self._patience_microseconds else []
        self._tell("READY=1", *patience, HEARING if self._hearing else DEAF, "WATCHDOG=1")

    def beat(self, now: float, *, hearing: bool, noticed: bool) -> None:
        """One round of the heartbeat is done. ``now``: seconds that only go forward.

        ``hearing``: sound comes in, and somebody recognizes it. ``noticed``: it does not, and Breather knows that.
        """
        if not (hearing or noticed):
            return
        changed, self._hearing = self._hearing is noticed, not noticed
        beat_is_due = self.beat_seconds is not None and now >= self._next_beat_at
        if changed or beat_is_due:
            self._next_beat_at = now + (self.beat_seconds or 0.0)
            self._tell("WATCHDOG=1", *([DEAF if noticed else HEARING] if changed else []))

    def long_work(self) -> None:
        """For some minutes no beat may come: settings are read anew. `ready` ends this."""
        if self._patience_microseconds:
            self._tell(f"WATCHDOG_USEC={LONG_WORK_SECONDS * 1_000_000}", "STATUS=Reading the settings.")

    def close(self) -> None:
        """Breather ends, in an orderly way."""
        self._tell("STOPPING=1")

    def _tell(self, *lines: str) -> None:
        if self._address:
            # Not being able to tell must not be worse than having nobody to tell.
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as telling:
                telling.setblocking(False)
                telling.sendto("\n".join(lines).encode(), self._address)
