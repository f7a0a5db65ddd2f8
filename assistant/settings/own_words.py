"""Pause phrases that a couple made up (``own_pause_words`` in ``agreement.toml``): may they be, and who knows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.messages import Intent
from assistant.settings.agreement import Agreement
from assistant.settings.phrases import SAID_TO_EACH_OTHER, Phrases
from assistant.settings.spoken import contains
from assistant.settings.values import shown


def own_word_problems(own: Sequence[str], phrases: Phrases) -> Iterator[tuple[str, str]]:
    """What is wrong with them beside the phrases as they are shipped, as (key, sentence). ``own``: normalised."""
    for number, phrase in enumerate(own, start=1):
        sentence = own_word_problem(phrase, phrases)
        if sentence:
            yield f"own_pause_words.{number}", sentence


def own_word_problem(phrase: str, phrases: Phrases) -> str | None:
    """Why this phrase cannot start a pause, None when it can."""
    meaning = phrases.intent_of(phrase)
    said = next((said for said in SAID_TO_EACH_OTHER if contains(phrase, said)), None)
    if said:
        return f"{shown(said)} is said in arguments, so it may not mean anything; choose other words"
    if meaning is Intent.PAUSE:
        return f"{shown(phrase)} is a pause phrase already; take it out here, and choose it in pause_words"
    if meaning is not None:
        return f"{shown(phrase)} already means {meaning.value}; a phrase can mean one thing only"
    if any(phrase in phrases.of(intent).near_misses for intent in Intent):
        return f"{shown(phrase)} is known as something that people say and mean otherwise; choose other words"
    word = next((word for word in phrases.pause.cancelled_by if contains(phrase, word)), None)
    if word:
        return f"{shown(phrase)} has {shown(word)} in it, which shows that no pause is wanted; leave that out"
    return None


def with_own_words(phrases: Phrases, agreement: Agreement) -> Phrases:
    """The phrases with the couple's own among those that can be chosen."""
    own = tuple(phrase for phrase in agreement.own_pause_words if phrase not in phrases.pause.phrases)
    if not own:
        return phrases
    pause = phrases.pause.model_copy(update={"more": phrases.pause.more + own})
    return phrases.model_copy(update={"pause": pause})
