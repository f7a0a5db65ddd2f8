"""Reads a TOML file, and says in plain words why it cannot be read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Toml = Mapping[str, Any]


def read_toml(path: Path) -> Toml:
    """One file's tables. UTF-8; a byte order mark and carriage returns do no harm. Raises ValueError: a sentence."""
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
    return parsed_toml(text)


def parsed_toml(text: str) -> Toml:
    """A text's tables. Raises ValueError with a sentence."""
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
