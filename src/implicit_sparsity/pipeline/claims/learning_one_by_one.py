"""Coordinates rise one after another, the largest first, the more sharply the deeper."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import PROBLEM, flows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis

#: By part, the colour, the marker and the words in the legend, with a place for the start.
_LOOKS = {
    "graded": (style.BLUE, "o", r"graded, $\alpha^N={}$"),
    "equal": (style.CONTROL, "s", r"equal, $\alpha^N={}$ (control)"),
    "large_start": (style.CONTROL, "^", r"graded, $\alpha^N={}$ (control)"),
    "easy": (style.GREEN, "v", r"halved, $\alpha^N={}$ (positive control)"),
}


def select(tables: Tables) -> Tables:
    """Graded weights from a small start; as controls, equal ones, and graded from a large start.

    "easy" has weights that lie further apart, from a smaller start: a positive control.

    ``in_order`` says whether all weights rise in the order of their size; ``sharpening`` is the
    ratio ``rise_over_gap`` at the depth before over that at this depth, on the same problem.
    """
    controls = _sharpened(flows(tables["activation_controls"]))
    small = controls["init"] == controls["init"].min()
    graded = controls["signal"].astype(str).str.contains(" ")
    return {
        "graded": _sharpened(flows(tables["activation"])),
        "equal": controls[small & ~graded],
        "large_start": controls[~small & graded],
        "easy": _sharpened(flows(tables["activation_easy"])),
    }


def _sharpened(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(
        in_order=rows["order"] > 1 - 1e-9, rise_over_gap=rows["rise_over_gap"].fillna(np.inf)
    ).sort_values(["init", *PROBLEM, "depth"])
    before = rows.groupby(["init", *PROBLEM])["rise_over_gap"].shift()
    return rows.assign(sharpening=before / rows["rise_over_gap"])


def evidence(tables: Tables) -> dict[str, Evidence]:
    """share_in_order, rise_over_gap and sharpening, each by depth."""
    graded, equal, large, easy = select(tables).values()
    later, later_large = (part[part["depth"] > part["depth"].min()] for part in (graded, large))
    return {
        "share_in_order": Evidence(
            *(by(part, "depth", "in_order", share) for part in (graded, equal))
        ),
        "rise_over_gap": Evidence(
            *(by(part, "depth", "rise_over_gap") for part in (graded, large, easy))
        ),
        "sharpening": Evidence(*(by(part, "depth", "sharpening") for part in (later, later_large))),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the time of a rise over the time to the next; right, problems in order of size.

    Graded weights from a small start; equal weights, and graded ones from a large start, in grey.
    Light points are problems, on the left set apart, unlike the lines of their medians; bars are
    95 % intervals.
    """
    rows = select(tables)
    found = evidence(tables)["share_in_order"]
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    rises = pd.concat(rows.values())["rise_over_gap"]
    rises = rises[np.isfinite(rises) & (rises > 0)]
    low, high = 0.6 * rises.min(), max(rises.max(), 1)
    never = high * (high / low) ** 0.15
    for place, (part, (colour, marker, words)) in enumerate(_LOOKS.items()):
        label = words.format(mathtext_number(rows[part]["init"].iloc[0]))
        look = (colour, label, 0.17 * (place - 1), marker)
        parts.by_depth(left, rows[part], "rise_over_gap", *look, off_scale=never, steep=True)
        if part in ("graded", "equal"):
            cells = found.cells if part == "graded" else found.control
            draw_cells(right, cells, colour, label, marker, 0.17 * (place - 0.5))
    for axes in (left, right):
        depth_axis(axes, rows["graded"]["depth"])
    parts.threshold_line(left, claim.metrics["rise_over_gap"].limit)
    log_axis(left, "y", low, never * (high / low) ** 0.06, {never: "not\nreached"})
    left.set(ylabel="rise time / gap to the next", title="sharpness")
    parts.threshold_line(right, claim.metrics["share_in_order"].limit)
    right.set(ylabel="largest first, to the last", title="share of problems", ylim=(-0.04, 1.04))
    right.yaxis.set_major_formatter(PercentFormatter(1))
    style.legend(figure)
    return figure
