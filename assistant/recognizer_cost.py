"""What a recogniser costs on this machine, measured on talk that it is given."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.hearing.utterance import found_in
from assistant.sound import AudioClip

PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Cost:
    """``memory_mb``: resident, after the talk. ``processor_seconds``: for each second of talk."""

    memory_mb: float
    processor_seconds: float


def cost(recognizer: RecognizerProcess, utterances: Sequence[AudioClip]) -> Cost | None:
    """What these utterances (16 kHz) cost; None where the system does not tell, as on a Mac.

    ``recognizer``: loaded, listening for its phrases, and waiting for its answers.
    """
    try:
        before = _processor_seconds(recognizer.process_id)
        for utterance in utterances:
            found_in(recognizer, utterance.samples)
        spent = _processor_seconds(recognizer.process_id) - before
        return Cost(_memory_mb(recognizer.process_id), spent / sum(utterance.seconds for utterance in utterances))
    except FileNotFoundError:
        return None


def _processor_seconds(process_id: int) -> float:
    # proc(5): after the name in brackets, which may hold anything, utime and stime are the 12th and 13th.
    fields = (PROCESSES / str(process_id) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(process_id: int) -> float:
    status = (PROCESSES / str(process_id) / "status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))
