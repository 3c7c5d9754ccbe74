"""The curve of accuracy over votes, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any


def plot_curve(
    report: Mapping[str, Any], path: str | Path | IO[bytes], title: str = "", form: str | None = None
) -> None:
    """Draw accuracy over k, with and without the meta reward model, the intervals as bands, guessing as lines.

    Args:
        report: what `evaluate` returns, for items of several responses.
        path: where to, by its ending PNG, SVG or PDF.
        title: above the picture.
        form: `png`, `svg` or `pdf`, where `path` is an open file.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    ks = [point["k"] for point in report["curve"]]
    for key, name, colour in (("accuracy", "voting", "#1f5fa8"), ("meta_accuracy", "voting, meta RM", "#c0562a")):
        points = [point[key] for point in report["curve"] if key in point]
        if points:
            axes.plot(ks, [100 * one["mean"] for one in points], marker="o", color=colour, label=name)
            low, high = ([100 * one[end] for one in points] for end in ("low", "high"))
            axes.fill_between(ks, low, high, color=colour, alpha=0.15, linewidth=0)
    for (name, one), style in zip(report["baselines"].items(), (":", "--", "-."), strict=False):
        axes.axhline(100 * one["mean"], color="#777777", linestyle=style, linewidth=1, label=name)
    axes.set_xscale("log", base=2)
    axes.set_xticks(ks, [str(k) for k in ks])
    axes.minorticks_off()
    axes.set_xlabel("votes k")
    axes.set_ylabel("accuracy, %")
    axes.set_title(title, fontsize=10)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right upper", frameon=False, fontsize=9)
    figure.savefig(path, dpi=150, format=form)
