"""Which language a Vosk model knows. No file of it says so; but its vocabulary does."""

from __future__ import annotations

import mmap
from pathlib import Path

# Words with an apostrophe, which a model of another language does not have, whatever English words it may have.
ENGLISH_WORDS = ("i'm", "don't", "we're")


def is_english(folder: Path) -> bool:
    """Whether this model's vocabulary is English; False as well when it cannot be read.

    It stands in ``graph/words.txt``, or else in ``graph/Gr.fst``, where OpenFst writes each symbol as its length (32
    bits), its UTF-8 and its number.
    """
    try:
        listed = folder / "graph" / "words.txt"
        if listed.is_file():
            with listed.open(encoding="utf-8", errors="replace") as lines:
                words = {line.partition(" ")[0] for line in lines}
            return words.issuperset(ENGLISH_WORDS)
        with (
            (folder / "graph" / "Gr.fst").open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            symbols = (len(word).to_bytes(4, "little") + word.encode() for word in ENGLISH_WORDS)
            return all(content.find(symbol) >= 0 for symbol in symbols)
    except (OSError, ValueError):
        return False
