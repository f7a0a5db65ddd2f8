"""How much of what was said was lost, and how often that is told."""

from __future__ import annotations

from assistant.hearing.backlog import Held
from assistant.hearing.losses import TELL_EVERY_SECONDS, Losses
from assistant.hearing.notices import SoundLost


def blocks(count: int) -> list[Held]:
    return [Held("accept", (bytes(960),), 1)] * count


def told(lost: SoundLost | None) -> str:
    return "" if lost is None else lost.value


def test_a_loss_is_told_when_it_is_over_and_one_that_goes_on_after_a_minute() -> None:
    lost = Losses()
    assert lost.to_tell(0.0, over=True) is None, "nothing was lost"
    lost.add([*blocks(100), Held("finish", (), 1)])
    assert lost.pieces == 100
    assert lost.to_tell(10.0, over=False) is None
    assert told(lost.to_tell(12.0, over=True)).startswith("About 3 seconds of sound could not be heard")
    assert lost.to_tell(200.0, over=True) is None, "it is told once"
    lost.add(blocks(1000))
    assert lost.to_tell(200.0, over=False) is None
    assert told(lost.to_tell(200.0 + TELL_EVERY_SECONDS, over=False)).startswith("About 30 seconds")


def test_losses_are_told_once_a_minute_at_most() -> None:
    lost = Losses()
    sentences = []
    for second in range(600):
        lost.add(blocks(10))
        sentences += [told(lost.to_tell(float(second), over=second % 3 == 0))]
    spoken = [sentence for sentence in sentences if sentence]
    assert len(spoken) == 10
    assert spoken[0].startswith("Less than a second")
    assert spoken[1].startswith("About 18 seconds")
