"""Compiled inner loops of gradient descent, eight numbers at a time.

An iteration reads the design once, for all runs. For one panel of columns after the other, small
enough to stay in the first-level cache, it takes the gradients Xᵀr, steps u and v, and adds what
the new weights contribute to the next residuals. Runs go through the products in pairs, since one
alone would load an entry of X for each operation; of the pair, each is summed in the order that it
would have alone.

A design with only two values, such as ±1, is kept as one bit an entry: eight rows of a column are
a code, and a table of 256 × 8 numbers turns the code into an operand of an ordinary vector
instruction. Nothing is converted, and a design of 12 MB is read as 0.4 MB.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.descent.lanes import WIDTH, load, splat, spread, store, sums, zeros
from implicit_sparsity.descent.packing import DescentState, PackedDesign
from implicit_sparsity.problem import Vector

#: Columns of the measurements of an iterate.
LOSS, ERROR, ON_SUPPORT, OFF_SUPPORT = range(4)
#: A vector of eight numbers; mypy does not know the type that numba is given in `lanes`.
Lanes = Any


@compiled()
def _column(values: Vector, codes: NDArray[np.uint32] | None, tile: int, column: int) -> Lanes:
    """One of the eight columns of a tile."""
    # numba drops one of the branches only where `codes` is an argument of its own.
    if codes is None:
        return load(values, (0,), WIDTH * (WIDTH * tile + column))
    word = codes[np.uintp(WIDTH // 2 * tile + column // 2)]
    return load(values, (0,), word >> 16 if column % 2 else word & 0xFFFF)


@compiled()
def _products(
    design: PackedDesign, block: int, n: int, residual: Vector, rows: tuple[int, ...]
) -> Lanes:
    """Xᵀr of eight columns, for each of the residuals that begin at ``rows``."""
    a = b = c = d = e = f = g = h = zeros(rows)
    tile = block * (n // WIDTH)
    for i in range(0, n, WIDTH):
        r = load(residual, rows, i)
        a = a + r * _column(design.values, design.codes, tile, 0)
        b = b + r * _column(design.values, design.codes, tile, 1)
        c = c + r * _column(design.values, design.codes, tile, 2)
        d = d + r * _column(design.values, design.codes, tile, 3)
        e = e + r * _column(design.values, design.codes, tile, 4)
        f = f + r * _column(design.values, design.codes, tile, 5)
        g = g + r * _column(design.values, design.codes, tile, 6)
        h = h + r * _column(design.values, design.codes, tile, 7)
        tile += 1
    return sums(a, b, c, d, e, f, g, h)


@compiled()
def _add_predictions(
    design: PackedDesign,
    block: int,
    n: int,
    w: Vector,
    sources: tuple[int, ...],
    target: Vector,
    rows: tuple[int, ...],
) -> None:
    """Add X w of eight columns to each target that begins at ``rows``, with w at ``sources``."""
    j = block * WIDTH
    a, b = spread(w, sources, j), spread(w, sources, j + 1)
    c, d = spread(w, sources, j + 2), spread(w, sources, j + 3)
    e, f = spread(w, sources, j + 4), spread(w, sources, j + 5)
    g, h = spread(w, sources, j + 6), spread(w, sources, j + 7)
    tile = block * (n // WIDTH)
    for i in range(0, n, WIDTH):
        r = load(target, rows, i)
        r = r + a * _column(design.values, design.codes, tile, 0)
        r = r + b * _column(design.values, design.codes, tile, 1)
        r = r + c * _column(design.values, design.codes, tile, 2)
        r = r + d * _column(design.values, design.codes, tile, 3)
        r = r + e * _column(design.values, design.codes, tile, 4)
        r = r + f * _column(design.values, design.codes, tile, 5)
        r = r + g * _column(design.values, design.codes, tile, 6)
        r = r + h * _column(design.values, design.codes, tile, 7)
        store(target, rows, i, r)
        tile += 1


@compiled()
def _power(x: Lanes, exponent: int) -> Lanes:
    power = x
    for _ in range(exponent - 1):
        power = power * x
    return power


@compiled()
def _step(design: PackedDesign, state: DescentState) -> None:
    """Step every coordinate; add X w of the new weights to ``next_residual``."""
    runs = state.depth.size
    n, p = state.y.size // runs, state.w.size // runs
    paired = runs - runs % 2
    for first in range(0, p // WIDTH, design.panel):
        last = min(first + design.panel, p // WIDTH)
        # The products lie where the weights will.
        for a in range(0, paired, 2):
            samples, columns = (a * n, a * n + n), (a * p, a * p + p)
            for block in range(first, last):
                products = _products(design, block, n, state.residual, samples)
                store(state.w, columns, block * WIDTH, products)
        for a in range(paired, runs):
            for block in range(first, last):
                products = _products(design, block, n, state.residual, (a * n,))
                store(state.w, (a * p,), block * WIDTH, products)
        for run in range(runs):
            row, depth, scale = (run * p,), state.depth[run], splat(state.rate[run])
            for j in range(first * WIDTH, last * WIDTH, WIDTH):
                step = scale * load(state.w, row, j)
                u, v = load(state.u, row, j), load(state.v, row, j)
                u = u - step * _power(u, depth - 1)
                v = v + step * _power(v, depth - 1)
                store(state.u, row, j, u)
                store(state.v, row, j, v)
                store(state.w, row, j, _power(u, depth) - _power(v, depth))
        for a in range(0, paired, 2):
            samples, columns = (a * n, a * n + n), (a * p, a * p + p)
            for block in range(first, last):
                _add_predictions(design, block, n, state.w, columns, state.next_residual, samples)
        for a in range(paired, runs):
            for block in range(first, last):
                _add_predictions(design, block, n, state.w, (a * p,), state.next_residual, (a * n,))


@compiled()
def _measure(state: DescentState, run: int, samples: int, scratch: Vector, row: Vector) -> None:
    """Make the next residual the present one, and write the measurements of the iterate."""
    n, p = state.y.size // state.depth.size, state.w.size // state.depth.size
    residuals, columns = (run * n,), (run * p,)
    loss = error = on = off = splat(0.0)
    for i in range(samples, n):
        state.next_residual[run * n + i] = 0.0
    for i in range(0, n, WIDTH):
        r = load(state.next_residual, residuals, i)
        store(state.residual, residuals, i, r)
        loss = loss + r * r
    for j in range(0, p, WIDTH):
        difference = load(state.w, columns, j) - load(state.w_star, columns, j)
        distance = max(difference, splat(0.0) - difference)
        error = error + distance * distance
        within = distance * load(state.support, columns, j)
        on = max(on, within)
        off = max(off, distance - within)
    store(scratch, (0,), LOSS * WIDTH, loss)
    store(scratch, (0,), ERROR * WIDTH, error)
    store(scratch, (0,), ON_SUPPORT * WIDTH, on)
    store(scratch, (0,), OFF_SUPPORT * WIDTH, off)
    squares = total = most = rest = 0.0
    for lane in range(WIDTH):
        squares += scratch[LOSS * WIDTH + lane]
        total += scratch[ERROR * WIDTH + lane]
        most = max(most, scratch[ON_SUPPORT * WIDTH + lane])
        rest = max(rest, scratch[OFF_SUPPORT * WIDTH + lane])
    row[LOSS], row[ERROR] = squares / samples, total
    row[ON_SUPPORT], row[OFF_SUPPORT] = most, rest


@compiled()
def iterate(
    design: PackedDesign, state: DescentState, samples: int, measures: NDArray[np.float64]
) -> int:
    """Take ``measures.shape[1]`` iterations of every run in place; returns how many were taken.

    Stops early after the first at which the loss of a run is above its ceiling or not a number.
    """
    scratch = np.empty(4 * WIDTH)
    for step in range(measures.shape[1]):
        for i in range(state.y.size):
            state.next_residual[i] = -state.y[i]
        _step(design, state)
        diverged = False
        for run in range(state.depth.size):
            _measure(state, run, samples, scratch, measures[run, step])
            diverged |= not measures[run, step, LOSS] <= state.ceiling[run]
        if diverged:
            return step + 1
    return len(measures[0])
