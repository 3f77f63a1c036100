"""Implicit sparse regularisation: depth-N diagonal linear networks and early stopping.

The public names are loaded when first used, so that light parts (the check of a configuration)
need not wait for the compiler of the heavy ones.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from implicit_sparsity.descent import DivergenceError, gradient_descent
    from implicit_sparsity.flow import FlowPath, gradient_flow
    from implicit_sparsity.integrate import StepError
    from implicit_sparsity.path import DescentPath, Events, Path, Trace
    from implicit_sparsity.problem import Problem

_HOMES = {
    "DescentPath": "path",
    "DivergenceError": "descent",
    "Events": "path",
    "FlowPath": "flow",
    "Path": "path",
    "Problem": "problem",
    "StepError": "integrate",
    "Trace": "path",
    "gradient_descent": "descent",
    "gradient_flow": "flow",
}

__all__ = [
    "DescentPath",
    "DivergenceError",
    "Events",
    "FlowPath",
    "Path",
    "Problem",
    "StepError",
    "Trace",
    "gradient_descent",
    "gradient_flow",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
