"""Reads sentences aloud in Breather's voice, where there is a loudspeaker."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.commands.telling import show
from assistant.errors import BreatherError
from assistant.progress import progress

if TYPE_CHECKING:
    from assistant.places import Places
    from assistant.settings.loader import Settings

LONGER_SECONDS = 2.0  # than it should take; then the loudspeaker has died


def reader(settings: Settings, places: Places) -> Callable[[Sequence[str]], None]:
    """Reads what it is given; where that is not possible, it says so in one line and leaves it."""

    def read(sentences: Sequence[str]) -> None:
        try:
            read_aloud(sentences, settings, places)
        except BreatherError as error:
            show(f"I cannot read it aloud here ({error.what}). Please read it together.")

    return read


def read_aloud(sentences: Sequence[str], settings: Settings, places: Places) -> None:
    """Render what is missing, play it all, and come back when it has been heard.

    Raises `LoudspeakerError`, `DeviceNotFoundError` or `SoundSystemError` before anything is rendered; `VoiceError` or
    `CacheError`.
    """
    from assistant.app import choose_voice, promptbook  # noqa: PLC0415
    from assistant.devices.portaudio import PortAudioLoudspeaker  # noqa: PLC0415
    from assistant.devices.portaudio_devices import find  # noqa: PLC0415
    from assistant.speaking.mixer import Mixer  # noqa: PLC0415

    sound = settings.machine.sound
    find(sound.loudspeaker, "output")
    voice = choose_voice(settings.machine.voice)
    try:
        prompts = promptbook(places, voice, settings.script)
        with progress("Speech", "sentences", show=show) as on_progress:
            prompts.prepare(sentences, voice, on_progress)
    finally:
        voice.close()
    mixer = Mixer(volume_db=sound.volume_db)
    loudspeaker = PortAudioLoudspeaker(sound.loudspeaker)
    loudspeaker.open(mixer.render)
    try:
        mixer.say(prompts.clip(sentences))
        end = time.monotonic() + prompts.seconds(sentences) + LONGER_SECONDS
        while mixer.speaking and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.3)  # what the device still has
    finally:
        loudspeaker.close()
