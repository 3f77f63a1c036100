"""A numba type for a vector of eight numbers, and what can be done with it.

LLVM splits such a vector where the processor's registers are shorter.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

#: Numbers in a vector.
WIDTH = 8
# numba's annotation would have compiled code pass the typing context.
_intrinsic: Any = intrinsic


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
