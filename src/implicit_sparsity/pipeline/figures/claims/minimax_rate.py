"""Best squared error against each size of the problem, beside the oracle's and the rate."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import farthest_slope, flows, grid
from implicit_sparsity.pipeline.claims.minimax_rate import EXPONENTS, sweep
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims.parts import quartiles, whiskers
from implicit_sparsity.theory.levels import minimax_rate

#: Sizes by column, as they are named under the panels.
_SIZES = {
    "n": "samples $n$",
    "k": "non-zero weights $k$",
    "noise": r"noise $\sigma$",
    "p": "weights $p$",
}
#: Factor between neighbouring depths by which they are set apart along the axis.
_APART = 1.035


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """A panel for each size: small starts by depth, oracle, twice the rate, and large starts."""
    figure, axes = style.panels(2, 2, 1.85)
    table = tables["minimax_rate"]
    for panel, (column, name) in zip(axes.flat, _SIZES.items(), strict=True):
        _panel(panel, sweep(table, column), column)
        panel.set_xlabel(name)
    for panel in axes[:, 0]:
        panel.set_ylabel(r"best $\|w_t-w^{\mathrm{*}}\|_2^2$")
    style.legend(figure)
    return figure


def _panel(axes: Axes, table: pd.DataFrame, column: str) -> None:
    """Errors against one size, the others being those of most rows."""
    axes.set(xscale="log", yscale="log")
    rows, others = flows(table), table[table["method"] == "oracle"]
    small, large = (rows[rows["init"] == init] for init in (rows["init"].min(), rows["init"].max()))
    depths = np.sort(rows["depth"].unique())
    for i, depth in enumerate(depths):
        spread = quartiles(small[small["depth"] == depth], "best_error", column)
        x = spread.index * _APART ** (i - (depths.size - 1) / 2)
        whiskers(axes, x, spread, style.depth_colour(depth), ms=2.5, lw=0.9, label=f"$N={depth:g}$")
    oracle = quartiles(others, "best_error", column)["median"]
    axes.plot(oracle, color=style.CONTROL, lw=1.8, label="oracle least squares", zorder=1)
    sizes = rows.groupby(column)[["n", "p", "k", "noise"]].first()
    rate = [2 * minimax_rate(*size) for size in sizes.itertuples(index=False)]
    label = r"$2\,k\sigma^2\log p\,/\,n$"
    axes.plot(sizes.index, rate, color="0.2", lw=0.8, ls=style.DASHED, label=label)
    large_start = rf"start $\alpha^N={large['init'].iloc[0]:g}$ (control)"
    for _, spoilt in large.groupby("depth"):
        median = quartiles(spoilt, "best_error", column)["median"]
        axes.plot(median, color=style.CONTROL, lw=0.8, ls=":", label=large_start)
    late = quartiles(small, "final_error", column)["median"]
    axes.plot(late, color=style.CONTROL, lw=0.7, ls="-.", label="not stopped (control)")
    axes.set_xticks(sizes.index, [f"{level:g}" for level in sizes.index])
    axes.minorticks_off()
    if column in EXPONENTS:
        errors = grid(small, "best_error", column, "depth")
        slope = farthest_slope(sizes.index.to_numpy(float), errors, EXPONENTS[column])
        axes.set_title(f"slope {slope:.2f} (rate: {EXPONENTS[column]:g})".replace("-", "−"))
    else:
        axes.set_title(r"rate: as $\log p$")
