"""Ridge against closed forms, grids and a slow cross-validation; least squares by its equations."""

from __future__ import annotations

import pkgutil
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest
from baseline_problems import sizes, sparse, squared_error
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity import Problem, baselines
from implicit_sparsity.baselines import least_squares, oracle, registry, ridge_cv, ridge_oracle
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.problems.spec import ProblemSpec

KERNEL_REGIME = ProblemSpec(
    experiment="kernel_regime",
    instances="authors",
    seed=0,
    design="rademacher",
    options={},
    n=500,
    p=100,
    signal="normal",
    k=None,
    noise=25,
    replicates=2,
)


def gaussian(n, p, noise=1.0, seed=0):
    rng = np.random.default_rng(seed)
    X, w_star = rng.standard_normal((n, p)), rng.standard_normal(p)
    return Problem(X, X @ w_star + noise * rng.standard_normal(n), w_star)


def closed_form(X, y, penalty):
    """(XᵀX + penalty · I)⁻¹ Xᵀy."""
    return np.linalg.solve(X.T @ X + penalty * np.eye(X.shape[1]), X.T @ y)


def grid(problem):
    """From 10⁻⁴ to 10⁴ times the mean squared norm of a column, five a decade."""
    scale = np.mean([column @ column for column in problem.X.T])
    return scale * np.logspace(-4, 4, 41)


def cross_validated(problem, folds=5):
    """Mean over folds of the mean squared error left out, for each penalty of the grid."""
    held_out = np.array_split(np.arange(problem.n), folds)
    errors = np.zeros(41)
    for i, penalty in enumerate(grid(problem)):
        for fold in held_out:
            X, y = np.delete(problem.X, fold, axis=0), np.delete(problem.y, fold)
            w = closed_form(X, y, penalty)
            errors[i] += np.mean((problem.X[fold] @ w - problem.y[fold]) ** 2) / folds
    return errors


@pytest.mark.parametrize(
    "problem", [gaussian(40, 6, 3.0), gaussian(13, 5, 8.0), gaussian(15, 25), gaussian(60, 1, 2.0)]
)
def test_ridge_minimises_the_cross_validated_error(problem):
    estimate = ridge_cv.fit(problem)
    best = cross_validated(problem).argmin()
    assert estimate.penalty == pytest.approx(grid(problem)[best], rel=1e-9)
    expected = closed_form(problem.X, problem.y, estimate.penalty)
    np.testing.assert_allclose(estimate.w, expected[None], rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("problem", generate(KERNEL_REGIME), ids=["0", "1000"])
def test_ridge_chooses_an_interior_penalty_in_the_papers_kernel_regime(problem):
    estimate = ridge_cv.fit(problem)
    penalties = grid(problem)
    assert penalties[5] < estimate.penalty < penalties[-6]  # by a decade at least
    expected = closed_form(problem.X, problem.y, estimate.penalty)
    np.testing.assert_allclose(estimate.w, expected[None], rtol=1e-9, atol=1e-11)
    # It is close to the best penalty that the truth would choose, and beats least squares.
    errors = [
        np.sum((closed_form(problem.X, problem.y, penalty) - problem.truth) ** 2)
        for penalty in penalties
    ]
    error = np.sum((estimate.w - problem.truth) ** 2)
    assert error < 1.2 * min(errors)
    assert error < 0.6 * np.sum((least_squares.fit(problem).w - problem.truth) ** 2)


@pytest.mark.parametrize(("x_unit", "y_unit"), [(1e-4, 1.0), (1e3, 1e-5), (3.0, 1e6)])
def test_ridge_does_not_depend_on_units(x_unit, y_unit):
    problem = gaussian(20, 4, 2.0)
    estimate = ridge_cv.fit(problem)
    scaled = ridge_cv.fit(Problem(x_unit * problem.X, y_unit * problem.y))
    assert scaled.penalty == pytest.approx(x_unit**2 * estimate.penalty)
    np.testing.assert_allclose(scaled.w, y_unit / x_unit * estimate.w, rtol=1e-6)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 9))
def test_least_squares_solves_the_normal_equations(n, p, seed):
    problem = gaussian(n, p, seed=seed)
    (w,) = least_squares.fit(problem).w
    gradient = problem.X.T @ (problem.X @ w - problem.y)
    np.testing.assert_allclose(gradient, 0, atol=1e-9)
    # Of least norm: no part of w lies where X does not see it.
    np.testing.assert_allclose(w, np.linalg.pinv(problem.X) @ problem.y, rtol=1e-6, atol=1e-9)


