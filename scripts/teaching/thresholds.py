"""How sure Breather has to be: found with talkers and recordings that nobody was taught with."""

from __future__ import annotations

from pathlib import Path

from benchmarks import recordings
from benchmarks.hearing_designs import ours
from benchmarks.hearing_material import Material
from benchmarks.hearing_trial import Silence, Trial, nobody_calls, tried
from benchmarks.talkers import KEPT_BACK

from assistant.settings.loader import load_settings

CONFIG = Path(__file__).parents[2] / "config"
# Real talk must start no pause at all, not even at a score this much lower: other people's talk is not this talk.
MARGIN = 0.2
HOSTILE_PAUSES_PER_HOUR = 10.0
QUESTIONS_PER_HOUR = 1.0  # in real talk; one that nobody wanted is over in four seconds
HOSTILE_QUESTIONS_PER_HOUR = 18.0  # with the pauses; no more than three in ten minutes are ever asked
REPEATS_PER_HOUR = 20.0  # in hostile talk; for a pause, two of them have to come within six seconds


def heard(folder: Path, cache: Path, scenes: int, hours: float) -> tuple[Trial, Silence]:
    """What Breather makes of them: pause phrases with hostile talk, and recordings."""
    design = ours(load_settings(CONFIG))
    trial = tried(design, Material(KEPT_BACK, cache), scenes, hours)
    back = [path for path in recordings.files(folder) if recordings.kept_back(path)]
    return trial, nobody_calls(design, recordings.sounds(back))


def chosen(trial: Trial, recorded: Silence) -> dict[str, float]:
    """The scores by their names in ``machine.toml``. Raises ValueError where no act_score is strict enough."""
    scores = [float(score) for score in trial.design.thresholds]

    def per_hour(silence: Silence, score: float) -> float:
        return sum(len(trial.design.fires(take, score)) for take in silence.takes) / silence.hours

    def lowest(troubles_per_hour: float, silence: Silence, margin: float = 0.0) -> float:
        fitting = [score for score in scores if per_hour(silence, score - margin) <= troubles_per_hour]
        if not fitting:
            raise ValueError(f"No score is strict enough for {troubles_per_hour:g} an hour")
        return min(fitting)

    act = max(lowest(0.0, recorded, MARGIN), lowest(HOSTILE_PAUSES_PER_HOUR, trial.hostile))
    ask = max(lowest(QUESTIONS_PER_HOUR, recorded), lowest(HOSTILE_QUESTIONS_PER_HOUR, trial.hostile))
    repeat = lowest(REPEATS_PER_HOUR, trial.hostile)
    return {"act_score": act, "ask_score": min(act, ask), "repeat_score": min(act, ask, repeat)}


def table(trial: Trial, recorded: Silence) -> str:
    """What each score would mean, a line each."""
    lines = ["score  heard  hostile/h  recordings/h"]
    for point, score in zip(trial.curve(), trial.design.thresholds, strict=True):
        false = sum(len(trial.design.fires(take, score)) for take in recorded.takes) / recorded.hours
        lines.append(f"{score:5.1f}  {point.recall:5.1%}  {point.false_per_hour:9.1f}  {false:12.1f}")
    return "\n".join(lines)
