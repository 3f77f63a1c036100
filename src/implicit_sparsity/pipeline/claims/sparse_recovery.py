"""Inside the window, weights on the support are true to the noise, others within the bound."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Evidence, with_interval
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import (
    grid,
    least_and_most,
    over_baseline,
    windows,
)
from implicit_sparsity.pipeline.claims.statistics import largest_median, least_share_positive
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis

#: By part that is drawn, the colour, the marker and the words in the legend after the shape.
_LOOKS = {
    "main": (style.BLUE, "o", ""),
    "authors": (style.ORANGE, "s", " (authors')"),
    "main_critical": (style.CONTROL, "D", ", critical noise (control)"),
}


def select(tables: Tables) -> Tables:
    """Windows and errors over the oracle's: the study's main shape and the authors', both also
    with critical noise, the control."""
    rows = windows(over_baseline(tables["sparse_recovery"], "oracle"))
    found = {}
    for shape, part in zip(("authors", "main"), least_and_most(rows, "n"), strict=True):
        found[shape], found[f"{shape}_critical"] = least_and_most(part, "noise")
    return found


def evidence(tables: Tables) -> dict[str, Evidence]:
    """share_with_window and best_over_oracle at the study's main shape, share_at_authors_shape."""
    rows = select(tables)
    found = {}
    for metric, statistic, shape, column in (
        ("share_with_window", least_share_positive, "main", "window_size"),
        ("best_over_oracle", largest_median, "main", "ratio"),
        ("share_at_authors_shape", least_share_positive, "authors", "window_size"),
    ):
        samples, control = (
            grid(rows[part], column, "depth") for part in (shape, f"{shape}_critical")
        )
        found[metric] = with_interval(statistic, samples, statistic(control))
    return found


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, end over start of the window; right, best error over the oracle's.

    Three kinds of problems each: the study's main shape, the authors', and critical noise.
    """
    rows = select(tables)
    everything = pd.concat(rows.values())
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    top = 1.4 * max(everything["window_ratio"].max(), 2)
    none = top**-0.2
    for place, (part, (colour, marker, words)) in enumerate(_LOOKS.items()):
        label = "{n} × {p}".format(**rows[part].iloc[0]) + words
        look = (colour, label, 0.17 * (place - 1), marker)
        parts.by_depth(left, rows[part], "window_ratio", *look, off_scale=none)
        parts.by_depth(right, rows[part], "ratio", *look)
    left.axhline(1, color="0.2", lw=0.7, ls=style.DASHED, zorder=1)
    log_axis(left, "y", none**1.6, top, {none: "none"})
    left.set(ylabel="end / start of the window", title="early-stopping window")
    parts.threshold_line(right, claim.metrics["best_over_oracle"].limit)
    ratios = everything["ratio"]
    log_axis(right, "y", 0.7 * ratios.min(), 1.4 * max(ratios.max(), 2))
    right.set_ylabel(r"best $\|w_t-w^{\mathrm{*}}\|_2^2$ / oracle's")
    right.set_title("best error")
    for axes in (left, right):
        depth_axis(axes, everything["depth"])
    style.legend(figure)
    return figure
