"""Small faults that are put into a module, one at a time: comparisons, signs, constants, calls.

What only words or types can see is left alone: docstrings, annotations, messages of errors,
defaults of optional text.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

COMPARISONS = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt},
    **{ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In},
}
ARITHMETIC = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
    **{ast.FloorDiv: ast.Mult, ast.MatMult: ast.Mult, ast.Pow: ast.Mult},
    **{ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd},
}
NAMES = {
    **{"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum"},
    **{"argmin": "argmax", "argmax": "argmin", "any": "all", "all": "any"},
    **{"floor": "ceil", "ceil": "floor", "zeros": "ones", "ones": "zeros"},
}


class Mutant(NamedTuple):
    """A module with one fault.

    Attributes
    ----------
    line : int
        Where it is.
    before, after : str
        The expression, without and with the fault.
    source : str
        The whole module.
    """

    line: int
    before: str
    after: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its lines."""
    tree = ast.parse(source)
    for node in _code(tree):
        before, line = ast.unparse(node), _line(node)
        for change in _changes(node):
            kept = copy.copy(node.__dict__)
            node.__dict__.update(change)
            yield Mutant(line, before, ast.unparse(node), ast.unparse(tree))
            node.__dict__.update(kept)


def _line(node: ast.AST) -> int:
    """The line of a node, or of the first within it."""
    return min((n.lineno for n in ast.walk(node) if hasattr(n, "lineno")), default=0)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that say what is computed."""
    if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom):
        return
    yield node
    left_out = {"annotation", "returns", "decorator_list", "type_params"}
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("cast", "warnings.warn", "print"):
        return
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in left_out:
                yield from _code(child)


def _changes(node: ast.AST) -> Iterator[dict[str, object]]:
    """What may be put in the place of the fields of a node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield {"ops": [COMPARISONS[type(node.ops[0])]()]}
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield {"op": ARITHMETIC[type(node.op)]()}
    elif isinstance(node, ast.BoolOp):
        yield {"op": ast.Or() if isinstance(node.op, ast.And) else ast.And()}
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield {"op": ast.UAdd()}
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield {"operand": ast.UnaryOp(ast.Not(), node.operand)}
    elif isinstance(node, ast.Name) and node.id in NAMES:
        yield {"id": NAMES[node.id]}
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield {"attr": NAMES[node.attr]}
    elif isinstance(node, ast.Constant):
        yield from _constants(node.value)
    elif isinstance(node, ast.arguments) and node.kwonlyargs:
        # Keyword-only arguments become positional ones.
        defaults = [default for default in node.kw_defaults if default is not None]
        positional = {"args": [*node.args, *node.kwonlyargs], "kwonlyargs": [], "kw_defaults": []}
        if len(defaults) == len(node.kwonlyargs) and node.vararg is None:
            yield {**positional, "defaults": [*node.defaults, *defaults]}


def _constants(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, bool):
        yield {"value": not value}
    elif isinstance(value, int):
        yield {"value": value + 1}
    elif isinstance(value, float):
        yield {"value": value * 1.5 if value else 1.0}
