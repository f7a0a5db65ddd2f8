"""Every agreement that both said yes to is kept, numbered, beside the file that is in force."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from assistant.agreeing.file import NAME, agreement_text, make_folder, sync_folder, write_whole
from assistant.errors import AgreementFileError
from assistant.settings.agreed import FOLDER, version_files
from assistant.settings.agreement import Agreement

BEFORE = "agreement.before.toml"
EARLIEST = date(2026, 1, 1)  # a clock that says less has not been set


def agree_on(own: Path, agreement: Agreement, *, today: date) -> int:
    """Both have said yes: keep this agreement as the next version, and write ``agreement.toml``. Returns its number.

    ``own``: the couple's folder, made when it is not there. What they wrote into the file themselves is not lost: it
    goes to ``agreement.before.toml``. Raises `AgreementFileError`; then everything is as before.
    """
    folder = own / FOLDER
    for each in (own, folder):
        make_folder(each)
    if folder.is_symlink():
        raise AgreementFileError(
            "The versions of your agreement would go somewhere else, through a symbolic link",
            where=folder,
            remedy="Put a real folder in its place.",
        )
    number = next(iter(version_files(own)), 0) + 1
    path = folder / f"{number:04}.toml"
    text = agreement_text(agreement)
    # The version comes first. Should the power fail between the two, what both said yes to counts.
    day = f" on {today}" if today >= EARLIEST else ""
    try:
        write_whole(path, f"# Version {number}, agreed by both{day}.\n{text}")
        _set_aside(own, text)
        write_whole(own / NAME, text)
    except AgreementFileError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            sync_folder(folder)
        raise
    return number


def _set_aside(own: Path, text: str) -> None:
    """Copy ``agreement.toml`` to a name beside it, unless it holds just what is written there or kept as a version."""
    try:
        before = (own / NAME).read_bytes()
        kept = [path.read_bytes().partition(b"\n")[2] for path in version_files(own).values() if path.is_file()]
    except OSError:  # there is none, or nobody can read it
        return
    if before and before not in (text.encode("utf-8"), *kept):
        write_whole(own / BEFORE, before)
