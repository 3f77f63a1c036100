"""The parts whose tests are tried: the numerical core and the claims."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """Modules, and the tests that are to find faults in them.

    Attributes
    ----------
    modules, tests : tuple of str
        Patterns of paths within the package, and within tests/.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _unit(*names: str) -> tuple[str, ...]:
    return tuple(f"unit/test_{name}.py" for name in names)


PARTS = {
    "metrics": Part(("metrics.py",), _unit("metrics")),
    "theory": Part(
        ("theory/[a-z]*.py",), _unit("theory", "windows", "limits", "incremental", "basis_pursuit")
    ),
    "descent": Part(
        ("descent/[a-z]*.py",),
        _unit("descent", "descent_run", "descent_together", "environments"),
    ),
    "flow": Part(
        ("flow/[a-z]*.py",),
        _unit("step_control", "flow", "flow_method", "flow_run", "flow_starts", "environments"),
    ),
    "criteria": Part(
        ("regression/stopping/[a-z]*.py", "regression/noise.py", "regression/level_sets.py"),
        _unit("stopping", "information", "noise", "cross_validation"),
    ),
    "estimators": Part(
        ("regression/[a-z]*.py", "regression/estimators/[a-z]*.py"),
        _unit(
            *("public_face", "estimators", "standardise", "working_set", "cross_validation"),
            *("stopping", "estimator_invariances", "estimator_conventions", "display"),
        ),
    ),
    "claims": Part(
        ("pipeline/claims/[a-z]*.py",),
        (
            "pipeline/claims",
            *(f"pipeline/test_{name}.py" for name in ("statistics", "claims", "evidence")),
            *(f"pipeline/test_{name}.py" for name in ("ledger", "ledger_figure", "transitions")),
            "pipeline/test_claim_figures.py",
        ),
    ),
}
