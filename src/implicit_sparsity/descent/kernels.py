"""Compiled inner loops of gradient descent, eight numbers at a time.

An iteration reads the design once. For one panel of columns after the other, small enough to stay
in the first-level cache, it takes the gradient Xᵀr, steps u and v, and adds what the new weights
contribute to the next residual.

A design with only two values, such as ±1, is kept as one bit an entry: eight rows of a column are
a code, and a table of 256 × 8 numbers turns the code into an operand of an ordinary vector
instruction. Nothing is converted, and a design of 12 MB is read as 0.4 MB.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.compiled import compiled
from implicit_sparsity.descent.lanes import WIDTH, load, splat, store, sums
from implicit_sparsity.descent.packing import DescentState, PackedDesign
from implicit_sparsity.problem import Matrix, Vector

#: Columns of the measurements of an iterate.
LOSS, ERROR, ON_SUPPORT, OFF_SUPPORT = range(4)
#: A vector of eight numbers; mypy does not know the type that numba is given in `lanes`.
Lanes = Any


@compiled()
def _column(values: Vector, codes: NDArray[np.uint32] | None, tile: int, column: int) -> Lanes:
    """One of the eight columns of a tile."""
    # numba drops one of the branches only where `codes` is an argument of its own.
    if codes is None:
        return load(values, WIDTH * (WIDTH * tile + column))
    word = codes[np.uintp(WIDTH // 2 * tile + column // 2)]
    return load(values, word >> 16 if column % 2 else word & 0xFFFF)


@compiled()
def _products(design: PackedDesign, block: int, residual: Vector) -> Lanes:
    """Xᵀr of eight columns."""
    a = b = c = d = e = f = g = h = splat(0.0)
    tile = block * (residual.size // WIDTH)
    for i in range(0, residual.size, WIDTH):
        r = load(residual, i)
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
def _add_predictions(design: PackedDesign, block: int, w: Vector, target: Vector) -> None:
    """Add X w of eight columns to ``target``."""
    j = block * WIDTH
    a, b, c, d = splat(w[j]), splat(w[j + 1]), splat(w[j + 2]), splat(w[j + 3])
    e, f, g, h = splat(w[j + 4]), splat(w[j + 5]), splat(w[j + 6]), splat(w[j + 7])
    tile = block * (target.size // WIDTH)
    for i in range(0, target.size, WIDTH):
        r = load(target, i)
        r = r + a * _column(design.values, design.codes, tile, 0)
        r = r + b * _column(design.values, design.codes, tile, 1)
        r = r + c * _column(design.values, design.codes, tile, 2)
        r = r + d * _column(design.values, design.codes, tile, 3)
        r = r + e * _column(design.values, design.codes, tile, 4)
        r = r + f * _column(design.values, design.codes, tile, 5)
        r = r + g * _column(design.values, design.codes, tile, 6)
        r = r + h * _column(design.values, design.codes, tile, 7)
        store(target, i, r)
        tile += 1


@compiled()
def _power(x: Lanes, exponent: int) -> Lanes:
    power = x
    for _ in range(exponent - 1):
        power = power * x
    return power


@compiled()
def _step(design: PackedDesign, state: DescentState, depth: int, rate: float) -> None:
    """Step every coordinate; add X w of the new weights to ``next_residual``."""
    blocks = state.w.size // WIDTH
    scale = splat(rate)
    for first in range(0, blocks, design.panel):
        last = min(first + design.panel, blocks)
        for block in range(first, last):
            j = block * WIDTH
            step = scale * _products(design, block, state.residual)
            u, v = load(state.u, j), load(state.v, j)
            u = u - step * _power(u, depth - 1)
            v = v + step * _power(v, depth - 1)
            store(state.u, j, u)
            store(state.v, j, v)
            store(state.w, j, _power(u, depth) - _power(v, depth))
        for block in range(first, last):
            _add_predictions(design, block, state.w, state.next_residual)


@compiled()
def _measure(state: DescentState, samples: int, scratch: Vector, row: Vector) -> None:
    """Make the next residual the present one, and write the measurements of the iterate."""
    loss = error = on = off = splat(0.0)
    for i in range(samples, state.next_residual.size):
        state.next_residual[i] = 0.0
    for i in range(0, state.residual.size, WIDTH):
        r = load(state.next_residual, i)
        store(state.residual, i, r)
        loss = loss + r * r
    for j in range(0, state.w.size, WIDTH):
        difference = load(state.w, j) - load(state.w_star, j)
        distance = max(difference, splat(0.0) - difference)
        error = error + distance * distance
        within = distance * load(state.support, j)
        on = max(on, within)
        off = max(off, distance - within)
    store(scratch, LOSS * WIDTH, loss)
    store(scratch, ERROR * WIDTH, error)
    store(scratch, ON_SUPPORT * WIDTH, on)
    store(scratch, OFF_SUPPORT * WIDTH, off)
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
    design: PackedDesign,
    state: DescentState,
    samples: int,
    depth: int,
    rate: float,
    ceiling: float,
    measures: Matrix,
) -> int:
    """Take ``len(measures)`` iterations of step ``rate`` · Xᵀr in place; returns their number.

    Stops early after the first iterate whose loss is above ``ceiling`` or not a number.
    """
    scratch = np.empty(4 * WIDTH)
    for step in range(len(measures)):
        for i in range(state.y.size):
            state.next_residual[i] = -state.y[i]
        _step(design, state, depth, rate)
        _measure(state, samples, scratch, measures[step])
        if not measures[step, LOSS] <= ceiling:
            return step + 1
    return len(measures)
