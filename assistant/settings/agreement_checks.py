"""An agreement that is being made: is this answer possible, and is the whole?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from assistant.errors import ConfigError
from assistant.settings.agreement import Agreement, Offered
from assistant.settings.own_words import own_word_problems
from assistant.settings.phrases import Phrases
from assistant.settings.plain_words import plain_problems
from assistant.settings.reflection import Reflection
from assistant.settings.script import Script
from assistant.settings.spoken import normalised


def offered_by(script: Script, phrases: Phrases, reflection: Reflection, *, own_words: tuple[str, ...] = ()) -> Offered:
    """What an agreement can choose from. ``own_words``: pause phrases that the couple makes up, normalised."""
    return Offered(
        lengths=tuple(sorted(script.minutes_in_words)),
        pause_phrases=tuple(dict.fromkeys((*phrases.pause.phrases, *own_words))),
        themes=tuple(reflection.themes),
        breathing=tuple(name for name, pattern in reflection.breathing.items() if pattern.tier == "live"),
    )


def agreement_with(
    agreement: Agreement, changes: Mapping[str, object], *, script: Script, phrases: Phrases, reflection: Reflection
) -> Agreement:
    """The agreement with these values instead of its own, by their keys. Raises `ConfigError` with every problem."""
    table: dict[str, Any] = {**agreement.model_dump(), **changes}
    own = table.get("own_pause_words", ())
    own_words = (
        tuple(normalised(word) for word in own if isinstance(word, str)) if isinstance(own, list | tuple) else ()
    )
    try:
        made = Agreement.model_validate(table, context=offered_by(script, phrases, reflection, own_words=own_words))
    except ValidationError as error:
        raise ConfigError([f"{key}: {sentence}" for key, sentence in plain_problems(error, Agreement)]) from None
    fresh = tuple(word for word in made.own_pause_words if word not in agreement.own_pause_words)
    problems = [f"{key}: {sentence}" for key, sentence in own_word_problems(fresh, phrases)]
    if problems:
        raise ConfigError(problems)
    return made


def problem_of(agreement: Agreement, key: str, value: object, offered: Offered) -> str | None:
    """Why this cannot be the value of this key, None when it can; the first problem, as a whole sentence."""
    try:
        Agreement.model_validate({**agreement.model_dump(), key: value}, context=offered)
    except ValidationError as error:
        for place, sentence in plain_problems(error, Agreement):
            if place.partition(".")[0] == key:
                return f"{sentence[:1].upper()}{sentence[1:]}."
    return None
