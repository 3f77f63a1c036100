"""Implicit sparse regularisation: depth-N diagonal linear networks and early stopping.

The public names are loaded when first used, so that light parts (the check of a configuration)
need not wait for the compiler of the heavy ones.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from implicit_sparsity.descent import DivergenceError, gradient_descent
    from implicit_sparsity.path import DescentPath, Events, Path, Trace
    from implicit_sparsity.problem import Problem

_HOMES = {
    "DescentPath": "path",
    "DivergenceError": "descent",
    "Events": "path",
    "Path": "path",
    "Problem": "problem",
    "Trace": "path",
    "gradient_descent": "descent",
}

__all__ = [
    "DescentPath",
    "DivergenceError",
    "Events",
    "Path",
    "Problem",
    "Trace",
    "gradient_descent",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
