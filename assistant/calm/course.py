"""How a talk of a calm day goes on: passage after passage, each with its time, and a way out of all of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from assistant.calm.passage import Aside, Conversation, LeftError, NotKeptError, Passage, UnansweredError
from assistant.dialogue.stage import Stage
from assistant.messages import Command, Heard, Hush, Intent, LightState, Listen, Press

IN_EVERY_TALK = frozenset({Intent.REPEAT, Intent.QUIET, Intent.LET_GO})
"""Once more; on to the next thing; another day."""
OF_THE_SESSION = frozenset({Intent.PAUSE, Intent.SILENT_EXIT})
LEADING_ON = frozenset({Intent.QUESTION})
"""Nobody waits for these; they only lead on sooner."""
REPETITIONS = 5  # of one thing


class Course:
    """Leads through a conversation.

    ``conversation``: yields what comes next. ``now``: the second at which it begins. ``longest_seconds``: after so many
    it is left for another day. `over` becomes True when the last word has been said.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        conversation: Conversation[None],
        now: float,
        gap_seconds: float,
        longest_seconds: float,
    ) -> None:
        self.stage, self._conversation, self._gap_seconds = stage, conversation, gap_seconds
        self._at: Passage | Aside | None = None
        self._words_begin = self._words_end = now
        self._aside_until = float("-inf")
        self._said_again = 0
        self._half_heard: Heard | None = None
        self._touched: tuple[Passage | Aside | None, bool] | None = None  # where the finger came down, and amid words
        self._over = self._closing = False
        self._deadline = now + longest_seconds
        stage.agenda.run_until(now)
        stage.at(now, partial(self._go_on, None))

    @property
    def over(self) -> bool:
        return self._over

    @property
    def speaking(self) -> bool:
        """Whether a line is being spoken, as far as its length is known."""
        return self.stage.speaking if self._aside is None else self._aside.speaking

    @property
    def practising(self) -> bool:
        """Whether a pause phrase said now is for practice."""
        return isinstance(self._at, Passage) and self._at.practising

    def tick(self, now: float) -> list[Command]:
        """Whatever is due by `now`."""
        self._run_until(now)
        return self.stage.taken()

    def handle(self, heard: Heard, now: float) -> list[Command]:
        """Somebody said something. What is not asked for here is let pass."""
        self._run_until(now)
        if self._over:
            return []
        if heard.intent is Intent.LET_GO and heard.sure and not self._closing:
            self._leave(LeftError())
        elif self._aside is not None:
            self.stage.give(*self._aside.handle(heard, now))
            self._look_at_the_aside()
        elif isinstance(self._at, Passage):
            self._answered(heard, self._at)
        return self.stage.taken()

    def press(self, press: Press, now: float) -> list[Command]:
        """Somebody pressed the button: a touch stops the voice at once, what was meant comes after."""
        self._run_until(now)
        if self._over:
            return []
        if press is Press.TOUCH:
            self._touched = self._at, self.stage.now < self._words_end
        if self._aside is not None:
            self.stage.give(*self._aside.press(press, now))
            self._look_at_the_aside()
        elif press is Press.TOUCH:
            if self.stage.speaking:
                self.stage.hush()
        elif isinstance(self._at, Passage):
            touched, self._touched = self._touched or (self._at, False), None
            if touched[0] is self._at:
                self._pressed(press, self._at, amid_words=touched[1])
        return self.stage.taken()

    def not_kept(self, now: float) -> list[Command]:
        """What was just to be kept, or erased, could not be; it says so instead of what was to come."""
        self._run_until(now)
        if not self._over:
            self._next(lambda: self._conversation.throw(NotKeptError()))
        return self.stage.taken()

    def drop(self) -> list[Command]:
        """It ends here, without a word: something else has begun. Returns what has to be put away."""
        self.stage.agenda.forget()
        commands: list[Command] = [Hush()] if self.speaking else []
        if self._aside is not None:
            commands += self._aside.drop()
        self._over, self._at = True, None
        self.stage.taken()
        return commands

    # --- how it goes on -----------------------------------------------------------------------------------------------

    @property
    def _aside(self) -> Aside | None:
        return None if isinstance(self._at, Passage) else self._at

    def _run_until(self, now: float) -> None:
        if not self._over and not self._closing and now >= self._deadline:
            self.stage.agenda.run_until(min(now, self._deadline))
            self._leave(LeftError())
        self.stage.agenda.run_until(now)
        if self._aside is not None:
            self.stage.give(*self._aside.tick(now))
            self._look_at_the_aside()

    def _look_at_the_aside(self) -> None:
        if self._aside is not None and self._aside.over:
            self._put_the_aside_away(self._aside)
            self._go_on(None)

    def _put_the_aside_away(self, aside: Aside) -> None:
        self.stage.give(*aside.drop())
        self.stage.forget_light()
        self._aside_until = self.stage.now

    def _leave(self, why: LeftError) -> None:
        self._closing = True
        if self._aside is not None:
            self._put_the_aside_away(self._aside)
        self._next(lambda: self._conversation.throw(why))

    def _go_on(self, answer: Heard | None) -> None:
        self._next(lambda: self._conversation.send(answer))

    def _next(self, resume: Callable[[], Passage | Aside]) -> None:
        self.stage.forget_plans()
        if self.stage.speaking:
            self.stage.hush()
        try:
            self._at = resume()
        except (StopIteration, UnansweredError, LeftError, NotKeptError):
            self._at, self._over = None, True
            return
        self._half_heard, self._said_again = None, 0
        if isinstance(self._at, Passage):
            self._begin(self._at)

    def _begin(self, passage: Passage) -> None:
        usual = IN_EVERY_TALK | (frozenset({Intent.SILENT_EXIT}) if passage.practising else OF_THE_SESSION)
        self.stage.give(Listen(usual | passage.answers, practising=passage.practising))
        self.stage.light(LightState.ASKING if passage.answers - LEADING_ON or passage.presses else LightState.LISTENING)
        self._say(passage, after_cue=passage.after_cue)

    def _say(self, passage: Passage, *, after_cue: bool = False) -> None:
        stage, gap = self.stage, self._gap_seconds
        due = stage.now if after_cue else max(stage.now, max(stage.said_until, self._aside_until) + gap)
        self._words_end = stage.now
        self._words_begin = due + (stage.cue_lead_seconds if after_cue else 0.0) if passage.lines else stage.now
        for number, line in enumerate(passage.lines):  # with a breath between them
            self._words_end = stage.say(line, after_cue=after_cue and not number, pause_before=due - stage.now)
            due = self._words_end + gap
        stage.at(self._words_end + passage.seconds, self._time_is_up)

    def _time_is_up(self) -> None:
        self._go_on(self._half_heard)

    def _answered(self, heard: Heard, passage: Passage) -> None:
        if heard.intent in passage.answers:
            if self.stage.now < self._words_begin:  # meant for what was before
                return
            if heard.sure:
                self._go_on(heard)
            elif passage.practising and (self._half_heard is None or _score(heard) > _score(self._half_heard)):
                self._half_heard = heard
        elif not heard.sure:
            return
        elif heard.intent is Intent.REPEAT and self._said_again < REPETITIONS:
            self._repeat(passage)
        elif heard.intent is Intent.QUIET:
            self._go_on(heard)

    def _repeat(self, passage: Passage) -> None:
        lines = passage.lines or ((self.stage.last,) if self.stage.last is not None else ())
        if lines:
            self._said_again += 1
            self.stage.forget_plans()
            self.stage.hush()
            self._say(Passage(lines=lines, seconds=passage.seconds))

    def _pressed(self, press: Press, passage: Passage, *, amid_words: bool) -> None:
        if passage.in_full and amid_words:
            self._go_on(Heard(Intent.QUIET))
        elif press in passage.presses:
            self._go_on(Heard(passage.presses[press]))
        elif press is Press.SHORT:
            self._go_on(Heard(Intent.QUIET))


def _score(heard: Heard) -> float:
    return float("-inf") if heard.score is None else heard.score
