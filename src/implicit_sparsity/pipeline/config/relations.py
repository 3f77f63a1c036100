"""What a setting of a related system has to do with another, written into its annotation.

``k: Annotated[list[int], NotAbove("p")]`` is told before any work, where some k is above p.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from implicit_sparsity.pipeline.config.errors import quoted


@dataclass(frozen=True)
class Relation(ABC):
    """What holds between the value of a setting and that of another.

    Parameters
    ----------
    key : str
        The other setting.
    """

    key: str

    @abstractmethod
    def fault(self, value: Any, other: Any) -> str:
        """What is wrong with the value and how to correct it, after its place; "" if nothing is."""


class NotAbove(Relation):
    """No value is above the other setting's least."""

    def fault(self, value: Any, other: Any) -> str:
        most, limit = max(_all(value)), min(_all(other))
        return f"is {most}, but {self.key} is {limit}; lower it." if most > limit else ""


class Among(Relation):
    """Each value is one of the other setting's."""

    def fault(self, value: Any, other: Any) -> str:
        strange = [each for each in _all(value) if each not in _all(other)]
        if not strange:
            return ""
        return f"is {strange[0]}, which is not among {self.key}, {quoted(other)}; add it there."


class OneForEach(Relation):
    """There are as many values as the other setting has, in the same order."""

    def fault(self, value: Any, other: Any) -> str:
        if len(value) == len(other):
            return ""
        count = f"{len(value)} value{'s' * (len(value) > 1)}"
        return f"has {count} for the {len(other)} of {self.key}; give one for each."


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_KINDS = {kind.__name__: kind for kind in (NotAbove, Among, OneForEach)}


def relations(annotation: ast.expr) -> Iterator[Relation]:
    """The relations in the annotation of a setting, which is read and not run."""
    for node in ast.walk(annotation):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(key))]):
                yield _KINDS[name](key)
