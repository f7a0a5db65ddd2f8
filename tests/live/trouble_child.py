"""A `breather run` to which things happen: real devices, voice and recogniser, a button and a light made of software,
and a clock that can leap, so that a test need not wait for the tenth minute.

``python -m live.trouble_child CONFIG CACHE STATE DEVICE``. Commands come in as lines of JSON: ``["leap", SECONDS]``,
``["press", "short"]``, ``["status"]``, ``["count anew"]``, ``["forget prompts"]``, ``["leave"]``. What happens comes
out, a line of JSON each, with its monotonic second.
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant import hands, running
from assistant.app import Parts
from assistant.commands.leading import with_devices
from assistant.devices.portaudio import PortAudioLoudspeaker, PortAudioMicrophone
from assistant.devices.recorded_button import RecordedContact, RecordedLight
from assistant.dialogue.flow import State
from assistant.errors import BreatherError
from assistant.messages import Chime, Command, Intent, Light, Press, Speak, StartTones
from assistant.places import places
from assistant.preparing import ready_parts
from assistant.presses import ContactButton
from assistant.speaking.mixer import Mixer

STRIDE_SECONDS = 5.0  # of a leap, in each heartbeat


class LeapingClock:
    """The monotonic clock, and what was leapt over."""

    def __init__(self) -> None:
        self.leapt = 0.0

    def now(self) -> float:
        return time.monotonic() + self.leapt


class Life:
    """What happens to the child, and what it tells of it."""

    def __init__(self) -> None:
        self.clock = LeapingClock()
        self.contact, self.light = RecordedContact(clock=self.clock), RecordedLight(clock=self.clock)
        self.mixer = Mixer()
        self.microphone: PortAudioMicrophone | None = None
        self.loudspeaker: PortAudioLoudspeaker | None = None
        self.parts: Parts | None = None
        self._state = ""
        self._to_leap, self._longest_gap, self._last_round = 0.0, 0.0, time.monotonic()
        self._orders: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()

    def tell(self, **what: object) -> None:
        sys.stdout.write(json.dumps({"at": time.monotonic(), **what}) + "\n")
        sys.stdout.flush()

    def watch(self, _now: float, event: State | Intent | Press | Command) -> None:
        match event:
            case State():
                self._state = event.value
                self.tell(state=event.value)
            case Intent():
                self.tell(intent=event.value)
            case Speak():
                self.tell(says=event.line)
            case Chime():
                self.tell(cue=event.cue.value)
            case Light():
                self.tell(light=event.state.value)
            case StartTones():
                self.tell(tones=True)
            case _:
                return

    def listen_to_orders(self) -> None:
        for line in sys.stdin:
            self._orders.put(json.loads(line))
        self._orders.put(["leave"])

    def another_round(self) -> bool:
        now = time.monotonic()
        self._longest_gap, self._last_round = max(self._longest_gap, now - self._last_round), now
        if self._to_leap > 0:
            stride = min(STRIDE_SECONDS, self._to_leap)
            self._to_leap -= stride
            self.clock.leapt += stride
            self.mixer.hush()
            if self._to_leap <= 0:
                self.tell(leapt=True)
        while not self._orders.empty():
            match self._orders.get():
                case ["leap", seconds]:
                    self._to_leap += seconds
                case ["press", kind]:
                    self.contact.press(Press(kind))
                case ["forget prompts"]:
                    self._forget_prompts()
                case ["status"]:
                    self.tell(status=self._status())
                case ["count anew"]:
                    self._longest_gap = 0.0
                case ["leave"]:
                    return False
        return True

    def _forget_prompts(self) -> None:
        assert self.parts is not None
        self.parts.prompts._clips.clear()
        self.parts.prompts._cache = Path("/nowhere")

    def _status(self) -> dict[str, object]:
        assert self.microphone is not None
        assert self.loudspeaker is not None
        return {
            "state": self._state,
            "gap": self._longest_gap,
            "microphone": self.microphone.flowing,
            "loudspeaker": self.loudspeaker.flowing,
            "speaking": self.mixer.speaking,
            "error": repr(self.loudspeaker.error),
            "threads": threading.active_count(),
        }


def main() -> None:
    config, cache, state, device = sys.argv[1:]
    faulthandler.enable(os.dup(2))  # while it runs, what C libraries write is hushed
    life = Life()

    def microphone(name: str | None) -> PortAudioMicrophone:
        life.microphone = PortAudioMicrophone(name)
        return life.microphone

    def loudspeaker(name: str | None) -> PortAudioLoudspeaker:
        life.loudspeaker = PortAudioLoudspeaker(name)
        return life.loudspeaker

    replaced: dict[str, object] = {
        "SystemClock": lambda: life.clock,
        "Mixer": lambda **_: life.mixer,
        "PortAudioMicrophone": microphone,
        "PortAudioLoudspeaker": loudspeaker,
    }
    for name, what in replaced.items():
        setattr(running, name, what)
    for name, what in {
        "light_of": lambda _machine: life.light,
        "button_of": lambda *_, **__: ContactButton(life.contact, clock=life.clock),
    }.items():
        setattr(hands, name, what)
    where = places(config=Path(config), cache=Path(cache), state=Path(state))
    parts = ready_parts(where, life.watch, on_progress=lambda _done, _all: None)
    parts = replace(parts, on_notice=lambda sentence: life.tell(notice=sentence))
    life.parts = with_devices(parts, microphone=device, loudspeaker=device)
    threading.Thread(target=life.listen_to_orders, daemon=True).start()
    try:
        running.run_live(life.parts, on_ready=lambda: life.tell(ready=True), keep_going=life.another_round)
    except BreatherError as error:
        life.tell(error=str(error))
        raise


if __name__ == "__main__":
    main()
