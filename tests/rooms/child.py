"""A process that lives in a virtual room and does with its devices as it is told; see `rooms.inhabitant`.

PortAudio reads its environment once, when it is loaded. So the process that runs the tests cannot move into a room; it
starts this one there, and sends it one command a line (words as JSON). One line of JSON comes back for each.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from assistant.devices import portaudio, portaudio_devices
from assistant.errors import BreatherError
from assistant.sound import AudioClip, Samples, read_wav, write_wav

Reply = dict[str, Any]


class Child:
    """Each public method is a command."""

    def __init__(self) -> None:
        self._microphone = portaudio.PortAudioMicrophone()
        self._loudspeaker = portaudio.PortAudioLoudspeaker()
        self._render_seconds: list[float] = []

    def devices(self) -> Reply:
        return {"devices": [asdict(device) for device in portaudio_devices.devices()]}

    def refresh(self) -> Reply:
        return {"refreshed": portaudio_devices.refresh()}

    def refuse(self, rate_hz: int, channels: int) -> Reply:
        """From now on, pretend that PortAudio opens devices at this rate and with this many channels only."""
        library: Any = portaudio_devices.sounddevice()

        def only(kind: Callable[..., Any]) -> Callable[..., Any]:
            def opened(**wanted: Any) -> Any:
                if wanted["samplerate"] != rate_hz:
                    raise library.PortAudioError("Invalid sample rate", -9997)
                if wanted["channels"] != channels:
                    raise library.PortAudioError("Invalid number of channels", -9998)
                return kind(**wanted)

            return opened

        library.RawInputStream, library.RawOutputStream = only(library.RawInputStream), only(library.RawOutputStream)
        return {}

    def patience(self, seconds: float) -> Reply:
        portaudio_devices.PATIENCE_SECONDS = seconds
        return {}

    def limit(self, waiting_blocks: int) -> Reply:
        portaudio.MOST_WAITING_BLOCKS = waiting_blocks
        return {}

    def open_microphone(self, name: str | None) -> Reply:
        self._microphone.close()
        self._microphone = portaudio.PortAudioMicrophone(name)
        return self.reopen_microphone()

    def reopen_microphone(self) -> Reply:
        self._microphone.open()
        return {"rate_hz": self._microphone.rate_hz}

    def hear(self, seconds: float, file: str) -> Reply:
        """Read for so long; writes what was heard to `file`. ``at``: when it was read, per block (monotonic)."""
        blocks: list[Samples] = []
        at: list[float] = []
        began, misses = time.monotonic(), 0
        while time.monotonic() < began + seconds:
            block = self._microphone.read(0.2)
            if block is None:
                misses += 1
            else:
                blocks.append(block)
                at.append(time.monotonic())
        shapes = sorted({(len(block), str(block.dtype)) for block in blocks})
        if blocks:
            write_wav(Path(file), AudioClip(np.concatenate(blocks), 16_000))
        return {"blocks": len(blocks), "misses": misses, "shapes": shapes, "at": at}

    def microphone(self) -> Reply:
        return {
            "alive": self._microphone.alive,
            "seconds_since_block": min(self._microphone.seconds_since_block, 1e9),
            "dropped_blocks": self._microphone.dropped_blocks,
        }

    def close_microphone(self) -> Reply:
        began = time.monotonic()
        self._microphone.close()
        self._microphone.close()
        return {"seconds": time.monotonic() - began}

    def open_loudspeaker(self, name: str | None, file: str, broken_blocks: int) -> Reply:
        """Play `file`, then silence. The first `broken_blocks` times that it is asked, the renderer raises."""
        sound, place = read_wav(Path(file), rate_hz=24_000).samples, 0
        self._render_seconds = []

        def render(frames: int) -> Samples:
            nonlocal place
            self._render_seconds.append(time.monotonic())
            if len(self._render_seconds) <= broken_blocks:
                raise RuntimeError("the renderer is broken")
            part, place = sound[place : place + frames], place + frames
            return np.pad(part, (0, frames - len(part)))

        self._loudspeaker.close()
        self._loudspeaker = portaudio.PortAudioLoudspeaker(name)
        self._loudspeaker.open(render)
        return {"rate_hz": self._loudspeaker.rate_hz}

    def loudspeaker(self) -> Reply:
        error = self._loudspeaker.error
        return {"alive": self._loudspeaker.alive, "error": error and str(error), "rendered_at": self._render_seconds}

    def close_loudspeaker(self) -> Reply:
        began = time.monotonic()
        self._loudspeaker.close()
        self._loudspeaker.close()
        return {"seconds": time.monotonic() - began}


def main() -> None:
    child = Child()
    for line in sys.stdin:
        command, *words = json.loads(line)
        try:
            reply = getattr(child, command)(*words)
        except BreatherError as error:
            reply = {"error": type(error).__name__, "message": str(error)}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
