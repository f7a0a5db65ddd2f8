from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hearing.speech import demo

from assistant import recognizer_cost
from assistant.hearing.recognizer_process import RecognizerProcess
from assistant.models.whisper_model import embedded_whisper_model
from assistant.recognizer_cost import cost
from assistant.recognizers import Chosen, start


@pytest.fixture(scope="module")
def recognizer() -> Iterator[RecognizerProcess]:
    process = start(Chosen("whisper", embedded_whisper_model(), ""), wait=True, spotted=[])
    process.wait_until_ready(30)
    process.listen_for(["i need a pause"], [])
    yield process
    process.close()


def test_talk_costs_memory_and_time_and_hardly_any_talk_hardly_any_time(recognizer: RecognizerProcess) -> None:
    talk = cost(recognizer, [demo("one-01"), demo("one-05")])
    assert talk is not None
    # 75 MB of weights at least; a machine that needed more time than it takes to talk could not keep up.
    assert 75 < talk.memory_mb < 400
    assert 0.005 < talk.processor_seconds < 1
    recognizer.listen_for([], [])
    unheard = cost(recognizer, [demo("one-01"), demo("one-05")])
    assert unheard is not None
    assert unheard.processor_seconds < talk.processor_seconds / 2


def test_where_the_system_does_not_tell_there_is_no_figure(
    recognizer: RecognizerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognizer_cost, "PROCESSES", tmp_path)
    assert cost(recognizer, [demo("one-05")]) is None
