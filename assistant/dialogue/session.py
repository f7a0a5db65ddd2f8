"""One couple's pause as it happens: intents, presses and the time go in, commands come out.

Pure: no sound, no clock, no thread, no chance. `now` is seconds on any clock that only goes forward. Deadlines are kept
on the stage's agenda; whoever owns the session calls `tick` often enough. What is done when stands in `turns`.

It never learns, keeps or says who called a pause, who asked for more time or who stayed away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.dialogue.conduct import Conduct
from assistant.dialogue.flow import COMING_BACK, HOME, State
from assistant.dialogue.lines import CANNOT_HEAR
from assistant.dialogue.resuming import Resuming, snapshot_of
from assistant.dialogue.rotation import Lot
from assistant.dialogue.snapshot import AGREED_TIME, CHOICES, PauseSnapshot
from assistant.dialogue.stage import Stage
from assistant.dialogue.talk_budget import MOST_OF_A_PAUSE
from assistant.dialogue.turns import ON_INTENT, ON_PRESS, Turn, half_heard_is_asked_about
from assistant.dialogue.wording import Wording
from assistant.messages import Command, Intent, Press
from assistant.settings.agreement import Agreement
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script

ONE_AFTER_THE_OTHER = frozenset({Turn.READY, Turn.NOT_YET, Turn.NEXT_TURN})
"""Each of you has one of these in turn."""


class Session:
    """The dialogue with one couple, for as long as the program runs.

    ``seconds_of``: how long these sentences take to say. ``first``: whose name comes first in the first pause (0 or 1;
    the order then alternates, so that nobody is always first). ``lot``: draws the order of the questions.
    ``headroom_db``: how much louder than usual the loudspeaker can be. ``talk_share``: how much of a pause may be talk;
    inf for any amount. ``resumed``: a pause that goes on as soon as it begins, after a power cut.
    """

    def __init__(
        self,
        *,
        script: Script,
        agreement: Agreement,
        reflection: Reflection,
        wording: Wording,
        seconds_of: Callable[[Sequence[str]], float],
        first: int = 0,
        lot: Lot = range,
        headroom_db: float = 0.0,
        talk_share: float = MOST_OF_A_PAUSE,
        resumed: PauseSnapshot | None = None,
    ) -> None:
        self._conduct = Conduct(
            script=script,
            agreement=agreement,
            reflection=reflection,
            stage=Stage(script=script, wording=wording, seconds_of=seconds_of, first=first, talk_share=talk_share),
            lot=lot,
            headroom_db=headroom_db,
        )
        self._resuming = Resuming(conduct=self._conduct, script=script)
        self._resumed = resumed
        self._touched_at: tuple[State, int] | None = None  # where the finger came down
        self._deafness_told_in: float | None = None  # in the pause that began then

    @property
    def state(self) -> State:
        return self._conduct.state

    @property
    def quiet(self) -> bool:
        """Whether chimes and light stand for the voice."""
        return self._conduct.stage.quiet

    @property
    def muted(self) -> bool:
        """Whether the microphone is switched off."""
        return self._conduct.stage.muted

    @property
    def speaking(self) -> bool:
        """Whether a line is being spoken, as far as its length is known."""
        return self._conduct.stage.speaking

    def begin(self, now: float) -> list[Command]:
        """The first commands of all."""
        self._conduct.stage.agenda.run_until(now)
        if self._resumed is not None:
            self._resuming.resume(self._resumed)
        else:
            self._conduct.be_home()
        return self._conduct.stage.taken()

    def snapshot(self) -> PauseSnapshot | None:
        """The pause as it stands, to be saved; None where there is none."""
        return snapshot_of(self._conduct)

    def tick(self, now: float) -> list[Command]:
        """Whatever is due by `now`."""
        self._conduct.stage.agenda.run_until(now)
        return self._conduct.stage.taken()

    def handle(self, intent: Intent, now: float, *, sure: bool = True) -> list[Command]:
        """Somebody wants something. What makes no sense now is let pass, without a word.

        ``sure``: otherwise it was only half heard; a pause is asked about then, and everything else let pass.
        """
        self._conduct.stage.agenda.run_until(now)
        turn = ON_INTENT[self.state].get(intent)
        if turn is Turn.START_PAUSE and not sure and half_heard_is_asked_about(self.state):
            self._conduct.question.ask(self.state)
        elif turn is not None and (sure or (self.state is State.ASKING and turn is Turn.START_PAUSE)):
            # Half heard twice is heard.
            self._conduct.do[turn]()
        return self._conduct.stage.taken()

    def cannot_hear(self, now: float) -> list[Command]:
        """Nothing can be heard, whatever is wrong. That is said once in a pause, but to nobody who talks already."""
        conduct, stage = self._conduct, self._conduct.stage
        stage.agenda.run_until(now)
        may_be_asking = self.state in (*AGREED_TIME, *COMING_BACK, *CHOICES) and not self.muted
        if may_be_asking and conduct.account.began != self._deafness_told_in:
            self._deafness_told_in = conduct.account.began
            stage.say(replace(stage.line(CANNOT_HEAR, essential=False), repeatable=False))
        return stage.taken()

    def calm_talk_over(self, now: float) -> list[Command]:
        """What was talked through on a calm day is over: home again."""
        self._conduct.stage.agenda.run_until(now)
        self._conduct.calm_day.over(self.state)
        return self._conduct.stage.taken()

    def press(self, press: Press, now: float) -> list[Command]:
        """Somebody pressed the button. A touch stops the voice at once; what was meant by it comes after."""
        self._conduct.stage.agenda.run_until(now)
        if press is Press.TOUCH:
            self._touched()
        elif (turn := self._meant(press)) is not None:
            self._conduct.do[turn]()
        return self._conduct.stage.taken()

    @property
    def _place(self) -> tuple[State, int]:
        """Where we are, to the turn of a guided talk."""
        return self.state, self._conduct.endings.guided_step

    def _touched(self) -> None:
        self._touched_at = self._place
        if self._conduct.stage.speaking:
            self._conduct.wishes.shorten()
        if self.state in (State.ASK_FIRST, State.ASK_SECOND):
            self._conduct.ready.wait_for_the_finger()

    def _meant(self, press: Press) -> Turn | None:
        """What is to be done: what the press meant where the finger came down, and nothing if that is past."""
        touched, self._touched_at = self._touched_at or self._place, None
        touched_in, _turn = touched
        if press is Press.HOLD and touched_in not in HOME:  # out of it, wherever it has got to meanwhile
            return None if self.state in HOME else Turn.SILENT_EXIT
        turn = ON_PRESS[self.state].get(press)
        if turn in ONE_AFTER_THE_OTHER and touched != self._place:
            return None  # it means the same for the next one, but was not meant for that
        return turn if turn is ON_PRESS[touched_in].get(press) else None
