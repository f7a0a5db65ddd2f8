from __future__ import annotations

from assistant.dialogue.timeline import laid_out
from assistant.settings.script import Step


def _step(anchor: str, at: float, say: str) -> Step:
    return Step.model_validate({"from": anchor, "at": at, "say": say})


def test_anchors_count_from_start_half_and_end() -> None:
    steps = [_step("end", -120, "c"), _step("start", 5, "a"), _step("half", 12, "b"), _step("end", 0, "d")]
    assert [(moment.second, moment.step.say) for moment in laid_out(steps, 10)] == [
        (5, "a"),
        (312, "b"),
        (480, "c"),
        (600, "d"),
    ]
    assert [moment.second for moment in laid_out(steps, 20)] == [5, 612, 1080, 1200]


def test_steps_of_one_second_keep_their_order() -> None:
    steps = [_step("start", 60, say) for say in "zyx"]
    assert [moment.step.say for moment in laid_out(steps, 10)] == ["z", "y", "x"]
