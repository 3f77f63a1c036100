"""All baselines by name."""

from __future__ import annotations

from importlib.util import find_spec

from implicit_sparsity.baselines import (
    Baseline,
    elastic_net_cv,
    lasso_cv,
    lasso_oracle,
    least_squares,
    omp_cv,
    omp_oracle,
    oracle,
    ridge_cv,
    ridge_oracle,
)
from implicit_sparsity.checks import nearest

BASELINES: dict[str, Baseline] = {
    "oracle": oracle,
    "least_squares": least_squares,
    "ridge_cv": ridge_cv,
    "ridge_oracle": ridge_oracle,
    "lasso_cv": lasso_cv,
    "lasso_oracle": lasso_oracle,
    "elastic_net_cv": elastic_net_cv,
    "omp_cv": omp_cv,
    "omp_oracle": omp_oracle,
}


def missing(name: str) -> tuple[str, ...]:
    """Packages that a baseline needs and that are not installed.

    Parameters
    ----------
    name : str
        A key of ``BASELINES``.

    Returns
    -------
    tuple of str
        Names of packages, none if the baseline can be used.
    """
    return tuple(package for package in BASELINES[name].requires if find_spec(package) is None)


def baseline(name: str) -> Baseline:
    """The baseline of a name, ready to be used.

    Parameters
    ----------
    name : str
        A key of ``BASELINES``.

    Returns
    -------
    Baseline
        Its module.

    Raises
    ------
    ValueError
        If there is no such baseline, or if a package that it needs is not installed.
    """
    if name not in BASELINES:
        raise ValueError(f"{name!r} is not a baseline; {nearest(name, BASELINES)}")
    if packages := missing(name):
        raise ValueError(
            f"The baseline {name} needs {' and '.join(packages)}, which is not installed; "
            f"run: pip install {' '.join(packages)}"
        )
    return BASELINES[name]
