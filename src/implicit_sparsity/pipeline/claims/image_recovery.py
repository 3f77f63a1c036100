"""Whether depth helps to recover images, by design and by where the flow is stopped."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, flows, grid, weigh

#: Which design and which place to stop each metric is about.
SETTINGS = {
    "gain_as_published": (False, "paper"),
    "gain_centred": (True, "paper"),
    "gain_held_out": (False, "held-out"),
    "gain_centred_held_out": (True, "held-out"),
    "gain_centred_end": (True, "end"),
}


def gain(psnr: Array) -> float:
    """Median over images of the greatest depth's PSNR less the least depth's, in dB."""
    return float(np.median(psnr[:, -1] - psnr[:, 0]))


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, Evidence]:
    """A gain for each of ``SETTINGS``; the control has far fewer measurements."""
    rows = flows(tables["image_recovery"])
    centred = rows["design"].str.contains("centred")
    found = {}
    for metric, (is_centred, stop) in SETTINGS.items():
        setting = rows[(centred == is_centred) & (rows["stop"] == stop)]
        enough, few = (
            grid(setting[setting["n"] == n], "psnr", "depth")
            for n in (setting["n"].max(), setting["n"].min())
        )
        found[metric] = weigh(gain, enough, gain(few))
    return found
