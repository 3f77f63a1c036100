"""Implicit sparse regularisation: depth-N diagonal linear networks and early stopping.

The public names are loaded when first used, so that light parts (the check of a configuration)
need not wait for the compiler of the heavy ones.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from implicit_sparsity.descent import DivergenceError, gradient_descent
    from implicit_sparsity.discrepancy import discrepancy_time
    from implicit_sparsity.estimator import DepthNRegressor, DepthNRegressorCV
    from implicit_sparsity.flow import FlowPath, gradient_flow
    from implicit_sparsity.heldout import HeldOut, holdout, kfold, weights_at
    from implicit_sparsity.integrate import StepError
    from implicit_sparsity.noise import noise_level
    from implicit_sparsity.path import DescentPath, Events, Path, Trace
    from implicit_sparsity.problem import Problem

_HOMES = {
    "DepthNRegressor": "estimator",
    "DepthNRegressorCV": "estimator",
    "DescentPath": "path",
    "DivergenceError": "descent",
    "Events": "path",
    "FlowPath": "flow",
    "HeldOut": "heldout",
    "Path": "path",
    "Problem": "problem",
    "StepError": "integrate",
    "Trace": "path",
    "discrepancy_time": "discrepancy",
    "gradient_descent": "descent",
    "gradient_flow": "flow",
    "holdout": "heldout",
    "kfold": "heldout",
    "noise_level": "noise",
    "weights_at": "heldout",
}

__all__ = [
    "DepthNRegressor",
    "DepthNRegressorCV",
    "DescentPath",
    "DivergenceError",
    "Events",
    "FlowPath",
    "HeldOut",
    "Path",
    "Problem",
    "StepError",
    "Trace",
    "discrepancy_time",
    "gradient_descent",
    "gradient_flow",
    "holdout",
    "kfold",
    "noise_level",
    "weights_at",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
