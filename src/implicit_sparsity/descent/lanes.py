"""A numba type for vectors of eight numbers, one for each of a few runs, and its operations.

LLVM splits such vectors where the processor's registers are shorter.
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
    """Eight numbers for each of ``runs`` runs, with lane-wise +, −, × and max.

    Beside more runs, the numbers of one stand for all.
    """

    def __init__(self, runs: int) -> None:
        super().__init__(name=f"lanes({runs})")
        self.runs = runs


# "contract" lets a product and a sum become one instruction. No other liberty is taken, so that
# sums have one order on every processor and a loss that is not a number stays one.
_ARITHMETIC: dict[Callable[..., Any], Callable[..., Any]] = {
    operator.add: lambda build, x, y: build.fadd(x, y, flags=("contract",)),
    operator.sub: lambda build, x, y: build.fsub(x, y, flags=("contract",)),
    operator.mul: lambda build, x, y: build.fmul(x, y, flags=("contract",)),
    max: lambda build, x, y: build.select(build.fcmp_ordered(">", x, y), x, y),
}


def _vector(runs: int = 1) -> Any:
    return ir.VectorType(ir.DoubleType(), WIDTH * runs)


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _vector(kind.runs))  # type: ignore[no-untyped-call]


def _pick(builder: Any, x: Any, y: Any, places: list[int]) -> Any:
    """The numbers at the places, of the vector x followed by y."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), places)
    return builder.shuffle_vector(x, y, mask)


def _part(builder: Any, value: Any, run: int) -> Any:
    """The eight numbers of one run."""
    return _pick(builder, value, value, list(range(run * WIDTH, (run + 1) * WIDTH)))


def _join(builder: Any, parts: list[Any]) -> Any:
    """A vector from those of single runs."""
    joined = parts[0]
    for runs, part in enumerate(parts[1:], 1):
        # A shuffle takes two vectors of one length.
        wide = _pick(builder, part, part, [lane % WIDTH for lane in range(runs * WIDTH)])
        joined = _pick(builder, joined, wide, list(range((runs + 1) * WIDTH)))
    return joined


def _define(symbol: Callable[..., Any], emit: Callable[..., Any]) -> None:
    @type_callable(symbol)
    def typing(context: Any) -> Any:
        def result(x: Any, y: Any) -> Any:
            if isinstance(x, Lanes) and isinstance(y, Lanes) and (x == y or 1 in (x.runs, y.runs)):
                return max(x, y, key=lambda kind: kind.runs)
            return None

        return result

    @lower_builtin(symbol, Lanes, Lanes)  # type: ignore[no-untyped-call]
    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        runs = signature.return_type.runs
        wide = [
            value if kind.runs == runs else _join(builder, [value] * runs)
            for value, kind in zip(args, signature.args, strict=True)
        ]
        return emit(builder, *wide)


for _symbol, _emit in _ARITHMETIC.items():
    _define(_symbol, _emit)


def _places(context: Any, builder: Any, signature: Any, args: Any) -> list[Any]:
    """The address of entry ``row + index`` of an array, for each of a tuple of rows."""
    (array, rows, *_), (array_type, rows_type, *_) = args, signature.args
    data = context.make_array(array_type)(context, builder, array).data
    begins = [builder.extract_value(rows, run) for run in range(rows_type.count)]
    return [builder.gep(data, [builder.add(begin, args[2])]) for begin in begins]


def _splat(builder: Any, number: Any) -> Any:
    copies = ir.Constant(_vector(), ir.Undefined)
    for lane in range(WIDTH):
        copies = builder.insert_element(copies, number, ir.IntType(32)(lane))
    return copies


def _indices(count: int) -> Any:
    return types.UniTuple(types.intp, count)  # type: ignore[no-untyped-call]


@_intrinsic
def load(typing: Any, array: Any, rows: Any, index: Any) -> Any:
    """The eight entries of a flat array from ``row + index`` on, for each of a tuple of rows."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        places = _places(context, builder, signature, args)
        vectors = [builder.bitcast(place, _vector().as_pointer()) for place in places]
        return _join(builder, [builder.load(vector, align=8) for vector in vectors])

    return Lanes(rows.count)(array, _indices(rows.count), types.intp), build


@_intrinsic
def spread(typing: Any, array: Any, rows: Any, index: Any) -> Any:
    """Eight copies of entry ``row + index`` of a flat array, for each of a tuple of rows."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        places = _places(context, builder, signature, args)
        return _join(builder, [_splat(builder, builder.load(place)) for place in places])

    return Lanes(rows.count)(array, _indices(rows.count), types.intp), build


@_intrinsic
def store(typing: Any, array: Any, rows: Any, index: Any, value: Any) -> Any:
    """Write eight entries of a flat array from ``row + index`` on, for each of a tuple of rows."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        for run, place in enumerate(_places(context, builder, signature, args)):
            vector = builder.bitcast(place, _vector().as_pointer())
            builder.store(_part(builder, args[3], run), vector, align=8)
        return context.get_dummy_value()

    return types.void(array, _indices(rows.count), types.intp, value), build


@_intrinsic
def splat(typing: Any, number: Any) -> Any:
    """Eight copies of a number."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _splat(builder, args[0])

    return Lanes(1)(types.float64), build


@_intrinsic
def zeros(typing: Any, rows: Any) -> Any:
    """Eight zeros for each of a tuple of rows."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return ir.Constant(_vector(rows.count), [0.0] * (WIDTH * rows.count))

    return Lanes(rows.count)(rows), build


@_intrinsic
def sums(typing: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any) -> Any:
    """The sums of eight vectors, as one vector; each run for itself."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        even, odd = (list(range(first, 2 * WIDTH, 2)) for first in (0, 1))
        totals = []
        for run in range(a.runs):
            parts = [_part(builder, value, run) for value in args]
            while len(parts) > 1:
                parts = [
                    builder.fadd(_pick(builder, x, y, even), _pick(builder, x, y, odd))
                    for x, y in zip(parts[::2], parts[1::2], strict=True)
                ]
            totals += parts
        return _join(builder, totals)

    return a(*[a] * WIDTH), build
