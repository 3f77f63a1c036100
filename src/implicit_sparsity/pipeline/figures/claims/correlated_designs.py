"""Best error and windows on correlated designs against their incoherence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from implicit_sparsity.pipeline.claims.correlated_designs import BEYOND, WITHIN
from implicit_sparsity.pipeline.claims.evidence import over_peer, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims.parts import quartiles

#: Name, colour, marker and its size of each family of designs.
_LOOKS = {
    "rademacher": ("Rademacher", style.BLUE, "o", 5.5),  # as the Gaussian lies on it
    "gaussian": ("Gaussian", style.ORANGE, "s", 3),
    "ar1": ("AR(1)", style.GREEN, "^", 3.5),
    "equicorrelated": ("equicorrelated", style.VERMILION, "D", 3.5),
    "coherent_pairs": ("coherent pairs", style.PURPLE, "v", 3.5),
}


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """A column for each depth: above, error over the oracle's; below, the share with a window."""
    rows = windows(over_peer(tables["correlated_designs"], "oracle"))
    rows = rows.assign(opens=rows["size"] > 0, family=rows["design"].str.split("(").str[0])
    limits = [claim.metrics[name].limit for name in ("best_over_oracle", "share_with_window")]
    depths = np.sort(rows["depth"].unique())
    figure, axes = style.panels(2, depths.size, 1.6, sharey=False)
    for (upper, lower), depth in zip(axes.T, depths, strict=True):
        for family, part in rows[rows["depth"] == depth].groupby("family", sort=False):
            name, *look = _LOOKS.get(family, (family, style.SKY, "P", 3.5))
            _designs(upper, lower, part, name, *look)
        for panel, limit in zip((upper, lower), limits, strict=True):
            _limits(panel, limit, 1.08 * rows["incoherence"].max())
        upper.set_title(f"$N={depth:g}$")
        lower.set_xlabel(r"incoherence $\mu\,k\,r$")
    for row in axes:
        for panel in row[1:]:
            panel.sharey(row[0])
            panel.tick_params(labelleft=False)
    axes[0, 0].set_yscale("log", base=2)
    axes[0, 0].yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axes[0, 0].set_ylabel("best error / oracle's")
    axes[1, 0].yaxis.set_major_formatter(PercentFormatter(1))
    axes[1, 0].set_ylabel("with a window")
    figure.align_ylabels(axes[:, 0])
    style.legend(figure)
    return figure


def _designs(
    upper: Axes,
    lower: Axes,
    rows: pd.DataFrame,
    name: str,
    colour: str,
    marker: str,
    size: float,
) -> None:
    """One family of designs at one depth, joined by increasing incoherence."""
    x = rows.groupby("design")["incoherence"].median().sort_values()
    options = x.index.str.extract(r"=([\d.]+)\)$", expand=False).dropna()
    label = rf"{name}, $\rho$ " + "–".join(options[[0, -1]]) if options.size > 1 else name
    ratio = quartiles(rows, "ratio", "design").loc[x.index]
    share = rows.groupby("design")["opens"].mean().loc[x.index]
    look: dict[str, Any] = {"color": colour, "marker": marker, "ms": size, "lw": 0.7, "mew": 0}
    upper.vlines(x, ratio["low"], ratio["high"], color=colour, lw=0.8)
    upper.plot(x, ratio["median"], **look, label=label)
    lower.plot(x, share, **look)


def _limits(axes: Axes, limit: float, right: float) -> None:
    """The threshold up to the incoherence to which the claim extends, and the control's region."""
    look: dict[str, Any] = {"color": "0.2", "lw": 0.7, "ls": style.DASHED, "zorder": 1}
    axes.hlines(limit, 0, WITHIN, label="threshold of the claim", **look)
    if right > BEYOND:
        axes.axvspan(
            BEYOND,
            right,
            color=style.SHADE,
            lw=0,
            zorder=0,
            label=rf"$\mu\,k\,r>{BEYOND:g}$ (control)",
        )
    axes.set_xlim(0, right)
