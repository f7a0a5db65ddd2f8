"""Reads the five settings files and reports every problem of every file at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.errors import ConfigError
from assistant.messages import Intent
from assistant.settings.agreement import Agreement, Offered
from assistant.settings.machine import Machine
from assistant.settings.partly import part
from assistant.settings.phrases import PausePhrases, Phrases, phrase_problems
from assistant.settings.plain_words import plain_problems
from assistant.settings.plan import Parts, plan_problems
from assistant.settings.reflection import Reflection
from assistant.settings.reflection_parts import ReflectionParts, reflection_problems
from assistant.settings.script import Guide, Lengths, Lines, Plan, Script, TimesLeft, Timing
from assistant.settings.values import Table, on_one_line

AGREEMENT, SCRIPT, PHRASES, REFLECTION, MACHINE = FILES = (
    "agreement.toml",
    "script.en.toml",
    "phrases.en.toml",
    "reflection.en.toml",
    "machine.toml",
)

Toml = Mapping[str, Any]
SomeTable = TypeVar("SomeTable", bound=Table)

_LENGTHS: TypeAdapter[Lengths] = TypeAdapter(Lengths)
_TIMING = TypeAdapter(Timing)
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_GUIDE: TypeAdapter[Guide] = TypeAdapter(Guide)
_TIMES_LEFT: TypeAdapter[TimesLeft] = TypeAdapter(TimesLeft)
_LINES: TypeAdapter[Lines] = TypeAdapter(Lines)
_PAUSE_PHRASES = TypeAdapter(PausePhrases)


@dataclass(frozen=True, slots=True)
class Settings:
    """All five files, checked."""

    agreement: Agreement
    script: Script
    phrases: Phrases
    reflection: Reflection
    machine: Machine


def load_settings(folder: Path, *, own: Path | None = None) -> Settings:
    """Read and check the five files of `FILES` in `folder`; the agreement in `own`, if the couple has made one there.

    Raises `ConfigError` with every problem of every file: the file, the dotted key (entries of lists are counted from
    1), what is wrong, and what would be possible. Files are UTF-8; a byte order mark and carriage returns do no harm.
    """
    if not _is_folder(folder):
        raise ConfigError([f"{folder}: there is no such folder; the settings belong there: {', '.join(FILES)}"])
    problems: list[str] = []
    tables: dict[str, Toml] = {}
    for name in FILES:
        try:
            theirs = own / name if own is not None and name == AGREEMENT else None
            tables[name] = _toml(theirs if theirs is not None and theirs.exists() else folder / name)
        except ValueError as error:
            problems.append(f"{name}: {error}")
    return _checked(tables, problems)


def settings_from(tables: Mapping[str, Toml]) -> Settings:
    """The same for tables that have been read already, by file name. Raises `ConfigError`."""
    return _checked(tables, [f"{name}: the file is missing" for name in FILES if name not in tables])


def _checked(tables: Mapping[str, Toml], problems: list[str]) -> Settings:
    script_table, phrases_table = tables.get(SCRIPT, {}), tables.get(PHRASES, {})
    lengths = part(_LENGTHS, script_table, "minutes_in_words")
    pause_phrases = part(_PAUSE_PHRASES, phrases_table, "pause")
    reflection_parts = ReflectionParts.of(tables.get(REFLECTION, {}))
    offered = Offered(
        lengths=tuple(sorted(lengths or ())),
        pause_phrases=pause_phrases.phrases if pause_phrases else (),
        themes=tuple(reflection_parts.themes or ()),
        breathing=reflection_parts.live_patterns,
    )
    agreement = _table(Agreement, tables, AGREEMENT, problems, offered)
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
    machine = _table(Machine, tables, MACHINE, problems)
    if phrases and machine:
        known = {phrase for intent in Intent for phrase in phrases.of(intent).phrases}
        problems += [f"{MACHINE}: {key}: {sentence}" for key, sentence in machine.hearing.offset_problems(known)]
    if problems or not (agreement and script and phrases and reflection and machine):
        raise ConfigError([on_one_line(problem) for problem in problems])
    return Settings(agreement=agreement, script=script, phrases=phrases, reflection=reflection, machine=machine)


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


def _toml(path: Path) -> Toml:
    """One file's tables. Raises ValueError with a sentence."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(f"the file is missing; it belongs into {path.parent}") from None
    except OSError as error:
        raise ValueError(f"the file cannot be read ({error.strerror})") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(f"line {line}: this is not UTF-8 text; save the file as UTF-8") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(_syntax_problem(str(error), text)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets in brackets
        raise ValueError("this is not a settings file: something in it is far too long or too deep") from None


def _syntax_problem(message: str, text: str) -> str:
    """The library's message, with the place in front: ``line 3, column 5: this is not valid TOML (…)``."""
    what, _, place = message.rpartition(" (at ")
    found = re.fullmatch(r"line (\d+), column (\d+)\)", place)
    if found:
        line, column = found.groups()
    else:  # "end of document"
        line, column = str(text.count("\n") + 1), str(len(text) - text.rfind("\n"))
    what = what or message
    return f"line {line}, column {column}: this is not valid TOML ({what[:1].lower()}{what[1:]})"
