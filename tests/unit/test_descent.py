"""Exact gradient descent against plain NumPy, exact arithmetic and first principles."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from descent_problems import KINDS, first, make_problem, plain, stable_step
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity.descent import packing, reference
from implicit_sparsity.descent.engine import gradient_descent
from implicit_sparsity.problem import Problem


@settings(max_examples=40)
@given(
    kind=st.sampled_from(KINDS),
    n=st.integers(1, 40),
    p=st.integers(1, 40),
    depth=st.integers(2, 6),
    one_sided=st.booleans(),
    scale=st.sampled_from([1e-2, 0.1, 1.0]),
    seed=st.integers(0, 99),
)
def test_agrees_with_plain_numpy(
    kind: str, n: int, p: int, depth: int, one_sided: bool, scale: float, seed: int
) -> None:
    problem, alpha = make_problem(kind, n, p, seed), scale ** (1 / depth)
    step_size = stable_step(problem, depth)
    path = gradient_descent(
        problem, depth, alpha, step_size, 1000, range(1001), one_sided, bound=0.05
    )
    w, losses = plain(problem, depth, alpha, step_size, 1000, one_sided)
    np.testing.assert_allclose(path.w, w, rtol=0, atol=1e-10)
    np.testing.assert_allclose(path.trace.loss, losses, rtol=1e-9, atol=1e-12)

    # What is measured is what the recorded weights say, to the last bit where nothing is summed.
    distance, inside = np.abs(path.w - problem.w_star), problem.w_star != 0
    np.testing.assert_array_equal(path.trace.t, np.arange(1001))
    np.testing.assert_array_equal(path.trace.on_support, (distance * inside).max(axis=1))
    np.testing.assert_array_equal(path.trace.off_support, (distance * ~inside).max(axis=1))
    np.testing.assert_allclose(path.trace.error, (distance**2).sum(axis=1), rtol=1e-12, atol=1e-20)
    assert path.events.support_reached == first(path.trace.on_support < 0.1)
    assert path.events.off_support_exceeded == first(path.trace.off_support > 0.05)
    assert path.events.best_error == path.trace.error.min()
    assert path.events.best_t == path.trace.error.argmin()


def test_network_gradient_is_that_of_the_loss() -> None:
    problem, random = make_problem("reals", 5, 4), np.random.default_rng(1)
    u, v = random.uniform(0.5, 1.5, (2, 4))
    for depth in (2, 3, 2.5):

        def at(shift_u: Any, shift_v: Any, depth: float = depth) -> float:
            return reference.loss(problem, reference.weights(u + shift_u, v + shift_v, depth))

        steps = 1e-5 * np.eye(4)
        by_u = [(at(h, 0) - at(-h, 0)) / 2e-5 for h in steps]
        by_v = [(at(0, h) - at(0, -h)) / 2e-5 for h in steps]
        np.testing.assert_allclose(
            reference.gradient(problem, u, v, depth), [by_u, by_v], rtol=1e-7
        )


def test_one_iteration_is_a_gradient_step() -> None:
    problem, alpha, step_size = make_problem("reals", 5, 4), 0.7, 0.01
    start = np.full(4, alpha)
    for depth in (2, 3, 7):
        by_u, by_v = reference.gradient(problem, start, start, depth)
        path = gradient_descent(problem, depth, alpha, step_size, 1)
        expected = reference.weights(start - step_size * by_u, start - step_size * by_v, depth)
        np.testing.assert_allclose(path.w, [np.zeros(4), expected], rtol=0, atol=1e-14)


def test_two_iterations_by_hand() -> None:
    # X = [[1, 2], [0, 1]], y = (1, 1), N = 3, α = 1/2, η = 1/24, so that ηN = 1/8 and 2/n = 1.
    # t = 0: w = 0, Xw − y = (−1, −1), ∇L = (−1, −3), u² = v² = 1/4,
    #        u ← 1/2 + (1, 3)/32 = (17, 19)/32, v ← 1/2 − (1, 3)/32 = (15, 13)/32.
    # t = 1: w = (17³ − 15³, 19³ − 13³)/32³ = (769, 2331)/16384,
    #        Xw − y = (769 + 4662 − 16384, 2331 − 16384)/16384 = (−10953, −14053)/16384,
    #        ∇L = (−10953, −21906 − 14053)/16384 = (−10953, −35959)/16384,
    #        u ← (17/32 + 17² · 10953/2²⁷, 19/32 + 19² · 35959/2²⁷) = (74468585, 92672975)/2²⁷,
    #        v ← (15/32 − 15² · 10953/2²⁷, 13/32 − 13² · 35959/2²⁷) = (60450135, 48448881)/2²⁷.
    # t = 2: w = u³ − v³.
    problem = Problem([[1, 2], [0, 1]], [1, 1])  # type: ignore[arg-type]
    path = gradient_descent(problem, 3, 0.5, 1 / 24, 2)
    first = [769 / 16384, 2331 / 16384]
    second = [0.07943942383962956, 0.28214208967952725]
    np.testing.assert_allclose(path.w, [[0, 0], first, second], rtol=0, atol=1e-16)


def test_orthogonal_design_follows_the_exact_scalar_recursion() -> None:
    # Where XᵀX/n = I, ∇L_i = 2(w_i − b_i) with b = Xᵀy/n, and at N = 2 each coordinate is
    # u ← u − 4η(w − b)u, v ← v + 4η(w − b)v: here in rational arithmetic, so without rounding.
    X = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])
    b = [Fraction(1), Fraction(-1, 2), Fraction(1, 8), Fraction(0)]
    problem = Problem(X, X @ np.array(b, dtype=float))
    alpha, eta = Fraction(1, 4), Fraction(1, 16)
    path = gradient_descent(problem, 2, float(alpha), float(eta), 600, range(7))
    for i, target in enumerate(b):
        u = v = alpha
        for t in range(7):
            assert path.w[t, i] == pytest.approx(float(u**2 - v**2), rel=0, abs=1e-15)
            slope = 4 * eta * (u**2 - v**2 - target)
            u, v = u - slope * u, v + slope * v
    np.testing.assert_allclose(path.w[-1], np.array(b, dtype=float), atol=1e-9)


@pytest.mark.parametrize("kind", ["signs", "reals"])
def test_negating_the_response_negates_the_weights(kind: str) -> None:
    problem = make_problem(kind, 30, 20)
    path = gradient_descent(problem, 4, 0.5, 1e-3, 500)
    mirrored = gradient_descent(replace(problem, y=-problem.y), 4, 0.5, 1e-3, 500)
    np.testing.assert_array_equal(mirrored.w, -path.w)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "p"), [(1, 1), (8, 16), (9, 7), (30, 23)])
def test_packed_design_holds_the_design(kind: str, n: int, p: int) -> None:
    X = make_problem(kind, n, p).X
    design = packing.pack(X)
    pieces = design.values.reshape(-1, 8)
    if design.codes is not None:
        offsets = np.stack([design.codes & 0xFFFF, design.codes >> 16], axis=-1)
        pieces = pieces[offsets.ravel() // 8]
    columns = (
        pieces.reshape(-(-p // 8), -(-n // 8), 8, 8).swapaxes(1, 2).reshape(-(-p // 8) * 8, -1)
    )
    np.testing.assert_array_equal(columns[:p, :n], X.T)
    assert (design.codes is not None) == (np.unique(X).size <= 2)
    assert design.values.ctypes.data % 64 == 0 and design.panel >= 1
