"""Where things are: what is shipped with the program, and what belongs to the person who runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path, user_state_path

NAME = "breather"


def shipped(folder: str) -> Path:
    """A folder that comes with the program: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parent
    checkout = package.parent / folder
    return checkout if checkout.is_dir() else package / "shipped" / folder


@dataclass(frozen=True, slots=True)
class Places:
    """``config``: the settings as shipped, or a folder that was named. ``own``: what this couple makes of them: their
    agreement with its earlier versions, and what the rehearsal found out; the same folder where one was named.
    ``state``: what is kept of the pauses, if both want that. ``audio``: chimes and the demo couple. ``prompts``:
    rendered speech. ``models``: recognisers that were downloaded.
    """

    config: Path
    own: Path
    state: Path
    audio: Path
    prompts: Path
    models: Path


def places(*, config: Path | None = None, cache: Path | None = None, state: Path | None = None) -> Places:
    """The usual places, or others where they were named. Nothing is created here."""
    return Places(
        config=config or shipped("config"),
        own=config or user_config_path(NAME),
        state=state or user_state_path(NAME),
        audio=shipped("audio"),
        prompts=(cache or user_cache_path(NAME)) / "prompts",
        models=(cache / "models") if cache else user_data_path(NAME) / "models",
    )
