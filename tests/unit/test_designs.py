"""Every design: its moments, its streams and the options that it refuses."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import numpy as np
import pytest
from design_options import OPTIONS

from implicit_sparsity.problems import designs, synthetic
from implicit_sparsity.problems.designs.registry import DESIGNS

APART = np.abs(np.subtract.outer(range(6), range(6)))
#: E[X_i] and E[X_i X_j] of six columns drawn with OPTIONS, where they are known.
MOMENTS = {
    "rademacher": (-0.5, np.where(APART == 0, 1, 0.25)),  # of mean 2 · 0.25 − 1
    "gaussian": (0, np.eye(6)),
    "ar1": (0, (-0.6) ** APART),
    "equicorrelated": (0, np.where(APART == 0, 1, 0.3)),
    "coherent_pairs": (0, np.eye(6) + 0.8 * (APART == 4)),
    "sequence": (0, np.eye(6)),
}


def test_every_module_is_in_the_registry_under_its_name():
    modules = {module.name for module in pkgutil.iter_modules(designs.__path__)} - {"registry"}
    assert set(DESIGNS) == modules
    for name, function in DESIGNS.items():
        assert function.__module__ == f"implicit_sparsity.problems.designs.{name}"


def test_the_registry_imports_numpy_alone():
    """A configuration is checked against it, within two seconds."""
    code = (
        "import sys, implicit_sparsity.problems.designs.registry; "
        "print({'pandas', 'scipy', 'sklearn', 'numba', 'matplotlib'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "set()\n", result.stdout + result.stderr


def test_every_design_has_options_to_be_tested_with():
    for name in DESIGNS:
        assert name in OPTIONS, f"add valid options for {name!r} to tests/design_options.py"
    for name in OPTIONS:
        assert name in DESIGNS, f"remove {name!r} from tests/design_options.py: not a design"


@pytest.mark.parametrize("name", OPTIONS)
def test_designs_are_reproducible(name):
    first, again = (
        synthetic.design(name, synthetic.generator(0, name, 1), 7, 6, **OPTIONS[name])
        for _ in range(2)
    )
    assert first.shape == (7, 6) and first.dtype == np.float64 and first.flags.c_contiguous
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("name", MOMENTS)
def test_designs_have_their_moments(name):
    """Of 40,000 rows, whose standard error is below 0.01."""
    mean, second = MOMENTS[name]
    X = synthetic.design(name, synthetic.generator(3, "moments", 0), 40_000, 6, **OPTIONS[name])
    np.testing.assert_allclose(X.T @ X / len(X), second, atol=0.03)
    np.testing.assert_allclose(X.mean(axis=0), mean, atol=0.03)


def test_rademacher_entries_are_signs():
    X = synthetic.design("rademacher", synthetic.generator(0, "signs", 0), 50, 40)
    assert set(np.unique(X)) == {-1.0, 1.0}
    assert abs(X.mean()) < 0.1


@pytest.mark.parametrize("probability", [0.1, 0.25, 0.5, 0.9])
def test_centred_rademacher_entries_have_mean_zero_and_variance_one(probability):
    """40,000 rows of 6; the two values are those of a Bernoulli variable in standard units."""
    options = {"probability": probability, "centred": True}
    X = synthetic.design("rademacher", synthetic.generator(3, "moments", 0), 40_000, 6, **options)
    low, high = np.unique(X)
    assert low == pytest.approx(-np.sqrt(probability / (1 - probability)))
    assert high == pytest.approx(np.sqrt((1 - probability) / probability))
    assert np.equal(X, high).mean() == pytest.approx(probability, abs=0.005)
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(X.T @ X / len(X), np.eye(6), atol=0.05)


def test_centred_entries_are_those_of_the_plain_design():
    plain, centred, not_centred = (
        synthetic.design(
            "rademacher", synthetic.generator(0, "c", 0), 30, 20, probability=0.25, **options
        )
        for options in ({}, {"centred": True}, {"centred": False})
    )
    np.testing.assert_array_equal(plain, not_centred)
    np.testing.assert_allclose(centred, (plain + 0.5) / np.sqrt(0.75), atol=1e-14)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("uniform", {}, "design must be one of rademacher, gaussian, .*; got 'uniform'"),
        ("ar1", {}, "ar1 got wrong options: .*'rho'"),
        ("gaussian", {"rho": 0.5}, "gaussian got wrong options: .*'rho'"),
        ("ar1", {"rho": 1.1}, "rho must be a finite number from -1 to 1"),
        ("equicorrelated", {"rho": -0.1}, "rho must be a finite number from 0 to 1"),
        ("rademacher", {"probability": float("nan")}, "probability must be a finite number"),
        *(
            ("rademacher", {"probability": q, "centred": True}, "probability of a centred design")
            for q in (0, 1, 1e-9)
        ),
        ("coherent_pairs", {"pairs": 2, "correlation": -2}, "correlation must be"),
        ("coherent_pairs", {"pairs": 0, "correlation": 0.5}, "pairs must be a whole number"),
        ("coherent_pairs", {"pairs": 4, "correlation": 0.5}, "pairs must be at most p/2"),
    ],
)
def test_design_refuses(name, options, message):
    with pytest.raises(ValueError, match=message):
        synthetic.design(name, synthetic.generator(0, "errors", 0), 4, 6, **options)
