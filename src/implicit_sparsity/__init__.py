"""Implicit sparse regularisation: depth-N diagonal linear networks and early stopping.

What users need is here; the names are loaded when first used, so that the light parts of the
package (the check of a configuration) need not wait for the compiler of the heavy ones. So are the
sub-packages: ``implicit_sparsity.theory`` is there after a plain ``import implicit_sparsity``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "DepthNRegressor",
    "DepthNRegressorCV",
    "Descent",
    "DescentTrajectory",
    "DivergenceError",
    "Events",
    "FlowTrajectory",
    "HeldOut",
    "IncrementalPath",
    "InformationCurve",
    "PathDisplay",
    "Problem",
    "RegressionPath",
    "StepError",
    "Trace",
    "Trajectory",
    "Window",
    "basis_pursuit",
    "discrepancy_time",
    "early_stopping_window",
    "escape_time",
    "gradient_descent",
    "gradient_descents",
    "gradient_flow",
    "holdout",
    "incoherence",
    "incremental_path",
    "information_criterion",
    "interpolating_limit",
    "kfold",
    "minimax_rate",
    "noise_level",
]

_MODULES = {
    "DepthNRegressor": "regression.estimators.depth_n",
    "DepthNRegressorCV": "regression.estimators.depth_n_cv",
    "Descent": "descent.run",
    "DescentTrajectory": "trajectory",
    "DivergenceError": "descent.limits",
    "Events": "trajectory",
    "FlowTrajectory": "flow.solve",
    "HeldOut": "regression.stopping.held_out",
    "IncrementalPath": "theory.incremental",
    "InformationCurve": "regression.stopping.information",
    "PathDisplay": "regression.display",
    "Problem": "problem",
    "RegressionPath": "regression.path",
    "StepError": "flow.step_control",
    "Trace": "trajectory",
    "Trajectory": "trajectory",
    "Window": "theory.windows",
    "basis_pursuit": "theory.basis_pursuit",
    "discrepancy_time": "regression.stopping.discrepancy",
    "early_stopping_window": "theory.windows",
    "escape_time": "theory.escape",
    "gradient_descent": "descent.engine",
    "gradient_descents": "descent.together",
    "gradient_flow": "flow.solve",
    "holdout": "regression.stopping.holdout",
    "incoherence": "theory.incoherence",
    "incremental_path": "theory.incremental",
    "information_criterion": "regression.stopping.information",
    "interpolating_limit": "theory.limits",
    "kfold": "regression.stopping.kfold",
    "minimax_rate": "theory.levels",
    "noise_level": "regression.noise",
}

_SUBPACKAGES = (
    "baselines",
    "descent",
    "flow",
    "pipeline",
    "problems",
    "regression",
    "theory",
    "training",
)

if TYPE_CHECKING:
    from implicit_sparsity.descent.engine import gradient_descent
    from implicit_sparsity.descent.limits import DivergenceError
    from implicit_sparsity.descent.run import Descent
    from implicit_sparsity.descent.together import gradient_descents
    from implicit_sparsity.flow.solve import FlowTrajectory, gradient_flow
    from implicit_sparsity.flow.step_control import StepError
    from implicit_sparsity.problem import Problem
    from implicit_sparsity.regression.display import PathDisplay
    from implicit_sparsity.regression.estimators.depth_n import DepthNRegressor
    from implicit_sparsity.regression.estimators.depth_n_cv import DepthNRegressorCV
    from implicit_sparsity.regression.noise import noise_level
    from implicit_sparsity.regression.path import RegressionPath
    from implicit_sparsity.regression.stopping.discrepancy import discrepancy_time
    from implicit_sparsity.regression.stopping.held_out import HeldOut
    from implicit_sparsity.regression.stopping.holdout import holdout
    from implicit_sparsity.regression.stopping.information import (
        InformationCurve,
        information_criterion,
    )
    from implicit_sparsity.regression.stopping.kfold import kfold
    from implicit_sparsity.theory.basis_pursuit import basis_pursuit
    from implicit_sparsity.theory.escape import escape_time
    from implicit_sparsity.theory.incoherence import incoherence
    from implicit_sparsity.theory.incremental import IncrementalPath, incremental_path
    from implicit_sparsity.theory.levels import minimax_rate
    from implicit_sparsity.theory.limits import interpolating_limit
    from implicit_sparsity.theory.windows import Window, early_stopping_window
    from implicit_sparsity.trajectory import DescentTrajectory, Events, Trace, Trajectory
else:

    def __getattr__(name: str) -> object:
        if name in _SUBPACKAGES:
            return import_module(f"{__name__}.{name}")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

    def __dir__() -> list[str]:
        dunder = {name for name in globals() if name[:2] == "__"}
        return sorted(dunder.union(__all__, _SUBPACKAGES))
