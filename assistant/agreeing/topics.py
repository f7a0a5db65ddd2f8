"""What an agreement is about, question by question. Today's value is always what Enter keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.agreeing import offers
from assistant.agreeing.asker import Asker, Draft, as_before
from assistant.agreeing.pause_words_topic import ask_pause_words
from assistant.agreeing.trigger_plans_topic import ask_trigger_plans
from assistant.settings.spoken import normalised

OTHER = "\0other"  # nobody can type this


def ask_names(ask: Asker, draft: Draft) -> None:
    """Two names that differ; why others are not possible is said, and asked again."""
    first = ask.text("What shall I call the first of you?", default=draft.names[0], check=_possible(draft, 0))
    draft.put("names", (first, draft.names[1]))

    def check(name: str) -> str | None:
        if normalised(name) == normalised(first):
            return "You both have this name. Add a letter or a nickname, so that I can ask you in turn."
        return _possible(draft, 1)(name)

    default = draft.names[1] if check(draft.names[1]) is None else ""
    draft.put("names", (first, ask.text("What shall I call the second of you?", default=default, check=check)))


def _possible(draft: Draft, at: int) -> Callable[[str], str | None]:
    # Beside a name that nobody has, so that only this one is judged.
    return lambda name: draft.problem("names", ("Q" * 17, name) if at else (name, "Q" * 17))


def ask_minutes(ask: Asker, draft: Draft) -> None:
    """How long a pause lasts."""
    lengths = sorted(draft.rules.script.minutes_in_words.items())
    choices = [(in_words.whole.capitalize(), minutes) for minutes, in_words in lengths]
    draft.put("minutes", ask.select("How long is a pause?", choices, draft.now("minutes")))


def ask_places(ask: Asker, draft: Draft) -> None:
    """Two places to go to, or none."""
    today: tuple[str, ...] = tuple(draft.now("places"))
    pairs = dict.fromkeys((*((today,) if today else ()), *draft.rules.choices.places))
    choices: list[tuple[str, tuple[str, ...]]] = [
        *((f"{one[:1].upper()}{one[1:]} and {two}", (one, two)) for one, two in pairs),
        ("Two other places …", (OTHER,)),
        ("We leave it open", ()),
    ]
    places = ask.select("Where do you each go in a pause?", choices, today)
    if places == (OTHER,):
        one = ask.text("One place, as you say it:", check=lambda place: draft.problem("places", [place, "q"]))
        two = ask.text("The other place:", check=lambda place: draft.problem("places", [one, place]))
        places = (one, two)
    draft.put("places", places)


def ask_children(ask: Asker, draft: Draft) -> None:
    """Who is near the children in a pause."""
    choices = [*draft.names, *draft.rules.choices.children]
    none = "No children, or we leave it open"
    _one_of(ask, draft, "children", "Who is near the children in a pause?", offered=choices, none=none)


def ask_ritual(ask: Asker, draft: Draft) -> None:
    """How they come close again."""
    question, offered = "How do you come close again afterwards?", draft.rules.choices.ritual
    _one_of(ask, draft, "ritual", question, offered=offered, none="We leave it open")


def ask_emergency_number(ask: Asker, draft: Draft) -> None:
    """Whom Breather names when somebody asks for help."""
    question = 'When one of you says "I need help", which number shall I name?'
    none = '"Your local emergency number"'
    _one_of(ask, draft, "emergency_number", question, offered=offers.EMERGENCY_NUMBERS, none=none)


def _one_of(ask: Asker, draft: Draft, key: str, question: str, *, offered: Sequence[str], none: str) -> None:
    """A short text: today's, one that is offered, their own, or none."""
    today: str = draft.now(key)
    texts = dict.fromkeys((*([today] if today else []), *offered))
    choices = [
        *((f"{text[:1].upper()}{text[1:]}", text) for text in texts),
        ("Something else …", OTHER),
        (none, ""),
    ]
    value = ask.select(question, choices, today)
    if value == OTHER:
        value = ask.text("In a few words, as you say it:", check=lambda typed: draft.problem(key, typed))
    draft.put(key, value)


def ask_check_in(ask: Asker, draft: Draft) -> None:
    """How often they sit down together."""
    question = "How often do you sit down together on a calm day?"
    draft.put("check_in", ask.select(question, offers.CHECK_INS, draft.now("check_in")))


def ask_talk(ask: Asker, draft: Draft) -> None:
    """How much Breather says."""
    draft.put("talk", ask.select("How much shall I say in a pause?", offers.TALK, draft.now("talk")))


def ask_quiet(ask: Asker, draft: Draft) -> None:
    """Only chimes and light."""
    draft.put(
        "quiet",
        ask.confirm(
            "Shall each pause be quiet, with chimes and light only after the first words?", default=draft.now("quiet")
        ),
    )


def ask_reassurance(ask: Asker, draft: Draft) -> None:
    """A line from each, or none from both."""
    lines: list[str] = []
    today: tuple[str, ...] = draft.now("reassurance")
    for at, name in enumerate(draft.names):
        own = today[at] if today else ""
        texts = dict.fromkeys((*([own] if own else []), *draft.rules.choices.reassurance))
        line = ask.select(
            f"{name}, a line from you when you both go apart?",
            [*((text, text) for text in texts), ("My own …", OTHER), ("No line", "")],
            own,
        )
        if line == OTHER:
            line = ask.text("Your line:", check=lambda typed: draft.problem("reassurance", [typed, typed]))
        lines.append(line)
    if any(lines) and not all(lines):
        ask.tell("It takes a line from both of you, so I leave this out for now.")
    draft.put("reassurance", tuple(lines) if all(lines) else ())


def ask_themes(ask: Asker, draft: Draft) -> None:
    """Whose questions come first."""
    choices = [(name, theme) for theme, name in draft.rules.reflection.themes.items()]
    question = "What are the questions in a pause about?"
    today: tuple[str, ...] = draft.now("themes")
    draft.put("themes", as_before(ask.checkbox(question, choices, today), today))


def ask_history(ask: Asker, draft: Draft) -> None:
    """Each is asked; only whether both want it is known afterwards."""
    ask.tell(
        "I can count your pauses, so that you can look back together.",
        "The week and the day, morning or evening, how long, how it ended. Not who, and not a word.",
        "I count only when you both want that.",
    )
    answers = [ask.confirm(f"{name}, shall I count?", default=draft.now("history")) for name in draft.names]
    draft.put("history", all(answers))


TOPICS: tuple[tuple[str, Callable[[Asker, Draft], None]], ...] = (
    ("Your names", ask_names),
    ("The words that start a pause", ask_pause_words),
    ("How long a pause is", ask_minutes),
    ("Where you go", ask_places),
    ("The children", ask_children),
    ("Your own way back", ask_ritual),
    ("Sitting down together", ask_check_in),
    ("When something sets one of you off", ask_trigger_plans),
    ("How much I say", ask_talk),
    ("Quiet pauses", ask_quiet),
    ("A line from each of you", ask_reassurance),
    ("What questions are about", ask_themes),
    ("Looking back", ask_history),
    ("A number for help", ask_emergency_number),
)
