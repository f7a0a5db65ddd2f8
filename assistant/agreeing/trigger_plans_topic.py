"""What they will say when something sets one of them off."""

from __future__ import annotations

from assistant.agreeing.asker import Asker, Draft
from assistant.settings.agreement import TriggerPlan

MOST = 8
OTHER = "\0other"  # nobody can type this


def ask_trigger_plans(ask: Asker, draft: Draft) -> None:
    """The moments that many people know, those they have plans for already, and others of their own."""
    plans = {plan.when: plan.say for plan in draft.now("trigger_plans")}
    ask.tell("Some moments set one of you off. You can agree now on what to say then.")
    offered = {offer.when: offer.say for offer in draft.rules.choices.trigger_plans}
    for when in dict.fromkeys((*offered, *plans)):
        saying = _saying(ask, draft, when, offered.get(when, ""), plans.get(when, ""))
        plans.pop(when, None)
        if saying:
            plans[when] = saying
    while len(plans) < MOST and ask.confirm("Another moment, of your own?", default=False):
        when = ask.text("When …", check=lambda typed: _problem(draft, _moment(typed), "yes"))
        saying = ask.text("… we say:", check=lambda typed: _problem(draft, "it rains", typed))
        plans[_moment(when)] = saying
    draft.put("trigger_plans", tuple(TriggerPlan(when=when, say=say) for when, say in list(plans.items())[:MOST]))


def _saying(ask: Asker, draft: Draft, when: str, offered: str, today: str) -> str:
    texts = dict.fromkeys(text for text in (today, offered) if text)
    saying = ask.select(
        f"When {when}, what do you say?",
        [*((text, text) for text in texts), ("Something else …", OTHER), ("Leave this one out", "")],
        today,
    )
    if saying == OTHER:
        saying = ask.text("We say:", check=lambda typed: _problem(draft, when, typed))
    return saying


def _problem(draft: Draft, when: str, say: str) -> str | None:
    return draft.problem("trigger_plans", [{"when": when, "say": say}])


def _moment(typed: str) -> str:
    """Without the "when" that the question has said already."""
    return typed[5:].strip() if typed[:5].lower() == "when " else typed
