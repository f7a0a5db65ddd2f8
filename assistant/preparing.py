"""Set-up: a recogniser on the disk, and every sentence rendered, before anybody needs them.

The only part of Breather that may use the network, and only when a person asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from assistant.app import Parts, choose_voice, promptbook, recognizer_running
from assistant.dialogue.wording import Wording
from assistant.errors import (
    DownloadCorruptError,
    DownloadCutError,
    DownloadRefusedError,
    ModelBrokenError,
    VocabularyError,
)
from assistant.keeping.practice import with_practice
from assistant.loop import Watch
from assistant.models.vosk_model import SLOT
from assistant.places import Places
from assistant.recognizer_trial import prove
from assistant.recognizers import Chosen, as_it_turned_out, choose
from assistant.settings.loader import Settings, load_settings
from assistant.speaking.promptbook import Promptbook
from assistant.talks import everything_said

Rendered = Literal["all", "all, but later", "of a pause"]
Progress = Callable[[int, int], None]
"""Is told how much of how much is done."""


def bring_model(
    places: Places, *, source: Path | None, download: bool, on_progress: Progress
) -> DownloadRefusedError | DownloadCutError | DownloadCorruptError | None:
    """Install the English Vosk model from a file, or from its vendor.

    A download that fails is returned rather than raised: the embedded recogniser can do without. Everything else raises
    as `assistant.models.install` says.
    """
    # Only now: what downloads opens a socket when it is loaded, and `run` and `demo` come through this file as well.
    from assistant.models.install import install_from_file, install_from_network  # noqa: PLC0415

    if source is not None:
        install_from_file(source, places.models)
    elif download:
        try:
            install_from_network(places.models, on_progress=on_progress)
        except (DownloadRefusedError, DownloadCutError, DownloadCorruptError) as error:
            return error
    return None


def render_prompts(settings: Settings, places: Places, *, on_progress: Progress, sentences: Rendered) -> Promptbook:
    """The book of the sentences of these settings; renders what is not in the cache yet.

    ``sentences``: "all": each is looked at, and rendered again where its file is damaged, and all others are
    removed. "all, but later": those of
    calm days stay on the disk until they are said. "of a pause": those only. Raises `VoiceError` or `CacheError`.
    """
    voice = choose_voice(settings.machine.voice)
    try:
        prompts, said = promptbook(places, voice, settings.script), everything_said(settings)
        at_hand = said.everything if sentences == "all" else said.pauses
        later = said.calm_days if sentences == "all, but later" else ()
        prompts.prepare(at_hand, voice, on_progress, on_disk=later)
        if sentences == "all":
            prompts.prune(said.everything)
        return prompts
    finally:
        voice.close()


def try_recognizer(settings: Settings, places: Places) -> Chosen:
    """Choose a recogniser, load it, let it look up every phrase, and see that it understands.

    Its sentence says what is true now that it has been loaded, also when that is less than was chosen. Raises what
    `recognizer_running` and `prove` raise.
    """
    chosen = choose(settings.machine.hearing, places.models)
    notices: list[str] = []
    with recognizer_running(chosen, settings, wait=True, on_notice=notices.append) as recognizer:
        prove(recognizer, chosen, audio=places.audio)
        return as_it_turned_out(chosen, notices)


def try_new_recognizer(settings: Settings, places: Places) -> Chosen:
    """The same after set-up; a model that cannot hear the phrases does not stay to be in the way next time."""
    try:
        return try_recognizer(settings, places)
    except (ModelBrokenError, VocabularyError) as error:
        # What the settings name is somebody else's, and the installed one is not to blame for it; nor for the other
        # recogniser's model, when two of them listen.
        blamed = error.where is None or str(error.where) == str(places.models / SLOT)
        if blamed and settings.machine.hearing.recognizer != "whisper" and not settings.machine.hearing.vosk_model:
            from assistant.models.install import remove_model  # noqa: PLC0415  (as above)

            remove_model(places.models)
        raise


def ready_parts(
    places: Places, watch: Watch, *, on_progress: Progress, sentences: Rendered = "all, but later"
) -> Parts:
    """Everything a run needs. ``sentences``: as in `render_prompts`.

    Sentences that a changed agreement has brought are rendered first; nothing is downloaded.

    Raises `ConfigError`, or what says that something else is missing.
    """
    settings = with_practice(load_settings(places.config, own=places.own), places.own)
    wording = Wording(settings.script, settings.agreement, settings.reflection)
    prompts = render_prompts(settings, places, on_progress=on_progress, sentences=sentences)
    return Parts(
        settings=settings,
        places=places,
        wording=wording,
        prompts=prompts,
        chosen=choose(settings.machine.hearing, places.models),
        watch=watch,
    )
