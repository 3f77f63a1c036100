"""The tables of the baselines: a row for every method and problem, with errors counted again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from implicit_sparsity import Problem
from implicit_sparsity.baselines import lasso_oracle
from implicit_sparsity.baselines.registry import baseline
from implicit_sparsity.pipeline.experiments.baselines import compare
from implicit_sparsity.pipeline.studies.baselines import baseline_table
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.problems.spec import ProblemSpec

SPEC = ProblemSpec(
    experiment="baselines",
    instances="fresh",
    seed=1,
    design="gaussian",
    options={},
    n=30,
    p=50,
    signal=1,
    k=3,
    noise=0.3,
    replicates=2,
)


def gaussian(n, p, noise=1.0, seed=0):
    rng = np.random.default_rng(seed)
    X, w_star = rng.standard_normal((n, p)), rng.standard_normal(p)
    return Problem(X, X @ w_star + noise * rng.standard_normal(n), w_star)


def test_compare_has_a_row_for_each_method_and_problem():
    problems = [gaussian(20, 3, seed=seed) for seed in range(2)]
    table = compare(problems, ["least_squares", "ridge_cv"])
    assert list(table.columns) == ["method", "replicate", "error", "penalty"]
    assert table["method"].tolist() == ["least_squares"] * 2 + ["ridge_cv"] * 2
    assert table["replicate"].tolist() == [0, 1, 0, 1]
    for row in table.itertuples():
        problem = problems[row.replicate]
        estimate = baseline(row.method).fit(problem)
        assert row.error == pytest.approx(((estimate.w[0] - problem.truth) ** 2).sum(), rel=1e-12)
        assert np.isnan(row.penalty) if row.method == "least_squares" else row.penalty > 0


def test_compare_needs_the_truth():
    with pytest.raises(ValueError, match="needs the true weights"):
        compare([Problem(np.eye(5), np.ones(5))], ["least_squares"])


def test_compare_refuses_other_methods():
    with pytest.raises(ValueError, match="'lasso' is not a baseline; did you mean"):
        compare([gaussian(10, 2)], ["lasso"])


def test_compare_takes_the_best_point_of_a_path():
    problem = gaussian(30, 4)
    table = compare([problem], ["lasso_oracle"])
    errors = ((lasso_oracle.fit(problem).w - problem.truth) ** 2).sum(axis=1)
    assert table["error"].item() == pytest.approx(errors.min()) and errors.min() < errors[0]


def test_the_table_has_a_row_for_every_method_and_problem():
    cells = [SPEC, replace(SPEC, noise=3.0, signal=[2, -1, 1])]
    methods = ["oracle", "omp_oracle", "lasso_oracle"]
    found = baseline_table(cells, methods)
    assert list(found.columns) == [
        *("design", "n", "p", "k", "signal", "noise", "replicate", "method"),
        *("best_error", "separated"),
    ]
    keys = [
        (c.noise, r, m)
        for c in cells
        for r in (0, 1)
        for m in ("oracle", "omp_oracle", "lasso_oracle")
    ]
    assert list(found[["noise", "replicate", "method"]].itertuples(index=False)) == keys
    assert found["signal"].tolist() == [1] * 6 + ["2 -1 1"] * 6
    for cell in cells:
        for replicate, problem in enumerate(generate(cell)):
            for method in methods:
                path = baseline(method).fit(problem).w
                rows = found[
                    (found["noise"] == cell.noise)
                    & (found["replicate"] == replicate)
                    & (found["method"] == method)
                ]
                assert rows["best_error"].item() == pytest.approx(
                    min(((w - problem.truth) ** 2).sum() for w in path)
                )
                separated = any(
                    min(abs(w[:3])) > max(abs(w[3:]))
                    for w in path  # the support comes first
                )
                assert rows["separated"].item() == separated
    assert found.loc[found["noise"] == 0.3, "separated"].all()
    timed = baseline_table(cells[:1], ["oracle", "omp_oracle"], timed=True)
    assert (timed.pop("seconds") > 0).all() and list(timed.columns) == list(found.columns)


def test_a_dense_truth_is_separated_when_no_weight_is_zero():
    dense = replace(SPEC, signal="normal", k=None, p=10)
    found = baseline_table([dense], ["ridge_oracle", "least_squares"])
    assert found["separated"].all()
    assert (found["k"].isna()).all()
    pairs = found.pivot(index="replicate", columns="method", values="best_error")
    assert (pairs["ridge_oracle"] <= pairs["least_squares"] * (1 + 1e-6)).all()
