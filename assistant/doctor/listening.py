"""Does the microphone hear the room, and somebody in it? Sound is measured and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.checkup import Finding
from assistant.devices.silence import SilenceWatch
from assistant.devices.webrtc_detector import WebrtcDetector
from assistant.errors import MicrophoneError
from assistant.hearing.calibration import RoomReport, room_report
from assistant.ports import Microphone
from assistant.sound import BLOCK_SECONDS, HEARING_RATE_HZ, AudioClip, Samples, joined, level_dbfs

GIVE_UP_SECONDS = 3.0
BLOCK_TIMEOUT_SECONDS = 0.1
FAINT_DB, WELL_DB = 6.0, 15.0  # talk above the room's own noise
CLOSE_TO_CLIPPING_DBFS = -1.0
UNPLUGGED = "Is it plugged in, and is it switched on? `breather devices` lists what there is."
MUTED = "Is it muted, or its level at zero? `alsamixer` shows that."

OnLevel = Callable[[float, float], None]
"""Is told how many seconds have been heard, and the level of the last 30 ms in dBFS."""


def heard(microphone: Microphone, *, seconds: float, on_level: OnLevel) -> Samples:
    """So much sound of an open microphone. Raises `MicrophoneError` when none comes, or nothing but one number."""
    blocks: list[AudioClip] = []
    missed, dead = 0.0, SilenceWatch(deaf_after_seconds=min(seconds, GIVE_UP_SECONDS))
    while len(blocks) * BLOCK_SECONDS < seconds:
        block = microphone.read(BLOCK_TIMEOUT_SECONDS)
        if block is None:
            missed += BLOCK_TIMEOUT_SECONDS
            if missed >= GIVE_UP_SECONDS:
                raise MicrophoneError("The microphone is there, but no sound comes from it", remedy=UNPLUGGED)
            continue
        missed = 0.0
        blocks.append(AudioClip(block, HEARING_RATE_HZ))
        on_level(len(blocks) * BLOCK_SECONDS, level_dbfs(block))
        if dead.accept(block):
            raise MicrophoneError("The microphone gives nothing but silence", remedy=MUTED)
    return joined(blocks).samples


@dataclass(frozen=True, slots=True)
class Talk:
    """How somebody sounded beside the room. ``above_db``: the loudest tenth of it above the room's noise."""

    above_db: float
    peak_dbfs: float
    heard: bool

    @property
    def finding(self) -> Finding:
        """In one sentence, with what to do."""
        if not self.heard or self.above_db < FAINT_DB:
            return Finding("I heard nobody. Come nearer, or turn the microphone up.", note=True)
        if self.peak_dbfs > CLOSE_TO_CLIPPING_DBFS:
            return Finding("You came in too loud. Turn the microphone down a little.", note=True)
        if self.above_db < WELL_DB:
            return Finding(
                f"I hear you, but only just: {self.above_db:.0f} dB above the room. "
                "Put the microphone nearer, or turn it up.",
                note=True,
            )
        return Finding(f"I hear you well, {self.above_db:.0f} dB above the room.")


def room_finding(report: RoomReport) -> Finding:
    """The quiet room in one sentence, with advice."""
    fine = report.gate_holds and report.advice == "The room is quiet enough."
    return Finding(f"{report.advice} Its noise is at {report.noise_floor_dbfs:.0f} dBFS.", note=not fine)


def room_of(samples: Samples, *, second_gate: bool) -> RoomReport:
    """Measure a room in which nobody speaks."""
    return room_report(samples, WebrtcDetector(), second_gate=second_gate)


def talk_of(samples: Samples, room: RoomReport) -> Talk:
    """Measure somebody who speaks. ``room``: the same room before that."""
    report = room_report(samples, WebrtcDetector())
    frames = round(BLOCK_SECONDS * HEARING_RATE_HZ)
    levels = sorted(level_dbfs(samples[at : at + frames]) for at in range(0, len(samples) - frames + 1, frames))
    loud = levels[len(levels) * 9 // 10]
    return Talk(
        above_db=loud - room.noise_floor_dbfs, peak_dbfs=report.peak_dbfs, heard=report.longest_open_seconds > 0
    )
