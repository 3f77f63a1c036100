"""Compiled inner loops of gradient descent, eight numbers at a time.

An iteration reads the design once: for a panel of columns that fits in the first-level cache,
the gradient Xᵀr, the step of u and v, and what the new weights add to the next residual.

A design with only two values, such as ±1, is kept as one bit an entry. Eight rows of a column make
a code, and a table of 256 × 8 numbers turns the code into the operand of an ordinary vector
instruction. Nothing has to be converted, and the design stays in cache far longer.

The vectors are LLVM's own: on processors with shorter registers it splits them.
"""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.typing.templates import ConcreteTemplate, infer_global
from numba.extending import intrinsic, lower_builtin, models, register_model
from numpy.typing import NDArray

from implicit_sparsity.problem import Matrix, Vector

WIDTH = 8
#: Columns of the measurements of an iterate.
LOSS, ERROR, ON_SUPPORT, OFF_SUPPORT = range(4)


class _Lanes(types.Type):  # type: ignore[misc]
    """Type of a vector of eight numbers, with +, −, ×, abs and max."""


lanes = _Lanes("lanes")
_VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, lanes: Any) -> None:
        super().__init__(manager, lanes, _VECTOR)


class _Binary(ConcreteTemplate):  # type: ignore[misc]
    cases = (lanes(lanes, lanes),)


for _symbol, _name in ((operator.add, "fadd"), (operator.sub, "fsub"), (operator.mul, "fmul")):
    infer_global(_symbol)(_Binary)

    # "contract" lets a product and a sum become one instruction.
    @lower_builtin(_symbol, lanes, lanes)
    def _arithmetic(context: Any, builder: Any, signature: Any, args: Any, name: str = _name) -> Any:
        return getattr(builder, name)(*args, flags=("contract",))


@intrinsic
def larger(typing: Any, x: Any, y: Any) -> Any:
    """Lane-wise maximum."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", *args), *args)

    return lanes(lanes, lanes), build


def _address(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    data = context.make_array(signature.args[0])(context, builder, args[0]).data
    return builder.bitcast(builder.gep(data, [args[1]]), _VECTOR.as_pointer())


@intrinsic
def load(typing: Any, array: Any, index: Any) -> Any:
    """The eight entries of a flat array from ``index`` on."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_address(context, builder, signature, args), align=8)

    return lanes(array, types.intp), build


@intrinsic
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write eight entries of a flat array from ``index`` on."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _address(context, builder, signature, args), align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, lanes), build


@intrinsic
def splat(typing: Any, x: Any) -> Any:
    """Eight copies of a number."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        copies = ir.Constant(_VECTOR, ir.Undefined)
        for lane in range(WIDTH):
            copies = builder.insert_element(copies, args[0], ir.IntType(32)(lane))
        return copies

    return lanes(types.float64), build


@intrinsic
def sums(typing: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any) -> Any:
    """The sums of eight vectors, as one vector."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        indices = ir.VectorType(ir.IntType(32), WIDTH)
        even, odd = (indices(list(range(k, 2 * WIDTH, 2))) for k in (0, 1))
        while len(args) > 1:
            args = [
                builder.fadd(builder.shuffle_vector(x, y, even), builder.shuffle_vector(x, y, odd))
                for x, y in zip(args[::2], args[1::2], strict=True)
            ]
        return args[0]

    return lanes(*[lanes] * WIDTH), build
