from __future__ import annotations

import threading

import numpy as np

from assistant.sound import SPEAKING_BLOCK_FRAMES, AudioClip, Samples
from assistant.speaking.mixer import Mixer
from assistant.speaking.playback_tap import PlaybackTap


def counting(frames: int, start: int = 1) -> AudioClip:
    return AudioClip(np.arange(start, start + frames).astype(np.int16), 24_000)


def test_it_passes_on_exactly_what_is_rendered_and_keeps_a_copy_with_its_place() -> None:
    mixer = Mixer()
    tap = PlaybackTap(mixer.render)
    mixer.say(counting(3000))
    played = [tap.render(frames) for frames in (720, 64, 1, 5000)]
    assert np.concatenate(played)[:3000].tolist() == list(range(1, 3001))
    taken = tap.taken()
    assert [first for first, _ in taken] == [0, 720, 784, 785]
    for one, (_, other) in zip(played, taken, strict=True):
        assert one.tolist() == other.tolist()
    assert tap.taken() == []
    tap.render(10)
    assert [first for first, _ in tap.taken()] == [5785]


def test_what_nobody_takes_for_three_seconds_is_dropped_and_the_places_tell() -> None:
    tap = PlaybackTap(lambda frames: np.zeros(frames, np.int16))
    for _ in range(250):
        tap.render(SPEAKING_BLOCK_FRAMES)
    taken = tap.taken()
    assert len(taken) == 100
    assert [first for first, _ in taken] == [720 * number for number in range(150, 250)]


def test_a_device_may_render_in_its_own_thread() -> None:
    rendered: list[Samples] = []

    def render(frames: int) -> Samples:
        rendered.append(np.full(frames, len(rendered) % 30_000, np.int16))
        return rendered[-1]

    tap = PlaybackTap(render)
    device = threading.Thread(target=lambda: [tap.render(7) for _ in range(3000)])
    device.start()
    taken: list[tuple[int, Samples]] = []
    while device.is_alive():
        taken += tap.taken()
    taken += tap.taken()
    places = [first for first, _ in taken]
    assert places == sorted(set(places))
    for first, samples in taken:
        assert samples[0] == first // 7 % 30_000
