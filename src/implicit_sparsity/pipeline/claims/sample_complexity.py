"""How many samples recovery of the support takes, beside the Lasso and matching pursuit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.pipeline.claims.evidence import Evidence, bootstrapped
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid, least_and_most
from implicit_sparsity.pipeline.claims.statistics import Array
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.axis import labels_kept

#: The depth whose flow is compared, the least of the deep ones.
DEPTH = 3


def select(tables: Tables) -> Tables:
    """Flows from a small start, the control's at one depth from a large one, and the baselines.

    ``found`` is 1 where the support can be read off the path, otherwise 0.
    """
    table = tables["sample_complexity"]
    table = table.assign(found=table["separated"].astype(float))
    small, large = least_and_most(flows(table), "init")
    return {
        "small": small,
        "large": large[large["depth"] == DEPTH],
        "lasso": table[table["method"] == "lasso_oracle"],
        "omp": table[table["method"] == "omp_oracle"],
    }


def mean_gain(gains: Array) -> float:
    """Difference of the shares of recovered supports, mean over all cells."""
    return float(gains.mean())


def evidence(tables: Tables) -> dict[str, Evidence]:
    """over_lasso and over_omp at depth 3 and over_depth_two; the control starts too large."""
    rows = select(tables)
    depth = rows["small"]["depth"]
    deep, large, lasso, omp, shallow = (
        grid(part, "found", "n", "k")
        for part in (
            rows["small"][depth == DEPTH],
            rows["large"],
            rows["lasso"],
            rows["omp"],
            rows["small"][depth == depth.min()],
        )
    )
    others = {"over_lasso": lasso, "over_omp": omp, "over_depth_two": shallow}
    return {
        metric: Evidence(*([bootstrapped({}, mean_gain, found - other)] for found in (deep, large)))
        for metric, other in others.items()
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A heat map for each method; last, where each finds half of the supports."""
    rows = select(tables)
    methods = _methods(rows)
    figure, axes = style.panels(2, -(-(len(methods) + 1) // 2), 1.65)
    *maps, halves = axes.flat[: len(methods) + 1]
    for panel, (name, part, look) in zip(maps, methods, strict=True):
        found = part.pivot_table(values="found", index="k", columns="n")
        with labels_kept(panel):
            sns.heatmap(found, vmin=0, vmax=1, cmap="cividis", cbar=False, ax=panel)
        panel.set_title(f"{name}, mean {found.to_numpy().mean():.1%}")
        _half(halves, found, label=name, **look)
    control = rows["large"].pivot_table(values="found", index="k", columns="n")
    label = rf"$N={DEPTH}$, start $\alpha^N={rows['large']['init'].max():g}$ (control)"
    _half(halves, control, label=label, colour=style.CONTROL, width=0.9, line=":")
    halves.set_title("half of them found")
    for spare in axes.flat[len(methods) + 1 :]:
        figure.delaxes(spare)
    for panel in (*maps, halves):
        _level_axes(panel, control)
    for panel in axes[:, 0]:
        panel.set_ylabel("non-zero weights $k$")
    for panel in axes[-1]:
        panel.set_xlabel("samples $n$")
    cells = maps[0].collections[0]
    bar = figure.colorbar(cells, ax=axes, format=PercentFormatter(1), aspect=30, pad=0.02)
    bar.set_label("problems whose support is found")
    bar.outline.set_visible(False)
    style.legend(figure)
    return figure


def _methods(rows: Tables) -> list[tuple[str, pd.DataFrame, dict[str, Any]]]:
    """Name, rows and look of each method."""
    found: list[tuple[str, pd.DataFrame, dict[str, Any]]] = []
    for i, (depth, part) in enumerate(rows["small"].groupby("depth")):
        look = {"colour": style.depth_colour(depth), "width": 2.2 / (1 + i / 2)}
        found.append((f"$N={depth:g}$", part, look))
    found.append(("Lasso", rows["lasso"], {"colour": style.GREEN, "width": 4, "alpha": 0.4}))
    found.append(("OMP", rows["omp"], {"colour": style.SKY, "width": 1.2, "line": "--"}))
    return found


def _half(
    axes: Axes,
    found: pd.DataFrame,
    label: str,
    colour: str,
    width: float,
    line: str = "-",
    alpha: float = 1,
) -> None:
    """The contour of one half of the shares, if they cross it; wide ones lie below."""
    axes.plot([], color=colour, lw=width, ls=line, alpha=alpha, label=label)
    share = found.to_numpy()
    if min(share.shape) > 1 and share.min() < 0.5 < share.max():
        k, n = map(_middles, share.shape)
        look: dict[str, Any] = {"colors": colour, "linewidths": width, "linestyles": line}
        axes.contour(n, k, share, [0.5], alpha=alpha, zorder=2 + 1 / width, **look)


def _middles(count: int) -> Array:
    """Where seaborn's heat maps have the middles of their cells."""
    return np.arange(float(count)) + 0.5


def _level_axes(axes: Axes, found: pd.DataFrame) -> None:
    """Samples to the right and non-zero weights upwards, as a heat map has them."""
    k, n = found.index, found.columns
    axes.set_xticks(_middles(n.size), [f"{level:g}" for level in n], rotation=0)
    axes.set_yticks(_middles(k.size), [f"{level:g}" for level in k], rotation=0)
    axes.set(xlim=(0, n.size), ylim=(0, k.size))
