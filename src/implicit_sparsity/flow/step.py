"""Steps of a gradient flow: what bounds them, which columns matter, and what error they make."""

from __future__ import annotations

from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.flow.coordinates import Shape, State, advance, settle
from implicit_sparsity.flow.dense_output import Segment
from implicit_sparsity.flow.rodas5p import DENSE, ERROR, GAMMA, STAGES, factor, stages
from implicit_sparsity.problem import Matrix, Vector

#: A step lets u^N grow by the first factor, by the second while it is below the part FAINT × rtol
#: of its height, or up to the part NOISE if that is more; with the distance to blow-up falling to
#: no less than SHRINK of itself.
GROWTH, FAINT_GROWTH, FAINT, SHRINK = 3.0, 10.0, 0.1, 1e-6
#: Rounding of an error estimate, relative to the step in q.
NOISE = 1e-12
#: Columns are left out whose part in the matrix is below NEGLIGIBLE × tolerance / p.
NEGLIGIBLE = 10.0
#: Logarithms of u^N/α^N beyond this count as a blow-up.
LARGEST = 600.0
WANTED = np.vstack([ERROR, DENSE])


class Stepper:
    """A gradient flow between two steps, and attempts at the next.

    Parameters
    ----------
    shape : depth, start and sides of the network.
    X, y : (n, p) design and (n,) response, or what they are reduced to if n > p.
    samples : the n of the loss (1/n)‖Xw − y‖².
    rtol : tolerance on the ‖X_i‖ w_i, relative to the largest ‖X_i‖ (|w_i| + |g_i| / curvature_i),
        the height that coordinate i is heading for in units of the response.

    Attributes
    ----------
    state : where the flow stands; ``residual`` Xw − y, (n,), and ``gradient`` g, (p,), are there.
    limit : the longest step to attempt.
    drive : how far from rest the flow is.
    segment : dense output of the step last attempted.
    """

    def __init__(self, shape: Shape, X: Matrix, y: Vector, samples: int, rtol: float) -> None:
        p = X.shape[1]
        self.shape, self.X, self.y, self.rtol = shape, X, y, rtol
        self.slope = 2.0 / samples
        self.rows = np.array(X.T, order="C")
        self.norms = np.linalg.norm(X, axis=0)
        # A column of zeros has no gradient either: any curvature will do.
        self.curvature = self.slope * np.where(self.norms > 0, self.norms, 1.0) ** 2
        self.growth, self.reach = np.empty(p), np.empty(p)
        self.state, self.trial = (State.at(shape, np.zeros(p)) for _ in range(2))
        self._look()

    def _look(self) -> None:
        """Residual, gradient and the bounds of the next step."""
        self.residual = self.X @ self.state.w - self.y
        self.gradient = self.slope * (self.rows @ self.residual)
        self.scale, self.limit, self.drive = plan(
            self.shape, self.state, self.gradient, self.norms, self.curvature, self.rtol,
            self.growth, self.reach,
        )  # fmt: skip

    def attempt(self, h: float) -> float:
        """Try a step h; returns its error over the tolerance, infinite outside the domain."""
        slope, state = self.slope, self.state
        least = NEGLIGIBLE * self.rtol / self.norms.size
        columns, root, S = couple(
            self.shape, h, GAMMA * slope, self.norms, self.growth, state.mobility,
            self.gradient, self.reach, self.scale, least, self.rows,
        )  # fmt: skip
        gram, L = factor(S)
        phi, kappa = np.empty((STAGES, len(S))), np.empty((STAGES, len(S)))
        if not stages(
            self.shape, state, h, slope, self.residual, columns, root, S, gram, L, phi, kappa
        ):
            return inf
        zeta, kappa = WANTED @ phi @ S, (WANTED @ kappa) * (slope / root)
        self.segment = Segment(h, state.rho.copy(), self.gradient, columns, zeta[1:], kappa[1:])
        q = zeta[:2] @ self.X
        error: float = finish(
            self.shape, state, self.trial, h, slope, self.gradient, columns, kappa, q,
            self.norms, self.reach, self.scale,
        )  # fmt: skip
        return error / self.rtol

    def accept(self) -> None:
        """Take the step last attempted."""
        self.state, self.trial = self.trial, self.state
        self._look()


@compiled(reassociate=True)
def room(factor: float, depth: float) -> float:
    """How far N u^m |q| may go for u^N to grow by a factor, or to shortly before a blow-up."""
    excess = depth - 2.0
    if excess == 0.0:
        return log(factor) / depth
    left: float = factor ** (-excess / depth)
    return (1.0 - max(left, SHRINK)) / excess


