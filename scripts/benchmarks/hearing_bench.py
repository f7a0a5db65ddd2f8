"""How well it hears: every pause, and nothing else. The rows of `scripts/bench hearing`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.messages import Intent
from assistant.models.whisper_model import embedded_whisper_model
from assistant.recognizer_cost import cost
from assistant.recognizers import Chosen, start
from assistant.settings.loader import Settings, load_settings
from assistant.sound import HEARING_RATE_HZ, AudioClip
from benchmarks import hearing_plot, recordings, talkers
from benchmarks.conditions import CONDITIONS
from benchmarks.figures import Figure, Row, Say, Subject
from benchmarks.hearing_designs import Design, ours
from benchmarks.hearing_material import Material, quiet_room, with_time_to_answer
from benchmarks.hearing_rivals import DESIGNS, cost_with_vosk, talk_cost_of_vosk
from benchmarks.hearing_trial import (
    Heard,
    Share,
    Silence,
    Trial,
    acted,
    acted_or_asked,
    heard,
    memory_mb,
    nobody_calls,
    tried,
)

CONFIG = Path(__file__).parents[2] / "config"
GOALS = {
    **dict.fromkeys(("clean", "quiet", "shouted", "embedded", "RT60 0.3 s", "RT60 0.6 s"), 97),
    **dict.fromkeys(("babble 10 dB", "pink 5 dB", "brown 5 dB"), 90),
    **dict.fromkeys(("babble 5 dB", "far"), 80),
}
PAUSES = {name: Figure(f"pause phrases acted on, {name}", "%", 1, at_least=GOALS.get(name)) for name in CONDITIONS}
EVERYWHERE = Figure("pause phrases acted on, all of these", "%", 1)
NEAR_MISSES = Figure("false pauses in nonstop near misses and talk", "an hour", 1, 10)
RECORDED = Figure("false pauses in a folder of recordings", "pauses", 0, 0)
UNTAUGHT = Figure("of these, in recordings the spotter was not taught with", "pauses", 0, 0)
CONTROL = {
    "clean": Figure("words of a pause, clean", "%", 1, at_least=95),
    "RT60 0.3 s": Figure("words of a pause, RT60 0.3 s", "%", 1, at_least=85),
}
LATENCY = tuple(
    Figure(f"end of the phrase to the decision, computing time added, p{part}", "ms", 0, goal)
    for part, goal in ((50, None), (95, 500))
)
IN_SILENCE = Figure("processor seconds per second of a quiet room", "s", 3, 0.02)
IN_PHRASES = Figure("processor seconds per second, a phrase every five seconds", "s", 3)
IN_TALK = Figure("processor seconds per second of nonstop talk", "s", 3, 0.10)
MEMORY = Figure("resident memory of the recogniser's process, after talk", "MB", 0, 250)
FIGURES = (
    *PAUSES.values(),
    EVERYWHERE,
    NEAR_MISSES,
    RECORDED,
    UNTAUGHT,
    *CONTROL.values(),
    *LATENCY,
    IN_SILENCE,
    IN_PHRASES,
    IN_TALK,
    MEMORY,
)
CONTROL_SCENES = 3  # for one of a pause phrase: there are more words
TALK_SECONDS = 120.0
BESIDE = "Beside what else could be used, on half of these scenes and conversations:"
ALT = "Pause phrases acted on against false pauses an hour of hostile talk, one curve for each design."
SHOWN = "scripts/pictures/hearing.svg"
KOREAN_MODEL = "(a Korean model, for the cost)"
RIVALS_SHOW = ("clean", "babble 10 dB", "pink 5 dB", "RT60 0.6 s", "shouted", "embedded")


@dataclass(frozen=True, slots=True)
class Options:
    """``scenes``: per condition. ``hours``: of hostile talk. ``speech``: a folder of recordings, or None; of it
    ``speech_hours``, or everything. ``cache``: where rendered sentences are kept. ``rivals``: half of all for each of
    them, too. ``picture``: where the plot goes, or None.
    """

    cache: Path
    scenes: int = 40
    hours: float = 1.0
    speech: Path | None = None
    speech_hours: float | None = None
    rivals: bool = True
    picture: Path | None = None


def subject(options: Options) -> Subject:
    measured = _Measured(options)
    return Subject(FIGURES, measured.rows, measured.others)


class _Measured:
    def __init__(self, options: Options) -> None:
        self._options = options
        self._settings: Settings = load_settings(CONFIG)
        self._material = Material(talkers.REPORT, options.cache)
        self._others = ""

    def others(self) -> str:
        """The table of the other designs, "" before `rows` has gone through."""
        return self._others

    def rows(self, say: Say) -> Iterator[Row]:
        options, material = self._options, self._material
        design = ours(self._settings)
        say(
            f"{options.scenes} scenes for each of {len(CONDITIONS)} conditions, and {options.hours:g} h of hostile talk"
        )
        heard(design, material.pause_scenes(CONDITIONS["clean"], 1))  # the first look loads things
        mine = tried(design, material, options.scenes, options.hours)
        for name, figure in PAUSES.items():
            yield _recall(figure, mine.pauses[name])
        yield _recall(EVERYWHERE, mine.everything)
        asked = f"and {mine.hostile.questions} questions" if mine.hostile.questions else "no question"
        counted = f"{mine.hostile.fires} in {mine.hostile.hours:.2f} h, {asked}"
        yield NEAR_MISSES.measured(mine.hostile.fires_per_hour, counted)
        yield from self._recorded(design, say)
        say("words of a pause")
        for name, figure in CONTROL.items():
            scenes = material.control_scenes(CONDITIONS[name], CONTROL_SCENES * options.scenes)
            share = acted(heard(design, scenes))
            yield figure.measured(share.percent, f"{share.hits} of {share.of}, {share.interval}")
        yield from _latencies(mine)
        say("what it costs")
        yield IN_SILENCE.measured(nobody_calls(design, [quiet_room(60.0)]).cost, "gate and trigger counted with it")
        clean = [one.take for one in mine.pauses["clean"]]
        yield IN_PHRASES.measured(sum(t.processor_seconds for t in clean) / sum(t.seconds for t in clean))
        talk = list(material.hostile_talk(TALK_SECONDS, near_misses=0.0))
        yield IN_TALK.measured(nobody_calls(design, talk).cost, f"{sum(map(len, talk)) / HEARING_RATE_HZ:.0f} s")
        yield self._memory()
        if options.rivals:
            self._others = self._beside(mine, np.concatenate(talk)[: 30 * HEARING_RATE_HZ], say)

    def _recorded(self, design: Design, say: Say) -> Iterator[Row]:
        folder, hours = self._options.speech, self._options.speech_hours
        if folder is None:
            yield from (Row(figure, None, "not measured; --speech FOLDER") for figure in (RECORDED, UNTAUGHT))
            return
        say(f"recordings in {folder}")
        everywhere = recordings.files(folder)
        back = [path for path in everywhere if recordings.kept_back(path)]
        taught, untaught = (
            nobody_calls(
                design, recordings.sounds(part, None if hours is None else 3600 * hours * len(part) / len(everywhere))
            )
            for part in ([path for path in everywhere if path not in back], back)
        )
        everything = Silence(taught.takes + untaught.takes)
        for figure, found in ((RECORDED, everything), (UNTAUGHT, untaught)):
            yield figure.measured(found.fires, f"in {found.hours:.2f} h, {found.questions} questions")

    def _memory(self) -> Row:
        child = start(
            Chosen("whisper", embedded_whisper_model(), ""), wait=True, spotted=self._settings.phrases.pause.phrases
        )
        try:
            child.wait_until_ready(60)
            phrases = self._settings.phrases
            child.listen_for(list(phrases.pause.phrases), phrases.decoys_for({Intent.PAUSE}))
            clean = itertools.islice(self._material.pause_scenes(CONDITIONS["clean"], 20), 20)
            spent = cost(child, [AudioClip(said.scene.samples, HEARING_RATE_HZ) for said in clean])
        finally:
            child.close()
        if spent is None:
            return Row(MEMORY, None, "this system does not tell")
        return MEMORY.measured(spent.memory_mb, "20 phrases")

    def _beside(self, mine: Trial, talk: np.ndarray[tuple[int], np.dtype[np.int16]], say: Say) -> str:
        scenes, hours = max(1, self._options.scenes // 2), self._options.hours / 2
        conversations = len(list(self._material.hostile_talk(3600 * hours)))
        sample = next(self._material.pause_scenes(CONDITIONS["clean"], 1)).scene.samples
        rows, curves = [], {}
        for number, design in enumerate(DESIGNS):
            if number == 0:
                trial = mine.part(scenes, conversations)
            else:
                made = design(self._settings)
                say(made.name)
                trial = tried(made, self._material, scenes, hours)
            curves[trial.design.name] = list(trial.curve())
            rows.append(_cells(trial, memory_mb(number, with_time_to_answer(sample), CONFIG)))
        for name, verified in (("Breather with Vosk, checked by Whisper", True), ("Breather with Vosk alone", False)):
            spent = cost_with_vosk(talk, verified=verified)
            cells = ["-", "-"] if spent is None else [f"{spent.processor_seconds:.3f}", f"{spent.memory_mb:.0f} in all"]
            rows.append([f"{name} {KOREAN_MODEL}", *"-" * 8, *cells])
        rows.append([f"Vosk grammar {KOREAN_MODEL}", *"-" * 8, f"{talk_cost_of_vosk(talk):.3f}", "-"])
        if self._options.picture is not None:
            hearing_plot.draw(curves, mine.part(scenes, conversations).hostile.hours, self._options.picture)
        head = ["design", *RIVALS_SHOW, "all", "false an hour", "processor s/s", "MB it adds"]
        lines = [head, ["---"] * len(head), *rows]
        rows_shown = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"{BESIDE}\n\n{rows_shown}" + (f"\n\n![{ALT}]({SHOWN})" if self._options.picture else "")


def _latencies(mine: Trial) -> Iterator[Row]:
    late = _late(mine.everything)
    without = _late([one for name, found in mine.pauses.items() if CONDITIONS[name].noise is None for one in found])
    for figure, part in zip(LATENCY, (50, 95), strict=True):
        if not without:
            yield Row(figure, None, "nothing was heard")
            continue
        quiet = f"{np.percentile(without, part):.0f} ms where there is no noise"
        yield figure.measured(float(np.percentile(late, part)), f"{len(late)} phrases, all conditions; {quiet}")


def _late(found: Sequence[Heard]) -> list[float]:
    return [1000 * one.latency for one in found if one.latency is not None]


def _recall(figure: Figure, found: Sequence[Heard]) -> Row:
    share, asked = acted(found), acted_or_asked(found)
    remark = f"{share.hits} of {share.of}, {share.interval}; with questions {asked.percent:.1f} %"
    return figure.measured(share.percent, f"{remark}, {asked.interval}")


def _cells(trial: Trial, memory: float) -> list[str]:
    shares: list[Share] = [acted(trial.pauses[name]) for name in RIVALS_SHOW] + [acted(trial.everything)]
    return [
        trial.design.name,
        *(f"{share.percent:.0f} %" for share in shares),
        f"{trial.hostile.fires_per_hour:.0f}",
        f"{trial.hostile.cost:.3f}",
        f"{memory:.0f}",
    ]
