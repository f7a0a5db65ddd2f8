"""Which words start a pause: two to four are chosen, and each is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.agreeing.asker import Asker, Draft, as_before
from assistant.agreeing.phrase_risk import risk_of
from assistant.settings.own_words import own_word_problem
from assistant.settings.spoken import normalised, spelled

FEWEST, MOST = 2, 4
OWN = "\0own"  # no phrase


def ask_pause_words(ask: Asker, draft: Draft) -> None:
    """Choose them; a phrase that may be heard badly, or by mistake, is talked about first."""
    today: tuple[str, ...] = draft.now("pause_words")
    own = list(draft.now("own_pause_words"))
    chosen = list(today if draft.agreed_before else today[:MOST])
    while True:
        chosen, own = _chosen(ask, draft, chosen, own, today)
        chosen = _looked_at(ask, draft, chosen, today)
        own = list(as_before([phrase for phrase in own if phrase in chosen], draft.now("own_pause_words")))
        problem = _how_many(chosen, today)
        if problem is None:
            draft.put("own_pause_words", tuple(own))
            draft.put("pause_words", as_before(chosen, today))
            return
        ask.tell(problem)


def _how_many(chosen: Sequence[str], today: Sequence[str]) -> str | None:
    if FEWEST <= len(chosen) <= MOST or set(chosen) == set(today):
        return None
    return f"Please choose {FEWEST} to {MOST}. With a few, you both know them by heart."


def _chosen(
    ask: Asker, draft: Draft, chosen: Sequence[str], own: Sequence[str], today: Sequence[str]
) -> tuple[list[str], list[str]]:
    """What is marked, and the couple's own words, with those that it types now."""
    phrases = draft.rules.phrases.pause.phrases
    offered = list(dict.fromkeys((*phrases, *own)))

    def check(marked: Sequence[str]) -> str | None:
        # With words of their own still to come, only too many are too many.
        return None if OWN in marked and len(marked) <= MOST + 1 else _how_many(marked, today)

    marked = ask.checkbox(
        "Which words start a pause? Two to four.",
        [*((spelled(phrase), phrase) for phrase in offered), ("Words of our own …", OWN)],
        chosen,
        check=check,
    )
    kept, typed = [phrase for phrase in marked if phrase != OWN], list(own)
    if OWN in marked:
        for phrase in _typed(ask, draft, typed):
            typed.append(phrase)
            kept.append(phrase)
    return list(dict.fromkeys(kept)), typed


def _typed(ask: Asker, draft: Draft, own: Sequence[str]) -> list[str]:
    """Words of their own, until they have no more; none when nothing is typed."""

    def check(typed: str) -> str | None:
        phrase = normalised(typed)
        if not typed or phrase in draft.rules.phrases.pause.phrases:
            return None
        problem = draft.problem("own_pause_words", [typed])
        if problem is None and (why := own_word_problem(phrase, draft.rules.phrases)):
            problem = f"{why[:1].upper()}{why[1:]}."
        return problem

    typed: list[str] = []
    while len(own) + len(typed) < MOST:
        phrase = normalised(ask.text("Your own words, two to eight (Enter alone: no more):", check=check))
        if not phrase:
            break
        if phrase not in typed:
            typed.append(phrase)
    return typed


def _looked_at(ask: Asker, draft: Draft, chosen: Sequence[str], today: Sequence[str]) -> list[str]:
    """What stays of the chosen phrases when every doubt has been talked about."""
    names = tuple(normalised(name) for name in draft.names)
    kept: list[str] = []
    for phrase in chosen:
        risk = risk_of(phrase, phrases=draft.rules.phrases, names=names, chosen=chosen, hears=draft.rules.hears)
        if not risk.reasons or (risk.possible and phrase in today):
            kept.append(phrase)
            continue
        ask.tell(f'About "{spelled(phrase)}":', *risk.reasons)
        answers = [("Keep it", phrase)] if risk.possible else []
        if risk.better is not None and risk.better not in kept:
            answers = [(f'Take "{spelled(risk.better)}" instead', risk.better), *answers]
        taken = ask.select("What would you like?", [*answers, ("Leave it out", "")])
        if taken and taken not in kept:
            kept.append(taken)
    return kept
