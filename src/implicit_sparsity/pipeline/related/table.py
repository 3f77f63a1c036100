"""The table of a related system."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.related.registry import SYSTEMS
from implicit_sparsity.pipeline.specs import SystemSpec
from implicit_sparsity.problems.synthetic import generator


def related_table(
    spec: SystemSpec, stream: Callable[[int, str, int], np.random.Generator] = generator
) -> pd.DataFrame:
    """Measure every draw of a system.

    Parameters
    ----------
    spec : SystemSpec
        The system, its settings and its draws. Each draw has a random stream of its own, keyed by
        the system and the draw's number.
    stream : callable, optional
        What makes the random stream of a seed, a key and a draw's number.

    Returns
    -------
    DataFrame
        Rows of each draw, its number in the column ``replicate``.
    """
    system = SYSTEMS[spec.system]
    draws = {i: stream(spec.seed, f"related/{spec.system}", i) for i in range(spec.draws)}
    return system.measure(system.Settings(**spec.settings), draws)
