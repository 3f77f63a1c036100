"""Whether depth helps to recover images, by design and by where the flow is stopped."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.formatting import mathtext_label
from implicit_sparsity.pipeline.claims.evidence import Evidence, median
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid, least_and_most
from implicit_sparsity.pipeline.claims.statistics import Array
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis

#: Whether the design is centred, and the place to stop, that each metric is about.
SETTINGS = {
    "gain_as_published": (False, "paper"),
    "gain_centred": (True, "paper"),
    "gain_held_out": (False, "held-out"),
    "gain_centred_held_out": (True, "held-out"),
    "gain_centred_end": (True, "end"),
}

#: Places to stop, by the order of time, and designs, as they are named.
_STOPS = {
    "paper": "authors' stopping time",
    "held-out": "least held-out error",
    "end": "200 × authors' time",
}
_DESIGNS = {False: "authors' design", True: "centred design"}


def select(tables: Tables) -> Tables:
    """Flows from many measurements and, as the control, from few; ``centred`` is the design."""
    rows = flows(tables["image_recovery"])
    few, many = least_and_most(rows.assign(centred=rows["design"].str.contains("centred")), "n")
    return {"many": many, "few": few}


def gain(psnr: Array) -> float:
    """Median over images of the greatest depth's PSNR less the least depth's, in dB."""
    return float(np.median(psnr[:, -1] - psnr[:, 0]))


def _in_setting(rows: pd.DataFrame, centred: bool, stop: str) -> pd.DataFrame:
    return rows[(rows["centred"] == centred) & (rows["stop"] == stop)]


def evidence(tables: Tables) -> dict[str, Evidence]:
    """A gain for each of ``SETTINGS``; the control has far fewer measurements."""
    rows = select(tables)
    found = {}
    for metric, setting in SETTINGS.items():
        many, few = (
            grid(_in_setting(rows[part], *setting), "psnr", "depth") for part in ("many", "few")
        )
        cells = (median({}, psnr[:, -1] - psnr[:, 0]) for psnr in (many, few))
        found[metric] = Evidence(*([cell] for cell in cells))
    return found


def draw(tables: Tables, claim: Claim) -> Figure:
    """A row for each design and a column for each place to stop; a line for each image."""
    many, few = select(tables).values()
    depths = np.sort(many["depth"].unique())
    figure, axes = style.panels(2, 3, 1.6)
    for line, (centred, design) in zip(axes, _DESIGNS.items(), strict=True):
        for panel, stop in zip(line, _STOPS, strict=True):
            shown = _in_setting(many, centred, stop)
            count = "{n} measurements"
            _images(panel, shown, style.BLUE, count.format(**many.iloc[0]))
            control = f"{count} (control)".format(**few.iloc[0])
            _images(panel, _in_setting(few, centred, stop), style.CONTROL, control)
            depth_axis(panel, depths)
            gained = mathtext_label(f"{gain(grid(shown, 'psnr', 'depth')):+.1f} dB")
            panel.set_title(rf"$N={depths[0]:g}\to{depths[-1]:g}$: {gained}")
        line[0].set_ylabel(f"{design}\nPSNR, dB")
    for panel, name in zip(axes[0], _STOPS.values(), strict=True):
        panel.set(title=f"{name}\n{panel.get_title()}", xlabel="")
    style.legend(figure)
    return figure


def _images(axes: Axes, rows: pd.DataFrame, colour: str, label: str) -> None:
    """A light line for each image, and their median."""
    each = {"units": "replicate", "estimator": None, "lw": 0.5, "alpha": 0.4}
    parts.line(axes, rows, "depth", "psnr", color=colour, **each)
    parts.line(axes, rows, "depth", "psnr", color=colour, marker="o", ms=4, label=label)
