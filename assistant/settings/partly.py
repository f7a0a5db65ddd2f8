"""Reads one part of a file whose other parts may be wrong, so that all problems can be told at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


def part(kind: TypeAdapter[T], table: Mapping[str, Any], key: str) -> T | None:
    """What stands under `key`; None where it is missing or wrong, which is told with the whole file."""
    try:
        return kind.validate_python(table[key])
    except (KeyError, ValidationError):
        return None
