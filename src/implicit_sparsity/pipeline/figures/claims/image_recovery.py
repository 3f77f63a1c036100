"""Quality of recovered images against depth, by design and by where the flow is stopped."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Array, flows, grid
from implicit_sparsity.pipeline.claims.image_recovery import gain
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims import parts

#: Places to stop, by the order of time, and designs, as they are named.
_STOPS = {
    "paper": "authors' stopping time",
    "held-out": "least held-out error",
    "end": "200 × authors' time",
}
_DESIGNS = {False: "authors' design", True: "centred design"}


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """A row for each design and a column for each place to stop."""
    rows = flows(tables["image_recovery"])
    centred = rows["design"].str.contains("centred")
    depths = np.sort(rows["depth"].unique())
    figure, axes = style.panels(2, 3, 1.6)
    for line, (is_centred, design) in zip(axes, _DESIGNS.items(), strict=True):
        line[0].set_ylabel(f"{design}\nPSNR, dB")
        for panel, stop in zip(line, _STOPS, strict=True):
            setting = rows[(centred == is_centred) & (rows["stop"] == stop)]
            enough, few = (
                grid(setting[setting["n"] == n], "psnr", "depth")
                for n in (setting["n"].max(), setting["n"].min())
            )
            most, least = rows["n"].max(), rows["n"].min()
            _images(panel, depths, enough, style.BLUE, f"{most} measurements")
            _images(panel, depths, few, style.CONTROL, f"{least} measurements (control)")
            parts.depth_axis(panel, depths)
            gained = f"{gain(enough):+.1f} dB".replace("-", "−")
            panel.set_title(rf"$N={depths[0]:g}\to{depths[-1]:g}$: {gained}")
    for panel, name in zip(axes[0], _STOPS.values(), strict=True):
        panel.set_title(f"{name}\n{panel.get_title()}")
    for panel in axes[0]:
        panel.set_xlabel("")
    style.legend(figure)
    return figure


def _images(axes: Axes, depths: Array, psnr: Array, colour: str, label: str) -> None:
    """A faint line for each image, (images, depths), and their median."""
    axes.plot(depths, psnr.T, color=colour, lw=0.5, alpha=0.4)
    axes.plot(depths, np.median(psnr, axis=0), "o-", color=colour, ms=3, label=label)
