"""Does the embedded recogniser understand the demo couple?

It may load and compute nonsense. Seen with numpy 2.5.5 on an emulated ARM processor with SME, which no Raspberry Pi 4
or 5 has: its matrix products were wrong, and what was heard was now nothing, now a pause that nobody had asked for.
"""

from __future__ import annotations

from pathlib import Path

from assistant.errors import PACKAGES_ANEW, ModelBrokenError
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.hearing.utterance import found_in
from assistant.recognizers import Chosen
from assistant.sound import HEARING_RATE_HZ, read_wav

CALL, TALK = "one-05", "one-01"  # the first asks for a pause, in the words below; the other speaks of dinner
ASKED = "i need a pause"
SURE = -1.2  # the call is heard at about 0, and in the talk nothing is


def prove(recognizer: RecognizerProcess, chosen: Chosen, *, audio: Path) -> None:
    """Return when it hears the call in one recording, and none in the other; afterwards it listens for the call alone.

    ``recognizer``: loaded, and waiting for its answers. Only where the embedded model listens alone: Vosk's may be for
    another language. Raises `ModelBrokenError`.
    """
    if chosen.engine != "whisper":
        return
    recognizer.listen_for([ASKED], [])
    for name, asks in ((TALK, False), (CALL, True)):
        if (_best_score(recognizer, audio / "demo" / f"{name}.wav") > SURE) is not asks:
            raise ModelBrokenError(
                "The recogniser loads, but does not understand a recording that it should",
                where=chosen.folder,
                remedy=f"{PACKAGES_ANEW} If that does not help, a library computes wrongly on this processor.",
            )


def _best_score(recognizer: RecognizerProcess, recording: Path) -> float:
    found = found_in(recognizer, read_wav(recording, rate_hz=HEARING_RATE_HZ).samples)
    return max((each.score for each in found), default=-float("inf"))
