"""The best error along the path goes like k σ² / n, and stays under twice k σ² log p / n."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.formatting import mathtext_label
from implicit_sparsity.pipeline.claims.evidence import Evidence, bootstrapped, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid, least_and_most
from implicit_sparsity.pipeline.claims.statistics import Array
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.theory.levels import minimax_rate

#: The rate's exponents.
EXPONENTS = {"n": -1.0, "k": 1.0, "noise": 2.0}

#: Sizes by column, as they are named under the panels.
_SIZES = {
    "n": "samples $n$",
    "k": "non-zero weights $k$",
    "noise": r"noise $\sigma$",
    "p": "weights $p$",
}
#: Factor between neighbouring depths by which they are set apart along the axis.
_APART = 1.035


def select(tables: Tables) -> Tables:
    """Flows from a small start, the control's from a large one, both with the rate; the oracle."""
    table = tables["minimax_rate"]
    rows = flows(table)
    sizes = rows[["n", "p", "k", "noise"]].itertuples(index=False)
    small, large = least_and_most(rows.assign(rate=[minimax_rate(*size) for size in sizes]), "init")
    return {"small": small, "large": large, "oracle": table[table["method"] == "oracle"]}


def sweep(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows in which the column varies and the other sizes are those of the most rows."""
    for other in _SIZES:
        if other != column:
            rows = rows[rows[other] == rows[other].mode()[0]]
    return rows


def slope(x: Array, errors: Array) -> float:
    """Slope of the medians of errors (replicates, x) over x, in logarithms."""
    return float(np.polyfit(np.log(x), np.log(np.median(errors, axis=0)), 1)[0])


def farthest_slope(x: Array, errors: Array, exponent: float) -> float:
    """The slope farthest from the exponent, of errors (replicates, x, depths)."""
    slopes = np.array([slope(x, errors[..., i]) for i in range(errors.shape[-1])])
    return float(slopes[np.abs(slopes - exponent).argmax()])


def evidence(tables: Tables) -> dict[str, Evidence]:
    """slope_n, slope_k and slope_noise (departures) and share_under_twice_the_rate."""
    rows = select(tables)
    found = {}
    for column, exponent in EXPONENTS.items():
        main, control, error = *(sweep(rows[part], column) for part in ("small", "large")), "best"
        if column == "k":  # from a large start too the error grows with k: ‖w*‖² does
            control, error = main, "final"
        found[f"slope_{column}"] = Evidence(
            *(
                [
                    bootstrapped(
                        {"depth": depth}, _departure(part, column, exponent), grid(part, of, column)
                    )
                    for depth, part in each.groupby("depth")
                ]
                for each, of in ((main, "best_error"), (control, f"{error}_error"))
            )
        )
    small, large = (
        rows[part].assign(under=rows[part]["best_error"] <= 2 * rows[part]["rate"])
        for part in ("small", "large")
    )
    cells = (by(part, "depth", "under", share) for part in (small, large))
    found["share_under_twice_the_rate"] = Evidence(*cells)
    return found


def _departure(rows: pd.DataFrame, column: str, exponent: float) -> Callable[[Array], float]:
    x = np.sort(rows[column].unique()).astype(float)
    return lambda errors: abs(slope(x, errors) - exponent)


def draw(tables: Tables, claim: Claim) -> Figure:
    """A panel for each size: small starts by depth, oracle, twice the rate, and large starts."""
    figure, axes = style.panels(2, 2, 1.85)
    rows = select(tables)
    for panel, (column, name) in zip(axes.flat, _SIZES.items(), strict=True):
        _panel(panel, {part: sweep(found, column) for part, found in rows.items()}, column)
        panel.set_xlabel(name)
    for panel in axes.flat:  # the panels share an axis, so only when all is drawn
        ticks = panel.get_xticks()
        panel.set(xscale="log", yscale="log")
        panel.set_xticks(ticks, [f"{level:g}" for level in ticks])
        panel.minorticks_off()
    for panel in axes[:, 0]:
        panel.set_ylabel(r"best $\|w_t-w^{\mathrm{*}}\|_2^2$")
    style.legend(figure)
    return figure


def _panel(axes: Axes, rows: Tables, column: str) -> None:
    """Errors against one size, the others being those of most rows."""
    small, large = rows["small"], rows["large"]
    depths = np.sort(small["depth"].unique())
    for i, depth in enumerate(depths):
        part = small[small["depth"] == depth]
        aside = part.assign(x=part[column] * _APART ** (i - (depths.size - 1) / 2))
        look = {"color": style.depth_colour(depth), "ms": 3.5, "lw": 0.9}
        parts.whiskers(axes, aside, "x", "best_error", label=f"$N={depth:g}$", **look)
    grey = {"x": column, "y": "best_error", "color": style.CONTROL}
    parts.line(axes, rows["oracle"], lw=1.8, label="oracle least squares", zorder=1, **grey)
    rates = small.assign(twice=2 * small["rate"])
    look = {"color": "0.2", "lw": 0.8, "ls": style.DASHED, "label": r"$2\,k\sigma^2\log p\,/\,n$"}
    parts.line(axes, rates, column, "twice", **look)
    large_start = rf"start $\alpha^N={large['init'].iloc[0]:g}$ (control)"
    for _, part in large.groupby("depth"):
        parts.line(axes, part, lw=0.8, ls=":", label=large_start, **grey)
    late = grey | {"y": "final_error"}
    parts.line(axes, small, lw=0.7, ls="-.", label="not stopped (control)", **late)
    levels = np.sort(small[column].unique())
    axes.set_xticks(levels)
    if column in EXPONENTS:
        errors = grid(small, "best_error", column, "depth")
        slope = farthest_slope(levels.astype(float), errors, EXPONENTS[column])
        axes.set_title(mathtext_label(f"slope {slope:.2f} (rate: {EXPONENTS[column]:g})"))
    else:
        axes.set_title(r"rate: as $\log p$")
