"""Hours in one go: household sound and talk, with pauses called in between. `scripts/bench soak`.

The room is simulated, so hours pass in minutes; the loop, the dialogue, the recogniser and its process are the real
ones. What is looked for: memory, threads or open files that grow, time that is not kept, pauses that nobody called.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.agreeing.versions import agree_on
from assistant.app import Parts
from benchmarks import household_sound, soak_live
from benchmarks.figures import Figure, Row, Say, Subject
from benchmarks.process_size import Size
from benchmarks.soak_room import Home, Pause, Soaked, soaked
from benchmarks.standard import parts, standard_places

MEMORY = Figure("memory, last half hour against the half hour after the first hour", "%", 1, 2)
THREADS = Figure("threads more than after the first hour", "threads", 0, 0)
FILES = Figure("open files more than after the first hour", "files", 0, 0)
MISSED = Figure("pauses called and not begun", "pauses", 0, 0)
FALSE = Figure("pauses begun that nobody called", "pauses", 0, 0)
QUESTIONS = Figure('"did you say pause?" asked for nothing', "times", 0)
TIMERS = Figure("the ten minutes of each pause, largest deviation", "ms", 0, 30)
FINISHED = Figure("pauses that came to their end", "%", 0, None, 100)
NOTICES = Figure("things that went wrong and were said", "times", 0, 0)
SPEED = Figure("hours in which this was measured", "hours", 1)
FIGURES = (SPEED, MEMORY, THREADS, FILES, MISSED, FINISHED, TIMERS, FALSE, QUESTIONS, NOTICES)

FIRST_SECONDS, STRETCH_SECONDS = 3600.0, 1800.0
PAUSE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Options:
    """``hours``: how long. ``speech``: a folder of recordings, None for sounds made here. ``real_time_hours``: so long
    through real sound devices, in real time, instead.
    """

    hours: float = 8.0
    speech: Path | None = None
    real_time_hours: float | None = None


def subject(options: Options) -> Subject:
    """The figures, for `scripts/bench`."""
    if options.real_time_hours is not None:
        return soak_live.subject(options.real_time_hours, household_sound.folder_of(options.speech))
    return Subject(FIGURES, lambda say: rows(options, say))


def rows(options: Options, say: Say) -> Iterator[Row]:
    """Measure. Raises FileNotFoundError when the folder has no recording."""
    folder = household_sound.folder_of(options.speech)
    with standard_places() as where:
        say(f"{options.hours:g} hours of household sound and talk ({folder or 'made here'})")
        ready = _counting(parts(where))
        found = soaked(Home(ready, household_sound.endless(folder), hours=options.hours, tell=say), ready)
    yield SPEED.measured(found.seconds / 3600, f"in {found.took / 60:.0f} minutes; {_sound(found, folder)}")
    yield from growth(found.sizes, found.seconds)
    yield from pauses(found)
    yield NOTICES.measured(len(found.notices), "; ".join(sorted(set(found.notices))))


def _counting(ready: Parts) -> Parts:
    """Both have said yes to counting pauses, so that the history is written too."""
    agreement = ready.settings.agreement.model_copy(update={"history": True})
    agree_on(ready.places.own, agreement, today=datetime.now(UTC).date())
    return replace(ready, settings=replace(ready.settings, agreement=agreement))


def _sound(found: Soaked, folder: Path | None) -> str:
    kind = "recordings" if folder else "the demo's argument and sounds made here"
    return f"{found.sound_seconds / 3600:.1f} hours of it {kind}"


def growth(sizes: list[tuple[float, Size]], seconds: float) -> Iterator[Row]:
    """Memory, threads and open files; of less than two hours there is nothing to say."""
    early = [size for at, size in sizes if FIRST_SECONDS <= at < FIRST_SECONDS + STRETCH_SECONDS]
    late = [size for at, size in sizes if at >= max(seconds - STRETCH_SECONDS, FIRST_SECONDS + STRETCH_SECONDS)]
    if not early or not late:
        yield from (Row(figure, None, "needs more than two hours") for figure in (MEMORY, THREADS, FILES))
        return
    before, after = (statistics.median(size.megabytes for size in some) for some in (early, late))
    largest = max(size.megabytes for _, size in sizes)
    yield MEMORY.measured(
        100 * (after / before - 1), f"{before:.1f} MB, then {after:.1f} MB; at most {largest:.1f} MB; all processes"
    )
    for figure, kind in ((THREADS, "threads"), (FILES, "files")):
        first, last = (int(statistics.median(getattr(size, kind) for size in some)) for some in (early, late))
        yield figure.measured(last - first, f"{first}, then {last}")


def pauses(found: Soaked) -> Iterator[Row]:
    """What became of the pauses, called or not."""
    called: list[Pause] = [pause for pause in found.pauses if pause.called]
    false = [pause for pause in found.pauses if not pause.called]
    yield MISSED.measured(found.calls - len(called), f"of {found.calls}; {found.said_again} had to be said again")
    if called:
        ended = sum(pause.finished for pause in called)
        yield FINISHED.measured(100 * ended / len(called), f"{ended} of {len(called)}")
    else:
        yield Row(FINISHED, None, "none was called")
    kept = [pause.returned - pause.began - PAUSE_SECONDS for pause in found.pauses if pause.returned is not None]
    if kept:
        yield TIMERS.measured(round(1000 * max(map(abs, kept)), 3), f"{len(kept)} pauses, first note to the last three")
    else:
        yield Row(TIMERS, None, "no pause was kept to its end")
    yield FALSE.measured(len(false), ", ".join(f"at {pause.began / 3600:.2f} h" for pause in false))
    yield QUESTIONS.measured(found.questions)
