"""A breath as a line that rises and falls."""

from __future__ import annotations

from assistant.messages import Breath

WIDTH, HEIGHT = 126.0, 27.0
TOP, BOTTOM = 2.0, HEIGHT - 2.0
PER_SECOND = WIDTH / 21.0
LITTLE_MORE = 0.78
"""How high the first part of an in-breath goes that has a little more on top."""


def breath_path(breath: Breath) -> str:
    """An SVG path in a box of `WIDTH` by `HEIGHT`: as many whole breaths as fit, a second always as wide."""
    shoulder = BOTTOM - LITTLE_MORE * (BOTTOM - TOP) if breath.top_up_seconds else TOP
    per_second = min(PER_SECOND, WIDTH / breath.seconds)
    x, y = 0.0, BOTTOM
    path = [f"M{x:.1f} {y:.1f}"]
    for _ in range(max(1, int(WIDTH / (per_second * breath.seconds) + 1e-6))):
        for seconds, to in (
            (breath.in_seconds, shoulder),
            (breath.top_up_seconds, TOP),
            (breath.hold_seconds, TOP),
            (breath.out_seconds, BOTTOM),
            (breath.rest_seconds, BOTTOM),
        ):
            if seconds:
                end = x + seconds * per_second
                middle = (x + end) / 2
                path.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {to:.1f} {end:.1f} {to:.1f}")
                x, y = end, to
    return " ".join(path)
