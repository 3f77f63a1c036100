"""A gradient flow between its steps: the dense output of the method."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.flow.changes import weights_after
from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.problem import Matrix, Vector

Index = NDArray[np.intp]


class Segment(NamedTuple):
    """One step, whose ∫g dt at its fraction θ is θ h g + (2/n) Xᵀ(basis(θ) · zeta).

    On ``columns`` it is basis(θ) · kappa instead.

    Attributes
    ----------
    h : float
        Length of the step.
    balance, gradient : array, shape (p,)
        Balance variables and gradient at its start.
    columns : array, shape (a,)
        The active columns.
    zeta, kappa : array, shape (4, n) and (4, a)
        Coefficients of the basis.
    """

    h: float
    balance: Vector
    gradient: Vector
    columns: Index
    zeta: Matrix
    kappa: Matrix


def basis(theta: Vector) -> Matrix:
    """θ, θ(1 − θ), θ²(1 − θ), θ³(1 − θ), shape (M, 4), at fractions θ, shape (M,)."""
    bend = theta * (1.0 - theta)
    return np.array([theta, bend, bend * theta, bend * theta**2]).T


class DenseOutput:
    """A gradient flow at any time, at the order of the method's continuous extension.

    Parameters
    ----------
    network : Network
        Depth, start and sides.
    X : array, shape (n, p)
        Design that the steps were taken with.
    samples : int
        The n of the loss.
    nodes : array, shape (S + 1,)
        Flow times, non-decreasing: a step may be too short for the clock to notice.
    w : list of array, shape (p,)
        The weights there.
    segments : list of Segment
        The S steps between.
    """

    def __init__(
        self,
        network: Network,
        X: Matrix,
        samples: int,
        nodes: Vector,
        w: list[Vector],
        segments: list[Segment],
    ) -> None:
        self.network, self.X, self.slope = network, X, 2.0 / samples
        self.nodes, self.w, self.segments = nodes, w, segments
        self.h = np.array([segment.h for segment in segments])

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
        w = np.empty((index.size, self.X.shape[1]))
        whole = (theta == 0.0) | (theta == 1.0)
        for row in np.flatnonzero(whole):
            w[row] = self.w[index[row] + int(theta[row])]
        inside = np.flatnonzero(~whole)
        if inside.size:
            found, group = np.unique(index[inside], return_inverse=True)
            segments = [self.segments[i] for i in found]
            zeta = np.array([segment.zeta for segment in segments])
            powers = basis(theta[inside])
            product = np.einsum("ik,ikn->in", powers, zeta[group]) @ self.X
            w[inside] = self._weights(segments, group, product, powers)
        return w

    def within(self, index: int) -> Callable[[Vector], Matrix]:
        """Weights within one segment, shape (M, p), as a function of θ, shape (M,)."""
        segment = self.segments[index]
        product = segment.zeta @ self.X

        def weights(theta: Vector) -> Matrix:
            powers, group = basis(theta), np.zeros(theta.size, np.intp)
            return self._weights([segment], group, powers @ product, powers)

        return weights

    def _weights(
        self, segments: list[Segment], group: Index, product: Matrix, powers: Matrix
    ) -> Matrix:
        """Weights, shape (M, p), from the segments' numbers, Xᵀζ, and the basis, shape (M, 4)."""
        ahead = np.array([segment.h * segment.gradient for segment in segments])
        q = self.slope * product + powers[:, :1] * ahead[group]
        for row, number in enumerate(group):
            q[row, segments[number].columns] = powers[row] @ segments[number].kappa
        w: Matrix = weights_after(
            self.network, np.array([segment.balance for segment in segments]), group, q
        )
        return w
