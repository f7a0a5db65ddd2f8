"""The heartbeat: one block of sound, one round. The only place where the program waits.

A block arrives every 30 ms for as long as the microphone lives, so the block is the clock tick. When none comes the
round is made all the same, because timers must fire even when nobody can be heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from assistant.calm.companion import Companion
from assistant.dialogue.flow import State
from assistant.errors import VoiceError
from assistant.hearing.deafness import Deafness, SilenceDetector
from assistant.hearing.ears import Ears
from assistant.lamp import Lamp
from assistant.messages import (
    Blink,
    Breath,
    Chime,
    Command,
    Cue,
    Heard,
    Hush,
    Intent,
    Light,
    LightState,
    Listen,
    Press,
    Silence,
    SoftenTones,
    Speak,
    StartTones,
    StopTones,
    Volume,
)
from assistant.ports import Button, Clock, Microphone
from assistant.records import Kept
from assistant.sound import AudioClip, Samples
from assistant.speaking.mixer import Mixer
from assistant.speaking.promptbook import Promptbook

Watch = Callable[[float, State | Intent | Press | Command], None]
"""Is told, with the second, what was heard as an intent or pressed, which state was entered, and each command; but of
the silent way out only the commands, `Silence` among them."""

BLOCK_TIMEOUT_SECONDS = 0.1
DEAFNESS_TOLD_AFTER_SECONDS = 3.0  # what is back sooner is not worth a word
LOUDEST_DB = 0.0  # full volume: "louder" goes no further than the device does


Keep = Callable[[Kept | Silence], bool]
"""Is told what is to be kept of a pause or a rehearsal, and when a pause was left silently; says whether it could be
kept. Never raises."""


class Upkeep(Protocol):
    """Brings sound devices back that have gone (`assistant.devices.portaudio_keeper`). Never waits, never raises."""

    def tick(self, now: float, *, zeros: bool, playing: bool) -> bool:
        """Once every heartbeat; returns whether there is a loudspeaker.

        ``zeros``: the microphone has given nothing else for a while. ``playing``: there is something to be played.
        """


class Loop:
    """Microphone to ears to session to mixer, round after round.

    ``prompts``: every sentence of the session, prepared. ``chimes``: a clip for each cue; ``breaths``: one whole breath
    of tones for each pattern; all 24 kHz. ``watch``: for whoever wants to show what happens. ``keep``: for whoever
    keeps things. ``on_notice``: is told what could not be said. ``button``: None where there is none. ``silence``:
    notices a microphone that gives only zeros; None where zeros are natural, as in a recording. ``upkeep``: brings the
    devices back; None where they cannot go.
    """

    def __init__(
        self,
        *,
        microphone: Microphone,
        clock: Clock,
        ears: Ears,
        companion: Companion,
        mixer: Mixer,
        prompts: Promptbook,
        chimes: Mapping[Cue, AudioClip],
        breaths: Mapping[Breath, AudioClip],
        watch: Watch,
        keep: Keep,
        on_notice: Callable[[str], None],
        lamp: Lamp,
        button: Button | None = None,
        silence: SilenceDetector | None = None,
        upkeep: Upkeep | None = None,
    ) -> None:
        self._microphone, self._clock = microphone, clock
        self._ears, self._companion = ears, companion
        self._mixer, self._prompts = mixer, prompts
        self._chimes, self._breaths = chimes, breaths
        self._watch, self._keep, self._lamp, self._button = watch, keep, lamp, button
        self._upkeep, self._on_notice = upkeep, on_notice
        self._usual_volume_db = mixer.volume_db
        self._listening_for: frozenset[Intent] = frozenset()
        self._state: State | None = None
        self._light = LightState.OFF
        self._deafness = Deafness(silence=silence, now=clock.now())
        self._deaf, self._deaf_since = False, 0.0
        self._can_be_heard = True

    @property
    def deaf(self) -> bool:
        """Whether nothing can be heard, and that has been noticed."""
        return self._deaf

    def run(self, keep_going: Callable[[], bool]) -> None:
        """Go round until `keep_going` says no, or a recording is over."""
        self.start()
        while keep_going():
            try:
                block = self._microphone.read(BLOCK_TIMEOUT_SECONDS)
            except EOFError:
                return
            self.round(block)

    def start(self) -> None:
        """Begin listening."""
        self._do(self._companion.begin(self._clock.now()))

    def round(self, block: Samples | None) -> None:
        """One heartbeat. ``block``: 30 ms of sound, None when none came in time."""
        now = self._clock.now()
        self._do(self._companion.tick(now))
        for press in self._button.poll() if self._button is not None else ():
            self._pressed(press, now)
        heard = self._heard(block, now)
        self._notice_deafness(block, now)  # after the ears have asked the recogniser how it is
        self._look_after_sound(now)
        if heard is not None:
            commands = self._companion.handle(heard, now)
            # What is only asked about has not been heard yet; and of a silent way out there is no line.
            if heard.sure and heard.intent is not Intent.SILENT_EXIT:
                self._watch(now, heard.intent)
                self._lamp.heard()
            self._do(commands)
        self._lamp.tick(now)

    def _heard(self, block: Samples | None, now: float) -> Heard | None:
        if block is None:
            self._ears.hear_nothing()
            return None
        if self._deafness.gap_before(now):
            self._ears.interrupted()
        # With the microphone switched off nobody listens, as while we speak ourselves.
        return self._ears.hear(block, now, speaking=self._mixer.speaking or not self._listening_for)

    def _pressed(self, press: Press, now: float) -> None:
        commands = self._companion.press(press, now)
        if press in (Press.SHORT, Press.DOUBLE):  # what a hold means is shown by what it does
            self._watch(now, press)
        if press is Press.TOUCH:
            self._lamp.heard()
        self._do(commands)

    def _do(self, commands: Sequence[Command]) -> None:
        now = self._clock.now()
        if any(isinstance(command, Silence) for command in commands):
            self._state = self._companion.state  # left without a line
            self._lamp.show(LightState.OFF)  # whatever it was blinking
            self._lamp.show(self._light)
        elif self._companion.state is not self._state:
            self._state = self._companion.state
            self._watch(now, self._state)
        not_kept = False
        for command in commands:
            hidden = isinstance(command, Kept) or (self._deaf and isinstance(command, Light))
            if not hidden:  # a light that says "deaf" stays until that is over
                self._watch(now, command)
            self._sound(command)
            if isinstance(command, Kept | Silence) and not self._keep(command):
                not_kept = True
            match command:
                case Listen():
                    self._listening_for = command.intents
                    self._ears.listen_for(command.intents, practising=command.practising)
                case Light():
                    self._light = command.state
                    if not self._deaf:
                        self._lamp.show(command.state)
                case Blink():
                    self._lamp.blink(command.long, command.short)
                case StartTones():
                    self._lamp.breathe(command.breath)
                case StopTones() | Silence():
                    self._lamp.breathe(None)
        if not_kept:
            self._do(self._companion.not_kept(now))

    def _sound(self, command: Command) -> None:
        match command:
            case Speak():
                self._say(command.sentences)
            case Chime():
                self._mixer.chime(self._chimes[command.cue])
            case StartTones():
                self._mixer.start_tones(self._breaths[command.breath])
            case SoftenTones():
                self._mixer.soften_tones()
            case StopTones():
                self._mixer.stop_tones()
            case Hush():
                self._mixer.hush()
            case Silence():
                self._mixer.silence()
            case Volume():
                self._mixer.volume_db = min(LOUDEST_DB, self._usual_volume_db + command.offset_db)

    def _say(self, sentences: Sequence[str]) -> None:
        try:
            clip = self._prompts.clip(sentences)
        except VoiceError as error:  # a sentence has gone from the disk; the time goes on, and a note stands for it
            self._mixer.chime(self._chimes[Cue.LISTEN])
            self._on_notice(f"{error}")
            return
        self._ears.saying(sentences)
        self._mixer.say(clip)

    def _notice_deafness(self, block: Samples | None, now: float) -> None:
        deaf = self._deafness.notice(block, now, listening=self._ears.listening)
        if deaf is not self._deaf:
            self._deaf, self._deaf_since = deaf, now
            light = Light(LightState.DEAF if deaf else self._light)
            self._watch(now, light)
            self._lamp.show(light.state)
            if deaf:
                self._watch(now, Chime(Cue.DEAF))
                self._mixer.chime(self._chimes[Cue.DEAF])
        if deaf and now - self._deaf_since >= DEAFNESS_TOLD_AFTER_SECONDS:
            self._do(self._companion.cannot_hear(now))

    def _look_after_sound(self, now: float) -> None:
        """Devices that have gone come back by themselves; that nobody can hear us, the light says once."""
        if self._upkeep is None:
            return
        can_be_heard = self._upkeep.tick(now, zeros=self._deafness.zeros, playing=self._mixer.making_sound)
        if self._can_be_heard and not can_be_heard:
            self._lamp.unheard()
        self._can_be_heard = can_be_heard
