"""The types of the configuration's values, each with what it may be.

YAML reads ``1e-6`` (without a point) as text; such text is a number here, and a whole number an
integer, however it is spelt. Text where text is meant stays text.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

#: Beyond it, numbers are as good as infinite.
_MOST = 10**300
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_STEP = r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*/\s*N\^2\s*$"


class Keys(BaseModel):
    """A mapping with known keys; a key that is not given has no value."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def optional(description: str) -> Any:
    """A key that may be left out; its value is then None."""
    return Field(default=None, description=description)


def number(value: Any, *, within: str = "") -> Any:
    """``value``, if it is a number in some spelling as a number, whole ones as integers."""
    if isinstance(value, str) and len(value) < 400 and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, int) and abs(value) > _MOST:
        value = math.inf if value > 0 else -math.inf
    if isinstance(value, float) and not math.isfinite(value):
        given = {"within": within, "value": value}
        raise PydanticCustomError("not_finite", "give a finite number", given)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return value


def numbers(value: Any, *, within: str = "") -> Any:
    """``value`` with :func:`number` applied to all that it holds."""
    if isinstance(value, Mapping):
        return {key: numbers(item, within=f"{within}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [numbers(item, within=f"{within}[{i}]") for i, item in enumerate(value)]
    return number(value, within=within)


class OneOf:
    """Text that is one of some names."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.literal_schema(self.names)


def shape(value: Any) -> str:
    """The branch of a union that a value is checked by."""
    if isinstance(value, Mapping):
        return "<file>" if "file" in value else "<mapping>"
    if isinstance(value, list):
        return "<list>"
    return "<text>" if isinstance(value, str) and not _NUMBER.fullmatch(value) else "<number>"


#: Tells the branches of a union apart by the shape of the value, so that an error is that of one.
BY_SHAPE = Discriminator(shape)


def _each_once(values: list[Any]) -> list[Any]:
    if any(value in values[:i] for i, value in enumerate(values)):
        raise ValueError("a value stands twice")
    return values


EachOnce = AfterValidator(_each_once)
AtLeastOne = Field(min_length=1)
Whole = Annotated[int, BeforeValidator(number), Field(ge=1, le=10**15)]
#: An integer stays one, so that it is written as one in tables.
Real = Annotated[int | float, BeforeValidator(number)]
Positive = Annotated[float, BeforeValidator(number), Field(gt=0)]
StepText = Annotated[str, Field(pattern=_STEP, max_length=60)]

_SIMPLE: dict[str, Any] = {"float": Positive, "int": Whole, "bool": bool}


def declared(annotation: ast.expr) -> Any:
    """The type that a measure's annotation of an option stands for.

    Parameters
    ----------
    annotation : ast.expr
        ``float`` (positive), ``int`` (from 1 on), ``bool``, ``Literal`` of words, or ``list`` of
        one of these (at least one, each once); or ``Annotated`` with one of these.

    Raises
    ------
    TypeError
        If it is anything else.
    """
    match annotation:
        case ast.Name(id=name) if name in _SIMPLE:
            return _SIMPLE[name]
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[item, *_])):
            return declared(item)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return Annotated[list[declared(item)], AtLeastOne, EachOnce]  # type: ignore[misc]
        case ast.Subscript(value=ast.Name(id="Literal"), slice=words):
            found = ast.literal_eval(words)
            return Annotated[str, OneOf(found if isinstance(found, tuple) else (found,))]
    raise TypeError(
        f"A measure's option cannot be a {ast.unparse(annotation)}; make it float, int, bool, "
        "Literal or a list of these, or add the type to declared in pipeline/config/values.py."
    )
