"""An agreement as the text of ``agreement.toml``, with all its explanations; and how that file is written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from assistant.agreeing.explained import EXPLAINED
from assistant.errors import AgreementFileError
from assistant.settings.agreement import Agreement

NAME = "agreement.toml"
_COLUMN = 28  # where the explanation of a short line begins


def agreement_text(agreement: Agreement) -> str:
    """The whole file. `tomllib` and the settings make the same agreement of it again."""
    lines: list[str] = []
    for line in EXPLAINED.strip("\n").split("\n"):
        key, _, explanation = line.removeprefix("@").partition("#")
        lines.append(_with_value(agreement, key.strip(), explanation) if line.startswith("@") else line)
    for plan in agreement.trigger_plans:
        lines += ["", "[[trigger_plans]]", f"when = {_quoted(plan.when)}", f"say = {_quoted(plan.say)}"]
    return "\n".join(lines) + "\n"


def _with_value(agreement: Agreement, key: str, explanation: str) -> str:
    """``key = value``, and what explains it on the same line."""
    value = getattr(agreement, key)
    if key in {"pause_words", "own_pause_words"}:
        line = f"{key} = {_below(_as_written(phrase) for phrase in value)}"
    elif isinstance(value, tuple):
        line = f"{key} = [{', '.join(_quoted(entry) for entry in value)}]"
    elif isinstance(value, bool):
        line = f"{key} = {'true' if value else 'false'}"
    elif isinstance(value, int):
        line = f"{key} = {value}"
    else:
        line = f"{key} = {_quoted(value)}"
    return f"{line.ljust(_COLUMN - 1)} #{explanation}" if explanation else line


def _below(entries: Iterable[str]) -> str:
    """A list with a line for each entry."""
    lines = [f"    {_quoted(entry)},\n" for entry in entries]
    return f"[\n{''.join(lines)}]" if lines else "[]"


def _as_written(phrase: str) -> str:
    return " ".join("I" + word[1:] if word == "i" or word.startswith("i'") else word for word in phrase.split())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # what JSON escapes, TOML escapes in the same way


def make_folder(folder: Path) -> None:
    """A folder that only its owner can look into. Raises `AgreementFileError`, also where a link leads elsewhere."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from None


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, for its owner only; its folder is there.

    A symbolic link in its place is replaced, and what it leads to left alone. Raises `AgreementFileError`.
    """
    beside: Path | None = None
    try:
        with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:  # mode 0600
            beside = Path(file.name)
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if beside is not None:
            with suppress(OSError):
                beside.unlink()
        raise _cannot_write(path, error) from None


def sync_folder(folder: Path) -> None:
    """What was renamed or removed in it stays so after a power cut."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _cannot_write(path: Path, error: OSError) -> AgreementFileError:
    return AgreementFileError(
        f"The agreement cannot be written ({error.strerror})",
        where=path,
        remedy="The one you had goes on. Make room, or make the folder writable, and try again.",
    )
