"""How the kernels of gradient descent read the data: tiles of 8 × 8 entries in aligned memory."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implicit_sparsity.descent.lanes import WIDTH
from implicit_sparsity.problem import Matrix, Vector

_FIRST_LEVEL_CACHE = 32768


class PackedDesign(NamedTuple):
    """A design cut into tiles of eight rows and eight columns, one block of columns after another.

    Attributes
    ----------
    values : array
        Columns of tiles, eight numbers each.
    codes : array or None
        For a design with two values, where in ``values`` each column of a tile begins: two 16-bit
        numbers a word, since loads are what limits the speed. None where ``values`` holds the
        columns of all tiles in order.
    panel : int
        Number of blocks of eight columns that stay in the first-level cache.
    """

    values: Vector
    codes: NDArray[np.uint32] | None
    panel: int


class DescentState(NamedTuple):
    """Responses, truths, iterates and settings of R runs of one design.

    The arrays of R rows are `aligned`, so flat, each row with zeros up to a multiple of eight.

    Attributes
    ----------
    y, residual, next_residual : array, shape (R, n)
        The response; the residual Xw − y; memory for the residual of the next iterate.
    w_star, support : array, shape (R, p)
        The truth, and 1 on its support, 0 off it.
    u, v, w : array, shape (R, p)
        The iterate.
    depth : array of int, shape (R,)
        N.
    rate : array, shape (R,)
        The step is ``rate`` · Xᵀ(Xw − y).
    ceiling : array, shape (R,)
        Largest loss that is not yet divergence.
    """

    y: Vector
    residual: Vector
    next_residual: Vector
    w_star: Vector
    support: Vector
    u: Vector
    v: Vector
    w: Vector
    depth: NDArray[np.int64]
    rate: Vector
    ceiling: Vector

    def keep(self, runs: NDArray[np.bool_]) -> DescentState:
        """The state of some of the runs."""
        *vectors, depth, rate, ceiling = self
        rows = [aligned(vector.reshape(runs.size, -1)[runs]) for vector in vectors]
        return DescentState._make([*rows, depth[runs], rate[runs], ceiling[runs]])


def aligned(values: ArrayLike) -> Vector:
    """The values, flat, from the begin of a cache line; rows with zeros to a multiple of eight."""
    values = np.asarray(values)
    width = -(-values.shape[-1] // WIDTH) * WIDTH
    size = values.size // values.shape[-1] * width
    memory = np.zeros(size + WIDTH)
    start = -memory.ctypes.data // memory.itemsize % WIDTH
    memory = memory[start : start + size]
    memory.reshape(-1, width)[:, : values.shape[-1]] = values.reshape(-1, values.shape[-1])
    return memory


def pack(X: Matrix) -> PackedDesign:
    """The design X, shape (n, p), as the kernels read it."""
    low, high = X.min(), X.max()
    is_high = np.equal(X, high)
    if not (is_high | np.equal(X, low)).all():
        tiles = _tiles(X)
        return PackedDesign(aligned(tiles), None, _panel(tiles))
    offsets = np.multiply(np.packbits(_tiles(is_high), axis=-1)[..., 0], WIDTH, dtype=np.uint32)
    codes = offsets[..., ::2] | offsets[..., 1::2] << np.uint32(16)
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    return PackedDesign(aligned(np.where(bits, high, low)), codes.ravel(), _panel(codes))


def _tiles(X: NDArray[Any]) -> NDArray[Any]:
    """X in tiles of eight columns of eight rows, shape (blocks, ., 8, 8), padded with zeros."""
    columns = np.pad(X.T, [(0, -size % WIDTH) for size in X.T.shape])
    return columns.reshape(-1, WIDTH, columns.shape[1] // WIDTH, WIDTH).swapaxes(1, 2)


def _panel(blocks: NDArray[Any]) -> int:
    """Number of blocks that fit in the first-level cache together."""
    return max(1, _FIRST_LEVEL_CACHE * len(blocks) // blocks.nbytes)
