"""Reads the six settings files and reports every problem of every file at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.errors import ConfigError
from assistant.messages import Intent
from assistant.settings.agreed import agreement_in_force
from assistant.settings.agreement import Agreement, Offered, OwnPauseWords
from assistant.settings.calm import Calm
from assistant.settings.calm_parts import CalmParts, calm_problems
from assistant.settings.machine import Machine
from assistant.settings.own_words import own_word_problems, with_own_words
from assistant.settings.partly import part
from assistant.settings.phrases import PausePhrases, Phrases, phrase_problems
from assistant.settings.plain_words import plain_problems
from assistant.settings.plan import Parts, plan_problems
from assistant.settings.reflection import Reflection
from assistant.settings.reflection_parts import ReflectionParts, reflection_problems
from assistant.settings.script import Guide, Lengths, Lines, Plan, Script, TimesLeft, Timing
from assistant.settings.toml_file import Toml, read_toml
from assistant.settings.values import Table, on_one_line

AGREEMENT, SCRIPT, PHRASES, REFLECTION, CALM, MACHINE = FILES = (
    "agreement.toml",
    "script.en.toml",
    "phrases.en.toml",
    "reflection.en.toml",
    "calm.en.toml",
    "machine.toml",
)

SomeTable = TypeVar("SomeTable", bound=Table)

_LENGTHS: TypeAdapter[Lengths] = TypeAdapter(Lengths)
_TIMING = TypeAdapter(Timing)
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_GUIDE: TypeAdapter[Guide] = TypeAdapter(Guide)
_TIMES_LEFT: TypeAdapter[TimesLeft] = TypeAdapter(TimesLeft)
_LINES: TypeAdapter[Lines] = TypeAdapter(Lines)
_PAUSE_PHRASES = TypeAdapter(PausePhrases)
_OWN_PAUSE_WORDS: TypeAdapter[OwnPauseWords] = TypeAdapter(OwnPauseWords)


@dataclass(frozen=True, slots=True)
class Settings:
    """All six files, checked. ``notices``: what the couple is told about its agreement, in whole sentences."""

    agreement: Agreement
    script: Script
    phrases: Phrases
    reflection: Reflection
    calm: Calm
    machine: Machine
    notices: tuple[str, ...] = ()


def load_settings(folder: Path, *, own: Path | None = None, as_written: bool = False) -> Settings:
    """Read and check the six files of `FILES` in `folder`; the agreement in `own`, if the couple has made one there.

    What both have said yes to counts, even when ``agreement.toml`` has been changed since or cannot be used any more
    (see `assistant.settings.agreed`); with ``as_written``, the file counts as it stands.

    Raises `ConfigError` with every problem of every file: the file, the dotted key (entries of lists are counted from
    1), what is wrong, and what would be possible. Files are UTF-8; a byte order mark and carriage returns do no harm.
    """
    if not _is_folder(folder):
        raise ConfigError([f"{folder}: there is no such folder; the settings belong there: {', '.join(FILES)}"])
    problems: dict[str, str] = {}
    tables: dict[str, Toml] = {}
    theirs = own / AGREEMENT if own is not None else None
    has_one = theirs is not None and theirs.exists()
    for name in FILES:
        try:
            tables[name] = read_toml(theirs if theirs is not None and has_one and name == AGREEMENT else folder / name)
        except ValueError as error:
            problems[name] = f"{name}: {error}"
    notices: tuple[str, ...] = ()
    if own is not None and not as_written:
        unread = [problems[AGREEMENT]] if AGREEMENT in problems and has_one else []
        in_force = agreement_in_force(
            own, table=tables.get(AGREEMENT) if has_one else None, unread=unread, judge=partial(_judged, tables)
        )
        notices = in_force.notices
        if in_force.table is not None:
            tables[AGREEMENT] = in_force.table
            problems.pop(AGREEMENT, None)
    return replace(_checked(tables, list(problems.values())), notices=notices)


def settings_from(tables: Mapping[str, Toml]) -> Settings:
    """The same for tables that have been read already, by file name. Raises `ConfigError`."""
    return _checked(tables, [f"{name}: the file is missing" for name in FILES if name not in tables])


def _checked(tables: Mapping[str, Toml], problems: list[str]) -> Settings:
    script_table = tables.get(SCRIPT, {})
    lengths = part(_LENGTHS, script_table, "minutes_in_words")
    reflection_parts = ReflectionParts.of(tables.get(REFLECTION, {}))
    agreement = _agreement(tables, problems)
    script = _table(Script, tables, SCRIPT, problems)
    parts = Parts(
        lengths=lengths,
        timing=part(_TIMING, script_table, "timing"),
        pause=part(_PLAN, script_table, "pause"),
        extension=part(_PLAN, script_table, "extension"),
        guide=part(_GUIDE, script_table, "guide"),
        times_left=part(_TIMES_LEFT, script_table, "time_left"),
        lines=part(_LINES, script_table, "lines"),
    )
    problems += [f"{SCRIPT}: {key}: {sentence}" for key, sentence in plan_problems(parts)]
    phrases = _table(Phrases, tables, PHRASES, problems)
    if phrases:
        problems += [f"{PHRASES}: {key}: {sentence}" for key, sentence in phrase_problems(phrases)]
    reflection = _table(Reflection, tables, REFLECTION, problems)
    problems += [f"{REFLECTION}: {key}: {sentence}" for key, sentence in reflection_problems(reflection_parts)]
    calm_parts, script_lines = CalmParts.of(tables.get(CALM, {})), part(_LINES, script_table, "lines")
    about_calm = calm_problems(calm_parts, script_lines=script_lines, themes=reflection_parts.themes)
    problems += [f"{CALM}: {key}: {sentence}" for key, sentence in about_calm]
    calm = _table(Calm, tables, CALM, problems, _offered(tables))
    machine = _table(Machine, tables, MACHINE, problems)
    if phrases and machine:
        known = {phrase for intent in Intent for phrase in phrases.of(intent).phrases}
        problems += [f"{MACHINE}: {key}: {sentence}" for key, sentence in machine.hearing.offset_problems(known)]
    if problems or not (agreement and script and phrases and reflection and calm and machine):
        raise ConfigError([on_one_line(problem) for problem in problems])
    return Settings(
        agreement=agreement,
        script=script,
        phrases=with_own_words(phrases, agreement),
        reflection=reflection,
        calm=calm,
        machine=machine,
    )


def _judged(tables: Mapping[str, Toml], agreement: Toml) -> tuple[Agreement | None, list[str]]:
    """What an agreement says beside the other files, or None and every problem."""
    problems: list[str] = []
    found = _agreement({**tables, AGREEMENT: agreement}, problems)
    return (None, [on_one_line(problem) for problem in problems]) if problems else (found, [])


def _agreement(tables: Mapping[str, Toml], problems: list[str]) -> Agreement | None:
    """The agreement, checked against what the other files offer; None, or more problems, when it cannot be used."""
    own_words = _own_words(tables)
    agreement = _table(Agreement, tables, AGREEMENT, problems, _offered(tables))
    phrases = _table(Phrases, tables, PHRASES, []) if own_words else None
    if phrases:
        problems += [f"{AGREEMENT}: {key}: {sentence}" for key, sentence in own_word_problems(own_words, phrases)]
    return agreement


def _own_words(tables: Mapping[str, Toml]) -> tuple[str, ...]:
    return part(_OWN_PAUSE_WORDS, tables.get(AGREEMENT, {}), "own_pause_words") or ()


def _offered(tables: Mapping[str, Toml]) -> Offered:
    """What the other files offer an agreement, where they can be read."""
    pause_phrases = part(_PAUSE_PHRASES, tables.get(PHRASES, {}), "pause")
    reflection_parts = ReflectionParts.of(tables.get(REFLECTION, {}))
    return Offered(
        lengths=tuple(sorted(part(_LENGTHS, tables.get(SCRIPT, {}), "minutes_in_words") or ())),
        pause_phrases=pause_phrases.phrases + _own_words(tables) if pause_phrases else (),
        themes=tuple(reflection_parts.themes or ()),
        breathing=reflection_parts.live_patterns,
    )


def _table(
    kind: type[SomeTable], tables: Mapping[str, Toml], name: str, problems: list[str], offered: Offered | None = None
) -> SomeTable | None:
    if name not in tables:
        return None
    try:
        return kind.model_validate(tables[name], context=offered)
    except ValidationError as error:
        problems += [f"{name}: {key}: {sentence}" for key, sentence in plain_problems(error, kind)]
        return None


def _is_folder(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return False
