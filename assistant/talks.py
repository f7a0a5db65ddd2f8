"""The talks of a calm day, put together for this household; and all that is said in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from assistant.agreeing.read_back import read_back
from assistant.agreeing.recent_pause import LastPause, Recent
from assistant.calm.agreement_draft import AgreementDraft
from assistant.calm.agreement_talk import AgreementTalk
from assistant.calm.forgetting import Forgetting
from assistant.calm.reflection import Reflections
from assistant.calm.rehearsal import Rehearsals
from assistant.calm.short_pause import short_wording
from assistant.calm.talk import Material, Talk
from assistant.dialogue.rotation import Lot
from assistant.dialogue.wording import Wording
from assistant.errors import HistoryError
from assistant.history.store import History
from assistant.places import Places
from assistant.records import CalmTalk
from assistant.settings.agreement import Agreement
from assistant.settings.loader import Settings

SecondsOf = Callable[[Sequence[str]], float]


def talks_of(
    settings: Settings, places: Places, *, seconds_of: SecondsOf, first: int, lot: Lot
) -> Mapping[CalmTalk, Callable[[float], Talk]]:
    """Each talk by its name: what makes one that begins at a second. For the arguments see `Material`."""
    material = _material(settings, seconds_of, first=first, lot=lot)
    last_pause = LastPause(places.state)

    def rests() -> bool | None:
        return {Recent.YES: True, Recent.NO: False, Recent.UNKNOWN: None}[last_pause.recent()]

    rehearsals = Rehearsals(material)
    return {
        CalmTalk.REHEARSAL: lambda now: rehearsals(now, too_soon=rests() is True),
        CalmTalk.REFLECTION: Reflections(material),
        CalmTalk.AGREEMENT: lambda now: AgreementTalk(
            material=material,
            now=now,
            read_back=_reader(settings),
            too_soon=rests(),
        ),
        CalmTalk.FORGETTING: lambda now: Forgetting(material=material, now=now, kept=_something_is_kept(places)),
    }


@dataclass(frozen=True, slots=True)
class Said:
    """Every sentence that can ever be said, each once: this is what is rendered ahead.

    ``pauses``: in and around a pause. ``calm_days``: all others.
    """

    pauses: tuple[str, ...]
    calm_days: tuple[str, ...]

    @property
    def everything(self) -> tuple[str, ...]:
        return self.pauses + self.calm_days


def everything_said(settings: Settings) -> Said:
    """All that these settings can make Breather say."""
    material = _material(settings, lambda _: 0.0)
    draft = AgreementDraft(
        agreement=settings.agreement,
        choices=settings.calm.choices,
        read_back=_reader(settings),
        lengths=tuple(settings.script.minutes_in_words),
        pause_phrases=settings.phrases.pause.phrases,
    )
    short = short_wording(
        script=settings.script, agreement=settings.agreement, calm=settings.calm, reflection=settings.reflection
    )
    pause = Wording(settings.script, settings.agreement, settings.reflection)
    pauses = pause.everything()
    calm = dict.fromkeys(chain(*(each.everything() for each in (material.wording, short, draft))))
    return Said(pauses, tuple(each for each in calm if each not in set(pauses)))


def _something_is_kept(places: Places) -> bool:
    try:
        return bool(History(places.state, on_notice=lambda _: None).kept())
    except HistoryError:
        return True  # nobody can tell; whoever tries to erase it will hear


def _material(settings: Settings, seconds_of: SecondsOf, *, first: int = 0, lot: Lot = range) -> Material:
    return Material(
        script=settings.script,
        agreement=settings.agreement,
        reflection=settings.reflection,
        phrases=settings.phrases,
        calm=settings.calm,
        seconds_of=seconds_of,
        first=first,
        lot=lot,
    )


def _reader(settings: Settings) -> Callable[[Agreement], Sequence[str]]:
    return lambda agreement: read_back(agreement, settings.script, themes=settings.reflection.themes)
