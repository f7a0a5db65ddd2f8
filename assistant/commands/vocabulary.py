"""Can the recogniser of this machine ever hear a phrase?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import BreatherError, VocabularyError

if TYPE_CHECKING:
    from assistant.agreeing.phrase_risk import Hears
    from assistant.hearing.recognizer_process import RecognizerProcess
    from assistant.settings.machine import Hearing

LOADING_SECONDS = 60.0


@contextmanager
def vocabulary(hearing: Hearing, models: Path) -> Iterator[Hears]:
    """Inside, phrases can be asked about. A model that knows only some words is loaded when it is first needed.

    Where no model can be had, every phrase counts as one that can be heard: `breather check` tells of that.
    """
    from assistant.agreeing.phrase_risk import english_letters  # noqa: PLC0415
    from assistant.recognizers import choose, start  # noqa: PLC0415

    try:
        chosen = choose(hearing, models)
    except BreatherError:
        yield english_letters
        return
    if chosen.engine == "whisper":
        yield english_letters
        return
    running: list[RecognizerProcess] = []

    def hears(phrase: str) -> str | None:
        try:
            if not running:
                running.append(start(chosen, wait=True, spotted=()))
                running[0].wait_until_ready(LOADING_SECONDS)
            running[0].check_phrases([phrase], LOADING_SECONDS)
        except VocabularyError:
            return f"The model in {chosen.folder.name} does not know all of these words, so it could not hear them."
        except BreatherError:
            return None
        return None

    try:
        yield hears
    finally:
        for recognizer in running:
            recognizer.close()
