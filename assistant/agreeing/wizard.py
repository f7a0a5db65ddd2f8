"""The couple makes its agreement: question by question, read back, and a yes from each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.agreeing.asker import Asker, Draft, Rules
from assistant.agreeing.differences import LABELS
from assistant.agreeing.offers import WHAT_I_AM
from assistant.agreeing.read_back import as_lines, read_back
from assistant.agreeing.topics import TOPICS
from assistant.errors import ConfigError
from assistant.settings.agreement import Agreement

Topic = Callable[[Asker, Draft], None]
ReadAloud = Callable[[Sequence[str]], None]

ANOTHER_DAY = "Then another day is better. Nothing was changed."
UNCHANGED = "Nothing was changed."


def is_calm(ask: Asker) -> bool:
    """Whether now is the time; what Breather is, and is not, is said when it is."""
    if not ask.confirm("Is this a calm time for both of you?", default=True):
        ask.tell(ANOTHER_DAY)
        return False
    ask.tell(*WHAT_I_AM)
    return True


def make_agreement(
    ask: Asker, today: Agreement, rules: Rules, *, agreed_before: bool, read_aloud: ReadAloud
) -> Agreement | None:
    """The agreement that both said yes to; None when they did not, or it is not a calm time.

    ``agreed_before``: they know the questions already, and can choose some of them.
    """
    if not is_calm(ask):
        return None
    draft = Draft(today, rules, agreed_before=agreed_before)
    topics: Sequence[Topic] = [topic for _, topic in TOPICS]
    if agreed_before and ask.select(
        "What would you like to do?", [("Go through all of it", False), ("Change a few things", True)]
    ):
        topics = _chosen_topics(ask)
    while True:
        for topic in topics:
            topic(ask, draft)
        try:
            agreement = draft.agreement()
        except ConfigError as error:
            ask.tell("These do not go together yet:", *(_labelled(problem) for problem in error.problems))
        else:
            if both_say_yes(ask, agreement, rules, read_aloud=read_aloud):
                return agreement
        if not ask.select("What now?", [("Change something", True), ("Leave it as it was", False)]):
            ask.tell(UNCHANGED)
            return None
        topics = _chosen_topics(ask)


def _labelled(problem: str) -> str:
    """A problem with what it is about in words, instead of a key such as ``places.2``."""
    key, _, sentence = problem.partition(": ")
    return f"  {LABELS.get(key.partition('.')[0], key)}: {sentence}"


def _chosen_topics(ask: Asker) -> list[Topic]:
    return ask.checkbox(
        "What would you like to change?",
        TOPICS,
        check=lambda chosen: None if chosen else "Please mark at least one, with the space bar.",
    )


def both_say_yes(ask: Asker, agreement: Agreement, rules: Rules, *, read_aloud: ReadAloud) -> bool:
    """Read it back, and ask each by name. Both are asked, whatever the first says."""
    sentences = read_back(agreement, rules.script, themes=rules.reflection.themes)
    ask.tell("", *as_lines(sentences), "")
    read_aloud(sentences)
    answers = [ask.confirm(f"{name}, is that right for you?", default=False) for name in agreement.names]
    return all(answers)
