"""Coordinates rise one after another, the largest first, the more sharply the deeper."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, with_interval
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid
from implicit_sparsity.pipeline.claims.statistics import largest_median
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis


def select(tables: Tables) -> Tables:
    """Graded weights from a small start; as controls, equal ones, and graded from a large start."""
    rows = flows(tables["activation"])
    small = rows["init"] == rows["init"].min()
    graded = rows["signal"].astype(str).str.contains(" ")
    return {
        "equal": rows[small & ~graded],
        "large_start": rows[~small & graded],
        "graded": rows[small & graded],
    }


def least_mean(orders: Array) -> float:
    """Mean over replicates, at the depth where it is least."""
    return float(orders.mean(axis=0).min())


def least_sharpening(rises: Array) -> float:
    """Least ratio of the median at one depth to that at the next."""
    median = np.median(rises, axis=0)
    return float((median[:-1] / median[1:]).min())


def evidence(tables: Tables) -> dict[str, Evidence]:
    """order, rise_over_gap (beyond the least depth) and sharpening."""
    rows = select(tables)
    order, order_of_equal = (grid(rows[part], "order", "depth") for part in ("graded", "equal"))
    rise, rise_of_equal, rise_of_large = (
        grid(rows[part], "rise_over_gap", "depth") for part in ("graded", "equal", "large_start")
    )
    return {
        "order": with_interval(least_mean, order, least_mean(order_of_equal)),
        "rise_over_gap": with_interval(
            largest_median, rise[:, 1:], largest_median(rise_of_equal[:, 1:])
        ),
        "sharpening": with_interval(least_sharpening, rise, least_sharpening(rise_of_large)),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the time of a rise over the time to the next; right, Kendall's τ of the order.

    Graded weights from a small start; equal weights, and graded ones from a large start, in grey.
    """
    rows = {
        part: found.assign(rise_over_gap=found["rise_over_gap"].fillna(np.inf))
        for part, found in select(tables).items()
    }
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    rises = pd.concat(rows.values())["rise_over_gap"]
    rises = rises[np.isfinite(rises)]
    low, high = 0.6 * rises.min(), max(rises.max(), 1)
    never = high * (high / low) ** 0.15
    for place, (part, (colour, marker, words)) in enumerate(_LOOKS.items()):
        label = words.format(mathtext_number(rows[part]["init"].iloc[0]))
        look = (colour, label, 0.17 * (1 - place), marker)
        parts.by_depth(left, rows[part], "rise_over_gap", *look, off_scale=never)
        parts.by_depth(right, rows[part], "order", *look, middle="mean")
    depths = np.sort(rows["graded"]["depth"].unique())
    for axes in (left, right):
        depth_axis(axes, depths)
    # The claim's threshold holds beyond the least depth.
    parts.threshold_line(left, claim.metrics["rise_over_gap"].limit, depths[:2][-1] - 0.5)
    log_axis(left, "y", low, never * (high / low) ** 0.06, {never: "not\nreached"})
    left.set(ylabel="rise time / gap to the next", title="sharpness")
    parts.threshold_line(right, claim.metrics["order"].limit)
    right.set(ylabel=r"Kendall's $\tau$ (mean)", title="largest weight first", ylim=(-1.1, 1.1))
    style.legend(figure)
    return figure


#: By part, the colour, the marker and the words in the legend, with a place for the start.
_LOOKS = {
    "equal": (style.CONTROL, "s", r"equal weights, $\alpha^N={}$ (control)"),
    "large_start": (style.CONTROL, "^", r"graded weights, $\alpha^N={}$ (control)"),
    "graded": (style.BLUE, "o", r"graded weights, $\alpha^N={}$"),
}
