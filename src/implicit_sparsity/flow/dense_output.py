"""A gradient flow between its steps: the dense output of the method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.changes import weights_after
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.flow.linear_algebra import dot
from implicit_sparsity.flow.step_bounds import QuadraticLoss
from implicit_sparsity.flow.steps import Steps
from implicit_sparsity.problem import Matrix, Vector

Index = NDArray[np.intp]


def basis(theta: Vector) -> Matrix:
    """θ, θ(1 − θ), θ²(1 − θ), θ³(1 − θ), shape (M, 4), at fractions θ, shape (M,)."""
    bend = theta * (1.0 - theta)
    return np.array([theta, bend, bend * theta, bend * theta**2]).T.copy()


class DenseOutput:
    """A gradient flow at any time, at the order of the method's continuous extension.

    Parameters
    ----------
    network : Network
        Depth, start and sides.
    loss : QuadraticLoss
        The data that the steps were taken with.
    steps : Steps
        The S steps.

    Attributes
    ----------
    nodes, w : array, shape (S + 1,) and (S + 1, p)
        Flow times, non-decreasing, and the weights there.
    h : array, shape (S,)
        Lengths of the steps.
    """

    def __init__(self, network: Network, loss: QuadraticLoss, steps: Steps) -> None:
        self.network, self.loss, self.steps = network, loss, steps
        self.nodes, self.w, self.h = steps.nodes, steps.w, steps.h
        self.places = np.append(0, np.cumsum(steps.active))

    def at(self, times: Vector) -> Matrix:
        """Weights, shape (M, p), at flow times, shape (M,)."""
        return self.weights(*self.locate(times))

    def locate(self, times: Vector) -> tuple[Index, Vector]:
        """Segment and fraction of it at each of the times; the latest where several share it."""
        index = np.searchsorted(self.nodes, times, side="right") - 1
        index = np.clip(index, 0, self.h.size - 1)
        return index, np.clip((times - self.nodes[index]) / self.h[index], 0.0, 1.0)

    def time(self, index: Index, theta: Vector) -> Vector:
        """Flow times of fractions of segments."""
        later = self.nodes[index + 1]
        passed = np.minimum(self.nodes[index] + theta * self.h[index], later)
        return np.where(theta == 1.0, later, passed)

    def weights(self, index: Index, theta: Vector) -> Matrix:
        """Weights, shape (M, p), at fractions ``theta`` of the segments ``index``, (M,) each."""
        w = np.empty((index.size, self.w.shape[1]))
        whole = (theta == 0.0) | (theta == 1.0)
        w[whole] = self.w[index[whole] + theta[whole].astype(np.intp)]
        if not whole.all():
            index, powers = index[~whole], basis(theta[~whole])
            zeta = np.einsum("ik,ikn->in", powers, self.steps.zeta[index])
            w[~whole] = self._inside(index, zeta @ self.loss.rows.T, powers)
        return w

    def within(self, index: int) -> Callable[[Vector], Matrix]:
        """Weights within one segment, shape (M, p), as a function of θ, shape (M,)."""
        product = self.steps.zeta[index] @ self.loss.rows.T

        def weights(theta: Vector) -> Matrix:
            powers = basis(theta)
            return self._inside(np.full(theta.size, index), powers @ product, powers)

        return weights

    def _inside(self, index: Index, product: Matrix, powers: Matrix) -> Matrix:
        """Weights, shape (M, p), from the segments' numbers, Xᵀζ, and the basis, shape (M, 4)."""
        steps, q = self.steps, self.loss.slope * product
        mirror(steps.h, steps.gradient, steps.columns, steps.kappa, self.places, index, powers, q)
        w: Matrix = weights_after(self.network, steps.balance, index, q)
        return w


@compiled(reassociate=True)
def mirror(
    h: Vector,
    gradient: Matrix,
    columns: Index,
    kappa: Matrix,
    places: Index,
    index: Index,
    powers: Matrix,
    q: Matrix,
) -> None:
    """Make (2/n) Xᵀζ, shape (M, p), into ∫g dt within segments; the basis is ``powers``, (M, 4)."""
    for i in range(index.size):
        step = index[i]
        ahead = powers[i, 0] * h[step]
        for j in range(q.shape[1]):
            q[i, j] += ahead * gradient[step, j]
        for k in range(places[step], places[step + 1]):
            q[i, columns[k]] = dot(powers[i], kappa[k])
