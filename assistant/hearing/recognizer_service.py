"""The child's end of `assistant.hearing.recognizer_process`: answers what the program asks of its recogniser."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection

import numpy as np

from assistant.errors import BreatherError
from assistant.hearing.notices import Noticing
from assistant.ports import Hypothesis, Recognizer


def serve(build: Callable[[], Recognizer], requests_fd: int, answers_fd: int) -> None:
    """Build the recogniser, then answer requests until the program closes the pipe."""
    # Ctrl-C in a terminal reaches every process; the program decides, and we end when it closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = Connection(requests_fd, writable=False)
    answers = Connection(answers_fd, readable=False)
    with contextlib.suppress(EOFError, OSError):
        try:
            recognizer = build()
            answers.send(("ready", 0, None))
            while True:
                serial, request, arguments = requests.recv()
                heard = list(_done(recognizer, request, arguments))
                if isinstance(recognizer, Noticing):
                    for notice in recognizer.notices():
                        answers.send(("notice", 0, notice.name))
                answers.send(("heard", serial, heard))
        except BreatherError as error:
            where = None if error.where is None else str(error.where)
            answers.send(("error", 0, (type(error).__name__, error.what, where, error.remedy)))


def _done(recognizer: Recognizer, request: str, arguments: tuple[object, ...]) -> Sequence[Hypothesis]:
    match request, arguments:
        case "accept", (bytes() as sound,):
            return recognizer.accept(np.frombuffer(sound, np.int16))
        case "listen_for", (list() as phrases, list() as decoys):
            recognizer.listen_for(phrases, decoys)
            return ()
        case "lull", ():
            return recognizer.lull()
        case "finish", ():
            return recognizer.finish()
        case "reset", ():
            recognizer.reset()
            return ()
        case "ping", ():
            return ()
    raise ValueError(request)
