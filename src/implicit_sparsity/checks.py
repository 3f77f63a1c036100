"""Checks of single arguments, each with one sentence on what is wrong."""

from __future__ import annotations

import numpy as np


def whole(name: str, value: int, least: int = 1) -> int:
    """``value`` if it is an integer of at least ``least``, or one sentence on what is wrong."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}; got {value!r}.")
    return int(value)


def within(name: str, value: float, least: float, most: float = np.inf) -> float:
    """``value`` if it is a finite number in [least, most], or one sentence on what is wrong."""
    number = isinstance(value, int | float | np.integer | np.floating)
    if isinstance(value, bool) or not number or not least <= value <= most or abs(value) == np.inf:
        bounds = f"of at least {least:g}" if most == np.inf else f"from {least:g} to {most:g}"
        raise ValueError(f"{name} must be a finite number {bounds}; got {value!r}.")
    return float(value)
