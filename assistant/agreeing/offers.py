"""What the wizard says of itself, and what it offers that is not in ``[choices]`` of ``calm.en.toml``."""

from __future__ import annotations

from assistant.settings.agreement import CheckIn, Talk

WHAT_I_AM = (
    "I am a timer with a voice.",
    "I am not a therapist, I cannot call anyone, and I do not record.",
    "Either of you can start a pause.",
    "Either of you can leave a room or the house at any time.",
)

EMERGENCY_NUMBERS = ("one one two", "nine one one", "nine nine nine")
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
