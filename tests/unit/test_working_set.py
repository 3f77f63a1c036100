"""The flow on the columns that move, against the flow of all columns."""

from __future__ import annotations

import numpy as np
import pytest
from regression_data import sample

from implicit_sparsity import gradient_flow
from implicit_sparsity.flow.changes import weights_after
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.regression import working_set
from implicit_sparsity.regression.standardise import Samples, Standardised
from implicit_sparsity.regression.working_set import follow


def data_of(*size, **options):
    X, y, _ = sample(*size, **options)
    return Standardised.of(Samples(X, y, None), centre=True)


def whole(data):
    return data.problem(np.arange(data.columns.shape[1]))


@pytest.mark.parametrize(("rho", "first"), [(0.0, 3), (0.0, 20), (0.8, 3)])
def test_few_columns_give_the_flow_of_all(monkeypatch, rho, first):
    """From so few columns at first, some that matter are left out and must be found."""
    data = data_of(60, 300, 5, rho=rho)
    network = Network.of(3.0, 1e-2, one_sided=False)
    path = gradient_flow(whole(data), 3.0, 1e-2, 60.0, rtol=1e-5)
    monkeypatch.setattr(working_set, "MOST_COLUMNS", first)
    steps = list(follow(data, network, 60.0, 1e-5))
    times = np.array([step.time for step in steps])
    assert (np.diff(times) > 0).all() and times[-1] == 60.0
    assert first < steps[-1].columns.size < 300
    for step, exact in zip(steps, path.at(times), strict=True):
        w = np.zeros(300)
        w[step.columns] = step.w
        # What is left out is below 1e-3; what that does to the others is of this order.
        np.testing.assert_allclose(w, exact, atol=5e-3 if step.time < 40 else 2e-2)
        loss = np.square(whole(data).X @ w - data.target).mean()
        assert step.mean_square == pytest.approx(loss)


def test_columns_left_out_are_told_by_how_far_they_would_have_moved():
    """|∫g dt| of them, to Simpson's rule over the steps, against fine sums along the path."""
    data, columns, rtol = data_of(30, 80, 3, noise=0.5), np.arange(10, 70), 1e-4
    left_out = working_set.LeftOut(data, columns, limit=1e-300)
    problem, network = data.problem(columns), Network.of(3.0, 0.1, one_sided=False)
    gradient, X = np.zeros(80), data.columns.take(np.arange(80))
    for step in working_set._steps(data, columns, network, 20.0, rtol):
        begin, end = step.piece.nodes
        middles = begin + (end - begin) * (np.arange(200) + 0.5) / 200
        residual = (step.piece.at(middles) @ problem.X.T - problem.y).mean(axis=0)
        gradient += (end - begin) * 2 / 30 * (X.T @ residual)
        found = left_out.after(step)
        expected = np.abs(gradient)
        expected[columns] = 0.0
        np.testing.assert_allclose(found, expected, atol=1e-3 * expected.max())


def test_enough_columns_are_followed_alone_and_once(monkeypatch):
    data = data_of(60, 300, 2, noise=0.1)
    calls = []
    steps = working_set._steps
    monkeypatch.setattr(working_set, "_steps", lambda *a: calls.append(a[1].size) or steps(*a))
    monkeypatch.setattr(working_set, "MOST_COLUMNS", 100)
    end = list(follow(data, Network.of(3.0, 1e-2, one_sided=False), 10.0))[-1]
    assert calls == [100] and end.columns.size == 100 and end.time == 10.0


@pytest.mark.parametrize("depth", [2.0, 2.5, 4.0])
def test_the_harmless_integral_is_where_a_weight_is_reached(depth):
    network = Network.of(depth, 1e-6 ** (1 / depth), one_sided=False)
    q = working_set._harmless(network, 1e-3)
    ((w,),) = weights_after(network, np.zeros((1, 1)), np.zeros(1, np.intp), np.array([[-q]]))
    assert w == pytest.approx(1e-3, rel=2e-3)


def test_a_large_start_moves_all_columns():
    data = data_of(20, 600, 2)
    step = next(follow(data, Network.of(3.0, 1.0, one_sided=False), 1e-3))
    assert step.columns.size == 600
