"""How many samples recovery of the support takes, beside the Lasso and matching pursuit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, bootstrapped, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid, least_and_most
from implicit_sparsity.pipeline.claims.transitions import (
    discordant,
    logistic_fit,
    ratio_of_halves,
)
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style

#: The depth whose flow is compared, the least of the deep ones.
DEPTH = 3
#: What tells a transition from another.
TRANSITION = ["k", "signal"]


def select(tables: Tables) -> Tables:
    """Flows of depth 3 and 2, each from a small and from a large start, and the baselines.

    ``found`` is 1 where the support can be read off the path, otherwise 0.
    """
    table = tables["sample_complexity"]
    table = table.assign(found=table["separated"].astype(float))
    small, large = least_and_most(flows(table), "init")
    return {
        "flow": small[small["depth"] == DEPTH],
        "large": large[large["depth"] == DEPTH],
        "shallow": small[small["depth"] == small["depth"].min()],
        "shallow_large": large[large["depth"] == large["depth"].min()],
        "lasso": table[table["method"] == "lasso_oracle"],
        "omp": table[table["method"] == "omp_oracle"],
    }


def _ratios(first: pd.DataFrame, second: pd.DataFrame) -> list[Cell]:
    """n₅₀ of one method over that of another on the same problems, by transition."""
    found = []
    others = dict(list(second.groupby(TRANSITION)))
    for place, part in first.groupby(TRANSITION):
        levels = np.sort(part["n"].unique())
        both = np.stack([grid(rows, "found", "n") for rows in (part, others[place])], axis=-1)
        cell = {"depth": DEPTH, "k": place[0], "weights": _kind(place[1])}
        found.append(bootstrapped(cell, ratio_of_halves(levels), both, stacked=True))
    return found


def _kind(signal: str) -> str:
    """Whether weights are equal or graded, from the name of the signal."""
    return str(signal).partition("(")[0]


def evidence(tables: Tables) -> dict[str, Evidence]:
    """n50_over_lasso, n50_over_omp and n50_over_depth_two, by k and signal."""
    rows = select(tables)
    others = {"lasso": "lasso", "omp": "omp", "depth_two": "shallow"}
    positive = _ratios(rows["flow"], rows["shallow_large"])
    return {
        f"n50_over_{name}": Evidence(
            _ratios(rows["flow"], rows[other]), _ratios(rows["large"], rows[other]), positive
        )
        for name, other in others.items()
    }


#: Factor between neighbouring methods by which they are set apart along the axis.
_APART = 1.012
_LOOKS: dict[str, tuple[str, str, str]] = {
    "lasso": (style.GREEN, "s", "Lasso, any penalty"),
    "omp": (style.SKY, "^", "matching pursuit"),
    "shallow": (style.depth_colour(2), "v", "flow, $N=2$"),
    "flow": (style.BLUE, "o", f"flow, $N={DEPTH}$"),
    "large": (style.CONTROL, "D", "flow, large start (control)"),
}


def draw(tables: Tables, claim: Claim) -> Figure:
    """A panel for each number and kind of weights: the share of problems whose support is found by
    samples, with 95 % intervals, and logistic fits; the bar at one half reaches from the Lasso's
    n₅₀ as far as the threshold."""
    rows = select(tables)
    transitions = list(rows["flow"].groupby(TRANSITION).groups)
    columns = min(len(transitions), 2)
    figure, axes = style.panels(-(-len(transitions) // columns), columns, 2.0)
    limit = claim.metrics["n50_over_lasso"].limit
    for panel, (k, signal) in zip(axes.flat, transitions, strict=False):
        here = {
            name: part[(part["k"] == k) & (part["signal"] == signal)] for name, part in rows.items()
        }
        _panel(panel, here, limit)
        panel.set_title(f"$k={k:g}$, {_kind(signal)} weights\n{_discordant(here)}")
    for spare in axes.flat[len(transitions) :]:
        figure.delaxes(spare)
    for panel in axes[:, 0]:
        panel.set_ylabel("supports found")
    for panel in axes[-1]:
        panel.set_xlabel("samples $n$")
    style.legend(figure)
    return figure


def _discordant(rows: Tables) -> str:
    """Problems that only the flow, or only the Lasso, solves, with McNemar's test."""
    keys = ["n", "replicate"]
    flow, lasso = (rows[name].set_index(keys)["found"].sort_index() for name in ("flow", "lasso"))
    pairs = discordant(flow, lasso)
    return f"flow only {pairs.first}, Lasso only {pairs.second} ($p={pairs.p_value:.2g}$)"


def _panel(axes: Axes, rows: Tables, limit: float) -> None:
    """Shares with intervals, fits, and the threshold from the Lasso's half on."""
    n = np.sort(rows["flow"]["n"].unique()).astype(float)
    fine = np.geomspace(n[0], n[-1], 100)
    for place, (name, (colour, marker, label)) in enumerate(_LOOKS.items()):
        shown = rows[name].assign(at=rows[name]["n"] * _APART ** (place - 2))
        cells = by(shown, "at", "found", share)
        draw_cells(axes, cells, colour, label, marker, column="at", ms=3.5, elinewidth=0.6)
        fit = logistic_fit(np.log(rows[name]["n"]), rows[name]["found"])
        axes.plot(fine, fit.share(np.log(fine)), color=colour, lw=1)
        if name == "lasso" and np.isfinite(fit.half):
            half = np.exp(fit.half)
            label = "margin beside the Lasso"
            axes.hlines(0.5, half, limit * half, color="0.1", lw=2.5, zorder=4, label=label)
    axes.set_ylim(-0.05, 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set(xscale="log", xlim=(0.93 * n[0], 1.08 * n[-1]))
    axes.set_xticks(n, [f"{level:g}" for level in n])
    axes.minorticks_off()
