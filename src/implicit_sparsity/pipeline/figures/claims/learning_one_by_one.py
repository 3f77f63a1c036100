"""How sharply coordinates rise one after another, and in which order, by depth."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.evidence import flows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims import parts


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """Left, the time of a rise over the time to the next; right, Kendall's τ of the order.

    Graded weights from a small start; equal weights, and graded ones from a large start, in grey.
    """
    rows = flows(tables["activation"])
    rows = rows.assign(rise_over_gap=rows["rise_over_gap"].fillna(np.inf))
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    rises = rows["rise_over_gap"][np.isfinite(rows["rise_over_gap"])]
    low, high = 0.6 * rises.min(), max(rises.max(), 1)
    never = high * (high / low) ** 0.15
    for place, (kind, colour, marker, label) in enumerate(_kinds(rows)):
        look = (colour, label, 0.17 * (1 - place), marker)
        parts.by_depth(left, kind, "rise_over_gap", *look, beyond=never)
        parts.by_depth(right, kind, "order", *look, middle="mean")
    for axes in (left, right):
        parts.depth_axis(axes, rows["depth"])
    # The claim's threshold holds beyond the least depth.
    second = np.sort(rows["depth"].unique())[:2][-1]
    parts.threshold(left, claim.metrics["rise_over_gap"].limit, second - 0.5)
    parts.log_axis(left, "y", low, never * (high / low) ** 0.06, {never: "not\nreached"})
    left.set(ylabel="rise time / gap to the next", title="sharpness")
    parts.threshold(right, claim.metrics["order"].limit)
    right.set(ylabel=r"Kendall's $\tau$ (mean)", title="largest weight first", ylim=(-1.1, 1.1))
    style.legend(figure)
    return figure


def _kinds(rows: pd.DataFrame) -> list[tuple[pd.DataFrame, str, str, str]]:
    """Each kind of flow with its colour, marker and name."""
    graded = rows["signal"].astype(str).str.contains(" ")
    small = rows["init"] == rows["init"].min()
    start, large = (rf"$\alpha^N={mathtext_number(x)}$" for x in rows["init"].agg(["min", "max"]))
    return [
        (rows[~graded & small], style.CONTROL, "s", f"equal weights, {start} (control)"),
        (rows[graded & ~small], style.CONTROL, "^", f"graded weights, {large} (control)"),
        (rows[graded & small], style.BLUE, "o", f"graded weights, {start}"),
    ]
