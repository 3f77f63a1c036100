"""Recovery on correlated designs, within the incoherence condition and beyond it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, by, median, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import over_baseline, windows
from implicit_sparsity.pipeline.claims.statistics import LEVEL
from implicit_sparsity.pipeline.claims.transitions import logistic_fit
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: Design of the control, whose columns are nearly repeated.
REPEATED = "coherent_pairs"
#: What a metric is about: the column, and what makes a cell of it.
METRICS = {"share_with_window": ("opens", share), "best_over_oracle": ("ratio", median)}

#: Errors that are smaller parts of the oracle's are drawn as this.
FLOOR = 0.2

#: Name, colour and marker of each family of designs.
_LOOKS = {
    "gaussian": ("independent", style.BLUE, "o"),
    "ar1": ("AR(1)", style.GREEN, "^"),
    "equicorrelated": ("equicorrelated", style.VERMILION, "s"),
    "coherent_pairs": ("coherent pairs (control)", style.CONTROL, "v"),
    "sequence": ("orthogonal (positive control)", style.SKY, "D"),
}


def select(tables: Tables) -> Tables:
    """Flows within the condition, and beyond it; nearly repeated and orthogonal columns, controls.

    ``r`` is max|w*| / min|w*| to the nearest whole number, ``opens`` whether there is a window.
    """
    rows = pd.concat([windows(over_baseline(table, "oracle")) for table in tables.values()])
    graded = rows["incoherence"] / (rows["coherence"] * rows["k"]).where(rows["coherence"] > 0)
    family = rows["design"].str.split("(").str[0]
    rows = rows.assign(
        r=graded.round().fillna(1).astype(int), opens=rows["window_size"] > 0, family=family
    ).reset_index(drop=True)
    controls = family.isin([REPEATED, "sequence"]).to_numpy()
    return {
        "within": rows[rows["inside"] & ~controls],
        "beyond": rows[~rows["inside"] & ~controls],
        "repeated": rows[rows["family"] == REPEATED],
        "orthogonal": rows[rows["family"] == "sequence"],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """share_with_window and best_over_oracle, by depth and r; beyond, by depth and family."""
    rows = select(tables)

    def cells(part: str, columns: list[str], metric: str) -> list[Cell]:
        values, cell = METRICS[metric]
        return by(rows[part], columns, values, cell)

    return {
        metric: Evidence(
            cells("within", ["depth", "r"], metric),
            cells("repeated", ["depth", "design", "signal"], metric),
            cells("orthogonal", ["depth"], metric),
            cells("beyond", ["depth", "family"], metric) if len(rows["beyond"]) else [],
        )
        for metric in METRICS
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A column for each depth: above, each problem's best error over the oracle's; below, the share
    with a window in each cell with its 95 % interval, and a logistic fit to all
    of them, with the 95 % interval of the place where it is one half.

    The horizontal axis goes with the square root, to make room for what is within the condition."""
    rows = pd.concat(select(tables).values())
    depths = np.sort(rows["depth"].unique())
    most = claim.condition.rows["incoherence"].ends[1] if claim.condition else np.inf
    right = 1.06 * rows["incoherence"].max()
    figure, axes = style.panels(2, depths.size, 1.75, sharey=False)
    for (upper, lower), depth in zip(axes.T, depths, strict=True):
        shown = rows[rows["depth"] == depth]
        for family, designs in shown.groupby("family", sort=False):
            _family(upper, lower, designs, *_LOOKS.get(family, (family, style.PURPLE, "P")))
        _fit(lower, shown[shown["family"].isin(["gaussian", "ar1", "equicorrelated"])], right)
        for panel, metric in ((upper, "best_over_oracle"), (lower, "share_with_window")):
            _region(panel, claim.metrics[metric].limit, min(most, right), right)
        upper.set_title(f"$N={depth:g}$")
        lower.set_xlabel(r"incoherence $\mu\,k\,r$")
    for panel in axes[0]:
        most_of_all = 1.5 * max(rows["ratio"].max(), 2)
        log_axis(panel, "y", 0.7 * FLOOR, most_of_all, {FLOOR: f"≤ {FLOOR:g}"})
    for panel in axes[1]:
        panel.set_ylim(-0.05, 1.08)
        panel.yaxis.set_major_formatter(PercentFormatter(1))
    for panel in axes[:, 1:].flat:
        panel.tick_params(labelleft=False)
    axes[0, 0].set_ylabel("best error / oracle's")
    axes[1, 0].set_ylabel("with a window")
    figure.align_ylabels(axes[:, 0])
    style.legend(figure)
    return figure


def _family(
    upper: Axes, lower: Axes, rows: pd.DataFrame, name: str, colour: str, marker: str
) -> None:
    """The problems and the cells of one family of designs at one depth."""
    low = rows.assign(ratio=rows["ratio"].clip(lower=FLOOR))
    look: dict[str, Any] = {"marker": marker, "s": 4, "alpha": 0.25}
    parts.points(upper, low, "incoherence", "ratio", color=colour, **look)
    orthogonal = (rows["design"] == "sequence").all()
    groups = rows.groupby(["design"] if orthogonal else ["design", "k", "signal"], sort=False)
    found = [share({"at": part["incoherence"].median()}, part["opens"]) for _, part in groups]
    draw_cells(lower, found, colour, name, marker, column="at", ms=3, elinewidth=0.6)


def _fit(axes: Axes, rows: pd.DataFrame, right: float) -> None:
    """The logistic curve through all problems, and where it comes down to one half."""
    if rows["incoherence"].nunique() < 2:
        return
    fit = logistic_fit(rows["incoherence"], rows["opens"])
    x = np.linspace(0, right, 200)
    axes.plot(x, fit.share(x), color="0.45", lw=0.9, label="logistic fit")
    if 0 < fit.half < right and fit.slope < 0:
        low, high = fit.half_interval(LEVEL)
        axes.plot([low, high], [0.5, 0.5], color="0.3", lw=2.5, solid_capstyle="butt")
        words = f"1/2 at {fit.half:.1f}\n[{low:.1f}, {high:.1f}]"
        axes.text(0.45, 0.3, words, transform=axes.transAxes, fontsize=6, color="0.3")


def _region(axes: Axes, limit: float, most: float, right: float) -> None:
    """The condition's region, and the threshold up to its end."""
    axes.axvspan(0, most, color=style.SHADE, lw=0, zorder=0, label="within the condition")
    look: dict[str, Any] = {"color": "0.2", "lw": 0.7, "ls": style.DASHED, "zorder": 3}
    axes.hlines(limit, 0, most, label="threshold of the claim", **look)
    axes.set_xlim(0, right)  # before the scale, which knows no negative number
    axes.set_xscale("function", functions=(np.sqrt, np.square))
    axes.set(xticks=[at for at in (0, 0.25, 1, 2, 3, 4) if at <= right])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
