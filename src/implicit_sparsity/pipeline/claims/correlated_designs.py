"""Recovery on correlated designs, and the incoherence at which it fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from implicit_sparsity.pipeline.claims.evidence import Evidence, by, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import over_baseline, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style

#: Incoherence μ k r up to which recovery is to hold, and beyond which it is to fail.
WITHIN, BEYOND = 3.5, 4.5

#: Name, colour, marker and its size of each family of designs.
_LOOKS = {
    "rademacher": ("Rademacher", style.BLUE, "o", 5.5),  # as the Gaussian lies on it
    "gaussian": ("Gaussian", style.ORANGE, "s", 3),
    "ar1": ("AR(1)", style.GREEN, "^", 3.5),
    "equicorrelated": ("equicorrelated", style.VERMILION, "D", 3.5),
    "coherent_pairs": ("coherent pairs", style.PURPLE, "v", 3.5),
}


def select(tables: Tables) -> Tables:
    """Flows within the limit of incoherence, beyond that of the control, and between them.

    ``median_incoherence`` is the median over the replicates of a design.
    """
    rows = windows(over_baseline(tables["correlated_designs"], "oracle"))
    incoherence = rows.groupby("design")["incoherence"].transform("median")
    rows = rows.assign(median_incoherence=incoherence)
    return {
        "within": rows[incoherence <= WITHIN],
        "between": rows[(incoherence > WITHIN) & (incoherence <= BEYOND)],
        "beyond": rows[incoherence > BEYOND],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """best_over_oracle and share_with_window of designs within the limit; control: those beyond."""
    rows = select(tables)
    within, beyond = (
        rows[part].assign(opens=rows[part]["window_size"] > 0) for part in ("within", "beyond")
    )
    place = ["depth", "design"]
    return {
        "best_over_oracle": Evidence(*(by(part, place, "ratio") for part in (within, beyond))),
        "share_with_window": Evidence(*(by(p, place, "opens", share) for p in (within, beyond))),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A column for each depth: above, error over the oracle's; below, the share with a window."""
    rows = pd.concat(select(tables).values()).sort_index()
    rows = rows.assign(
        opens=(rows["window_size"] > 0).astype(float), family=rows["design"].str.split("(").str[0]
    )
    limits = [claim.metrics[name].limit for name in ("best_over_oracle", "share_with_window")]
    depths = np.sort(rows["depth"].unique())
    figure, axes = style.panels(2, depths.size, 1.6, sharey=False)
    for (upper, lower), depth in zip(axes.T, depths, strict=True):
        for family, designs in rows[rows["depth"] == depth].groupby("family", sort=False):
            name, *look = _LOOKS.get(family, (family, style.SKY, "P", 3.5))
            _family(upper, lower, designs, name, *look)
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


def _family(
    upper: Axes,
    lower: Axes,
    rows: pd.DataFrame,
    name: str,
    colour: str,
    marker: str,
    size: float,
) -> None:
    """One family of designs at one depth, joined by increasing incoherence."""
    designs = rows.sort_values("median_incoherence", kind="stable")["design"].drop_duplicates()
    options = designs.str.extract(r"=([\d.]+)\)$", expand=False).dropna().tolist()
    label = rf"{name}, $\rho$ {options[0]}–{options[-1]}" if len(options) > 1 else name
    look: dict[str, Any] = {"color": colour, "marker": marker, "ms": size, "lw": 0.7}
    parts.whiskers(upper, rows, "median_incoherence", "ratio", label=label, **look)
    parts.line(lower, rows, "median_incoherence", "opens", estimator="mean", **look)


def _limits(axes: Axes, limit: float, right: float) -> None:
    """The threshold up to the incoherence to which the claim extends, and the control's region."""
    look: dict[str, Any] = {"color": "0.2", "lw": 0.7, "ls": style.DASHED, "zorder": 1}
    axes.hlines(limit, 0, WITHIN, label="threshold of the claim", **look)
    if right > BEYOND:
        label = rf"$\mu\,k\,r>{BEYOND:g}$ (control)"
        axes.axvspan(BEYOND, right, color=style.SHADE, lw=0, zorder=0, label=label)
    axes.set_xlim(0, right)