@compiled(reassociate=True)
def plan(
    shape: Shape,
    state: State,
    g: Vector,
    norms: Vector,
    curvature: Vector,
    rtol: float,
    growth: Vector,
    reach: Vector,
) -> tuple[float, float, float]:
    """The scale of Xw, the longest step to attempt, and the largest |g| that can move its weight.

    ``growth`` is filled with the rate of each coordinate's growing log factor, and ``reach`` with
    the mobility at its height: an error δq now is an error reach · δq in w after the escape.
    """
    depth = shape.depth
    usual, faint = room(GROWTH, depth), room(FAINT_GROWTH, depth)
    scale, fastest, drive = 0.0, 0.0, 0.0
    for j in range(g.size):
        rise = -g[j] * state.rates[0, j]
        if shape.two_sided and rise < 0.0:
            rise = g[j] * state.rates[1, j]
        growth[j] = rise
        gap = abs(g[j]) / curvature[j]
        height = abs(state.w[j]) + gap
        reach[j] = depth * depth * height ** (2.0 - 2.0 / depth)
        scale = max(scale, norms[j] * height)
        idle = g[j] > 0.0 and not shape.two_sided
        drive = max(drive, min(gap, state.w[j]) * curvature[j] if idle else abs(g[j]))
        power = state.powers[0, j] + state.powers[1, j]
        distance = usual if power > FAINT * rtol * gap else faint
        if 0.0 < FAINT_GROWTH * power < NOISE * gap:
            distance = room(NOISE * gap / power, depth)
        # A coordinate that would relax before it has grown so much does not bind.
        fastest = max(fastest, rise / distance - state.mobility[j] * curvature[j])
    return scale, (1.0 / fastest if fastest > 0.0 else inf), drive


@compiled(reassociate=True)
def couple(
    shape: Shape,
    h: float,
    weight: float,
    norms: Vector,
    growth: Vector,
    mobility: Vector,
    g: Vector,
    reach: Vector,
    scale: float,
    least: float,
    rows: Matrix,
) -> tuple[NDArray[np.intp], Vector, Matrix]:
    """The a columns that matter in a step h, their roots √(h · weight · D), and S, (a, n)."""
    p, n = rows.shape
    columns = np.empty(p, np.intp)
    a = 0
    for j in range(p):
        part = h * weight * mobility[j] * norms[j] ** 2
        x = h * growth[j]
        if part <= least and x > 0.0:
            # What its own growth does to its drive shifts its escape ...
            part *= max(1.0, h * abs(g[j]) * reach[j] * norms[j] / scale)
            # ... and its mobility, which goes like u^{2N−2}, grows on the way.
            if shape.excess * x > 0.01:
                part *= max(1.0 - shape.excess * x, SHRINK) ** (-2.0 - 2.0 / shape.excess)
            else:
                part *= exp(2.0 * x)
        if part > least:
            columns[a] = j
            a += 1
    root, S = np.empty(a), np.empty((a, n))
    for i in range(a):
        root[i] = sqrt(h * weight * mobility[columns[i]])
        for k in range(n):
            S[i, k] = root[i] * rows[columns[i], k]
    return columns[:a].copy(), root, S


@compiled(reassociate=True)
def finish(
    shape: Shape,
    state: State,
    trial: State,
    h: float,
    slope: float,
    g: Vector,
    columns: NDArray[np.intp],
    kappa: Matrix,
    q: Matrix,
    norms: Vector,
    reach: Vector,
    scale: float,
) -> float:
    """Fill ``trial`` with the state after the step; returns the error that its doubt makes in w.

    It is relative to the scale of Xw, without what is mere rounding; infinite on a blow-up. ``q``
    holds Xᵀζ of the doubt and of the step, and ``kappa`` what they are on the columns that matter.
    """
    excess = shape.excess
    doubt, step = q[0], q[1]
    for j in range(step.size):
        doubt[j] *= slope
        step[j] = slope * step[j] + h * g[j]
    for i in range(columns.size):
        doubt[columns[i]] = kappa[0, i]
        step[columns[i]] = kappa[1, i]
    for j in range(step.size):
        change = advance(state.rates[0, j], step[j], excess)
        if shape.two_sided:
            change -= advance(state.rates[1, j], -step[j], excess)
        trial.rho[j] = state.rho[j] + change
        grown = abs(trial.rho[j]) if shape.two_sided else trial.rho[j]
        if not grown * shape.depth < LARGEST:
            return inf
    settle(shape, trial)
    worst = 0.0
    for j in range(step.size):
        scale = max(scale, norms[j] * abs(trial.w[j]))
        mobility = max(reach[j], state.mobility[j], trial.mobility[j])
        error = norms[j] * mobility * (abs(doubt[j]) - NOISE * abs(step[j]))
        if not error <= worst:
            worst = error
            if worst != worst:
                return inf
    return worst / scale if worst > 0.0 else 0.0
