"""The picture of `scripts/bench hearing`: recall against false pauses, one curve for each design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "pictures" / "hearing.svg"
LEAST_PER_HOUR = 1.0  # where zero stands on the logarithmic scale
MOST_PER_HOUR = 1000.0


@dataclass(frozen=True, slots=True)
class Point:
    """``false_per_hour``: of hostile talk. ``recall``: over all conditions, 0 to 1. ``shipped``: as it is used."""

    false_per_hour: float
    recall: float
    shipped: bool = False


def draw(curves: Mapping[str, Sequence[Point]], hours: float, path: Path = PICTURE) -> None:
    """Write the picture. ``hours``: of talk, which bounds what can be told from zero."""
    import matplotlib as mpl  # noqa: PLC0415  (only this picture needs it)

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "breather"  # the same numbers give the same file
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(7.5, 4.5), layout="constrained")
    for name, points in curves.items():
        across = [max(point.false_per_hour, LEAST_PER_HOUR) for point in points]
        up = [100 * point.recall for point in points]
        line = axes.plot(across, up, marker="" if len(points) > 1 else "s", label=name)[0]
        for point in points:
            if point.shipped:
                where = max(point.false_per_hour, LEAST_PER_HOUR)
                axes.plot([where], [100 * point.recall], "o", color=line.get_color())
    axes.axvline(10, color="grey", linewidth=0.8, linestyle=":")
    axes.set(
        xscale="log",
        xlim=(LEAST_PER_HOUR * 0.9, MOST_PER_HOUR),
        ylim=(0, 100),
        xlabel=f"false pauses per hour of hostile talk ({hours:.1f} h; {LEAST_PER_HOUR:g} or fewer at left)",
        ylabel="pause phrases acted on, all conditions, %",
    )
    axes.grid(visible=True, alpha=0.3)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_title("dot: as it is used; dotted line: at most so many are wanted", fontsize="small")
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
