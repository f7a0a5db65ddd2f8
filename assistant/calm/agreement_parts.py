"""Going through an agreement part by part: is it right as it is, and if not, which of these?

Every question is for a yes or a no; a pause phrase is the only thing that is said in other words, and it is one of a
list. Of a no, nothing is kept.
"""

from __future__ import annotations

from assistant.calm.agreement_draft import FEWEST_PAUSE_WORDS, MOST_PAUSE_WORDS, MOST_PLANS, AgreementDraft
from assistant.calm.talk import Conversation, Material, Passage, Talk
from assistant.dialogue.stage import Line
from assistant.messages import Intent
from assistant.settings.agreement import TriggerPlan
from assistant.settings.phrases import COMMON_IN_TALK
from assistant.settings.placeholders import filled
from assistant.settings.spoken import spelled

ATTEMPTS = 3  # at saying a pause phrase that is heard, and wanted


class AgreementParts(Talk):
    """The parts in the order in which they are gone through. ``draft``: what becomes of the agreement."""

    def __init__(self, *, material: Material, now: float, draft: AgreementDraft) -> None:
        self.draft = draft
        super().__init__(material=material, now=now)

    def every_part(self) -> Conversation[None]:
        """From the words that start a pause to the look back."""
        yield from self._pause_words()
        for part in ("minutes", "places", "children", "ritual", "check_in"):
            yield from self._one_of(part)
        yield from self._trigger_plans()
        for part in ("talk", "quiet"):
            yield from self._one_of(part)
        yield from self._reassurance()
        yield from self._history()

    # --- one out of several -------------------------------------------------------------------------------------------

    def _one_of(self, part: str) -> Conversation[None]:
        if (yield from self._right_as_it_is(part)):
            return
        for number, value in enumerate(self.draft.options(part)):
            if (yield from self._wanted(self._said(part, value), first=not number)):
                self.draft.change(part, value)
                return
        yield from self.say("agree_stays")

    def _right_as_it_is(self, part: str) -> Conversation[bool]:
        now = self._said(part, self.draft.now(part))
        return (yield from self.agreed(f"agree_{part}", now, "agree_stay"))

    def _wanted(self, option: Line, *, first: bool) -> Conversation[bool]:
        """Whether they take this; after the first one the question goes without saying."""
        return (yield from self.agreed(option, *(["agree_take"] if first else [])))

    def _said(self, part: str, value: object) -> Line:
        sentences = self.draft.said(part, value)
        return Line("agreement", sentences) if sentences else self.line(f"agree_{part}_none")

    # --- several, or one of each --------------------------------------------------------------------------------------

    def _trigger_plans(self) -> Conversation[None]:
        part = "trigger_plans"
        before = self.draft.agreement.trigger_plans
        if (yield from self._right_as_it_is(part)):
            return
        taken: list[TriggerPlan] = []
        for number, plan in enumerate(dict.fromkeys((*before, *self.draft.plans))):
            if len(taken) < MOST_PLANS and (yield from self._wanted(self._said(part, (plan,)), first=not number)):
                taken.append(plan)
        self.draft.change(part, tuple(taken))

    def _reassurance(self) -> Conversation[None]:
        """A line from each: from both of them, or from none."""
        before = self.draft.agreement.reassurance
        if (yield from self._right_as_it_is("reassurance")):
            return
        chosen: dict[int, str] = {}
        for name in (self.stage.first, 1 - self.stage.first):
            yield from self.say(self.line("agree_reassurance_of", name=name))
            for saying in dict.fromkeys((*before[name : name + 1], *self.draft.reassurance)):
                option = Line("agreement", (filled("{saying}.", {"saying": saying}),))
                if (yield from self._wanted(option, first=False)):
                    chosen[name] = saying
                    break
        both = len(chosen) == len(self.draft.agreement.names)
        self.draft.change("reassurance", (chosen[0], chosen[1]) if both else ())
        if not both:
            yield from self.say("agree_reassurance_none")

    def _history(self) -> Conversation[None]:
        """Each is asked; only when both want it, pauses are counted."""
        yield from self.say("agree_history")
        answers = []
        for name in (self.stage.first, 1 - self.stage.first):
            answers.append((yield from self.agreed(self.line("agree_history_of", name=name))))
        self.draft.change("history", all(answers))
        yield from self.say("agree_history_on" if all(answers) else "agree_history_off")

    # --- the words that start a pause ---------------------------------------------------------------------------------

    def _pause_words(self) -> Conversation[None]:
        if (yield from self._right_as_it_is("pause_words")):
            return
        words: list[str] = []
        while len(words) < MOST_PAUSE_WORDS:
            had = len(words)
            for name in (self.stage.first, 1 - self.stage.first):
                phrase = yield from self._phrase_of(name, words)
                words += [phrase] if phrase is not None else []
            if len(words) == had or len(words) >= MOST_PAUSE_WORDS:
                break
            if not (yield from self.agreed("agree_more_words")):
                break
        if len(words) < FEWEST_PAUSE_WORDS:
            yield from self.say("agree_two_needed")
        else:
            self.draft.change("pause_words", tuple(words[:MOST_PAUSE_WORDS]))

    def _phrase_of(self, name: int, taken: list[str]) -> Conversation[str | None]:
        """What one of them says, heard and wanted; None for nothing of the kind."""
        ask = [self.line("agree_say_words", name=name)]
        for _ in range(ATTEMPTS):
            heard = yield Passage(
                lines=tuple(ask),
                seconds=self.timing.practice_seconds,
                answers=frozenset({Intent.PAUSE}),
                practising=True,
            )
            if heard is not None and heard.intent is not Intent.PAUSE:  # passed over
                return None
            if heard is None or not heard.phrase:
                ask = [self.line("agree_not_heard")]
            elif heard.phrase in taken:
                ask = [self.line("agree_taken")]
            elif (yield from self.agreed(self.line(_question_about(heard.phrase), phrase=spelled(heard.phrase)))):
                return heard.phrase
            else:
                ask = [self.line("agree_say_words", name=name)]
        return None


def _question_about(phrase: str) -> str:
    """The line that asks whether a pause phrase is to be used; some are said in other talk as well."""
    return "agree_heard_often" if phrase in COMMON_IN_TALK else "agree_heard"
