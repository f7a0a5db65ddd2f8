"""What the couple can choose from without typing. Every line can be said aloud."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.settings.agreement import CheckIn, Talk

WHAT_I_AM = (
    "I am a timer with a voice.",
    "I am not a therapist, I cannot call anyone, and I do not record.",
    "Either of you can start a pause.",
    "Either of you can leave a room or the house at any time.",
)

PLACES = (
    ("the kitchen", "the bedroom"),
    ("the living room", "the bedroom"),
    ("the kitchen", "the living room"),
    ("indoors", "the fresh air"),
)
CHILDREN = ("whoever is nearer",)
RITUALS = ("a long hug, if you both like", "a cup of tea together", "a short walk together", "a while side by side")
EMERGENCY_NUMBERS = ("one one two", "nine one one", "nine nine nine")
REASSURANCE = (
    "I will come back to you",
    "We are on the same side",
    "I love you, and I need a few minutes",
    "We can work this out",
)
CHECK_INS: tuple[tuple[str, CheckIn], ...] = (
    ("Once a week", "weekly"),
    ("Twice a week", "twice_a_week"),
    ("Every day", "daily"),
    ("We leave it open", "none"),
)
TALK: tuple[tuple[str, Talk], ...] = (
    ("Now and then, as planned", "full"),
    ("A little", "some"),
    ("Next to nothing", "almost_none"),
)


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A moment that sets many people off, and what could be said then. ``about``: what it is called."""

    about: str
    when: str
    sayings: tuple[str, ...]


PLANS = (
    PlanOffer(
        "A late reply",
        "a reply comes late",
        ("I am busy now, and will call you later", "I saw it, and will write tonight"),
    ),
    PlanOffer(
        "A canceled plan",
        "a plan is canceled",
        ("Let us find a new day right now", "I am sad about it, and I still want this"),
    ),
    PlanOffer(
        "A change of tone",
        "the tone of voice changes",
        ("I hear a change, let us slow down", "I am tired, it is not about you"),
    ),
)
