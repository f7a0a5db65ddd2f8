"""Questions on a terminal, answered with arrow keys or by typing. The only file that knows questionary.

Every question raises `TerminalNeededError` where there is nobody to ask, and KeyboardInterrupt on Ctrl-C or Ctrl-D.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from assistant.commands.telling import show
from assistant.errors import TerminalNeededError

T = TypeVar("T")
Check = Callable[[str], str | None]
"""Gets what was typed; returns a sentence when that is not possible, None when it is."""

MARK, POINTER = "", ">"
ARROWS = "(arrow keys, Enter)"
SPACE = "(space bar marks, Enter goes on)"
# No colors: what is chosen shows in the signs in front, so that it can be read on any terminal.
STYLE = (("question", "bold"), ("answer", "bold"), ("highlighted", "bold"), ("pointer", "bold"), ("selected", ""))


def select(question: str, choices: Sequence[tuple[str, T]], default: T | None = None) -> T:
    """One of the choices, each a label and what it stands for. ``default``: the one the pointer begins at."""
    at = next((at for at, (_, value) in enumerate(choices) if value == default), 0)
    # Choices go by their numbers: questionary compares values by their texts.
    asked = _library().select(
        question,
        choices=[_library().Choice(label, value=number) for number, (label, _) in enumerate(choices)],
        default=at,
        instruction=ARROWS,
        pointer=POINTER,
        **_looks(),
    )
    chosen: int = _answer(asked)
    return choices[chosen][1]


def checkbox(
    question: str,
    choices: Sequence[tuple[str, T]],
    chosen: Collection[T] = (),
    *,
    check: Callable[[Sequence[T]], str | None] = lambda _: None,
) -> list[T]:
    """Any number of the choices. ``chosen``: those that are marked already. ``check``: says why it may not be so."""

    def validate(numbers: Sequence[int]) -> bool | str:
        return check([choices[number][1] for number in numbers]) or True

    asked = _library().checkbox(
        question,
        choices=[
            _library().Choice(label, value=number, checked=value in chosen)
            for number, (label, value) in enumerate(choices)
        ],
        validate=validate,
        instruction=SPACE,
        pointer=POINTER,
        **_looks(),
    )
    numbers: list[int] = _answer(asked)
    return [choices[number][1] for number in numbers]


def text(question: str, *, default: str = "", check: Check = lambda _: None) -> str:
    """A line of text, without the spaces around it. ``default``: shown in brackets; Enter alone takes it.

    What is not possible is told, and asked for again: below the question, where a long sentence is not cut off.
    """
    asked = f"{question} [{default}]" if default else question
    while True:
        answer: str = _answer(_library().text(asked, **_looks()))
        typed = answer.strip() or default
        problem = check(typed)
        if problem is None:
            return typed
        show(problem)


def confirm(sentence: str, *, default: bool) -> bool:
    """Yes or no, by y, n, or Enter for the default."""
    answer: bool = _answer(_library().confirm(sentence, default=default, auto_enter=False, **_looks()))
    return answer


def _looks() -> dict[str, Any]:
    return {"qmark": MARK, "style": _library().Style(list(STYLE))}


def needs_terminal() -> None:
    """Raises `TerminalNeededError` where there is nobody to ask."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise TerminalNeededError(
            "There are questions to answer, and no terminal to ask them on",
            remedy="Run this command in a terminal, without a pipe or a file.",
        )


def _library() -> Any:
    """Questionary, loaded only when somebody is asked."""
    needs_terminal()
    import questionary  # noqa: PLC0415

    return questionary


def _answer(asked: Any) -> Any:
    try:
        return asked.unsafe_ask()
    except EOFError:
        raise KeyboardInterrupt from None
