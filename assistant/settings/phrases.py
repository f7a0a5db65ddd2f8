"""What people may say, and what it means (``config/phrases.en.toml``): words in, `Intent` out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from assistant.messages import Intent
from assistant.settings.agreement import Agreement
from assistant.settings.spoken import NearMiss, Phrase, contains, normalised
from assistant.settings.values import Table, how_many, no_repeats, shown

__all__ = ["COMMON_IN_TALK", "IntentPhrases", "PausePhrases", "Phrases", "normalised", "phrase_problems"]

Some = Annotated[tuple[Phrase, ...], how_many(*range(1, 41)), no_repeats()]
Any = Annotated[tuple[Phrase, ...], how_many(*range(201)), no_repeats()]
NearMisses = Annotated[tuple[NearMiss, ...], how_many(*range(201)), no_repeats()]

SAID_TO_EACH_OTHER = frozenset(
    {
        *("stop", "stop it", "i'm done", "i am done", "i'm leaving", "i am leaving"),
        *("leave me alone", "let go of me"),
    }
)
"""What people say to each other in an argument, and some of it because they are held: it never steers anything."""

COMMON_IN_TALK = (
    *("i need a minute", "i need a moment", "i need a break", "let's take a break", "i need some space"),
    *("let's cool down", "i need to cool down"),
)
"""Said every day, and not for a pause. That is why none of them is recommended."""


class IntentPhrases(Table):
    """One intent's ``phrases``, and its ``near_misses``: what sounds like one of them and is meant otherwise."""

    phrases: Some
    near_misses: NearMisses = ()


class PausePhrases(Table):
    """The phrases that can start a pause; the agreement chooses among ``recommended`` and ``more``.

    ``cancelled_by``: words that show, anywhere in the same utterance, that no pause is wanted.
    ``still_meant_with``: runs of words in which those words do no harm, such as "i said" when somebody insists.
    """

    recommended: Some
    more: Any = ()
    near_misses: NearMisses = ()
    cancelled_by: Any = ()
    still_meant_with: Any = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """All that may be chosen."""
        return self.recommended + self.more


class Phrases(Table):
    """The whole file: a table for each `Intent`."""

    pause: PausePhrases
    undo: IntentPhrases
    ready: IntentPhrases
    not_yet: IntentPhrases
    quiet: IntentPhrases
    talk: IntentPhrases
    set_time: IntentPhrases
    let_go: IntentPhrases
    settled: IntentPhrases
    later_today: IntentPhrases
    tomorrow: IntentPhrases
    yes: IntentPhrases
    no: IntentPhrases
    more_time: IntentPhrases
    time_left: IntentPhrases
    repeat: IntentPhrases
    softer: IntentPhrases
    louder: IntentPhrases
    breathe: IntentPhrases
    question: IntentPhrases
    kind_words: IntentPhrases
    another_way: IntentPhrases
    choices: IntentPhrases
    stop_tones: IntentPhrases
    end: IntentPhrases
    silent_exit: IntentPhrases
    help: IntentPhrases
    no_breath: IntentPhrases
    guide: IntentPhrases
    leave_us: IntentPhrases
    starter: IntentPhrases
    next_turn: IntentPhrases
    rehearse: IntentPhrases
    reflect: IntentPhrases
    agreement: IntentPhrases
    forget: IntentPhrases

    @property
    def never_to_say(self) -> tuple[str, ...]:
        """What would begin, end or erase something, and so must never come out of the loudspeaker."""
        return (*self.pause.phrases, *self.end.phrases, *self.silent_exit.phrases, *self.forget.phrases)

    def of(self, intent: Intent) -> IntentPhrases | PausePhrases:
        """One intent's table."""
        table = getattr(self, intent.value)
        assert isinstance(table, IntentPhrases | PausePhrases)
        return table

    def phrases_for(
        self, intents: Iterable[Intent], agreement: Agreement, *, every_pause_phrase: bool = False
    ) -> dict[str, Intent]:
        """What to listen for: phrase to intent; of the pause phrases those the couple chose, unless all are tried."""
        pause_phrases = self.pause.phrases if every_pause_phrase else agreement.pause_words
        return {
            phrase: intent
            for intent in _in_order(intents)
            for phrase in (pause_phrases if intent is Intent.PAUSE else self.of(intent).phrases)
        }

    def decoys_for(self, intents: Iterable[Intent]) -> tuple[str, ...]:
        """The near misses of these intents, in the file's order, without what one of the intents does mean."""
        wanted = _in_order(intents)
        meant = {phrase for intent in wanted for phrase in self.of(intent).phrases}
        decoys = (near_miss for intent in wanted for near_miss in self.of(intent).near_misses)
        return tuple(dict.fromkeys(decoy for decoy in decoys if decoy not in meant))

    def intent_of(self, phrase: str) -> Intent | None:
        """What these words mean, spelled in any way; None when they mean nothing to us."""
        wanted = normalised(phrase)
        return next((intent for intent in Intent if wanted in self.of(intent).phrases), None)

    def pause_is_cancelled_by(self, words: str) -> bool:
        """Whether these words, said before, after or instead of a pause phrase, show that no pause is wanted."""
        rest = f" {normalised(words)} "
        for run in self.pause.still_meant_with:
            rest = rest.replace(f" {run} ", " ")
        return any(contains(rest.strip(), word) for word in self.pause.cancelled_by)


def _in_order(intents: Iterable[Intent]) -> list[Intent]:
    wanted = set(intents)
    return [intent for intent in Intent if intent in wanted]


def phrase_problems(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """What is wrong between the tables, as (key, sentence).

    A phrase has one meaning in the whole file, so that any set of intents can be listened for together.
    """
    meaning: dict[str, str] = {}
    for intent in Intent:
        for phrase in phrases.of(intent).phrases:
            if phrase in meaning:
                yield intent.value, f"{shown(phrase)} already means {meaning[phrase]}; a phrase can mean one thing only"
            if phrase in SAID_TO_EACH_OTHER:
                yield intent.value, f"{shown(phrase)} is said in arguments, so it may not mean anything; take it out"
            meaning.setdefault(phrase, intent.value)
    for intent in Intent:
        table = phrases.of(intent)
        for near_miss in table.near_misses:
            if near_miss in table.phrases:
                yield intent.value, f"{shown(near_miss)} is a phrase and a near miss at once; keep one of them"
    for word in phrases.pause.cancelled_by:
        silenced = next((phrase for phrase in phrases.pause.phrases if contains(phrase, word)), None)
        if silenced:
            yield "pause.cancelled_by", f"{shown(word)} stands in {shown(silenced)}, which nobody could say any more"
