"""`breather run` as in a home, with all that it keeps there, but in a simulated room: an evening passes in seconds.

Only devices, clocks and chance are others, and the recognizer's answers are waited for. People in the room answer what
Breather says; what it writes is looked at again and again meanwhile.
"""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from household import Household
from journal.disk import PenAtOnce

from assistant import app, preparing, running
from assistant.agreeing import recent_pause
from assistant.agreeing.versions import agree_on
from assistant.cli import main
from assistant.dialogue.flow import State
from assistant.hearing.trigger import Trigger
from assistant.journal import journalist
from assistant.keeping.keeper import Keeper
from assistant.loop import Watch
from assistant.messages import Heard, Speak
from assistant.places import Places
from assistant.ports import Hypothesis
from assistant.settings.loader import load_settings
from assistant.sound import AudioClip
from privacy.spoken import words_in
from privacy.stand_ins import LONGEST_SECONDS, PatientRoom, printing_into, signals_as_they_were, writing_watched

EVENING = datetime(2026, 11, 20, 20, 15)
ON_SINCE_SECONDS = 1000.0  # so long the machine has run when an evening begins
RENDERED = Path("home/cache/breather/prompts")
KEPT = Path("home/state/breather")

OnEvent = Callable[["Home", float, object], None]


class Home:
    """``on_event``: is told what happens, with the second, so that people can answer. ``on_screen``: somebody looks at
    a terminal meanwhile; otherwise it runs as a service, and what it prints goes into a log.

    ``begun``: how often it began, with new settings. ``states``: in their order. ``lines``: what Breather said, by
    name. ``told``: the states in which the recognizer wrote down words of a canary. ``files``: every file but the
    rendered speech, at each change of state; the last are those that were left. ``out``: what was printed.
    ``elsewhere``: files outside of the household that were written to. ``showing``: living objects of ours that showed
    a canary, of so many kinds that were ``looked_at``.
    """

    def __init__(self, household: Household, on_event: OnEvent, *, on_screen: bool = False) -> None:
        self.household, self.room = household, PatientRoom()
        self.printed, self.out = household.here / "printed", ""
        self.begun = 0
        self.states: list[State] = []
        self.lines: list[str] = []
        self.told: set[State] = set()
        self.files: list[tuple[State, dict[Path, bytes]]] = []
        self.elsewhere: set[str] = set()
        self.showing: list[type] = []
        self.looked_at = 0
        self._parts: app.Parts | None = None
        self._on_event, self._on_screen = on_event, on_screen

    def agree_to_count(self) -> None:
        """Both want their pauses counted, and have said so."""
        config = self.household.folder / "config"
        agreement = load_settings(config, own=config).agreement.model_copy(update={"history": True})
        agree_on(config, agreement, today=EVENING.date())

    def seconds(self, line: Speak) -> float:
        """How long Breather speaks."""
        assert self._parts is not None
        return self._parts.prompts.seconds(line.sentences)

    def say(self, clip: AudioClip, *, until: float) -> None:
        """Somebody says this, and has said it at this second."""
        self.room.say(clip, until - clip.seconds)

    def run(self) -> int:
        """From the start of the program until the room's end; returns its exit code."""
        with pytest.MonkeyPatch.context() as patch:
            exit_code = self._lived_through(patch)
        self._look(self.states[-1])
        self.out = self.printed.read_text("utf-8")
        assert self.room.clock.now() < LONGEST_SECONDS, f"it did not end; the last lines were {self.lines[-5:]}"
        return exit_code

    def _lived_through(self, patch: pytest.MonkeyPatch) -> int:
        for name, value in self.household.environment.items():
            patch.setenv(name, value)
        patch.chdir(self.household.here)
        patch.setattr(sys, "dont_write_bytecode", True)
        self._in_a_room(patch)
        self._by_its_clock(patch)
        self._overheard(patch)
        folder = self.household.folder
        printed = printing_into(self.printed, as_a_terminal=self._on_screen)
        with signals_as_they_were(), printed, writing_watched(folder, self.elsewhere):
            return main(["--config", str(folder / "config"), "run"])

    def _in_a_room(self, patch: pytest.MonkeyPatch) -> None:
        setattr(self.room.microphone, "flowing", True)  # noqa: B010 - as a real one says of itself
        devices = {
            "PortAudioMicrophone": lambda _: self.room.microphone,
            "PortAudioLoudspeaker": lambda _: self.room.loudspeaker,
            "SoundKeeper": lambda **_: SimpleNamespace(tick=lambda *_, **__: True, close=lambda: None),
            "recognizer_running": lambda *words, **more: app.recognizer_running(*words, **{**more, "wait": True}),
            "random": SimpleNamespace(Random=lambda: random.Random(1)),
        }
        for name, device in devices.items():
            patch.setattr(running, name, device)

    def _by_its_clock(self, patch: pytest.MonkeyPatch) -> None:
        """All times come from the room, so that two evenings can be compared."""
        clock = self.room.clock
        machine = SimpleNamespace(
            name="this run",
            boot="this run",
            seconds=lambda: ON_SINCE_SECONDS + clock.now(),
            since_boot=lambda: ON_SINCE_SECONDS + clock.now(),
            wall=lambda: EVENING.timestamp() + clock.now(),
        )
        patch.setattr(running, "SystemClock", lambda: clock)
        patch.setattr(running, "Keeper", partial(Keeper, clock=lambda: EVENING))
        patch.setattr(recent_pause, "SystemClocks", lambda: machine)
        patch.setattr(journalist, "MachineRun", lambda: machine)
        patch.setattr(journalist, "Pen", PenAtOnce)  # a thread would be late where minutes pass in a second

    def _overheard(self, patch: pytest.MonkeyPatch) -> None:
        home, ready, decide = self, preparing.ready_parts, Trigger.decide

        def ready_parts(places: Places, watch: Watch, **more: Any) -> app.Parts:
            def watched(now: float, event: Any) -> None:
                home._happened(now, event)
                watch(now, event)

            home.begun += 1
            home._parts = ready(places, watched, **more)
            return home._parts

        def decided(trigger: Trigger, hypotheses: list[Hypothesis], now: float, **more: Any) -> Heard | None:
            heard = decide(trigger, hypotheses, now, **more)
            if any(words_in(f"{each.before} {each.inside} {each.after}") for each in hypotheses):
                home._words_came()
            return heard

        patch.setattr(preparing, "ready_parts", ready_parts)
        patch.setattr(Trigger, "decide", decided)

    def _happened(self, now: float, event: object) -> None:
        if isinstance(event, State):
            self.states.append(event)
            self._look(event)
        if isinstance(event, Speak):
            self.lines.append(event.line)
        self._on_event(self, now, event)

    def _look(self, state: State) -> None:
        self.files.append((state, self.household.files(but=RENDERED)))

    def _words_came(self) -> None:
        state = self.states[-1]
        if state in self.told:
            return
        self.told.add(state)
        ours = [each for each in gc.get_objects() if str(type(each).__module__).startswith("assistant.")]
        self.showing += [type(each) for each in ours if words_in(f"{each!r} {each}")]
        self.looked_at = max(self.looked_at, len({type(each) for each in ours}))
