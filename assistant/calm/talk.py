"""What the talks of a calm day have in common: something is said, an answer is waited for, and on it goes.

A talk is written as one function that yields what to say and gets the answer back, so that it reads like the
conversation it is. Pure like the rest of the dialogue: `now` is an argument, commands come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.calm.course import Course
from assistant.calm.passage import Aside, Conversation, LeftError, NotKeptError, Passage, UnansweredError
from assistant.calm.wording import CalmWording
from assistant.dialogue.rotation import Lot
from assistant.dialogue.stage import Line, Stage
from assistant.dialogue.wording import Wording
from assistant.messages import Chime, Cue, Heard, Intent, Press
from assistant.records import Kept
from assistant.settings.agreement import Agreement
from assistant.settings.calm import Calm
from assistant.settings.phrases import Phrases
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script

__all__ = ["Aside", "Conversation", "LeftError", "Material", "Passage", "Talk", "UnansweredError"]

KEEPING_SECONDS = 0.1  # whoever keeps it says at once whether it could
YES_OR_NO: Mapping[Press, Intent] = {Press.SHORT: Intent.YES, Press.DOUBLE: Intent.NO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the talks are made of.

    ``seconds_of``: how long these sentences take to say. ``first``: whose name comes first, 0 or 1. ``lot``: draws the
    order of the questions.
    """

    script: Script
    agreement: Agreement
    reflection: Reflection
    phrases: Phrases
    calm: Calm
    seconds_of: Callable[[Sequence[str]], float]
    first: int = 0
    lot: Lot = range

    @property
    def wording(self) -> CalmWording:
        return CalmWording(self.calm, self.script, self.agreement, self.phrases, self.reflection)


class Talk(Course):
    """One talk, from its first word to its last. Subclasses write `conversation`.

    ``now``: the second at which it begins.
    """

    left_line = "left"
    unanswered_line = "nobody_answered"

    def __init__(self, *, material: Material, now: float) -> None:
        self.material, self.wording, self.timing = material, material.wording, material.calm.timing
        super().__init__(
            stage=Stage(
                script=material.script,
                wording=Wording(material.script, material.agreement, material.reflection),
                seconds_of=material.seconds_of,
                first=material.first,
            ),
            conversation=self._whole(),
            now=now,
            gap_seconds=self.timing.gap_seconds,
            longest_seconds=self.timing.longest_seconds,
        )

    def conversation(self) -> Conversation[None]:
        """The talk itself."""
        raise NotImplementedError

    def line(self, line: str, *, name: int | None = None, **gaps: str) -> Line:
        """A line of the calm file, names and all filled in. ``name``: who is spoken to, 0 or 1."""
        return Line(line, self.wording.sentences(line, first=self.stage.first, name=name, **gaps))

    def say(self, *lines: Line | str, after_cue: bool = False, practising: bool = False) -> Conversation[None]:
        """Say lines one after the other, and wait for nothing."""
        said = self._lines(lines)
        for number, line in enumerate(said):
            yield Passage(lines=(line,), after_cue=after_cue and not number, practising=practising)

    def quiet(self, seconds: float, *lines: Line | str, answers: frozenset[Intent] = frozenset()) -> Conversation[None]:
        """Say lines, and leave them time; a short press, or "quiet please", leads on sooner, and so do ``answers``."""
        yield Passage(lines=self._lines(lines), seconds=seconds, answers=answers)

    def kept(self, command: Kept, then: str) -> Conversation[None]:
        """Have something kept, or erased, and say that it is done; `not_kept` comes in between when it is not."""
        self.stage.give(command)
        yield Passage(seconds=KEEPING_SECONDS)
        yield from self.say(then)

    def asked(self, *lines: Line | str) -> Conversation[bool | None]:
        """Ask for yes or no, once more without an answer; None when there is none, or it is passed over."""
        heard = yield from self._asked(lines)
        return None if heard is None or heard.intent is Intent.QUIET else heard.intent is Intent.YES

    def agreed(self, *lines: Line | str) -> Conversation[bool]:
        """Ask for yes or no; to pass over it is a no, and without an answer the talk ends kindly."""
        heard = yield from self._asked(lines)
        if heard is None:
            raise UnansweredError
        return heard.intent is Intent.YES

    def _asked(self, lines: Sequence[Line | str]) -> Conversation[Heard | None]:
        question = Passage(
            lines=self._lines(lines),
            seconds=self.timing.answer_seconds,
            answers=frozenset({Intent.YES, Intent.NO}),
            presses=YES_OR_NO,
        )
        heard = yield question
        if heard is None:
            self.stage.give(Chime(Cue.LISTEN))
            heard = yield replace(question, after_cue=True)
        return heard

    def _lines(self, lines: Sequence[Line | str]) -> tuple[Line, ...]:
        return tuple(self.line(line) if isinstance(line, str) else line for line in lines)

    def _whole(self) -> Conversation[None]:
        try:
            yield from self.conversation()
        except UnansweredError:
            yield from self.say(self.unanswered_line)
        except LeftError:
            yield from self.say(self.left_line)
        except NotKeptError:
            yield from self.say("not_kept")
