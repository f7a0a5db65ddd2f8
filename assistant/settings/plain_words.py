"""Turns pydantic's errors into sentences for people who have never heard of pydantic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from assistant.settings.values import Table, did_you_mean, shown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def plain_problems(error: ValidationError, kind: type[Table]) -> Iterator[tuple[str, str]]:
    """Every error as (dotted key, sentence); entries of lists are counted from 1, as people count."""
    for detail in error.errors(include_url=False):
        place = [part for part in detail["loc"] if part != "[key]"]
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)
        yield key, _sentence(detail, _table_at(kind, detail["loc"][:-1]))


def _sentence(detail: ErrorDetails, table: type[Table]) -> str:
    value, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "value_error":
            sentence = str(context["error"])
        case "missing":
            sentence = "this is missing"
        case "extra_forbidden":
            known = _keys(table)
            hint = did_you_mean(detail["loc"][-1], known) or f"; known here: {', '.join(known)}"
            sentence = f"this key is not known{hint}"
        case "literal_error" | "enum":
            expected = context["expected"].replace("'", '"')
            near = [word.strip('"') for word in expected.replace(" or ", ", ").split(", ")]
            hint = did_you_mean(value, near) if isinstance(value, str) else ""
            sentence = f"{shown(value)} is not possible; choose {expected}{hint}"
        case "string_type":
            sentence = f'{shown(value)} is not text; put it in quotes, "like this"'
        case "tuple_type":
            sentence = f"{shown(value)} is not a list; write it in brackets"
        case "model_type" | "model_attributes_type" | "dict_type":
            sentence = f"{shown(value)} is not a table; give it keys and values of its own"
        case _:
            sentence = f"{shown(value)} is not possible here"
    return sentence


def _keys(table: type[Table]) -> list[str]:
    return [field.alias or name for name, field in table.model_fields.items()]


def _table_at(kind: type[Table], place: tuple[int | str, ...]) -> type[Table]:
    """The table a key stands in; numbers in lists and free names (of lines, of lengths) are passed over."""
    for part in place:
        for name, field in kind.model_fields.items():
            if (field.alias or name) == part:
                kind = _table_inside(field.annotation) or kind
                break
    return kind


def _table_inside(annotation: Any) -> type[Table] | None:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    return next((found for part in get_args(annotation) if (found := _table_inside(part))), None)
