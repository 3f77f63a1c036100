"""Which files of the package a job runs.

Their digests are an input of its rule, so that it runs again when one changes; Snakemake itself
sees no change in imported code.
"""

from __future__ import annotations

import ast
import json
import os
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

import grimp

import implicit_sparsity

ROOT = "implicit_sparsity"
FOLDER = Path(implicit_sparsity.__file__).parent


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(ROOT, cache_dir=None)


def files(*modules: str) -> list[Path]:
    """Files of modules of the package and of all that they import from the package.

    A registry imports every plug-in beside it, of which a job uses a few: where some of them are
    among the modules, the others are left out and so is the registry, that a new plug-in does not
    change. The package's own ``__init__`` is left out too, as it only names what lies elsewhere.

    Parameters
    ----------
    *modules : str
        Names within the package, as in ``pipeline.studies.table``.

    Returns
    -------
    list of Path
        Sorted.

    Raises
    ------
    ValueError
        If there is no such module.
    """
    names = {f"{ROOT}.{module}" for module in modules}
    for name in names - _graph().modules:
        raise ValueError(f"There is no {os.path.relpath(_path(name))}; add it.")
    found, left_out = set[str](), {ROOT}
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in found | left_out:
            continue
        found.add(name)
        folder = name.rpartition(".")[0]
        imported = _graph().find_modules_directly_imported_by(name)
        if name.endswith(".registry"):
            plugins = {other for other in imported if other.rpartition(".")[0] == folder}
            if plugins & names:
                imported = imported - plugins
                left_out.add(name)
        todo += [folder, *imported]
    return sorted(_path(name) for name in found - left_out)


def digests(*modules: str) -> dict[str, str]:
    """SHA-256 of each of the files that :func:`files` gives, by its path within the package."""
    return {path.relative_to(FOLDER).as_posix(): _digest(path) for path in files(*modules)}


@cache
def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def imported_by_notebook(path: str | Path) -> list[str]:
    """The modules of the package that a notebook's cells import, as :func:`files` takes them.

    Parameters
    ----------
    path : str or Path
        The notebook.
    """
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    found: set[str] = set()
    for source in sources:
        code = re.sub(r"^\s*[%!].*$", "pass", source, flags=re.MULTILINE)
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                for alias in node.names:
                    found.update(_homes(node.module, alias.name))
    modules = {name for name in found if name in _graph().modules and name != ROOT}
    return sorted(name.removeprefix(f"{ROOT}.") for name in modules)


def _homes(module: str, name: str) -> set[str]:
    """Where a name that is imported from a module lies; the package names what lies elsewhere."""
    if module != ROOT:
        return {f"{module}.{name}"}
    imported = _graph().find_modules_directly_imported_by(ROOT)
    lines = {
        other: " ".join(
            d["line_contents"] for d in _graph().get_import_details(importer=ROOT, imported=other)
        )
        for other in imported
    }
    return {other for other, line in lines.items() if re.search(rf"\b{name}\b", line)} or imported


def _path(name: str) -> Path:
    """The file of a module."""
    path = FOLDER.joinpath(*name.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
