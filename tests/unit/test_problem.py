"""Problems: what they refuse and keep, and their coherence by a slow loop."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from implicit_sparsity import Problem

entries = st.one_of(
    st.integers(-2, 2).map(float), st.floats(-10, 10).map(lambda value: round(value, 3))
)
designs = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=entries)


def coherence(X):
    """max over i < j of |⟨X_i, X_j⟩| / (‖X_i‖ ‖X_j‖), pair by pair, zero columns left out."""
    largest = 0.0
    for j in range(X.shape[1]):
        for i in range(j):
            norms = np.linalg.norm(X[:, i]) * np.linalg.norm(X[:, j])
            if norms > 0:
                largest = max(largest, abs(X[:, i] @ X[:, j]) / norms)
    return largest


def test_arrays_are_float64_copies_that_cannot_be_written():
    X = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    y, w_star = [1, 2], np.array([0, 3, 0])
    problem = Problem(X, y, w_star)
    X[:] = w_star[:] = y[0] = 9
    assert (problem.n, problem.p) == (2, 3)
    for array, expected in (
        (problem.X, [[0, 1, 2], [3, 4, 5]]),
        (problem.y, [1, 2]),
        (problem.w_star, [0, 3, 0]),
    ):
        np.testing.assert_array_equal(array, expected)
        assert array.dtype == np.float64 and array.flags.c_contiguous
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.y = np.zeros(2)


def test_support_is_where_the_truth_is_not_zero():
    support = Problem(np.ones((1, 5)), [1], [0, -2, 0, 1e-300, -0.0]).support
    assert support.tolist() == [1, 3]
    assert Problem(np.ones((1, 2)), [1], [0, 0]).support.size == 0


@pytest.mark.parametrize("name", ["truth", "support"])
def test_truth_must_be_known_where_it_is_needed(name):
    with pytest.raises(ValueError, match="needs the true weights; give the Problem a w_star"):
        getattr(Problem(np.eye(2), [1, 2]), name)


X = np.ones((2, 3))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones(3), [1]), r"X must have 2 axes, but has shape \(3,\); reshape it"),
        ((3.0, [1]), r"X must have 2 axes, but has shape \(\)"),
        ((X, np.ones((2, 1))), r"y must have 1 axes, but has shape \(2, 1\)"),
        ((X, [1, 2], np.ones((3, 1))), r"w_star must have 1 axes, but has shape \(3, 1\)"),
        ((np.ones((0, 3)), []), r"X is empty \(shape \(0, 3\)\); give at least one"),
        ((np.ones((2, 0)), [1, 2]), "X is empty"),
        ((X, []), "y is empty"),
        ((X, [1, 2], []), "w_star is empty"),
        ((X, [1, 2, 3]), "y has 3 entries but X has 2 rows; give one response a row"),
        ((X, [1, 2], [1, 2]), "w_star has 2 entries but X has 3 columns; give one weight a column"),
        (([[1, 2], [3]], [1, 2]), "X must hold real numbers .*ragged rows"),
        ((X, ["a", "b"]), "y must hold real numbers .*remove text"),
        ((X, [1, 2], [1, "x", 3]), "w_star must hold real numbers"),
        (([[1, 2], [3, np.nan]], [1, 2]), r"X holds nan at index \(1, 1\); remove or impute"),
        ((X, [1, np.inf]), r"y holds inf at index \(1,\)"),
        ((X, [1, 2], [-np.inf, 0, 0]), r"w_star holds -inf at index \(0,\)"),
        ((X, [None, 1]), r"y holds nan at index \(0,\)"),
        ((X, [1j, 1]), "y must hold real numbers"),
        ((X, np.array([1j, 1])), "y must hold real numbers"),
        ((X, [10**400, 1]), "y must hold real numbers|y holds inf"),
        ((X, np.array([np.longdouble("1e999"), 1])), r"y holds inf at index \(0,\)"),
        (
            (X, np.array(["2020-01-31", "2020-02-01"], dtype="datetime64[D]")),
            "y must hold real num",
        ),
        ((np.ma.masked_equal(np.eye(2), 0), [1, 2]), "X has masked entries; fill them in or rem"),
    ],
)
def test_problem_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Problem(*arguments)


def test_an_error_needs_something_to_compare_with():
    with pytest.raises(ValueError, match="w_star"):
        Problem(np.eye(2), np.ones(2)).error(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="held_out has 3 columns but X has 2"):
        Problem(np.eye(2), np.ones(2), held_out=Problem(np.eye(3), np.ones(3)))
    with pytest.raises(ValueError, match="columns has 1 names but X has 2 columns"):
        Problem(np.eye(2), np.ones(2), columns=("a",))


@given(designs)
def test_coherence_is_that_of_the_slow_loop(X):
    value = Problem(X, X[:, 0]).coherence
    assert 0 <= value <= 1
    assert value == pytest.approx(coherence(X), abs=1e-12)


@pytest.mark.parametrize(
    ("X", "expected"),
    [
        ([[3.0]], 0),
        ([[1, 0], [1, 0]], 0),  # one direction
        ([[0, 0], [0, 0]], 0),  # none
        ([[2, 0, -3, 0]], 1),  # in one dimension all are parallel
        ([[1, 0], [0, 5]], 0),
        ([[1, 1], [0, 1]], np.sqrt(0.5)),
        ([[0.1, -0.3], [0.2, -0.6], [0.7, -2.1]], 1),
    ],
)
def test_coherence_by_hand(X, expected):
    assert Problem(X, np.zeros(len(X))).coherence == pytest.approx(expected, abs=1e-15)


@given(designs, st.data())
def test_coherence_knows_directions_only(X, data):
    """Whatever the units of a column, the smallest and largest included."""
    powers = data.draw(st.lists(st.integers(-900, 900), min_size=X.shape[1], max_size=X.shape[1]))
    scaled = X * np.ldexp(-1.0, powers)
    expected = Problem(X, X[:, 0]).coherence
    assert Problem(scaled, X[:, 0]).coherence == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("p", [1024, 1025, 2100])
def test_coherence_of_many_columns(p):
    """More columns than a block has: a pair is found within a block, across, and at the edges."""
    X = np.random.default_rng(p).standard_normal((20, p))
    X[:, p // 2] = 0
    directions = np.delete(X, p // 2, axis=1)
    directions /= np.linalg.norm(directions, axis=0)
    slow = max(
        np.abs(directions[:, j] @ directions[:, :j]).max() for j in range(1, directions.shape[1])
    )
    assert slow < 0.99
    assert Problem(X, X[:, 0]).coherence == pytest.approx(slow, rel=1e-12)
    for i, j in ((0, p - 1), (1, 2), (p - 2, p - 1), (1022, 1023), (3, 1023), (1023, p - 1)):
        if i != j:
            planted = X.copy()
            planted[:, j] = -2 * X[:, i]
            assert Problem(planted, X[:, 0]).coherence == pytest.approx(1, abs=1e-12), (i, j)
