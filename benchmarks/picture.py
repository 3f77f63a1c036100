"""The benchmarks as a picture."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from implicit_sparsity.pipeline.figures import style


def draw(speed: pd.DataFrame, flow: pd.DataFrame, path: Path) -> None:
    """Iterations relative to the floor by shape, and both engines' times as the start shrinks."""
    figure, axes = style.panels(1, 2, 2.6, sharey=False)
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
    words = {"fontsize": 6, "color": "0.3", "transform": left.transAxes}
    left.text(0.98, 0.02, "dashed: the floor, 4np operations", ha="right", va="bottom", **words)
    left.set(yscale="log", xlabel="design, n×p", ylabel="time of an iteration / floor")
    left.set(ylim=(0.6, None), xlim=(-0.3, len(names) - 0.7))
    left.tick_params(axis="x", labelsize=6)
    for column, colour in {"descent_s": style.PURPLE, "flow_s": style.GREEN}.items():
        label = "exact descent" if column == "descent_s" else "flow"
        right.plot(flow["alpha"], flow[column], "o-", color=colour, label=label, ms=3)
    scaled = flow[flow["descent_scaled"]]
    right.plot(scaled["alpha"], scaled["descent_s"], "o", color="w", ms=1.5)
    right.set(xscale="log", yscale="log", xlabel=r"start $\alpha$ ($N=4$)", ylabel="time, s")
    right.set_title("hollow: scaled up from fewer iterations")
    right.invert_xaxis()
    right.minorticks_off()
    style.legend(figure)
    style.save(figure, path)
