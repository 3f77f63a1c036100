"""The benchmarks as a picture."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from implicit_sparsity.pipeline.figures import style


def draw(speed: pd.DataFrame, flow: pd.DataFrame, path: Path) -> None:
    """Iterations relative to the floor by shape, and both engines' times as the start shrinks."""
    figure, axes = style.panels(1, 2, 2.4, sharey=False)
    left, right = axes[0]
    shown = speed[(speed["design"] == "rademacher") & (speed["depth"] == 4)]
    names = [f"{n}×{p}" for n, p in shown[["n", "p"]].drop_duplicates().itertuples(index=False)]
    for colour, (engine, rows) in zip(
        (style.BLUE, style.SKY, style.ORANGE, style.VERMILION),
        shown.groupby("engine", sort=False),
        strict=False,
    ):
        left.plot(names, rows["ratio"], "o-", color=colour, label=engine, ms=3)
    left.axhline(1, color="0.5", lw=0.6, ls=(0, (4, 2)))
    left.text(0, 1.05, "floor: 4np operations", fontsize=6, color="0.3", va="bottom")
    left.set(yscale="log", xlabel="design, n×p", ylabel="time of an iteration / floor")
    left.legend(frameon=False)
    right.plot(flow["alpha"], flow["descent_s"], "o-", color=style.ORANGE, label="descent", ms=3)
    right.plot(flow["alpha"], flow["flow_s"], "o-", color=style.BLUE, label="flow", ms=3)
    scaled = flow[flow["descent_scaled"]]
    right.plot(scaled["alpha"], scaled["descent_s"], "o", color="w", ms=1.5)
    right.set(xscale="log", yscale="log", xlabel=r"start $\alpha$ ($N=4$)", ylabel="time, s")
    right.invert_xaxis()
    right.legend(frameon=False, title="hollow: scaled up", title_fontsize=7)
    style.save(figure, path)
