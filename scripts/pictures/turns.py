"""The answers of `assistant.dialogue.turns` as tables to read."""

from __future__ import annotations

from assistant.dialogue.flow import State
from assistant.dialogue.turns import ON_INTENT, ON_PRESS, ON_TIMEOUT, Turn
from assistant.messages import Intent, Press
from assistant.settings.phrases import Phrases
from assistant.settings.spoken import spelled

HEAD = """# What Breather does, in every state

Drawn from `turns.py` by `scripts/draw turns`; do not change it here. Whatever a table does not have is let pass without
a word, and the time goes on. A pause that was only half heard is asked about wherever one can be called. A touch of the
button stops the voice at once, in every state; what was meant by it comes when the finger shows it.
"""
_PRESSES = (Press.SHORT, Press.DOUBLE, Press.HOLD)


def document(phrases: Phrases) -> str:
    """All three tables as Markdown. ``phrases``: for an example of what is said."""
    return "\n".join([HEAD, *_button(), *_said(phrases), *_timeouts()])


def _button() -> list[str]:
    rows = ["## The button", "", "| state | short press | double press | held for 3 s |", "|---|---|---|---|"]
    for state in State:
        answers = (_text(ON_PRESS[state].get(press)) for press in _PRESSES)
        rows.append(f"| {state.value} | {' | '.join(answers)} |")
    return [*rows, ""]


def _said(phrases: Phrases) -> list[str]:
    rows = ["## What is said", "", "| said, for example | what Breather does | in these states |", "|---|---|---|"]
    for intent in Intent:
        turns = dict.fromkeys(ON_INTENT[state][intent] for state in State if intent in ON_INTENT[state])
        for turn in turns:
            states = [state.value for state in State if ON_INTENT[state].get(intent) is turn]
            rows.append(f'| "{spelled(phrases.of(intent).phrases[0])}" | {turn.value} | {", ".join(states)} |')
    return [*rows, ""]


def _timeouts() -> list[str]:
    rows = ["## When nobody says or presses anything", "", "| state | leads by itself to |", "|---|---|"]
    rows += [f"| {state.value} | {comes.value if comes else 'stays'} |" for state, comes in ON_TIMEOUT.items()]
    return [*rows, ""]


def _text(turn: Turn | None) -> str:
    return turn.value if turn else ""
