"""All baselines by name."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from implicit_sparsity.baselines import (
    Baseline,
    abess,
    elastic_net_cv,
    lasso_cv,
    lasso_oracle,
    least_squares,
    mcp_cv,
    omp_cv,
    omp_oracle,
    oracle,
    relaxed_lasso_cv,
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
    "relaxed_lasso_cv": relaxed_lasso_cv,
    "elastic_net_cv": elastic_net_cv,
    "mcp_cv": mcp_cv,
    "omp_cv": omp_cv,
    "omp_oracle": omp_oracle,
    "abess": abess,
}


class NotInstalledError(ValueError):
    """A package that a baseline needs is not installed."""


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
        If there is no such baseline.
    NotInstalledError
        If a package that it needs is not installed.
    """
    if name not in BASELINES:
        raise ValueError(f"{name!r} is not a baseline; {nearest(name, BASELINES)}")
    if packages := missing(name):
        raise NotInstalledError(
            f"The baseline {name} needs {' and '.join(packages)}, which is not installed; "
            f"run: pip install {' '.join(packages)}"
        )
    return BASELINES[name]


def available(names: Sequence[str]) -> dict[str, Baseline]:
    """Those baselines that can be used; prints a sentence for each of the others.

    Parameters
    ----------
    names : sequence of str
        Keys of ``BASELINES``.

    Returns
    -------
    dict
        The modules by name, in the order given.

    Raises
    ------
    ValueError
        If there is no baseline of a name.
    """
    found = {}
    for name in names:
        try:
            found[name] = baseline(name)
        except NotInstalledError as error:
            print(f"{name} is left out. {error}")
    return found
