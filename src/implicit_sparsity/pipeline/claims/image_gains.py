"""What depth gains on images, by design and by where the flow is stopped: for several claims."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from implicit_sparsity.formatting import mathtext_label
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, median
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid, least_and_most
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis

#: By metric, whether the design is centred, and the place to stop.
Settings = Mapping[str, tuple[bool, str]]

#: Places to stop, and designs, as they are named.
_STOPS = {
    "paper": "authors' stopping time",
    "held-out": "least held-out error",
    "end": "200 × authors' time",
}
_DESIGNS = {False: "authors' design", True: "centred design"}


def many_and_few(tables: Tables) -> Tables:
    """Flows from many measurements and, as the control, from few; ``centred`` is the design."""
    rows = flows(tables["image_recovery"])
    few, many = least_and_most(rows.assign(centred=rows["design"].str.contains("centred")), "n")
    return {"many": many, "few": few}


def _in_setting(rows: pd.DataFrame, setting: tuple[bool, str]) -> pd.DataFrame:
    centred, stop = setting
    return rows[(rows["centred"] == centred) & (rows["stop"] == stop)]


def _gain(rows: pd.DataFrame, setting: tuple[bool, str]) -> Cell:
    """Median over images of the greatest depth's PSNR less the least depth's, in dB."""
    psnr = grid(_in_setting(rows, setting), "psnr", "depth")
    return median({"design": _DESIGNS[setting[0]]}, psnr[:, -1] - psnr[:, 0])


def _gain_of_measurements(rows: Tables, setting: tuple[bool, str]) -> Cell:
    """The same of many measurements less few, at the least depth."""
    many, few = (
        grid(_in_setting(rows[part], setting), "psnr", "depth")[:, 0] for part in ("many", "few")
    )
    return median({"design": _DESIGNS[setting[0]]}, many - few)


def gains_of(tables: Tables, settings: Settings) -> dict[str, Evidence]:
    """A gain for each setting; the control has far fewer measurements, and the positive control is
    what more measurements gain."""
    rows = many_and_few(tables)
    return {
        metric: Evidence(
            [_gain(rows["many"], setting)],
            [_gain(rows["few"], setting)],
            [_gain_of_measurements(rows, setting)],
        )
        for metric, setting in settings.items()
    }


def draw_gains(tables: Tables, claim: Claim, settings: Settings) -> Figure:
    """For each setting a line for each image, and its gain beside the threshold."""
    many, few = many_and_few(tables).values()
    depths = np.sort(many["depth"].unique())
    figure, axes = style.panels(2, len(settings), 1.7, sharey=False)
    for column, (metric, setting) in zip(axes.T, settings.items(), strict=True):
        upper, lower = column
        for rows, colour, words in ((many, style.BLUE, ""), (few, style.CONTROL, " (control)")):
            label = f"{rows['n'].iloc[0]} measurements{words}"
            shown = _in_setting(rows, setting)
            _images(upper, shown, colour, label)
            _gains(lower, shown, colour)
        depth_axis(upper, depths)
        parts.threshold_line(lower, claim.metrics[metric].limit)
        centred, stop = setting
        gained = mathtext_label(f"{_gain(many, setting).value:+.1f} dB")
        upper.set_title(f"{_DESIGNS[centred]},\n{_STOPS[stop]}")
        lower.set_title(rf"$N={depths[0]:g}\to{depths[-1]:g}$: median {gained}")
        lower.xaxis.set_major_locator(MaxNLocator(integer=True))
        lower.set_xlabel("image")
    axes[0, 0].set_ylabel("PSNR, dB")
    axes[1, 0].set_ylabel("gain, dB")
    figure.align_ylabels(axes[:, 0])
    style.legend(figure)
    return figure


def _images(axes: Axes, rows: pd.DataFrame, colour: str, label: str) -> None:
    """A light line for each image, and their median."""
    each = {"units": "replicate", "estimator": None, "lw": 0.5, "alpha": 0.4}
    parts.line(axes, rows, "depth", "psnr", color=colour, **each)
    parts.line(axes, rows, "depth", "psnr", color=colour, marker="o", ms=4, label=label)


def _gains(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    """What depth gains on each image, and the interval of the median."""
    psnr = grid(rows, "psnr", "depth")
    gains = psnr[:, -1] - psnr[:, 0]
    axes.plot(np.arange(gains.size) + 1, gains, "o", color=colour, ms=3, mew=0, alpha=0.7)
    cell = median({}, gains)
    low, high = cell.ends
    if np.isfinite(low):
        axes.axhspan(low, high, color=colour, alpha=0.15, lw=0)
    axes.axhline(cell.value, color=colour, lw=0.8)
