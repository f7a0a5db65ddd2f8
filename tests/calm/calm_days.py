"""Calm days for the tests: a companion with the shipped words, a voice as fast as the real ones, and who answers it.

Whatever happens, it is watched that only one line is said at a time, that each was rendered ahead, and that at home all
is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from dialogue.couples import SETTINGS, seconds_of

from assistant.calm.companion import Companion
from assistant.calm.forgetting import Forgetting
from assistant.calm.rehearsal import Rehearsals
from assistant.calm.short_pause import short_wording
from assistant.calm.talk import Material, Talk
from assistant.dialogue.flow import CALM, HOME, State
from assistant.dialogue.session import Session
from assistant.dialogue.turns import light_of, listened_for
from assistant.dialogue.wording import Wording
from assistant.messages import (
    Chime,
    Command,
    Countdown,
    Heard,
    Hush,
    Intent,
    Light,
    LightState,
    Listen,
    Press,
    Silence,
    Speak,
    StartTones,
    StopTones,
)
from assistant.records import CalmTalk

STEP_SECONDS = 0.05
Makes = Mapping[CalmTalk, Callable[[float], Talk]]


def material(**agreement: object) -> Material:
    """What the talks are made of."""
    return Material(
        script=SETTINGS.script,
        agreement=SETTINGS.agreement.model_copy(update=agreement),
        reflection=SETTINGS.reflection,
        phrases=SETTINGS.phrases,
        calm=SETTINGS.calm,
        seconds_of=seconds_of,
    )


def usual_talks(made_of: Material, *, kept: bool = True) -> Makes:
    """The rehearsal and the erasing."""
    return {
        CalmTalk.REHEARSAL: Rehearsals(made_of),
        CalmTalk.FORGETTING: lambda now: Forgetting(material=made_of, now=now, kept=kept),
    }


def prepared(made_of: Material) -> frozenset[str]:
    """Every sentence that would have been rendered."""
    script, agreement, reflection = made_of.script, made_of.agreement, made_of.reflection
    short = short_wording(script=script, agreement=agreement, calm=made_of.calm, reflection=reflection)
    usual = Wording(script, agreement, reflection)
    return frozenset([*made_of.wording.everything(), *short.everything(), *usual.everything()])


class CalmDay:
    """A companion, the time in it, and all that it did so far.

    ``talks``: by default the rehearsal and the erasing. ``start_with``: the talk that begins by itself.
    """

    def __init__(
        self, *, talks: Makes | None = None, start_with: CalmTalk | None = None, made_of: Material | None = None
    ) -> None:
        made_of = made_of or material()
        self.now = 0.0
        self.done: list[tuple[float, Command]] = []
        self.listening = Listen(frozenset())
        self.light: LightState | None = None
        self.tones = self.counting = False
        self.said_until = 0.0
        self._step = STEP_SECONDS
        self._prepared = prepared(made_of)
        self.companion = Companion(
            session=Session(
                script=made_of.script,
                agreement=made_of.agreement,
                reflection=made_of.reflection,
                wording=Wording(made_of.script, made_of.agreement, made_of.reflection),
                seconds_of=seconds_of,
            ),
            talks=talks if talks is not None else usual_talks(made_of),
            start_with=start_with,
        )
        self._take(self.companion.begin(0.0))

    @property
    def state(self) -> State:
        return self.companion.state

    @property
    def lines(self) -> list[str]:
        """All that was said so far, by the ids of the lines."""
        return [command.line for _, command in self.done if isinstance(command, Speak)]

    @property
    def sentences(self) -> list[str]:
        """All that was said so far, as it was said."""
        return [" ".join(command.sentences) for _, command in self.done if isinstance(command, Speak)]

    def given(self, kind: type[Command]) -> list[Command]:
        """All commands of a kind so far."""
        return [command for _, command in self.done if isinstance(command, kind)]

    def wait(self, seconds: float, *, step: float = STEP_SECONDS) -> None:
        """Let time pass."""
        end, self._step = self.now + seconds, step
        while self.now < end:
            self.now = min(self.now + step, end)
            self._take(self.companion.tick(self.now))

    def until_said(self, line: str, *, at_most: float = 400.0) -> None:
        """Let time pass until this line has been said to its end: the one that is being said, or the next."""
        before, end = self.lines.count(line), self.now + at_most
        being_said = self.companion.speaking and self.lines[-1] == line
        while not being_said and self.lines.count(line) == before:
            assert self.now < end, f"{line} was never said, but {self.lines}"
            self.wait(0.2, step=0.1)
        self.until_silent()

    def until_silent(self) -> None:
        """Let what is being said be said."""
        while self.companion.speaking:
            self.wait(0.1)
        self.wait(0.1)

    def until_home(self, *, at_most: float = 1900.0) -> None:
        """Let time pass until the talk is over."""
        end = self.now + at_most
        while self.state not in HOME:
            assert self.now < end, f"still {self.state}"
            self.wait(0.5, step=0.25)

    def says(self, intent: Intent, *, phrase: str = "", score: float | None = None, sure: bool = True) -> None:
        """Somebody says this; it is heard if it is listened for, and Breather does not speak itself."""
        assert intent in self.listening.intents, f"nobody listens for {intent} in {self.state}"
        assert not self.companion.speaking, f"Breather speaks, so {intent} is not heard"
        self.hears(Heard(intent, sure, phrase, score))

    def presses(self, press: Press) -> None:
        """A press as a finger makes it: the touch first."""
        self._take(self.companion.press(Press.TOUCH, self.now))
        if press is not Press.TOUCH:
            self.lets_go(press)

    def lets_go(self, press: Press) -> None:
        """It becomes clear what the finger meant that has touched the button before."""
        self._take(self.companion.press(press, self.now))

    def is_not_kept(self) -> None:
        """What the talk has just given to be kept, or erased, could not be."""
        self._take(self.companion.not_kept(self.now))

    def hears(self, heard: Heard) -> None:
        """Something is heard, however surely."""
        self._take(self.companion.handle(heard, self.now))

    def is_home(self) -> None:
        """Everything is as it was before."""
        muted = self.companion.muted
        assert self.state in HOME
        assert self.listening.intents == (frozenset() if muted else listened_for(State.LISTENING, end_asked=False))
        assert not self.listening.practising
        assert self.light is light_of(self.state, end_asked=False, muted=muted)
        assert not self.tones
        assert not self.counting

    def _take(self, commands: list[Command]) -> None:
        for command in commands:
            self.done.append((self.now, command))
            match command:
                case Hush() | Silence():
                    self.said_until = min(self.said_until, self.now)
                    self.tones = self.tones and isinstance(command, Hush)
                case Listen():
                    self.listening = command
                case Light():
                    self.light = command.state
                case StartTones():
                    self.tones = True
                case StopTones():
                    self.tones = False
                case Countdown():
                    self.counting = command.until is not None
                case Speak():
                    self._speaks(command)
        if self.state in HOME:
            self.is_home()
        elif self.state in CALM:
            assert Intent.SILENT_EXIT in self.listening.intents

    def _speaks(self, command: Speak) -> None:
        assert self.now >= self.said_until - self._step - 1e-6, f"{command.line} talks over the line before"
        assert set(command.sentences) <= self._prepared, f"{command.line} was never prepared"
        self.said_until = self.now + seconds_of(command.sentences)


def chimes(day: CalmDay) -> Iterator[str]:
    """The short sounds so far."""
    for command in day.given(Chime):
        assert isinstance(command, Chime)
        yield command.cue.value
