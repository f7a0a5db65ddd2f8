"""Mixes everything that is heard: speech over chimes over breathing tones, with fades and ducking.

The main thread gives orders; whoever pulls the sound (PortAudio's callback, or the loop in simulated time) calls
`render`. Orders wait in a `deque`, whose appending and popping are atomic, and are carried out at the next `render`:
there is no lock that the audio thread could have to wait for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from assistant.sound import SPEAKING_RATE_HZ, AudioClip, Samples, gain, to_int16
from assistant.speaking.ramp import Ramp

Floats = npt.NDArray[np.float32]

DUCK_SECONDS, UNDUCK_SECONDS = 0.12, 0.8
TONES_IN_SECONDS, TONES_SOFTER_SECONDS, TONES_OUT_SECONDS = 3.0, 4.0, 2.0
CUT_FRAMES = round(0.008 * SPEAKING_RATE_HZ)
VOLUME_SECONDS = 0.05
_STEP_FRAMES = 720  # ducking is decided once per step, so that a device's odd block sizes do not change the sound
_KNEE, _CEILING = gain(-3.0), gain(-0.2)


class _Playing:
    """Samples and how far they have been played."""

    __slots__ = ("position", "samples")

    def __init__(self, samples: Floats) -> None:
        self.samples, self.position = samples, 0

    def take(self, frames: int) -> Floats:
        """The next so many samples, fewer at the end."""
        taken = self.samples[self.position : self.position + frames]
        self.position += len(taken)
        return taken

    @property
    def over(self) -> bool:
        return self.position >= len(self.samples)


class _Tones:
    """A breath played over and over under its own fade."""

    __slots__ = ("_cycle", "_position", "fade")

    def __init__(self, cycle: Floats) -> None:
        self._cycle, self._position = cycle, 0
        self.fade = Ramp(0.0)
        self.fade.go_to(1.0, round(TONES_IN_SECONDS * SPEAKING_RATE_HZ))

    def take(self, frames: int) -> Floats:
        places = np.arange(self._position, self._position + frames) % len(self._cycle)
        self._position = (self._position + frames) % len(self._cycle)
        return self._cycle[places] * self.fade.take(frames)


class Mixer:
    """Speech, chimes and tones as one stream of int16 mono at 24 kHz, levels as they should be in a room.

    Clips come in levelled at -20 dBFS. ``chime_db``, ``tones_db``: how much softer than speech chimes and tones are;
    ``duck_db``: how much softer the tones are under speech; ``volume_db``: everything.
    Orders come from one thread, `render` from one other (or the same).
    """

    def __init__(
        self, *, volume_db: float = 0.0, chime_db: float = -6.0, tones_db: float = -15.0, duck_db: float = -10.0
    ) -> None:
        self.volume_db = volume_db
        self._chime_gain, self._tones_gain, self._duck_gain = gain(chime_db), gain(tones_db), gain(duck_db)
        self._orders: deque[Callable[[], None]] = deque()
        self._speech: deque[_Playing] = deque()
        self._chimes: list[_Playing] = []
        self._tones: list[_Tones] = []  # the last one is playing, earlier ones are fading out
        self._ducking = Ramp(1.0)
        self._volume = Ramp(gain(volume_db))
        self._said = 0
        self._spoken = 0

    @property
    def speaking(self) -> bool:
        """True from the moment `say` is called until the last sample of it was rendered, or it was hushed."""
        return self._spoken < self._said

    @property
    def making_sound(self) -> bool:
        """Whether anything is being played or about to be."""
        return bool(self._orders or self._speech or self._chimes or self._tones)

    def say(self, clip: AudioClip) -> None:
        """Speak this, after what is being spoken. Begins with the first sample of the next `render`."""
        self._said += 1
        speech = _Playing(_floats(clip, 1.0))
        self._orders.append(lambda: self._speech.append(speech))

    def chime(self, clip: AudioClip) -> None:
        """Play this at once, over everything."""
        chime = _Playing(_floats(clip, self._chime_gain))
        self._orders.append(lambda: self._chimes.append(chime))

    def start_tones(self, cycle: AudioClip) -> None:
        """Fade in this breath over 3 s and repeat it; tones that are playing fade out."""
        tones = _Tones(_floats(cycle, self._tones_gain))

        def start() -> None:
            self._fade_tones_out()
            self._tones.append(tones)

        self._orders.append(start)

    def soften_tones(self) -> None:
        """Let the tones become half as loud (-6 dB) over 4 s."""

        def soften() -> None:
            if self._tones and not self._tones[-1].fade.falling_to(0.0):
                self._tones[-1].fade.go_to(0.5, round(TONES_SOFTER_SECONDS * SPEAKING_RATE_HZ))

        self._orders.append(soften)

    def stop_tones(self) -> None:
        """Let the tones fade away over 2 s."""
        self._orders.append(self._fade_tones_out)

    def hush(self) -> None:
        """Cut off speech within 8 ms, and forget what was to be said."""
        said_so_far = self._said
        self._orders.append(lambda: self._cut_speech(said_so_far))

    def silence(self) -> None:
        """Cut off everything within 8 ms."""
        said_so_far = self._said

        def cut() -> None:
            tails = [_faded(playing.take(CUT_FRAMES)) for playing in self._chimes]
            tails += [_faded(tones.take(CUT_FRAMES) * np.float32(self._ducking.value)) for tones in self._tones]
            self._tones.clear()
            self._chimes[:] = [_Playing(tail) for tail in tails]
            self._cut_speech(said_so_far)

        self._orders.append(cut)

    def render(self, frames: int) -> Samples:
        """The next so many frames, int16."""
        while self._orders:
            self._orders[0]()  # taken off only when done, so that `making_sound` has no moment of doubt
            self._orders.popleft()
        self._volume.go_to(gain(self.volume_db), round(VOLUME_SECONDS * SPEAKING_RATE_HZ))
        steps = [self._step(min(_STEP_FRAMES, frames - start)) for start in range(0, frames, _STEP_FRAMES)]
        return np.concatenate(steps) if steps else np.zeros(0, np.int16)

    def _step(self, frames: int) -> Samples:
        under_speech = bool(self._speech)
        self._ducking.go_to(
            self._duck_gain if under_speech else 1.0,
            round((DUCK_SECONDS if under_speech else UNDUCK_SECONDS) * SPEAKING_RATE_HZ),
        )
        ducking = self._ducking.take(frames)
        volume = self._volume.take(frames)
        if not (self._speech or self._chimes or self._tones):
            return np.zeros(frames, np.int16)
        mix = np.zeros(frames, np.float32)
        for tones in self._tones:
            mix += tones.take(frames) * ducking
        self._tones = [tones for tones in self._tones if tones.fade.value > 0 or not tones.fade.resting]
        for chime in self._chimes:
            taken = chime.take(frames)
            mix[: len(taken)] += taken
        self._chimes = [chime for chime in self._chimes if not chime.over]
        self._mix_speech_into(mix)
        return to_int16(_limited(mix * volume))

    def _mix_speech_into(self, mix: Floats) -> None:
        start = 0
        while self._speech and start < len(mix):
            taken = self._speech[0].take(len(mix) - start)
            mix[start : start + len(taken)] += taken
            start += len(taken)
            if self._speech[0].over:
                self._speech.popleft()
                self._spoken += 1

    def _cut_speech(self, said_so_far: int) -> None:
        if self._speech:
            self._chimes.append(_Playing(_faded(self._speech[0].take(CUT_FRAMES))))
        self._speech.clear()
        self._spoken = said_so_far

    def _fade_tones_out(self) -> None:
        if self._tones and not self._tones[-1].fade.falling_to(0.0):
            self._tones[-1].fade.go_to(0.0, round(TONES_OUT_SECONDS * SPEAKING_RATE_HZ))


def _floats(clip: AudioClip, factor: float) -> Floats:
    if clip.rate_hz != SPEAKING_RATE_HZ:
        raise ValueError(f"the mixer plays {SPEAKING_RATE_HZ} Hz, not {clip.rate_hz}")
    return clip.samples.astype(np.float32) * np.float32(factor / 32_768)


def _faded(samples: Floats) -> Floats:
    """The same falling to zero; the slope has a fixed length, so that a clip that is ending anyway only gets softer."""
    slope = np.linspace(1, 0, CUT_FRAMES, dtype=np.float32)
    return samples * slope[: len(samples)]


def _limited(mix: Floats) -> Floats:
    """Bends what is louder than -3 dBFS, so that no sum ever reaches full scale."""
    height = np.abs(mix)
    if height.max() <= _KNEE:
        return mix
    room = np.float32(_CEILING - _KNEE)
    bent = np.float32(_KNEE) + room * np.tanh((height - np.float32(_KNEE)) / room)
    return np.where(height > _KNEE, np.copysign(bent, mix), mix)
