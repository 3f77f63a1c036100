"""Share of problems whose support is found, over samples and sparsity, by method."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.pipeline.claims.evidence import Array, flows
from implicit_sparsity.pipeline.claims.sample_complexity import DEPTH, recovered
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims.parts import level_axis


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """A heat map for each method; last, where each finds half of the supports."""
    table = tables["sample_complexity"]
    methods = _methods(table)
    figure, axes = style.panels(2, -(-(len(methods) + 1) // 2), 1.65)
    *maps, halves = axes.flat[: len(methods) + 1]
    n, k = (np.sort(table[size].unique()) for size in ("n", "k"))
    for panel, (name, rows, look) in zip(maps, methods, strict=True):
        share = recovered(rows).mean(axis=0).T
        places = np.arange(n.size), np.arange(k.size)
        cells = panel.pcolormesh(*places, share, vmin=0, vmax=1, cmap="cividis", shading="nearest")
        panel.set_title(f"{name}, mean {share.mean():.1%}")
        _half(halves, share, label=name, **look)
    rows = flows(table, depth=DEPTH)
    share = recovered(rows[rows["init"] == rows["init"].max()]).mean(axis=0).T
    label = rf"$N={DEPTH}$, start $\alpha^N={rows['init'].max():g}$ (control)"
    _half(halves, share, label=label, colour=style.CONTROL, width=0.9, line=":")
    halves.set_title("half of them found")
    for spare in axes.flat[len(methods) + 1 :]:
        figure.delaxes(spare)
    for panel in (*maps, halves):
        level_axis(panel, n)
        panel.set_yticks(range(k.size), [f"{level:g}" for level in k])
        panel.set_ylim(-0.5, k.size - 0.5)
    for panel in axes[:, 0]:
        panel.set_ylabel("non-zero weights $k$")
    for panel in axes[-1]:
        panel.set_xlabel("samples $n$")
    bar = figure.colorbar(cells, ax=axes, format=PercentFormatter(1), aspect=30, pad=0.02)
    bar.set_label("problems whose support is found")
    bar.outline.set_visible(False)
    style.legend(figure)
    return figure


def _methods(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame, dict[str, Any]]]:
    """Name, rows and look of each method."""
    rows = flows(table)
    small = rows[rows["init"] == rows["init"].min()]
    found: list[tuple[str, pd.DataFrame, dict[str, Any]]] = []
    for i, (depth, part) in enumerate(small.groupby("depth")):
        look = {"colour": style.depth_colour(depth), "width": 2.2 / (1 + i / 2)}
        found.append((f"$N={depth:g}$", part, look))
    lasso, omp = (table[table["method"] == method] for method in ("lasso_oracle", "omp_oracle"))
    found.append(("Lasso", lasso, {"colour": style.GREEN, "width": 4, "alpha": 0.4}))
    found.append(("OMP", omp, {"colour": style.SKY, "width": 1.2, "line": "--"}))
    return found


def _half(
    axes: Axes,
    share: Array,
    label: str,
    colour: str,
    width: float,
    line: str = "-",
    alpha: float = 1,
) -> None:
    """The contour of one half of shares (k, n), if they cross it; wide ones lie below."""
    axes.plot([], color=colour, lw=width, ls=line, alpha=alpha, label=label)
    if min(share.shape) > 1 and share.min() < 0.5 < share.max():
        look: dict[str, Any] = {"colors": colour, "linewidths": width, "linestyles": line}
        axes.contour(share, [0.5], alpha=alpha, zorder=2 + 1 / width, **look)
