"""What differs between two agreements, for people who have changed the file by hand."""

from __future__ import annotations

from assistant.settings.agreement import Agreement, TriggerPlan
from assistant.settings.spoken import spelled

LABELS = {
    "names": "Your names",
    "minutes": "Minutes of a pause",
    "pause_words": "Words that start a pause",
    "own_pause_words": "Words of your own",
    "places": "Places",
    "ritual": "Your own way back",
    "quiet": "Quiet pauses",
    "themes": "What questions are about",
    "breathing": "Breathing tones",
    "emergency_number": "A number for help",
    "children": "Near the children",
    "talk": "How much is said",
    "reassurance": "A line from each of you",
    "trigger_plans": "What you say in hard moments",
    "check_in": "Sitting down together",
    "history": "Looking back",
}


def differences(before: Agreement, after: Agreement) -> tuple[str, ...]:
    """A line for each key that differs: ``Minutes of a pause: 10, from now on 15``."""
    changed = (key for key in Agreement.model_fields if getattr(before, key) != getattr(after, key))
    return tuple(f"{LABELS[key]}: {_shown(key, before)}, from now on {_shown(key, after)}" for key in changed)


def _shown(key: str, agreement: Agreement) -> str:
    value = getattr(agreement, key)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(_entry(key, entry) for entry in value) or "none"
    return str(value).replace("_", " ") or "none"


def _entry(key: str, entry: str | TriggerPlan) -> str:
    if isinstance(entry, TriggerPlan):
        return f"when {entry.when}: {entry.say}"
    return spelled(entry) if key in {"pause_words", "own_pause_words"} else entry
