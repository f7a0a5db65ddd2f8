"""What people ask for in a pause: how long is left, say that again, softer, a question, some kind words …

Each is answered in a line, and the pause goes on as planned. What was asked for comes before what was planned, but
never more is said than the talk budget allows; then, as in quiet mode, a light note says that somebody was heard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.dialogue.breathing_guide import BreathingGuide
from assistant.dialogue.lines import TIMED_LINES
from assistant.dialogue.plan_runner import PlanRunner
from assistant.dialogue.reflection import Row, Thoughts
from assistant.dialogue.stage import Line, Stage
from assistant.dialogue.turns import Turn
from assistant.messages import Blink, Chime, Cue, Volume
from assistant.settings.script import Script

VOLUME_STEP_DB, SOFTEST_DB = 4.0, -16.0
JUST_SAID_SECONDS = 15.0  # "I can't hear you" means the line before


class Wishes:
    """``ends_at``: the second at which the time that is being kept is over.

    ``headroom_db``: how much louder than usual it can be.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        script: Script,
        plans: PlanRunner,
        breathing: BreathingGuide,
        thoughts: Thoughts,
        ends_at: Callable[[], float],
        headroom_db: float,
    ) -> None:
        self._stage, self._script, self._plans = stage, script, plans
        self._breathing, self._thoughts, self._ends_at = breathing, thoughts, ends_at
        self._headroom_db, self._offset_db = headroom_db, 0.0
        self._told_later = False

    def begin(self) -> None:
        """A new pause."""
        self._told_later = False
        self.reset_volume()
        self._thoughts.begin()
        self._breathing.reset()
        self._plans.exercises_wanted = True

    @property
    def volume_db(self) -> float:
        """How much louder than usual somebody wanted it."""
        return self._offset_db

    @property
    def exercises(self) -> bool:
        """Whether nobody has said no to tones and exercises."""
        return self._breathing.wanted and self._plans.exercises_wanted

    def go_on(self, *, volume_db: float, exercises: bool) -> None:
        """A pause goes on that another run of the program began."""
        self.begin()
        if volume_db:
            self._change_volume(volume_db)
        self._breathing.wanted = self._plans.exercises_wanted = exercises

    def reset_volume(self) -> None:
        """The pause is over, and what was asked for with it."""
        if self._offset_db:
            self._offset_db = 0.0
            self._stage.give(Volume(0.0))

    def doings(self) -> dict[Turn, Callable[[], None]]:
        """What is done here, by the turns of `turns`."""
        return {
            Turn.QUIET: self.quiet,
            Turn.SOFTER: self.softer,
            Turn.LOUDER: self.louder,
            Turn.SAY_AGAIN: self.say_again,
            Turn.SAY_TIME: self.say_time,
            Turn.BLINK_TIME: self.blink_time,
            Turn.NOT_NOW: self.not_now,
            Turn.BREATHE: self.breathe,
            Turn.STOP_TONES: self._breathing.refuse,
            Turn.QUESTION: self.question,
            Turn.KIND_WORDS: self.kind_words,
            Turn.ANOTHER_WAY: self.another_way,
            Turn.STARTER: self.starter,
            Turn.HELP: self.help,
            Turn.NO_BREATH: self.no_breath,
        }

    # --- the voice ----------------------------------------------------------------------------------------------------

    def quiet(self) -> None:
        """From now on chimes and light; also whatever is sounding ends."""
        stage = self._stage
        if not stage.quiet:
            stage.quiet = True
            stage.end_row()
            stage.hush()
            self._breathing.refuse()
            stage.give(Chime(Cue.LISTEN))

    def shorten(self) -> None:
        """The voice stops, for now."""
        self._stage.end_row()
        self._stage.hush()

    def softer(self) -> None:
        self._change_volume(-VOLUME_STEP_DB)
        self._stage.give(Chime(Cue.LISTEN))

    def turn_up(self) -> None:
        """Louder from the next line on."""
        self._change_volume(VOLUME_STEP_DB)

    def louder(self) -> None:
        stage = self._stage
        self.turn_up()
        if stage.last is not None and stage.now - stage.said_until < JUST_SAID_SECONDS and not stage.quiet:
            self.say_again()
        else:
            stage.give(Chime(Cue.LISTEN))  # to hear how loud

    def _change_volume(self, step_db: float) -> None:
        self._offset_db = max(SOFTEST_DB, min(self._headroom_db, self._offset_db + step_db))
        self._stage.give(Volume(self._offset_db))

    def say_again(self) -> None:
        last = self._stage.last
        if last is not None and last.line in TIMED_LINES:
            self.say_time()  # what was true then
        elif last is not None:
            self._answer(last)

    # --- the time -----------------------------------------------------------------------------------------------------

    def say_time(self) -> None:
        self.blink_time()
        left = self._ends_at() - self._stage.now
        if left > 0:
            self._answer(self._stage.line("time_left", left=self._script.left_in_words(left)))
        else:
            self._answer(self._stage.line("time_over"))

    def blink_time(self) -> None:
        """A long blink for every ten minutes, a short one for each that is left over; none when it is over."""
        left = self._ends_at() - self._stage.now
        if left > 0:
            minutes = max(1, round(left / 60))
            self._stage.give(Blink(minutes // 10, minutes % 10))

    def not_now(self) -> None:
        """There is time for that later; said once."""
        if not self._told_later:
            self._told_later = True
            self._answer(self._stage.line("not_now"))

    def no_more_time(self) -> None:
        self._answer(self._stage.line("no_more_time"))

    # --- things to do and to think about ------------------------------------------------------------------------------

    def breathe(self) -> None:
        self._stage.end_row()
        self._breathing.give_a_round()

    def question(self) -> None:
        stage = self._stage
        stage.end_row()
        # In quiet mode nothing is asked, so nothing is used up.
        line = None if stage.quiet else self._thoughts.wished_question()
        self._answer(line or stage.line("no_more_questions"))

    def kind_words(self) -> None:
        if self._may_say():  # otherwise nothing is used up
            self._row(self._thoughts.kind_words(self._stage.line("some_may_fit", essential=False)))

    def another_way(self) -> None:
        """The exercise is not for them: no tones, none of the plan's other exercises, and one of another kind."""
        self._breathing.refuse()
        self._plans.exercises_wanted = False
        if self._may_say():
            self._row(self._thoughts.exercise())

    def starter(self) -> None:
        self._answer(self._thoughts.starter())

    def choices(self, line: str) -> None:
        self._answer(self._stage.line(line))

    # --- two sentences for an emergency -------------------------------------------------------------------------------

    def help(self) -> None:
        """One sentence, and then the voice is silent; chimes and light go on."""
        self._safety_line("help")
        self._breathing.refuse()
        self._stage.quiet = True

    def no_breath(self) -> None:
        """Stop every exercise at once; never an exercise as an answer."""
        self._breathing.refuse()
        self._plans.exercises_wanted = False
        self._safety_line("no_breath")

    def _safety_line(self, name: str) -> None:
        stage = self._stage
        stage.end_row()
        stage.hush()
        # Also in quiet mode: a chime would be no answer to this.
        line = replace(stage.line(name), even_in_quiet=True)
        if stage.budget.make_room(stage.seconds(line), stage.now):
            stage.say(line)
        else:
            stage.give(Chime(Cue.LISTEN))

    def _answer(self, line: Line) -> None:
        if self._may_say(line):
            self._stage.say(replace(line, essential=False))

    def _row(self, row: Row) -> None:
        if self._may_say(*(line for _, line in row)):
            self._stage.say_in_a_row(row)

    def _may_say(self, *lines: Line) -> bool:
        """Whether there is room for words; where there is none, a light note says that somebody was heard."""
        may = not self._stage.quiet and self._stage.room_for(*lines)
        if not may:
            self._stage.give(Chime(Cue.LISTEN))
        return may
