"""Brings the microphone and the loudspeaker back when they have gone, while the time goes on.

Measured: a device that is unplugged, or whose sound server dies, raises nothing; its callbacks stop. It can be opened
again under its name as soon as it is there; whether it is, ALSA is asked first (`assistant.devices.alsa_probe`). A
device that PortAudio did not know before is only seen after all streams
were closed and PortAudio has looked again, which makes a gap in what is being played; so that is done when the kernel
tells of other sound cards, and otherwise now and then, while nothing is played. All of it may hang for seconds with
a sound server that hangs. So it is done in a thread, one errand at a time, and the heartbeat only looks in.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from assistant.devices.patience import Errand
from assistant.devices.portaudio import DEAD_AFTER_SECONDS
from assistant.devices.portaudio_devices import leave_it_at_exit, refresh
from assistant.errors import place_of

WAITS_SECONDS = (0.5, 1.0, 2.0, 3.0)  # between two attempts; the last one from then on, so it is back within 5 s
ZEROS_WAITS_SECONDS = (*[4.0] * 30, 30.0)  # a microphone that gives zeros is mostly one that is switched off
LOOK_ANEW_EVERY = 4  # attempts
RECHECK_AFTER_SECONDS = 2.0
STARTING_SECONDS = 2.5  # what has been opened may take so long until its first block
WELL_AFTER_SECONDS = 3.0
FAULTLESS_AFTER_SECONDS = 10.0
CLOSING_SECONDS = 0.2
CARDS = Path("/proc/asound/cards")

GONE = {
    "microphone": "The microphone has gone. The time goes on, the button still works, and it is being looked for.",
    "loudspeaker": "The loudspeaker has gone. The time goes on, the light shows it, and it is being looked for.",
    "sound": "The microphone gives nothing but zeros. Is it switched off? The time goes on, the button still works.",
    "playing": "A fault in Breather keeps it silent ({fault}). The time goes on, and the light shows it.",
}
BACK = {
    "microphone": "The microphone is back.",
    "loudspeaker": "The loudspeaker is back.",
    "sound": "The microphone gives sound again.",
    "playing": "Breather can be heard again.",
}


class End(Protocol):
    """What the keeper needs to know of a microphone or a loudspeaker."""

    @property
    def flowing(self) -> bool: ...

    @property
    def seconds_since_block(self) -> float: ...

    def close(self) -> None: ...

    def reopen(self) -> None: ...


class LoudspeakerEnd(End, Protocol):
    """``error``: what last went wrong with what was to be played, so long ago."""

    error: Exception | None

    @property
    def seconds_since_error(self) -> float: ...

    def skip(self) -> None: ...


class SoundKeeper:
    """Looks after one microphone and one loudspeaker that have been opened. Both stay the same objects.

    ``on_notice``: is told, once each time, that one has gone and that it is back. ``cards``: what the kernel says of
    its sound cards. ``look_anew``: lets PortAudio look for devices (`portaudio_devices.refresh`).
    """

    def __init__(
        self,
        *,
        microphone: End,
        loudspeaker: LoudspeakerEnd,
        on_notice: Callable[[str], None],
        cards: Callable[[], str] = lambda: _read(CARDS),
        look_anew: Callable[[], object] = refresh,
    ) -> None:
        self._microphone, self._loudspeaker = microphone, loudspeaker
        self._on_notice, self._cards, self._look_anew = on_notice, cards, look_anew
        self._known_cards = cards()
        self._gone = dict.fromkeys(GONE, False)
        self._attempts = 0
        self._waits: tuple[float, ...] = WAITS_SECONDS
        self._try_at = self._well_since = self._look_at = 0.0
        self._recheck_at = float("inf")
        self._errand: Errand | None = None
        self._look_owed = False
        self._closed = False

    def tick(self, now: float, *, zeros: bool, playing: bool) -> bool:
        """Once every heartbeat; returns whether Breather can be heard. Never waits, never raises.

        ``zeros``: the microphone has given nothing but zeros for a while. ``playing``: there is something to be played.
        """
        self._take_note("microphone", self._microphone)
        self._take_note("loudspeaker", self._loudspeaker)
        self._tell("sound", zeros)
        there = not self._gone["loudspeaker"]
        if not there:
            self._loudspeaker.skip()
        self._tell("playing", self._loudspeaker.seconds_since_error < FAULTLESS_AFTER_SECONDS)
        self._look_after(now, there=there, zeros=zeros, playing=playing)
        return there and not self._gone["playing"]

    def _look_after(self, now: float, *, there: bool, zeros: bool, playing: bool) -> None:
        """Send somebody, when it is time."""
        if self._errand is not None:
            if not self._errand.done:
                return
            self._errand = None
            self._try_at = now + self._waits[min(max(self._attempts, 1), len(self._waits)) - 1]
        gone = self._gone["microphone"] or not there
        changed = self._cards_changed(now)
        if not gone and not zeros:
            if now - self._well_since >= WELL_AFTER_SECONDS:
                self._attempts, self._look_owed = 0, False
            # A sound server may have moved us to another microphone, which it does in silence. If ours has just gone,
            # it shows before that; a stream that is just dying must not be closed.
            if changed:
                self._recheck_at = now + RECHECK_AFTER_SECONDS
            elif now >= self._recheck_at:
                self._recheck_at = float("inf")
                self._send(anew=False, zeros=True)
            return
        self._well_since = now
        self._waits = WAITS_SECONDS if gone else ZEROS_WAITS_SECONDS
        if changed or (now >= self._try_at and not self._starting):
            self._attempts += 1
            unheard = not playing or not there
            every_so_often = gone and unheard and self._attempts % LOOK_ANEW_EVERY == 0
            self._send(anew=changed or every_so_often or self._look_owed, zeros=zeros)

    def close(self) -> None:
        """Stop bringing things back. What is under way may take longer than anybody wants to wait for it."""
        self._closed = True
        if self._errand is not None and not self._errand.wait(CLOSING_SECONDS):
            leave_it_at_exit()

    def _take_note(self, name: str, end: End) -> None:
        if end.flowing:
            self._tell(name, False)
        elif end.seconds_since_block >= DEAD_AFTER_SECONDS and self._errand is None:
            self._tell(name, True)  # otherwise it was opened just now, or is being opened, and it shows soon

    def _tell(self, name: str, gone: bool) -> None:
        if gone is not self._gone[name]:
            self._gone[name] = gone
            error = self._loudspeaker.error
            fault = place_of(error) if error is not None else ""  # where, and no more: what it says may be anything
            self._on_notice((GONE if gone else BACK)[name].format(fault=fault))

    @property
    def _starting(self) -> bool:
        """Whether one that was gone has just been opened, and may yet begin."""
        ends: tuple[tuple[str, End], ...] = (("microphone", self._microphone), ("loudspeaker", self._loudspeaker))
        return any(self._gone[name] and end.seconds_since_block < STARTING_SECONDS for name, end in ends)

    def _cards_changed(self, now: float) -> bool:
        """Whether a card came or went since the last look."""
        if now < self._look_at:
            return False
        self._look_at = now + WAITS_SECONDS[0]
        before, self._known_cards = self._known_cards, self._cards()
        return before != self._known_cards

    def _send(self, *, anew: bool, zeros: bool) -> None:
        microphone = anew or zeros or self._gone["microphone"]
        loudspeaker = anew or self._gone["loudspeaker"]
        self._look_owed = self._look_owed or anew

        def bring_back() -> None:
            if anew:
                self._microphone.close()
                self._loudspeaker.close()
                try:
                    self._look_anew()
                except Exception:  # nothing can be opened until that has succeeded
                    return
                self._look_owed = False
            if loudspeaker:
                self._try(self._loudspeaker)
            if microphone:
                self._try(self._microphone)

        self._errand = Errand(bring_back)

    def _try(self, end: End) -> None:
        if self._is_closed():
            return
        with suppress(Exception):  # it is not there yet; that was said when it went
            end.reopen()
        if self._is_closed():
            end.close()

    def _is_closed(self) -> bool:
        return self._closed


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