def test_least_squares_where_columns_repeat():
    problem = Problem([[1, 1, 0], [2, 2, 0], [0, 0, 0]], [2, 4, 7])
    estimate = least_squares.fit(problem)
    np.testing.assert_allclose(estimate.w, [[1, 1, 0]], atol=1e-12)
    assert estimate.penalty is None


@given(sizes)
def test_the_oracle_solves_the_normal_equations_on_the_support(size):
    n, p, k, seed = size
    problem = sparse(n, p, k, seed=seed)
    (w,) = oracle.fit(problem).w
    X = problem.X[:, problem.support]
    np.testing.assert_allclose(X.T @ (X @ w[problem.support] - problem.y), 0, atol=1e-8)
    assert not w[problem.truth == 0].any()


@settings(max_examples=40)
@given(sizes, st.sampled_from([0.01, 0.3, 3.0, 30.0]), st.sampled_from([1e-3, 1.0, 1e4]))
def test_ridge_has_the_best_penalty_of_a_fine_grid(size, noise, unit):
    n, p, k, seed = size
    problem = sparse(n, p, k, noise, seed)
    problem = Problem(unit * problem.X, unit * problem.y, problem.truth)
    (w,) = ridge_oracle.fit(problem).w
    X, y = problem.X, problem.y
    largest = np.linalg.norm(X, 2) ** 2
    errors = [
        squared_error(problem, np.linalg.solve(X.T @ X + largest * penalty * np.eye(p), X.T @ y))
        for penalty in np.logspace(-7, 6, 400)
    ]
    assert squared_error(problem, w) <= min(errors) * (1 + 1e-6)


def test_ridge_is_on_its_path():
    """For some penalty λ its weights solve (XᵀX + λI) w = Xᵀy."""
    problem = sparse(20, 30, 3, 2.0)
    (w,), penalty = ridge_oracle.fit(problem)
    gradient = problem.X.T @ (problem.y - problem.X @ w)
    assert penalty == pytest.approx(gradient @ w / (w @ w)) and penalty > 0
    np.testing.assert_allclose(gradient, penalty * w, rtol=1e-6, atol=1e-8)


def modules():
    found = {module.name for module in pkgutil.iter_modules(baselines.__path__)}
    return found - {"registry", "folds"}


def skip_unless_installed(name):
    if packages := registry.missing(name):
        pytest.skip(f"{name} needs {' and '.join(packages)}, which is not installed")


def test_every_module_is_in_the_registry_under_its_name():
    assert set(registry.BASELINES) == modules()
    for name, module in registry.BASELINES.items():
        assert module.__name__ == f"implicit_sparsity.baselines.{name}"
        if not registry.missing(name):
            assert registry.baseline(name) is module


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_baseline_sees_the_truth_only_if_it_says_so(name):
    """Those named oracle may use it; the path of the Lasso does not, but is judged with it."""
    skip_unless_installed(name)
    problem = sparse(60, 30, 4, 0.5, seed=3)
    other = Problem(problem.X, problem.y, np.roll(problem.truth, 7))
    method = registry.baseline(name)
    same = np.array_equal(method.fit(problem).w, method.fit(other).w)
    # Only the number of weights counts for pursuit, and it is the same.
    assert same == (name not in ("oracle", "ridge_oracle"))
    blind = Problem(problem.X, problem.y)
    if name in ("oracle", "ridge_oracle", "omp_oracle"):
        with pytest.raises(ValueError, match="needs the true weights"):
            method.fit(blind)
    else:
        np.testing.assert_array_equal(method.fit(blind).w, method.fit(problem).w)


def test_an_unknown_baseline_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match="'laso_cv' is not a baseline; did you mean 'lasso_cv'"):
        registry.baseline("laso_cv")


def test_a_baseline_that_is_not_installed_says_what_to_install(monkeypatch):
    assert find_spec("no_such_package") is None
    optional = SimpleNamespace(requires=("numpy", "no_such_package"), fit=oracle.fit)
    monkeypatch.setitem(registry.BASELINES, "optional", optional)
    assert registry.missing("optional") == ("no_such_package",)
    message = "optional needs no_such_package, which is not installed; run: pip install no_such"
    with pytest.raises(ValueError, match=message):
        registry.baseline("optional")


def test_baselines_that_are_not_installed_are_left_out_with_a_sentence(monkeypatch, capsys):
    optional = SimpleNamespace(requires=("no_such_package",), fit=oracle.fit)
    monkeypatch.setitem(registry.BASELINES, "optional", optional)
    found = registry.available(["oracle", "optional", "ridge_cv"])
    assert found == {"oracle": oracle, "ridge_cv": ridge_cv}
    assert "optional is left out. The baseline optional needs" in capsys.readouterr().out
    with pytest.raises(ValueError, match="not a baseline"):
        registry.available(["laso_cv"])
