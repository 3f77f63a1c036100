"""Recovery and risk under noise that is not Gaussian."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, by, median, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: Laws, as tables name them before the level in brackets; a number alone is Gaussian.
SUB_GAUSSIAN, HEAVY = ("uniform", "sign"), "student_t3"
#: The design on which nothing averages the noise of a weight.
SINGLE = "sequence"
#: Smaller errors are drawn as this.
FLOOR = 0.01
#: What a metric is about: the column, and what makes a cell of it.
METRICS = {"risk": ("risk", median), "share_in_window": ("stop_in_window", share)}

_LOOKS = {
    "gaussian": ("Gaussian (positive control)", style.SKY, "D"),
    "uniform": ("uniform", style.BLUE, "o"),
    "sign": ("random signs", style.GREEN, "^"),
    "student_t3": ("Student's $t_3$ (control)", style.CONTROL, "s"),
}


def select(tables: Tables) -> Tables:
    """Flows by law: sub-Gaussian noise; Gaussian, the positive control; t₃ on the design with one
    sample a weight, the control, and on the other, which averages it.

    ``risk`` is the squared error at the prescribed stop over k σ² log p / n.
    """
    rows = flows(tables["noise_laws"])
    law = rows["noise"].astype(str).str.extract(r"^([a-z]\w*)\(", expand=False).fillna("gaussian")
    risk = rows["prescribed_error"] / rows["rate"]
    rows = rows.assign(law=law, risk=risk)
    heavy, single = law == HEAVY, rows["design"] == SINGLE
    return {
        "sub_gaussian": rows[law.isin(SUB_GAUSSIAN)],
        "gaussian": rows[law == "gaussian"],
        "heavy": rows[heavy & single],
        "heavy_averaged": rows[heavy & ~single],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """risk and share_in_window, by depth, law and design."""
    rows = select(tables)

    def cells(part: str, metric: str) -> list[Cell]:
        values, cell = METRICS[metric]
        return by(rows[part], ["depth", "law", "design"], values, cell)

    return {
        metric: Evidence(
            cells("sub_gaussian", metric),
            cells("heavy", metric),
            cells("gaussian", metric),
            cells("heavy_averaged", metric),
        )
        for metric in METRICS
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A column for each design; above, each problem's error at the prescribed stop, with medians;
    below, the share stopped within the window; both with 95 % intervals, by depth and law. The
    control is judged where a weight has one sample; on the other design, noise averages out."""
    rows = pd.concat(select(tables).values())
    rows["risk"] = rows["risk"].clip(lower=FLOOR)
    designs = sorted(rows["design"].unique())
    depths = np.sort(rows["depth"].unique())
    figure, axes = style.panels(2, len(designs), 1.9, sharey=False)
    for column, design in zip(axes.T, designs, strict=True):
        for panel, (metric, (values, cell)) in zip(column, METRICS.items(), strict=True):
            shown = rows[rows["design"] == design]
            for place, (law, (label, colour, marker)) in enumerate(_LOOKS.items()):
                part = shown[shown["law"] == law]
                aside = 0.17 * (place - 1.5)
                if values == "risk":
                    points = part.assign(x=part["depth"].map(list(depths).index) + aside)
                    parts.points(panel, points, "x", values, color=colour, marker=marker)
                part = part.assign(place=part["depth"].map(list(depths).index))
                found = by(part, "place", values, cell)
                draw_cells(panel, found, colour, label, marker, aside, "place", mec="white")
            parts.threshold_line(panel, claim.metrics[metric].limit)
            panel.set_xticks(range(depths.size), [f"$N={depth:g}$" for depth in depths])
            panel.set_xlim(-0.5, depths.size - 0.5)
        column[0].set_title("one sample a weight" if design == SINGLE else f"{design} design")
    for panel in axes[0]:
        top = 2 * max(rows["risk"].max(), 1)
        log_axis(panel, "y", 0.7 * FLOOR, top, {FLOOR: f"≤ {FLOOR:g}"})
    for panel in axes[1]:
        panel.set_ylim(-0.05, 1.08)
        panel.yaxis.set_major_formatter(PercentFormatter(1))
    axes[0, 0].set_ylabel(r"error / $k\sigma^2\log p/n$")
    axes[1, 0].set_ylabel("stopped in the window")
    figure.align_ylabels(axes[:, 0])
    style.legend(figure)
    return figure
