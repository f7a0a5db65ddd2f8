"""Erasing all that was counted: said by one of them, and done only when the button is pressed as well."""

from __future__ import annotations

from assistant.calm.talk import Conversation, Material, Passage, Talk
from assistant.messages import Intent, Press
from assistant.records import Erase


class Forgetting(Talk):
    """``kept``: whether there is anything to erase. Emits `Erase` when somebody presses the button after the words."""

    left_line = "not_erased"

    def __init__(self, *, material: Material, now: float, kept: bool) -> None:
        self._kept = kept
        super().__init__(material=material, now=now)

    def conversation(self) -> Conversation[None]:
        if not self._kept:
            yield from self.say("nothing_kept")
            return
        answer = yield Passage(
            lines=(self.line("erase"),),
            seconds=self.timing.erase_seconds,
            answers=frozenset({Intent.NO}),
            presses={Press.SHORT: Intent.YES, Press.DOUBLE: Intent.NO},
            in_full=True,  # whoever only wants it to be quiet does not want that
        )
        if answer is not None and answer.intent is Intent.YES:
            yield from self.kept(Erase(), "erased")
        else:
            yield from self.say("not_erased")
