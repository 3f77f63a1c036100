"""The names of plug-ins and what they read, from their source files.

Checking a configuration must not wait for the libraries that the plug-ins import.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from implicit_sparsity.pipeline.config.errors import ConfigError

PACKAGE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Option:
    """A keyword-only parameter of a measure, or a field of a system's settings.

    Its annotation, whether it must be given, its text.
    """

    annotation: ast.expr
    required: bool
    description: str


@cache
def plugins(folder: str, function: str) -> dict[str, ast.Module]:
    """The plug-ins of a folder of the package: modules with a function, named in its registry.

    Parameters
    ----------
    folder : str
        Path within the package, as in ``pipeline/studies``.
    function : str
        The function that makes a module a plug-in.

    Returns
    -------
    dict
        The syntax tree of each module, by its name.
    """
    names, found = registered(folder), {}
    for source in sorted((PACKAGE / folder).glob("*.py")):
        tree = ast.parse(source.read_text(encoding="utf-8"))
        if any(isinstance(n, ast.FunctionDef) and n.name == function for n in tree.body):
            if source.stem not in names:
                raise ConfigError(
                    source.stem,
                    f"{folder}/{source.name} is not in {folder}/registry.py; add its line there.",
                )
            found[source.stem] = tree
    return found


@cache
def registered(folder: str) -> set[str]:
    """The names in the registry of a folder: the keys of the mapping that it holds."""
    tree = ast.parse((PACKAGE / folder / "registry.py").read_text(encoding="utf-8"))
    mappings = [node.value for node in tree.body if isinstance(node, ast.AnnAssign)]
    keys = [key for node in mappings if isinstance(node, ast.Dict) for key in node.keys]
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def measures() -> list[str]:
    """The measures of studies."""
    return list(plugins("pipeline/studies", "measure"))


def figures() -> list[str]:
    """The kinds of experiment figures, each a table and a drawing."""
    tables, drawings = (
        set(plugins("pipeline/experiments", "curves")),
        registered("pipeline/figures"),
    )
    for kind in sorted(tables ^ drawings):
        folder = "figures" if kind in tables else "experiments"
        raise ConfigError(
            kind,
            f"The kind of figure {kind!r} has no line in pipeline/{folder}/registry.py; add its "
            "module and the line.",
        )
    return sorted(tables)


@cache
def options(measure: str) -> dict[str, Option]:
    """The keys of a study, beside its grid, that a measure reads: its keyword-only parameters."""
    tree = plugins("pipeline/studies", "measure")[measure]
    node = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "measure")
    doc = ast.get_docstring(node) or ""
    found = {}
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if argument.annotation is None:
            raise TypeError(f"{measure}.measure: annotate its parameter {argument.arg}.")
        text = _described(doc, argument.arg)
        found[argument.arg] = Option(argument.annotation, default is None, text)
    return found


@cache
def says(measure: str, flag: str) -> bool:
    """Whether the module of a measure holds ``flag = True``.

    ``DENSE``: it also makes sense where no weight is zero; ``TIMED``: it reports run times.
    """
    tree = plugins("pipeline/studies", "measure")[measure]
    return any(ast.unparse(node) == f"{flag} = True" for node in tree.body)


def _described(doc: str, parameter: str) -> str:
    """What a numpydoc docstring says of a parameter."""
    found = re.search(rf"^{parameter} :.*\n((?:[ ]+.*\n?)+)", doc, re.MULTILINE)
    return inspect.cleandoc(found[1]).replace("\n", " ") if found else ""


def systems() -> list[str]:
    """The related systems."""
    return list(plugins("pipeline/related", "measure"))


@cache
def settings(system: str) -> dict[str, Option]:
    """The keys of a related system: the fields of its ``Settings``."""
    tree = plugins("pipeline/related", "measure")[system]
    node = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Settings")
    doc = ast.get_docstring(node) or ""
    return {
        field.target.id: Option(
            field.annotation, field.value is None, _described(doc, field.target.id)
        )
        for field in node.body
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
    }


def baselines() -> list[str]:
    """The methods that stand beside ours."""
    return list(plugins("baselines", "fit"))
