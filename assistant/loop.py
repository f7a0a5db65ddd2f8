"""The heartbeat: one block of sound, one round. The only place where the program waits.

A block arrives every 30 ms for as long as the microphone lives, so the block is the clock tick. When none comes the
round is made all the same, because timers must fire even when nobody can be heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from assistant.dialogue.flow import State
from assistant.dialogue.session import Session
from assistant.hearing.ears import Ears
from assistant.messages import (
    Chime,
    Command,
    Cue,
    Hush,
    Intent,
    Light,
    LightState,
    Listen,
    SoftenTones,
    Speak,
    StartTones,
    StopTones,
)
from assistant.ports import Clock, Microphone
from assistant.sound import AudioClip, Samples
from assistant.speaking.mixer import Mixer
from assistant.speaking.promptbook import Promptbook

Watch = Callable[[float, State | Intent | Command], None]
"""Is told, with the second, what was heard as an intent, which state was entered, and each command."""

BLOCK_TIMEOUT_SECONDS = 0.1
DEAF_AFTER_SECONDS = 1.0  # without a block or a recogniser: it has gone, though it may not have said so


class SilenceDetector(Protocol):
    """Takes the next block; says whether the microphone has given nothing but zeros for a while."""

    def accept(self, samples: Samples) -> bool: ...


class Loop:
    """Microphone to ears to session to mixer, round after round.

    ``prompts``: every sentence of the session, prepared. ``chimes``: a clip for each cue; ``breath``: one whole breath
    of tones; all 24 kHz. ``watch``: for whoever wants to show what happens. ``silence``: notices a microphone that
    gives only zeros; None where zeros are natural, as in a recording.
    """

    def __init__(
        self,
        *,
        microphone: Microphone,
        clock: Clock,
        ears: Ears,
        session: Session,
        mixer: Mixer,
        prompts: Promptbook,
        chimes: Mapping[Cue, AudioClip],
        breath: AudioClip,
        watch: Watch,
        silence: SilenceDetector | None = None,
    ) -> None:
        self._microphone, self._clock = microphone, clock
        self._ears, self._session = ears, session
        self._mixer, self._prompts = mixer, prompts
        self._chimes, self._breath = chimes, breath
        self._watch = watch
        self._silence = silence
        self._state: State | None = None
        self._light = LightState.OFF
        self._last_block_at = self._last_listening_at = clock.now()
        self._deaf = False

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
        self._do(self._session.begin(self._clock.now()))

    def round(self, block: Samples | None) -> None:
        """One heartbeat. ``block``: 30 ms of sound, None when none came in time."""
        now = self._clock.now()
        self._do(self._session.tick(now))
        heard = self._ears.hear(block, now, speaking=self._mixer.speaking) if block is not None else None
        self._notice_deafness(block, now)  # after the ears have asked the recogniser how it is
        if heard is not None:
            if heard.sure:  # what is only asked about has not been heard yet
                self._watch(now, heard.intent)
            self._do(self._session.handle(heard.intent, now, sure=heard.sure))

    def _do(self, commands: Sequence[Command]) -> None:
        now = self._clock.now()
        if self._session.state is not self._state:
            self._state = self._session.state
            self._watch(now, self._state)
        for command in commands:
            if not (self._deaf and isinstance(command, Light)):  # a light that says "deaf" stays until that is over
                self._watch(now, command)
            match command:
                case Speak():
                    self._mixer.say(self._prompts.clip(command.sentences))
                case Chime():
                    self._mixer.chime(self._chimes[command.cue])
                case StartTones():
                    self._mixer.start_tones(self._breath)
                case SoftenTones():
                    self._mixer.soften_tones()
                case StopTones():
                    self._mixer.stop_tones()
                case Hush():
                    self._mixer.hush()
                case Listen():
                    self._ears.listen_for(command.intents)
                case Light():
                    self._light = command.state  # shown by whoever watches

    def _notice_deafness(self, block: Samples | None, now: float) -> None:
        """A device that cannot hear must not look as if it could: no microphone, or no recogniser behind it."""
        if block is not None:
            self._last_block_at = now
        if self._ears.listening:
            self._last_listening_at = now
        silent = self._silence is not None and block is not None and self._silence.accept(block)
        gone = now - min(self._last_block_at, self._last_listening_at) >= DEAF_AFTER_SECONDS
        deaf = silent or gone or (self._deaf and block is None)
        if deaf is not self._deaf:
            self._deaf = deaf
            self._watch(now, Light(LightState.DEAF if deaf else self._light))
            if deaf:
                self._watch(now, Chime(Cue.DEAF))
                self._mixer.chime(self._chimes[Cue.DEAF])
