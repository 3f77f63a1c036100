"""Stopped early, a flow from a small start recovers a sparse truth at every depth."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import over_baseline, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis

#: By part, the colour, the marker and the words in the legend.
LOOKS = {
    "judged": (style.BLUE, "o", "inside the condition"),
    "outside": (style.ORANGE, "s", "outside the condition"),
    "control": (style.CONTROL, "D", "control"),
    "positive": (style.GREEN, "^", "positive control"),
}
#: Best errors that are smaller parts of the oracle's are drawn as this.
FLOOR = 0.1


def parted(rows: pd.DataFrame) -> Tables:
    """Rows inside and outside the condition, and those of the two controls.

    The control has the most non-zero weights, the positive control a single one.
    """
    many, one = rows["k"] == rows["k"].max(), rows["k"] == rows["k"].min()
    rest = rows[~many & ~one]
    return {
        "judged": rest[rest["inside"]],
        "control": rows[many],
        "positive": rows[one],
        "outside": rest[~rest["inside"]],
    }


def select(tables: Tables) -> Tables:
    """Flows with their windows and their error over the oracle's."""
    rows = windows(over_baseline(tables["sparse_recovery"], "oracle"))
    return parted(rows.assign(opens=rows["window_size"] > 0))


def evidence(tables: Tables) -> dict[str, Evidence]:
    """share_with_window and best_over_oracle, by depth and signal."""
    rows = select(tables)
    if rows["outside"].empty:  # the only part that may be missing
        del rows["outside"]
    place = ["depth", "signal"]
    return {
        "share_with_window": Evidence(*(by(part, place, "opens", share) for part in rows.values())),
        "best_over_oracle": Evidence(*(by(part, place, "ratio") for part in rows.values())),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the share of problems with a window; right, best error over the oracle's.

    Bars are 95 % intervals, light points problems, strong ones to the right their medians. Signals
    of one size and graded ones stand side by side. The control has many non-zero weights, the
    positive control one.
    """
    rows = {part: found for part, found in select(tables).items() if len(found)}
    found = evidence(tables)["share_with_window"]
    cells = dict(zip(LOOKS, (found.cells, found.outside, found.control, found.positive)))  # noqa: B905
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    for place, (part, (colour, marker, words)) in enumerate(LOOKS.items()):
        if part in rows:
            shift = 0.2 * (place - 1.5)
            draw_cells(left, cells[part], colour, words, marker, shift - 0.04)
            shown = rows[part].assign(ratio=rows[part]["ratio"].clip(lower=FLOOR))
            parts.by_depth(right, shown, "ratio", colour, words, shift, marker, joined=False)
    metrics = claim.metrics
    parts.threshold_line(left, metrics["share_with_window"].limit)
    left.set(ylim=(-0.04, 1.04), ylabel="with a window", title="share of problems")
    left.yaxis.set_major_formatter(PercentFormatter(1))
    parts.threshold_line(right, metrics["best_over_oracle"].limit)
    ratios = pd.concat(rows.values())["ratio"]
    log_axis(right, "y", 0.7 * FLOOR, 1.4 * max(ratios.max(), 3), {FLOOR: f"≤ {FLOOR:g}"})
    right.set_ylabel(r"best $\|w_t-w^{\mathrm{*}}\|_2^2$ / oracle's")
    right.set_title("best error")
    for axes in (left, right):
        depth_axis(axes, rows["judged"]["depth"])
    style.legend(figure)
    return figure
