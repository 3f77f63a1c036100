"""Transformations whose numbers are arguments of the compiled code, not constants of it.

So what was compiled for one step size serves all others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import optax

Numbers = tuple[Any, ...]


class Numbered(optax.GradientTransformation):  # type: ignore[misc]
    """The transformation ``make(*numbers)``, which remembers both."""

    make: Callable[..., Any]
    numbers: Numbers


def numbered(make: Callable[..., Any], *numbers: Any) -> Numbered:
    """The transformation that a function makes of numbers.

    Parameters
    ----------
    make : callable
        The function, the same object each time; it is called with traced numbers, too.
    *numbers : float, array, pytree of them or None
        The numbers.

    Returns
    -------
    Numbered
        An optax transformation like any other.
    """
    transformation = Numbered(*make(*numbers))
    transformation.make, transformation.numbers = make, numbers
    return transformation


def parted(transformation: Any) -> tuple[Callable[..., Any], Numbers]:
    """What makes a transformation, and the numbers that it makes it of; none if it was given."""
    if isinstance(transformation, Numbered):
        return transformation.make, transformation.numbers
    return _Given(transformation), ()


@dataclass(frozen=True)
class _Given:
    transformation: Any

    def __call__(self) -> Any:
        return self.transformation
