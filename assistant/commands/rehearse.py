"""`breather rehearse`: three or four minutes of practice, in the room, with everything that belongs to a pause."""

from __future__ import annotations

import argparse
from typing import Any

from assistant.commands.leading import add_devices, lead
from assistant.records import CalmTalk


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    rehearse = commands.add_parser("rehearse", help="practice a pause together: your words, one minute, the button")
    add_devices(rehearse)
    rehearse.set_defaults(command=command, interrupted="Stopped. No word was kept.")


def command(options: argparse.Namespace) -> int:
    """Lead the rehearsal."""
    return lead(options, CalmTalk.REHEARSAL)
