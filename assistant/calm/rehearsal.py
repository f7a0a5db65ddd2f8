"""The rehearsal: each calls a pause three times; then a pause of one minute, the button, and how well it all went."""

from __future__ import annotations

from dataclasses import replace

from assistant.calm.scorecard import best_for_both, of_nobody, times_heard, worth_a_try
from assistant.calm.short_pause import ShortPause
from assistant.calm.talk import Conversation, LeftError, Material, Passage, Talk
from assistant.messages import Chime, Cue, Intent, Press
from assistant.records import Practised, Saying
from assistant.settings.spoken import spelled

WAYS = ("practice_usual", "practice_raised", "practice_door")
"""How a pause is called for practice."""
HEARD_ENOUGH = 4  # of six
NOT_HEARD = Saying(phrase="", score=None, heard=False)


class Rehearsal(Talk):
    """About four minutes; emits `Practised` when the six sayings have been talked about.

    ``too_soon``: there was a pause a short while ago, and practice can wait.
    """

    def __init__(self, *, material: Material, now: float, too_soon: bool = False) -> None:
        self._too_soon = too_soon
        super().__init__(material=material, now=now)

    def conversation(self) -> Conversation[None]:
        if self._too_soon:
            yield from self.say("rehearsal_too_soon")
            return
        if not (yield from self.agreed("rehearsal_welcome")):
            raise LeftError
        yield from self.say("rehearsal_ways", "rehearsal_reason")
        sayings: list[list[Saying]] = []
        for name in (self.stage.first, 1 - self.stage.first):
            sayings.append((yield from self._practiced(name, after_cue=_just_heard(sayings))))
        yield from self.say("rehearsal_pause", after_cue=_just_heard(sayings))
        yield self._short_pause()
        yield from self._button()
        yield from self._score(sayings)
        yield from self.quiet(self.timing.share_seconds, "rehearsal_thanks")
        yield from self.kept(Practised(of_nobody(sayings)), "rehearsal_done")
        self.stage.give(Chime(Cue.CLOSE))

    def _practiced(self, name: int, *, after_cue: bool) -> Conversation[list[Saying]]:
        sayings: list[Saying] = []
        for way in WAYS:
            line = self.line(way, name=name)
            heard = yield Passage(
                lines=(line,),
                seconds=self.timing.practice_seconds,
                answers=frozenset({Intent.PAUSE}),
                after_cue=after_cue,
                practising=True,
            )
            after_cue = False
            if heard is None:
                sayings.append(NOT_HEARD)
            elif heard.intent is Intent.PAUSE:
                sayings.append(Saying(phrase=heard.phrase, score=heard.score, heard=heard.sure))
            else:  # passed over
                sayings.append(NOT_HEARD)
                continue
            if sayings[-1].heard:
                self.stage.give(Chime(Cue.LISTEN))
                after_cue = True
            else:
                yield from self.say("practice_missed", practising=True)
        return sayings

    def _short_pause(self) -> ShortPause:
        material = self.material
        return ShortPause(
            script=material.script,
            agreement=material.agreement,
            calm=material.calm,
            reflection=material.reflection,
            seconds_of=material.seconds_of,
            first=self.stage.first,
            lot=material.lot,
        )

    def _button(self) -> Conversation[None]:
        presses = dict.fromkeys((Press.SHORT, Press.DOUBLE), Intent.YES)
        pressed = yield Passage(
            lines=(self.line("rehearsal_button"),), seconds=self.timing.button_seconds, presses=presses
        )
        if pressed is not None and pressed.intent is Intent.YES:
            self.stage.give(Chime(Cue.LISTEN))
            yield from self.say("rehearsal_pressed", after_cue=True)

    def _score(self, sayings: list[list[Saying]]) -> Conversation[None]:
        agreement = self.material.agreement
        for name, of_one in zip((self.stage.first, 1 - self.stage.first), sayings, strict=True):
            times = times_heard(of_one)
            line = "score" if times else "score_none"
            yield from self.say(self.line(line, name=name, count=self.wording.count(times)))
        if not sum(map(times_heard, sayings)):
            yield from self.say("look_at_microphone", "come_closer")
            return
        best = best_for_both(sayings)
        if best is not None:
            yield from self.say(self.line("best_words", phrase=spelled(best)))
            if best not in agreement.pause_words:
                yield from self.say("not_agreed_yet")
        elif (other := self._other_words(sayings)) is not None:
            yield from self.say(self.line("other_words", phrase=spelled(other)))
        if sum(map(times_heard, sayings)) < HEARD_ENOUGH:
            yield from self.say("come_closer")

    def _other_words(self, sayings: list[list[Saying]]) -> str | None:
        return worth_a_try(
            tried={saying.phrase for of_one in sayings for saying in of_one},
            agreed=self.material.agreement.pause_words,
            recommended=self.material.phrases.pause.recommended,
        )


class Rehearsals:
    """Makes one rehearsal after the other; whoever comes first in one comes second in the next."""

    def __init__(self, material: Material) -> None:
        self._material = material

    def __call__(self, now: float, *, too_soon: bool = False) -> Rehearsal:
        material = self._material
        self._material = replace(material, first=1 - material.first)
        return Rehearsal(material=material, now=now, too_soon=too_soon)


def _just_heard(sayings: list[list[Saying]]) -> bool:
    """Whether a chime sounds right now, because the last of these was heard."""
    return bool(sayings) and sayings[-1][-1].heard
