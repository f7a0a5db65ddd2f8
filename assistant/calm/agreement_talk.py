"""The agreement by voice: it is read to them, gone through with closed choices, and changed when both say yes.

Names are not changed here, and nothing that anybody says in their own words is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.calm.agreement_draft import AgreementDraft, ReadBack
from assistant.calm.agreement_parts import AgreementParts
from assistant.calm.talk import Conversation, Material, Passage
from assistant.dialogue.stage import Line
from assistant.records import Agreed

SENTENCES_AT_A_TIME = 3


class AgreementTalk(AgreementParts):
    """About six minutes; emits `Agreed` when both have said yes to what was changed.

    ``read_back``: an agreement in sentences. ``too_soon``: there was a pause in the last two
    hours; None where nobody can tell, and they are asked.
    """

    def __init__(self, *, material: Material, now: float, read_back: ReadBack, too_soon: bool | None = False) -> None:
        self._too_soon = too_soon
        super().__init__(
            material=material,
            now=now,
            draft=AgreementDraft(
                agreement=material.agreement,
                choices=material.calm.choices,
                read_back=read_back,
                lengths=tuple(material.script.minutes_in_words),
                pause_phrases=material.phrases.pause.phrases,
            ),
        )

    def conversation(self) -> Conversation[None]:
        """From "is this a calm time" to the yes of both."""
        if not (yield from self.agreed("agree_ask")):
            yield from self.say(self.left_line)
            return
        yield from self.say("agree_what_i_am", "agree_who_may")
        yield Passage(lines=tuple(self._reading()))
        if self._too_soon is None:
            self._too_soon = yield from self.agreed("agree_recent")
        if self._too_soon:
            yield from self.say("agree_too_soon")
            return
        if not (yield from self.agreed("agree_change")):
            yield from self.say("agree_nothing_new")
            return
        self.left_line = self.unanswered_line = "agree_not_done"
        yield from self.say("agree_how")
        yield from self.every_part()
        changes = self.draft.changes
        if not changes:
            yield from self.say("agree_nothing_new")
            return
        yield Passage(lines=tuple(self._reading()))
        for name in (self.stage.first, 1 - self.stage.first):
            if not (yield from self.agreed(self.line("agree_right", name=name))):
                yield from self.say("agree_not_done")
                return
        yield from self.kept(Agreed(changes), "agree_done")

    def _reading(self) -> Iterable[Line]:
        sentences = self.draft.read()
        breath: list[str] = []
        for sentence in sentences:
            breath.append(sentence)
            if len(breath) >= SENTENCES_AT_A_TIME and not sentence.endswith(":"):
                yield Line("agreement", tuple(breath))
                breath = []
        if breath:
            yield Line("agreement", tuple(breath))
