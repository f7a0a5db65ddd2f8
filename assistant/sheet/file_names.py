"""How the pages of the two are called, so that each finds theirs and no name of theirs breaks a file system."""

from __future__ import annotations

from assistant.settings.spoken import normalised

PAUSE_RULE = "pause-rule"
_LATIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"})


def private_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of their files, without an ending: "for-alex" and "for-sam".

    "for-alex-1" where both would be the same, "for-1" where a name has letters that are not Latin.
    """
    slugs = [_slug(name) for name in names]
    stems = []
    for number, slug in enumerate(slugs, start=1):
        parts = ["for", slug, str(number) if not slug or slugs.count(slug) > 1 else ""]
        stems.append("-".join(part for part in parts if part))
    return tuple(stems)


def _slug(name: str) -> str:
    """Small ASCII letters and hyphens; "" for a name that has other letters."""
    words = normalised(name).translate(_LATIN).replace("'", "").split()
    return "-".join(words) if all(word.isascii() and word.isalnum() for word in words) else ""
