"""Compiled inner loops of gradient descent, eight numbers at a time.

An iteration reads the design once. For one panel of columns after the other, small enough to stay
in the first-level cache, it takes the gradient Xᵀr, steps u and v, and adds what the new weights
contribute to the next residual.

A design with only two values, such as ±1, is kept as one bit an entry: eight rows of a column are
a code, and a table of 256 × 8 numbers turns the code into an operand of an ordinary vector
instruction. Nothing is converted, and a design of 12 MB is read as 0.4 MB.

All of it is in one file, since numba's cache on disk is renewed when the file of the compiled
function changes, and not when one that it imports does.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable
from numpy.typing import ArrayLike, NDArray

from implicit_sparsity.problem import Matrix, Vector

WIDTH = 8
#: Columns of the measurements of an iterate.
LOSS, ERROR, ON_SUPPORT, OFF_SUPPORT = range(4)
_FIRST_LEVEL_CACHE = 32768
# numba's annotation would have compiled code pass the typing context.
_intrinsic: Any = intrinsic


# A type for a vector of eight numbers. LLVM splits it where registers are shorter.


class Lanes(types.Type):
    """Eight numbers with lane-wise +, −, × and max."""


lanes = Lanes("lanes")
_VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
# "contract" lets a product and a sum become one instruction. No other liberty is taken, so that
# sums have one order on every processor and a loss that is not a number stays one.
_ARITHMETIC: dict[Callable[..., Any], Callable[..., Any]] = {
    operator.add: lambda build, x, y: build.fadd(x, y, flags=("contract",)),
    operator.sub: lambda build, x, y: build.fsub(x, y, flags=("contract",)),
    operator.mul: lambda build, x, y: build.fmul(x, y, flags=("contract",)),
    max: lambda build, x, y: build.select(build.fcmp_ordered(">", x, y), x, y),
}


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)  # type: ignore[no-untyped-call]


def _define(symbol: Callable[..., Any], emit: Callable[..., Any]) -> None:
    @type_callable(symbol)
    def typing(context: Any) -> Any:
        return lambda x, y: lanes if x is lanes and y is lanes else None

    @lower_builtin(symbol, lanes, lanes)  # type: ignore[no-untyped-call]
    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return emit(builder, *args)


for _symbol, _emit in _ARITHMETIC.items():
    _define(_symbol, _emit)


def _address(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    data = context.make_array(signature.args[0])(context, builder, args[0]).data
    return builder.bitcast(builder.gep(data, [args[1]]), _VECTOR.as_pointer())


@_intrinsic
def load(typing: Any, array: Any, index: Any) -> Any:
    """The eight entries of a flat array from ``index`` on."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_address(context, builder, signature, args), align=8)

    return lanes(array, types.intp), build


@_intrinsic
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write the eight entries of a flat array from ``index`` on."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _address(context, builder, signature, args), align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, lanes), build


@_intrinsic
def splat(typing: Any, number: Any) -> Any:
    """Eight copies of a number."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        copies = ir.Constant(_VECTOR, ir.Undefined)
        for lane in range(WIDTH):
            copies = builder.insert_element(copies, args[0], ir.IntType(32)(lane))
        return copies

    return lanes(types.float64), build


@_intrinsic
def sums(typing: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any) -> Any:
    """The sums of eight vectors, as one vector."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        mask = ir.VectorType(ir.IntType(32), WIDTH)
        even, odd = mask(list(range(0, 2 * WIDTH, 2))), mask(list(range(1, 2 * WIDTH, 2)))
        while len(args) > 1:
            args = [
                builder.fadd(builder.shuffle_vector(x, y, even), builder.shuffle_vector(x, y, odd))
                for x, y in zip(args[::2], args[1::2], strict=True)
            ]
        return args[0]

    return lanes(*[lanes] * WIDTH), build


class Design(NamedTuple):
    """A design cut into pieces of eight rows of a column, eight columns beside one another.

    Attributes
    ----------
    table : pieces of eight numbers, one after the other.
    codes : for a design with two values, where in ``table`` each piece begins: two 16-bit
        numbers a word, since loads are what limits the speed. None where the table holds the
        pieces of the design themselves, in order.
    panel : number of blocks of eight columns that stay in the first-level cache.
    """

    table: Vector
    codes: NDArray[np.uint32] | None
    panel: int


class State(NamedTuple):
    """The data but for the design, and the iterate, in zero-padded `aligned` arrays.

    Attributes
    ----------
    y, residual, following : over samples; the residual Xw − y, and room for the next one.
    w_star, inside : over coordinates; ``inside`` is 1 on the support and 0 off it.
    u, v, w : over coordinates.
    """

    y: Vector
    residual: Vector
    following: Vector
    w_star: Vector
    inside: Vector
    u: Vector
    v: Vector
    w: Vector


