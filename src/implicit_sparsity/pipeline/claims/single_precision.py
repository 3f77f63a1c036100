"""Whether single precision changes the early-stopping windows of the authors' problems."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis

#: Changes that are drawn as this where there is none.
SMALLEST = 1e-6


def select(tables: Tables) -> Tables:
    """Problems whose flow has a window, with how descent's window departs in either precision.

    ``single`` is |size in float32 / size in float64 − 1|; ``double`` is the same of float64 over
    the flow, which has no rounding to speak of. A window that does not close is infinitely large.
    "coarse" has problems whose updates single precision cannot hold.
    """
    return {
        part: _changes(tables[study])
        for part, study in (("authors", "precision"), ("coarse", "precision_coarse"))
    }


def _changes(table: pd.DataFrame) -> pd.DataFrame:
    rows = windows(flows(table).assign(final_time=np.inf))
    sizes = rows.pivot(
        index=["depth", "alpha", "replicate"], columns="precision", values="window_size"
    ).reset_index()
    sizes = sizes[sizes["flow"] > 0]
    return sizes.assign(
        single=(sizes["float32"] / sizes["float64"] - 1).abs(),
        double=(sizes["float64"] / sizes["flow"] - 1).abs(),
    )


def evidence(tables: Tables) -> dict[str, Evidence]:
    """change of the window's size at the greatest depth."""
    rows = select(tables)
    deepest = rows["authors"][rows["authors"]["depth"] == rows["authors"]["depth"].max()]
    cells, control = (by(deepest, ["depth", "alpha"], of) for of in ("single", "double"))
    return {"change": Evidence(cells, control, by(rows["coarse"], ["depth", "alpha"], "single"))}


def draw(tables: Tables, claim: Claim) -> Figure:
    """By depth, how far single precision changes the size of each problem's window.

    In grey, how far that of descent in double precision is from that of the flow.
    """
    rows = select(tables)
    depths = np.sort(rows["authors"]["depth"].unique())
    beside = float(depths[-1] + 1)  # where the positive control, which is far deeper, is drawn
    coarse = rows["coarse"].assign(depth=beside)
    figure, ((axes,),) = style.panels(1, 1, 2.6)
    shown = {
        "single precision": (rows["authors"], "single", style.ORANGE, -0.15, "o"),
        "double precision, from the flow (control)": (
            rows["authors"],
            "double",
            style.CONTROL,
            0.0,
            "D",
        ),
        "updates below the last place (positive control)": (
            coarse,
            "single",
            style.GREEN,
            0.0,
            "^",
        ),
    }
    for words, (part, column, colour, shift, marker) in shown.items():
        part = part.assign(**{column: part[column].clip(SMALLEST, 1e2)})
        parts.by_depth(axes, part, column, colour, words, shift, marker, joined=False)
    parts.threshold_line(axes, claim.metrics["change"].limit)
    log_axis(axes, "y", 0.5 * SMALLEST, 2e2, {SMALLEST: "none", 1e2: "not\nclosed"})
    depth_axis(axes, [*depths, beside])
    shown_depths = [*depths, rows["coarse"]["depth"].iloc[0]]
    axes.set_xticks([*depths, beside], [f"{depth:g}" for depth in shown_depths])
    axes.set(ylabel="relative change of the window", title="size of the window")
    style.legend(figure)
    return figure
