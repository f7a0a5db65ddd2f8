"""`breather agree`: the couple makes its agreement, or says yes to one that was changed in the file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.commands import asking
from assistant.commands.leading import add_devices, lead
from assistant.commands.telling import complain, places_of, show
from assistant.records import CalmTalk

if TYPE_CHECKING:
    from assistant.agreeing.asker import Rules
    from assistant.agreeing.recent_pause import LastPause
    from assistant.agreeing.wizard import ReadAloud
    from assistant.places import Places
    from assistant.settings.agreement import Agreement
    from assistant.settings.loader import Settings

LOADING_SECONDS = 60.0
NOT_NOW = "You can talk about it later, on a calm day. Until then it stays as it is."


class Terminal:
    """Asks and tells on this terminal."""

    select = staticmethod(asking.select)
    checkbox = staticmethod(asking.checkbox)
    text = staticmethod(asking.text)
    confirm = staticmethod(asking.confirm)

    def tell(self, *sentences: str) -> None:
        """A line for each."""
        for sentence in sentences:
            show(sentence)


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    agree = commands.add_parser("agree", help="make your agreement together, question by question, on a calm day")
    what = agree.add_mutually_exclusive_group()
    what.add_argument("--show", action="store_true", help="show the agreement in force, and change nothing")
    what.add_argument("--confirm", action="store_true", help="say yes to what you have changed in agreement.toml")
    what.add_argument("--aloud", action="store_true", help="by voice, in the room, with choices that are offered")
    agree.add_argument("--silent", action="store_true", help="do not read it back aloud")
    add_devices(agree)
    agree.set_defaults(command=command, interrupted="Nothing was changed.")


def command(options: argparse.Namespace) -> int:
    """Make it, confirm it, or show it."""
    from assistant.settings.agreed import version_files  # noqa: PLC0415
    from assistant.settings.loader import load_settings  # noqa: PLC0415

    if options.aloud:
        return lead(options, CalmTalk.AGREEMENT)
    places = places_of(options)
    settings = load_settings(places.config, own=places.own)
    for notice in settings.notices:
        complain(notice)
    if options.show:
        show_agreement(settings, places)
        return 0
    asking.needs_terminal()
    last_pause = _no_recent_pause(places)
    with _rules(settings, places) as rules:
        read_aloud = _read_aloud(options, settings, places)
        if options.confirm:
            agreement = _confirmed(settings, places, rules, read_aloud)
        else:
            from assistant.agreeing.wizard import make_agreement  # noqa: PLC0415

            agreement = make_agreement(
                Terminal(),
                settings.agreement,
                rules,
                agreed_before=bool(version_files(places.own)),
                read_aloud=read_aloud,
            )
    if agreement is not None:
        _keep(agreement, settings, places, last_pause)
    return 0


def show_agreement(settings: Settings, places: Places) -> None:
    """The agreement in force, as it is read back, and where it stands."""
    from assistant.agreeing.read_back import as_lines, read_back  # noqa: PLC0415
    from assistant.settings.agreed import version_files  # noqa: PLC0415
    from assistant.settings.loader import AGREEMENT  # noqa: PLC0415

    sentences = read_back(settings.agreement, settings.script, themes=settings.reflection.themes)
    for line in as_lines(sentences):
        show(line)
    own, kept = places.own / AGREEMENT, version_files(places.own)
    where = own if own.exists() else places.config / AGREEMENT
    if settings.notices and kept:  # the file is not what counts
        where = next(iter(kept.values()))
    versions = f" Kept so far: {len(kept)} {'version' if len(kept) == 1 else 'versions'}." if kept else ""
    show(f"\nIt stands in {where}.{versions}")
    if not kept:
        show("You have not said yes to it together yet: breather agree")


def _no_recent_pause(places: Places) -> LastPause:
    """Raises `TooSoonError` during a pause and for two hours after it."""
    from assistant.agreeing.recent_pause import LastPause, Recent  # noqa: PLC0415

    last_pause = LastPause(places.state)
    recent = last_pause.recent()
    if recent is Recent.UNKNOWN:
        if asking.confirm("Has there been a pause in the last two hours?", default=False):
            recent = Recent.YES
        else:
            last_pause.forget()
    if recent is Recent.YES:
        raise _too_soon()
    return last_pause


def _too_soon() -> Exception:
    from assistant.errors import TooSoonError  # noqa: PLC0415

    return TooSoonError("There was a pause in the last two hours, and the agreement rests that long", remedy=NOT_NOW)


def _confirmed(settings: Settings, places: Places, rules: Rules, read_aloud: ReadAloud) -> Agreement | None:
    """What stands in the file, if both say yes to it. Raises `ConfigError` when it cannot be used."""
    from assistant.agreeing.differences import differences  # noqa: PLC0415
    from assistant.agreeing.wizard import UNCHANGED, both_say_yes, is_calm  # noqa: PLC0415
    from assistant.settings.agreed import version_files  # noqa: PLC0415
    from assistant.settings.loader import load_settings  # noqa: PLC0415

    written = load_settings(places.config, own=places.own, as_written=True).agreement
    changes = differences(settings.agreement, written)
    if not changes and version_files(places.own):
        show("You have both said yes to all that stands in agreement.toml. There is nothing to confirm.")
        return None
    terminal = Terminal()
    terminal.tell(*(("This was changed:", *(f"  {change}" for change in changes)) if changes else ()))
    if not (is_calm(terminal) and _can_be_heard(written, rules)):
        return None
    if not both_say_yes(terminal, written, rules, read_aloud=read_aloud):
        show(f"{UNCHANGED} What you have agreed on before goes on.")
        return None
    return written


def _can_be_heard(agreement: Agreement, rules: Rules) -> bool:
    """Whether every pause phrase can; says which cannot."""
    from assistant.settings.spoken import spelled  # noqa: PLC0415

    deaf = [(phrase, why) for phrase in agreement.pause_words if (why := rules.hears(phrase))]
    for phrase, why in deaf:
        show(f'About "{spelled(phrase)}": {why}')
    if deaf:
        show("Please choose other words in agreement.toml, and try again. Nothing was changed.")
    return not deaf


def _keep(agreement: Agreement, settings: Settings, places: Places, last_pause: LastPause) -> None:
    from assistant.agreeing.recent_pause import Recent  # noqa: PLC0415
    from assistant.agreeing.versions import agree_on  # noqa: PLC0415
    from assistant.settings.loader import AGREEMENT  # noqa: PLC0415

    if last_pause.recent() is Recent.YES:  # it began while they were here
        raise _too_soon()
    number = agree_on(places.own, agreement, today=date.today())
    show(f"You have both said yes. This is version {number} of your agreement, in {places.own / AGREEMENT}.")
    if agreement != settings.agreement or number == 1:
        show("If Breather is running, start it again, so that it knows.")


def _read_aloud(options: argparse.Namespace, settings: Settings, places: Places) -> ReadAloud:
    from assistant.commands.reading_aloud import reader  # noqa: PLC0415

    def silent(_sentences: Sequence[str]) -> None:
        return

    return silent if options.silent else reader(settings, places)


@contextmanager
def _rules(settings: Settings, places: Places) -> Iterator[Rules]:
    """What an agreement is made of here, with the recogniser that would listen."""
    from assistant.agreeing.asker import Rules  # noqa: PLC0415
    from assistant.commands.vocabulary import vocabulary  # noqa: PLC0415

    with vocabulary(settings.machine.hearing, places.models) as hears:
        yield Rules(settings.script, settings.phrases, settings.reflection, settings.calm.choices, hears)
