"""How far the window stretches and how small the error gets, by depth."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import over_peer, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims import parts


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """Left, end over start of the window; right, best error over the oracle's.

    Three kinds of problems each: the study's main shape, the authors', and critical noise.
    """
    table = tables["sparse_recovery"]
    rows = windows(over_peer(table, "oracle"))
    figure, ((left, right),) = style.panels(1, 2, 2.5, sharey=False)
    stretch = rows["stretch"][rows["stretch"] > 0]
    top = 1.4 * max(stretch.max() if stretch.size else 1, 2)
    none = top**-0.2
    for place, (kind, colour, marker, label) in enumerate(_kinds(rows)):
        look = (colour, label, 0.17 * (place - 1), marker)
        parts.by_depth(left, kind, "stretch", *look, beyond=none)
        parts.by_depth(right, kind, "ratio", *look)
    left.axhline(1, color="0.2", lw=0.7, ls=style.DASHED, zorder=1)
    parts.log_axis(left, "y", none**1.6, top, {none: "none"})
    left.set(ylabel="end / start of the window", title="early-stopping window")
    parts.threshold(right, claim.metrics["best_over_oracle"].limit)
    parts.log_axis(right, "y", 0.7 * rows["ratio"].min(), 1.4 * max(rows["ratio"].max(), 2))
    right.set_ylabel(r"best $\|w_t-w^{\mathrm{*}}\|_2^2$ / oracle's")
    right.set_title("best error")
    for axes in (left, right):
        parts.depth_axis(axes, rows["depth"])
    style.legend(figure)
    return figure


def _kinds(rows: pd.DataFrame) -> list[tuple[pd.DataFrame, str, str, str]]:
    """Each kind of problem with its colour, marker and name."""
    main, noisy = rows["n"] == rows["n"].max(), rows["noise"] > rows["noise"].min()
    kinds = (
        (main & ~noisy, style.BLUE, "o", ""),
        (~main & ~noisy, style.ORANGE, "s", " (authors')"),
        (main & noisy, style.CONTROL, "D", ", critical noise (control)"),
    )
    return [
        (rows[which], colour, marker, "{n} × {p}".format(**rows[which].iloc[0]) + name)
        for which, colour, marker, name in kinds
    ]