def aligned(values: ArrayLike) -> Vector:
    """The values, in memory that begins on a cache line, with zeros up to a multiple of eight."""
    values = np.ravel(values)
    size = -(-values.size // WIDTH) * WIDTH
    memory = np.zeros(size + WIDTH)
    start = -memory.ctypes.data // memory.itemsize % WIDTH
    memory[start : start + values.size] = values
    return memory[start : start + size]


def pack(X: Matrix) -> Design:
    """The design X, shape (n, p), as the kernels read it."""
    low, high = X.min(), X.max()
    highs = np.equal(X, high)
    if not (highs | np.equal(X, low)).all():
        squares = _squares(X)
        return Design(aligned(squares), None, _panel(squares))
    offsets = np.multiply(np.packbits(_squares(highs), axis=-1)[..., 0], WIDTH, dtype=np.uint32)
    codes = offsets[..., ::2] | offsets[..., 1::2] << np.uint32(16)
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    return Design(aligned(np.where(bits, high, low)), codes.ravel(), _panel(codes))


def _squares(X: NDArray[Any]) -> NDArray[Any]:
    """X in squares of eight columns of eight rows, shape (blocks, ., 8, 8), padded with zeros."""
    columns = np.pad(X.T, [(0, -size % WIDTH) for size in X.T.shape])
    return columns.reshape(-1, WIDTH, columns.shape[1] // WIDTH, WIDTH).swapaxes(1, 2)


def _panel(blocks: NDArray[Any]) -> int:
    """Number of blocks that fit in the first-level cache together."""
    return max(1, _FIRST_LEVEL_CACHE * len(blocks) // blocks.nbytes)


@njit(nogil=True)
def _piece(table, codes, square, column):  # type: ignore[no-untyped-def]
    """One of the eight columns of a square of eight rows."""
    if codes is None:
        return load(table, WIDTH * (WIDTH * square + column))
    word = codes[np.uintp(WIDTH // 2 * square + column // 2)]
    return load(table, word >> 16 if column % 2 else word & 0xFFFF)


@njit(nogil=True)
def _slopes(design, block, residual):  # type: ignore[no-untyped-def]
    """Xᵀr of eight columns."""
    a = b = c = d = e = f = g = h = splat(0.0)
    square = block * (residual.size // WIDTH)
    for i in range(0, residual.size, WIDTH):
        r = load(residual, i)
        a = a + r * _piece(design.table, design.codes, square, 0)
        b = b + r * _piece(design.table, design.codes, square, 1)
        c = c + r * _piece(design.table, design.codes, square, 2)
        d = d + r * _piece(design.table, design.codes, square, 3)
        e = e + r * _piece(design.table, design.codes, square, 4)
        f = f + r * _piece(design.table, design.codes, square, 5)
        g = g + r * _piece(design.table, design.codes, square, 6)
        h = h + r * _piece(design.table, design.codes, square, 7)
        square += 1
    return sums(a, b, c, d, e, f, g, h)


@njit(nogil=True)
def _add_product(design, block, w, after):  # type: ignore[no-untyped-def]
    """Add X w of eight columns to ``after``."""
    j = block * WIDTH
    a, b, c, d = splat(w[j]), splat(w[j + 1]), splat(w[j + 2]), splat(w[j + 3])
    e, f, g, h = splat(w[j + 4]), splat(w[j + 5]), splat(w[j + 6]), splat(w[j + 7])
    square = block * (after.size // WIDTH)
    for i in range(0, after.size, WIDTH):
        r = load(after, i)
        r = r + a * _piece(design.table, design.codes, square, 0)
        r = r + b * _piece(design.table, design.codes, square, 1)
        r = r + c * _piece(design.table, design.codes, square, 2)
        r = r + d * _piece(design.table, design.codes, square, 3)
        r = r + e * _piece(design.table, design.codes, square, 4)
        r = r + f * _piece(design.table, design.codes, square, 5)
        r = r + g * _piece(design.table, design.codes, square, 6)
        r = r + h * _piece(design.table, design.codes, square, 7)
        store(after, i, r)
        square += 1


@njit(nogil=True)
def _power(x, exponent):  # type: ignore[no-untyped-def]
    power = x
    for _ in range(exponent - 1):
        power = power * x
    return power


@njit(nogil=True)
def _step(design, state, depth, rate):  # type: ignore[no-untyped-def]
    """Step every coordinate; add X w of the new weights to ``following``."""
    blocks = state.w.size // WIDTH
    scale = splat(rate)
    for first in range(0, blocks, design.panel):
        last = min(first + design.panel, blocks)
        for block in range(first, last):
            j = block * WIDTH
            step = scale * _slopes(design, block, state.residual)
            u, v = load(state.u, j), load(state.v, j)
            u = u - step * _power(u, depth - 1)
            v = v + step * _power(v, depth - 1)
            store(state.u, j, u)
            store(state.v, j, v)
            store(state.w, j, _power(u, depth) - _power(v, depth))
        for block in range(first, last):
            _add_product(design, block, state.w, state.following)


@njit(nogil=True)
def _measure(state, samples, scratch, row):  # type: ignore[no-untyped-def]
    """Make the following residual the present one, and write the measurements of the iterate."""
    loss = error = on = off = splat(0.0)
    for i in range(samples, state.following.size):
        state.following[i] = 0.0
    for i in range(0, state.residual.size, WIDTH):
        r = load(state.following, i)
        store(state.residual, i, r)
        loss = loss + r * r
    for j in range(0, state.w.size, WIDTH):
        difference = load(state.w, j) - load(state.w_star, j)
        distance = max(difference, splat(0.0) - difference)
        error = error + distance * distance
        within = distance * load(state.inside, j)
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


@njit(cache=True, nogil=True)
def advance(design, state, samples, depth, rate, ceiling, measures):  # type: ignore[no-untyped-def]
    """Advance the state in place by ``len(measures)`` iterations of step ``rate`` · Xᵀr.

    Stops at the first iterate whose loss is not at most ``ceiling``, not a number included.
    Returns the number of iterations done.
    """
    scratch = np.empty(4 * WIDTH)
    for step in range(measures.shape[0]):
        for i in range(state.y.size):
            state.following[i] = -state.y[i]
        _step(design, state, depth, rate)
        _measure(state, samples, scratch, measures[step])
        if not measures[step, LOSS] <= ceiling:
            return step + 1
    return measures.shape[0]
