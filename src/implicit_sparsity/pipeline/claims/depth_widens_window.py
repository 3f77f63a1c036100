"""From the same α, the early-stopping window is the longer the greater the depth."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
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
_INSIDE, _OUTSIDE = "inside the condition", "outside the condition"
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

    Light points are problems, set apart to the left and right of their depth, of which lines are
    medians; a problem without a window is at the bottom, and growth from none at the top. Bars are
    95 % intervals of medians. The control is the growth from one problem to the next at the same
    depth.
    """
    rows = select(tables)
    inside, outside = rows["inside"], rows["outside"]
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    _sizes(left, inside, outside)
    alpha = rf"$\alpha={mathtext_number(inside['alpha'].iloc[0])}$"
    left.set(ylabel="end − start, iterations", title=f"window, {alpha}")
    (found,) = evidence(tables).values()
    growths = inside.loc[inside["growth"] > 0]
    known = growths.loc[np.isfinite(growths["growth"]), "growth"]
    top = 3 * max(known.max(), 10)
    for cells, look in (
        (found.cells, (style.BLUE, _INSIDE, "o", -0.08)),
        (found.outside, (style.ORANGE, _OUTSIDE, "s", 0.08)),
        (found.control, (style.CONTROL, "another problem (control)", "D", 0.24)),
        (found.positive, (style.GREEN, "orthogonal (positive control)", "^", 0.24)),
    ):
        if cells:
            draw_cells(right, cells, *look, off_scale=top)
    shown = growths.assign(x=growths["depth"] - 0.2, growth=growths["growth"].clip(upper=top))
    parts.points(right, shown, "x", "growth", color=style.BLUE)
    parts.threshold_line(right, claim.metrics["growth"].limit)
    values = [*growths["growth"], *(cell.value for cell in [*found.cells, *found.outside])]
    log_axis(right, "y", 0.3, 2 * top, {top: "from\nnone"} if np.isinf(values).any() else {})
    right.set(ylabel="size / that at the depth before", title="growth with depth")
    depth_axis(left, inside["depth"])
    depth_axis(right, [cell.place["depth"] for cell in found.cells])  # type: ignore[misc]
    style.legend(figure)
    return figure


def _sizes(axes: Axes, inside: pd.DataFrame, outside: pd.DataFrame) -> None:
    """Windows by depth, those that never open at the bottom, and the predicted medians."""
    sizes = pd.concat([inside, outside])["window_size"]
    none = sizes[sizes > 0].min() / 5
    for place, (part, colour, words) in enumerate(
        ((inside, style.BLUE, _INSIDE), (outside, style.ORANGE, _OUTSIDE))
    ):
        shown = part.assign(x=part["depth"] + (-0.14, 0.14)[place])
        shown["window_size"] = shown["window_size"].clip(lower=none)
        look = parts.nested(place) | {"color": colour}
        parts.points(axes, shown, "x", "window_size", color=colour, marker=look["marker"])
        if len(part):
            parts.line(axes, shown, "depth", "window_size", label=words, **look)
    dashes = {"lw": 0.9, "ls": style.DASHED, "label": "predicted median, inside"}
    parts.line(axes, inside, "depth", "predicted_size", color=style.VERMILION, **dashes)
    missing = {none: "none"} if (sizes == 0).any() else {}
    log_axis(axes, "y", none / 2, sizes.max() * 2, missing)
