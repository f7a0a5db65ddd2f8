"""Whether a sound device could be opened now, asked of ALSA itself.

PortAudio must not be asked for a device that may have gone while another of its streams runs. It keeps the error of the
moment in one variable for all its threads; a stream that runs can wipe it out before it is reported, PortAudio then
takes the refusal for a stream, and the process is gone (seen after some hundreds of refusals).
"""

from __future__ import annotations

import ctypes
import errno

NONBLOCK, S16_LE, INTERLEAVED = 1, 2, 3  # alsa/pcm.h
LATENCY_MICROSECONDS = 60_000


def answers(name: str, *, capture: bool, rate_hz: int) -> bool:
    """Whether ALSA's device of this name is there and free. May take as long as its sound server likes.

    One that only refuses our rate or kind of samples is there; where there is no ALSA, nobody knows that it is not.
    """
    try:
        alsa = ctypes.CDLL("libasound.so.2")
        handle = ctypes.c_void_p()
        refused = alsa.snd_pcm_open(ctypes.byref(handle), name.encode(), int(capture), NONBLOCK)
        if refused:
            return False
        # A sound server looks only now whether it has such a device.
        refused = alsa.snd_pcm_set_params(handle, S16_LE, INTERLEAVED, 1, rate_hz, 1, LATENCY_MICROSECONDS)
        alsa.snd_pcm_close(handle)
    except (OSError, AttributeError):
        return True
    return refused in (0, -errno.EINVAL)
