"""The true weights of random problems: their sizes, signs and places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from implicit_sparsity.problem import Vector

#: What a mapping may say of the sizes of the weights, one of these.
SIZES = ("equal", "graded", "uniform")


def drawn(rng: np.random.Generator, signal: Mapping[str, Any], k: int, p: int) -> Vector:
    """Weights whose sizes, signs or places are drawn.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    signal : mapping
        One of ``equal``, the size of all; ``graded``, the least and the greatest of sizes evenly
        apart, in random order; ``uniform``, the ends of the interval that sizes are drawn from.
        ``signs``, "positive" or "random": without, random for ``uniform`` and else positive.
        ``places``, "first" or "random": without, first.
    k : int
        Number of non-zero weights.
    p : int
        Number of weights, at least k.

    Returns
    -------
    array, shape (p,)
        The weights.
    """
    if "uniform" in signal:
        low, high = signal["uniform"]
        sizes = rng.uniform(low, high, k)
    elif "graded" in signal:
        low, high = signal["graded"]
        sizes = rng.permutation(np.linspace(low, high, k))
    else:
        sizes = np.full(k, float(signal["equal"]))
    if _signs(signal) == "random":
        sizes = sizes * rng.choice([-1.0, 1.0], k)
    random = signal.get("places", "first") == "random"
    places = rng.choice(p, k, replace=False) if random else np.arange(k)
    w_star = np.zeros(p)
    w_star[places] = sizes
    return w_star


def least(signal: Mapping[str, Any]) -> float:
    """The least size that a weight can have.

    Parameters
    ----------
    signal : mapping
        As in `drawn`.
    """
    return float(np.min(sizes(signal)))


def sizes(signal: Mapping[str, Any]) -> Any:
    """The size of all weights, or the least and the greatest that one can have.

    Parameters
    ----------
    signal : mapping
        As in `drawn`.
    """
    (found,) = (signal[key] for key in SIZES if key in signal)
    return found


def may_be_negative(signal: Any) -> bool:
    """Whether some weight of a signal, in any form that a specification holds, can be negative.

    Parameters
    ----------
    signal : float, list, dict or str
        As in ``ProblemSpec.signal``.
    """
    if isinstance(signal, str):
        return signal == "normal"
    if isinstance(signal, Mapping):
        return _signs(signal) == "random"
    return bool(np.min(signal) < 0)


def _signs(signal: Mapping[str, Any]) -> str:
    return str(signal.get("signs", "random" if "uniform" in signal else "positive"))
