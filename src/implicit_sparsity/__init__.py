"""Implicit sparse regularisation: depth-N diagonal linear networks and early stopping.

The public names are loaded when first used, so that light parts (the check of a configuration)
need not wait for the compiler of the heavy ones.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from implicit_sparsity.descent.engine import DivergenceError, gradient_descent
    from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
    from implicit_sparsity.flow.step_control import StepError
    from implicit_sparsity.problem import Problem
    from implicit_sparsity.regression.estimators import DepthNRegressor, DepthNRegressorCV
    from implicit_sparsity.regression.noise import noise_level
    from implicit_sparsity.regression.stopping.discrepancy import discrepancy_time
    from implicit_sparsity.regression.stopping.held_out import HeldOut
    from implicit_sparsity.regression.stopping.holdout import holdout
    from implicit_sparsity.regression.stopping.kfold import kfold
    from implicit_sparsity.trajectory import DescentTrajectory, Events, Trace, Trajectory

_HOMES = {
    "DepthNRegressor": "regression.estimators",
    "DepthNRegressorCV": "regression.estimators",
    "DescentTrajectory": "trajectory",
    "DivergenceError": "descent.engine",
    "Events": "trajectory",
    "FlowTrajectory": "flow.solve",
    "HeldOut": "regression.stopping.held_out",
    "Trajectory": "trajectory",
    "Problem": "problem",
    "StepError": "flow.step_control",
    "Trace": "trajectory",
    "discrepancy_time": "regression.stopping.discrepancy",
    "gradient_descent": "descent.engine",
    "gradient_flow": "flow.solve",
    "holdout": "regression.stopping.holdout",
    "kfold": "regression.stopping.kfold",
    "noise_level": "regression.noise",
}

__all__ = [
    "DepthNRegressor",
    "DepthNRegressorCV",
    "DescentTrajectory",
    "DivergenceError",
    "Events",
    "FlowTrajectory",
    "HeldOut",
    "Problem",
    "StepError",
    "Trace",
    "Trajectory",
    "discrepancy_time",
    "gradient_descent",
    "gradient_flow",
    "holdout",
    "kfold",
    "noise_level",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
