"""Every script beside this file, played from beginning to end."""

from __future__ import annotations

from pathlib import Path

import pytest

from conversations.script import play, read

SCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))
AFTERWARDS_SECONDS = 3600.0  # nothing may come after the last line, either


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_conversation(path: Path) -> None:
    conversation = read(path)
    last = max(row.second for row in (*conversation.said, *conversation.heard))
    heard = play(conversation.said, conversation.agreement, until=last + AFTERWARDS_SECONDS)
    assert _text(heard) == _text(conversation.heard)


def test_there_are_scripts_for_every_ending() -> None:
    assert len(SCRIPTS) >= 10


def _text(rows: object) -> str:
    assert isinstance(rows, list | tuple)
    return "\n".join(f"{row.second // 60}:{row.second % 60:02d} < {row.text}" for row in rows)
