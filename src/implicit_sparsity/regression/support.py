"""Which weights of a flow count as zero."""

from __future__ import annotations

import numpy as np

#: A fit that leaves no more than this part of the target's mean square is exact.
EXACT_FIT = 1e-8


def support_threshold(init: float, loss: float, samples: float) -> float:
    """Level below which standardised weights count as zero: min(α^{N/4}, √(loss / n)).

    The first is the bound to weights off the support in the paper's early-stopping window. The
    second is a standard error of the weight of a column on its own.

    Parameters
    ----------
    init : float
        Start α^N.
    loss : float
        Mean squared residual in standardised units.
    samples : float
        Number n of samples.

    Returns
    -------
    float
        The level.
    """
    return float(min(init**0.25, np.sqrt(max(loss, EXACT_FIT) / samples)))
