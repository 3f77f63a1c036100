"""From the same α, the early-stopping window is the longer the greater the depth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import PROBLEM, flows, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis

#: The paper's step size, by which flow time counts as iterations.
STEP = 1e-2
#: A problem, but for which replicate of its cell it is.
CELL = [column for column in PROBLEM if column != "replicate"]


def select(tables: Tables) -> Tables:
    """Windows in iterations inside and outside the condition.

    "easy" has orthogonal columns: a positive control.

    ``growth`` is the size over that on the same problem at the depth before, NaN at the first;
    ``placebo`` is the size over that at the same depth on the next problem.
    """
    rows, easy = (_grown(tables[study]) for study in ("window_at_alpha", "window_at_alpha_easy"))
    return {"inside": rows[rows["inside"]], "outside": rows[~rows["inside"]], "easy": easy}


def _grown(table: pd.DataFrame) -> pd.DataFrame:
    rows = in_iterations(windows(flows(table)))
    rows = rows.sort_values([*CELL, "depth", "replicate"])
    sizes = rows["window_size"]
    next_one = rows.groupby([*CELL, "depth"])["window_size"].transform(lambda s: np.roll(s, -1))
    rows = rows.assign(placebo=sizes / next_one)
    rows = rows.sort_values([*PROBLEM, "depth"])
    before = rows.groupby(PROBLEM)["window_size"].shift()
    return rows.assign(growth=rows["window_size"] / before)


def in_iterations(rows: pd.DataFrame) -> pd.DataFrame:
    """Windows with sizes in iterations, measured and predicted."""
    predicted = (rows["predicted_end"] - rows["predicted_start"]) / STEP
    return rows.assign(window_size=rows["window_size"] / STEP, predicted_size=predicted)


def evidence(tables: Tables) -> dict[str, Evidence]:
    """growth from each depth to the next, by the deeper of the two."""
    inside, outside, easy = (
        part[part["depth"] > part["depth"].min()] for part in select(tables).values()
    )
    cells, placebo = (by(inside, "depth", column) for column in ("growth", "placebo"))
    beyond = by(outside, "depth", "growth") if len(outside) else []
    return {"growth": Evidence(cells, placebo, by(easy, "depth", "growth"), beyond)}


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the window in iterations at the same α; right, its growth from the depth before.

    Light points are problems, bars 95 % intervals of medians. A problem without a window is left
    out. The control is the growth from one problem to the next at the same depth.
    """
    rows = select(tables)
    inside, outside = rows["inside"], rows["outside"]
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    for part, look in (
        (inside, (style.BLUE, "inside the condition", -0.08)),
        (outside, (style.ORANGE, "outside the condition", 0.08, "s")),
    ):
        if len(part):
            parts.by_depth(left, part[part["window_size"] > 0], "window_size", *look)
    dashes: dict[str, Any] = {"lw": 0.9, "ls": style.DASHED, "label": "predicted median"}
    parts.line(left, inside, "depth", "predicted_size", color=style.VERMILION, **dashes)
    sizes = pd.concat([inside, outside])["window_size"]
    sizes = sizes[sizes > 0]
    log_axis(left, "y", sizes.min() / 2, sizes.max() * 2)
    alpha = rf"$\alpha={mathtext_number(inside['alpha'].iloc[0])}$"
    left.set(ylabel="end − start, iterations", title=f"window, {alpha}")
    (found,) = evidence(tables).values()
    draw_cells(right, found.cells, style.BLUE, "inside the condition", "o", -0.08)
    if found.outside:
        draw_cells(right, found.outside, style.ORANGE, "outside the condition", "s", 0.08)
    draw_cells(right, found.control, style.CONTROL, "another problem (control)", "D", 0.2)
    growths = inside.loc[inside["growth"] > 0]
    parts.points(right, growths.assign(x=growths["depth"] - 0.2), "x", "growth", color=style.BLUE)
    parts.threshold_line(right, claim.metrics["growth"].limit)
    shown = growths.loc[np.isfinite(growths["growth"]), "growth"]
    log_axis(right, "y", 0.3, 2 * max(shown.max(), 10))
    right.set(ylabel="size / that at the depth before", title="growth with depth")
    for axes in (left, right):
        depth_axis(axes, inside["depth"])
    style.legend(figure)
    return figure
