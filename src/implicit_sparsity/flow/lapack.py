"""BLAS and LAPACK, called from compiled code by the addresses that SciPy gives to Cython.

Addresses are arguments, since compiled code is kept on disk and they differ between processes.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import extending, types
from scipy.linalg import blas, lapack

from implicit_sparsity.problem import Matrix

# numba's annotations would have compiled code pass the typing context.
_intrinsic: Any = extending.intrinsic
_overload: Any = extending.overload


class Routines(NamedTuple):
    """Addresses of routines.

    Attributes
    ----------
    potrf, syrk : int
        Of LAPACK's Cholesky factorisation and of BLAS's symmetric product.
    """

    potrf: int
    syrk: int

    @classmethod
    @cache
    def found(cls) -> Routines:
        """Where they are in this process."""
        return cls(
            extending.get_cython_function_address("scipy.linalg.cython_lapack", "dpotrf"),
            extending.get_cython_function_address("scipy.linalg.cython_blas", "dsyrk"),
        )


@_intrinsic
def call(typing: Any, address: Any, arrays: Any) -> Any:
    """Call the routine at an address; its arguments begin where the arrays of a tuple do."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte, pointers = ir.IntType(8).as_pointer(), []
        for i, kind in enumerate(arrays):
            array = context.make_array(kind)(context, builder, builder.extract_value(args[1], i))
            pointers.append(builder.bitcast(array.data, byte))
        routine = ir.FunctionType(ir.VoidType(), [byte] * len(pointers)).as_pointer()
        builder.call(builder.inttoptr(args[0], routine), pointers)
        return context.get_dummy_value()

    return types.void(types.intp, arrays), build


def cholesky(routines: Routines, matrix: Matrix) -> None:
    """Turn the lower triangle, by rows, of a symmetric ``matrix`` into L with LLᵀ = ``matrix``."""
    # The upper triangle by columns is the lower one by rows.
    lapack.dpotrf(matrix.T, overwrite_a=True, clean=False)


@_overload(cholesky)
def _compiled_cholesky(routines: Any, matrix: Any) -> Any:
    def compiled_cholesky(routines: Any, matrix: Any) -> Any:
        size, info = np.array([len(matrix)], np.int32), np.empty(1, np.int32)
        upper = np.array([ord("U")], np.uint8)
        call(routines.potrf, (upper, size, matrix, size, info))

    return compiled_cholesky


def add_square(routines: Routines, S: Matrix, matrix: Matrix) -> None:
    """Add SᵀS to the lower triangle, by rows, of ``matrix``."""
    blas.dsyrk(1.0, S.T, beta=1.0, c=matrix.T, overwrite_c=True)


@_overload(add_square)
def _compiled_square(routines: Any, S: Any, matrix: Any) -> Any:
    def compiled_square(routines: Any, S: Any, matrix: Any) -> Any:
        a, n = np.array([S.shape[0]], np.int32), np.array([S.shape[1]], np.int32)
        upper, plain = np.array([ord("U")], np.uint8), np.array([ord("N")], np.uint8)
        one = np.ones(1)
        call(routines.syrk, (upper, plain, n, a, one, S, n, one, matrix, n))

    return compiled_square
