"""Flows from tiny starts: columns whose gradients cancel, copies, times up to 1e230."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.problem import Problem

ROUNDING = 2e-16


@pytest.mark.parametrize("depth", [6, 8, 10])
@pytest.mark.parametrize("seed", [2, 5, 7, 12, 13, 18])
def test_gradients_that_are_mere_rounding_do_not_stop_a_flow(depth, seed):
    """Between two escapes most gradients of a noiseless ±1 design cancel but for rounding."""
    rng = np.random.default_rng(seed)
    X, truth = rng.choice([-1.0, 1.0], (40, 80)), np.zeros(80)
    X *= 1.0 + ROUNDING * rng.normal(size=X.shape)
    truth[:3] = 1.0
    problem, reached = Problem(X, X @ truth, truth), []
    for alpha in (1e-8, 1e-9, 1e-10):
        path = gradient_flow(problem, depth, alpha)
        reached.append(path.events.support_reached * alpha ** (depth - 2))
        assert path.steps < 300
        assert path.trace.loss[-1] < 1e-3 * path.trace.loss[0]
    # As α → 0 the rescaled time has a limit.
    np.testing.assert_allclose(reached, reached[-1], rtol=1e-6)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.sampled_from([(40, 80), (20, 10), (15, 15), (8, 16), (12, 60)]),
    kind=st.sampled_from(["signs", "integers", "normal"]),
    copies=st.integers(0, 3),
    perturbed=st.booleans(),
    depth=st.sampled_from([2, 2.5, 3, 4, 6, 8, 10, 14]),
    decades=st.floats(1, 240),
    one_sided=st.booleans(),
)
def test_flows_from_any_start_come_to_their_end(
    seed, shape, kind, copies, perturbed, depth, decades, one_sided
):
    rng = np.random.default_rng(seed)
    X = {
        "signs": lambda: rng.choice([-1.0, 1.0], shape),
        "integers": lambda: rng.integers(-2, 3, shape).astype(float),
        "normal": lambda: rng.normal(size=shape),
    }[kind]()
    X = np.c_[X, X[:, :copies]]
    if perturbed:
        X *= 1.0 + ROUNDING * rng.normal(size=X.shape)
    truth = np.zeros(X.shape[1])
    truth[:3] = rng.choice([0.5, 1.0, 2.0], 3)
    alpha = 10 ** -min(decades / max(depth, 2 * depth - 2), 100 / depth)
    path = gradient_flow(Problem(X, X @ truth), depth, alpha, one_sided=one_sided)
    loss = ((path.w @ X.T - X @ truth) ** 2).mean(axis=1)
    assert loss[-1] < 1e-2 * loss[0]
    assert np.diff(loss).max() < 1e-4 * loss[0]
