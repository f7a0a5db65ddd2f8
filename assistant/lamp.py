"""What the light shows. The pattern carries the meaning, for whoever sees no colors; the color only helps.

=========  ============================  =====================================================
listening  a low, steady glow            bluish green
heard      two quick flashes             white; then the state again
pause      slow, soft breathing          sky blue; in step with the breathing tones while they sound
asking     on, off, once a second        white
deaf       two blinks every two seconds  orange
muted      a short, dim blink every 4 s  red
minutes    long blinks, then short ones  white; then the state again
unheard    as deaf, three times          orange; then the state again: no loudspeaker
off        dark
=========  ============================  =====================================================
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time
from itertools import accumulate

from assistant.messages import Breath, LightState
from assistant.ports import Light

Color = tuple[float, float, float]
Steps = tuple[tuple[float, float], ...]  # (seconds, level: 0 dark to 1 bright, as an eye sees it), one after the other

WHITE: Color = (1.0, 1.0, 1.0)
COLORS: dict[LightState, Color] = {  # told apart by nearly everybody (Okabe and Ito); red stands for itself
    LightState.LISTENING: (0.0, 1.0, 0.73),
    LightState.PAUSE: (0.37, 0.77, 1.0),
    LightState.ASKING: WHITE,
    LightState.DEAF: (1.0, 0.69, 0.0),
    LightState.MUTED: (1.0, 0.0, 0.0),
    LightState.OFF: WHITE,
}
PATTERNS: dict[LightState, Steps] = {
    LightState.LISTENING: ((1.0, 0.3),),
    LightState.ASKING: ((0.5, 1.0), (0.5, 0.0)),
    LightState.DEAF: ((0.15, 0.9), (0.15, 0.0), (0.15, 0.9), (1.55, 0.0)),
    LightState.MUTED: ((0.15, 0.4), (3.85, 0.0)),
    LightState.OFF: ((1.0, 0.0),),
}
HEARD: Steps = ((0.09, 0.0), (0.12, 1.0), (0.12, 0.0), (0.12, 1.0), (0.12, 0.0))
LONG: Steps = ((1.0, 1.0), (0.4, 0.0))
SHORT: Steps = ((0.2, 1.0), (0.4, 0.0))
LESS_THAN_A_MINUTE: Steps = ((0.06, 1.0), (0.4, 0.0))
UNHEARD: Steps = PATTERNS[LightState.DEAF] * 3
BEFORE_BLINKING: Steps = ((0.5, 0.0),)
AFTER_BLINKING: Steps = ((0.6, 0.0),)

CALM_BREATH = Breath(in_seconds=4.0, out_seconds=6.0)
LOWEST_BREATH, HIGHEST_BREATH = 0.25, 0.85  # never dark: a pause that cannot be seen looks broken
EYE = 2.2  # an eye takes half as bright for a fifth of the power
STEPS_OF_POWER = 100  # what gpiozero can do with a Pi's pins (`assistant.devices.gpio_light`)
LEAST_POWER = 1 / STEPS_OF_POWER
CREDIBLE_YEAR = 2025  # a Pi without a battery starts in 1970, or in the year its system was made
SECONDS_BETWEEN_LOOKS_AT_THE_CLOCK = 5.0
SECONDS_BEFORE_TRYING_AGAIN = 5.0


def is_night(moment: time, night: tuple[time, time]) -> bool:
    """Whether it is night: from the first time on, until just before the second, perhaps on the next day."""
    begin, end = night
    return begin <= moment < end if begin <= end else moment >= begin or moment < end


def level_in(steps: Steps, second: float) -> float | None:
    """The level at this second of a row of steps; None when they are over."""
    ends = accumulate(seconds for seconds, _ in steps)
    return next((level for end, (_, level) in zip(ends, steps, strict=True) if second < end), None)


def breathing_level(breath: Breath, second: float) -> float:
    """Brighter with the in-breath, a little more with the top-up, darker with the out-breath, then at rest."""
    at = second % breath.seconds
    fullness = 1.0
    if at < breath.in_seconds:
        fullness = at / breath.in_seconds * (0.85 if breath.top_up_seconds else 1.0)
    elif at < breath.in_seconds + breath.top_up_seconds:
        fullness = 0.85 + 0.15 * (at - breath.in_seconds) / breath.top_up_seconds
    elif at >= breath.out_at:
        fullness = max(0.0, 1 - (at - breath.out_at) / breath.out_seconds)
    soft = (1 - math.cos(math.pi * fullness)) / 2
    return LOWEST_BREATH + (HIGHEST_BREATH - LOWEST_BREATH) * soft


class Lamp:
    """Drives a light that has been opened, once every heartbeat; never raises, whatever the light does.

    ``brightness``, ``night_brightness``: share of full power, 0 to 1. ``night``: from when to when. ``local_time``: the
    time of day here, None when nobody knows; with a time that cannot be believed it is night.
    """

    def __init__(
        self,
        *,
        light: Light,
        brightness: float,
        night_brightness: float,
        night: tuple[time, time],
        local_time: Callable[[], datetime | None] = datetime.now,
    ) -> None:
        self._light = light
        self._brightness, self._night_brightness = brightness, night_brightness
        self._night, self._local_time = night, local_time
        self._state = LightState.OFF
        self._breath = CALM_BREATH
        self._began: float | None = None  # the pattern of the state; None: with the next tick
        self._breath_began: float | None = None  # goes on while something else is shown, as the tones do
        self._passing: deque[Steps] = deque()  # shown before the state is seen again
        self._passing_began: float | None = None
        self._shown: tuple[int, ...] | None = None
        self._dim = True
        self._look_at_the_clock_at = self._try_again_at = float("-inf")

    def show(self, state: LightState) -> None:
        """From now on this state. What is being blinked is finished first, unless all is to be dark."""
        if state is not self._state:
            self._state, self._began = state, None
            if self._breath is CALM_BREATH:
                self._breath_began = None
        if state is LightState.OFF:
            self._passing.clear()
            self._passing_began = None

    def breathe(self, breath: Breath | None) -> None:
        """In a pause, breathe like this from now on, in step with the tones; None: the usual calm way."""
        self._breath, self._breath_began = breath or CALM_BREATH, None

    def heard(self) -> None:
        """Somebody was understood: two quick flashes."""
        if HEARD not in self._passing:
            self._pass(HEARD)

    def blink(self, long: int, short: int) -> None:
        """Blink minutes: so many long ones, then so many short ones; neither: a mere spark."""
        self._pass(BEFORE_BLINKING + (LONG * long + SHORT * short or LESS_THAN_A_MINUTE) + AFTER_BLINKING)

    def unheard(self) -> None:
        """Nobody can hear us: what the light shows otherwise has to do, so that is only said once."""
        self._pass(UNHEARD)

    def tick(self, now: float) -> None:
        """Show what belongs to this moment. ``now``: seconds on the clock of the program."""
        red, green, blue = self._color_of_level(now)
        power = tuple(round(STEPS_OF_POWER * share) for share in (red, green, blue))
        if power == self._shown or now < self._try_again_at:
            return
        try:
            self._light.show(*(share / STEPS_OF_POWER for share in power))
            self._shown = power
        except Exception:  # a broken lamp must not break a pause, and whatever it says is of no use to anybody
            self._shown = None
            self._try_again_at = now + SECONDS_BEFORE_TRYING_AGAIN

    def close(self) -> None:
        """Go dark and let go of the light. May be called twice."""
        with suppress(Exception):
            self._light.close()

    def _pass(self, steps: Steps) -> None:
        if self._state is not LightState.OFF and len(self._passing) < 3:
            self._passing.append(steps)

    def _color_of_level(self, now: float) -> Color:
        level, color = self._level(now), COLORS[self._state]
        if self._passing:
            color = COLORS[LightState.DEAF] if self._passing[0] is UNHEARD else WHITE
        if level == 0:
            return (0.0, 0.0, 0.0)
        self._look_at_the_clock(now)
        brightness = self._night_brightness if self._dim else self._brightness
        power = max(LEAST_POWER, brightness * level**EYE) if brightness else 0.0
        red, green, blue = color
        return power * red, power * green, power * blue

    def _level(self, now: float) -> float:
        if self._breath_began is None:
            self._breath_began = now
        while self._passing:
            if self._passing_began is None:
                self._passing_began = now
            level = level_in(self._passing[0], now - self._passing_began)
            if level is not None:
                return level
            self._passing.popleft()
            self._passing_began = self._began = None  # the state is seen anew, from its beginning
        if self._began is None:
            self._began = now
        if self._state is LightState.PAUSE:
            return breathing_level(self._breath, now - self._breath_began)
        steps = PATTERNS[self._state]
        return level_in(steps, (now - self._began) % sum(seconds for seconds, _ in steps)) or 0.0

    def _look_at_the_clock(self, now: float) -> None:
        if now < self._look_at_the_clock_at:
            return
        self._look_at_the_clock_at = now + SECONDS_BETWEEN_LOOKS_AT_THE_CLOCK
        try:
            here = self._local_time()
        except (OSError, ValueError, OverflowError):
            here = None
        self._dim = here is None or here.year < CREDIBLE_YEAR or is_night(here.time(), self._night)
