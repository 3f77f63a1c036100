"""The names that users import: complete, quick to load, documented by examples that run."""

from __future__ import annotations

import ast
import doctest
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import implicit_sparsity

SOURCE = ast.parse(Path(implicit_sparsity.__file__).read_text())


def _type_checking_imports() -> dict[str, str]:
    """Names to modules, as mypy reads them."""
    (block,) = [node for node in SOURCE.body if isinstance(node, ast.If)]
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    return {
        alias.name: (node.module or "").removeprefix("implicit_sparsity.")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_names_imports_and_modules_agree() -> None:
    assert _type_checking_imports() == implicit_sparsity._MODULES
    assert sorted(implicit_sparsity._MODULES) == implicit_sparsity.__all__


@pytest.mark.parametrize("name", implicit_sparsity.__all__)
def test_a_name_is_loaded_from_where_it_is_defined(name: str) -> None:
    found = getattr(implicit_sparsity, name)
    assert found.__module__ == f"implicit_sparsity.{implicit_sparsity._MODULES[name]}"
    assert name in dir(implicit_sparsity)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'gradient_accent'"):
        _ = implicit_sparsity.gradient_accent


def test_the_import_alone_loads_nothing_heavy() -> None:
    program = (
        "import sys, implicit_sparsity\n"
        "print(sorted({'numpy', 'numba', 'scipy', 'sklearn', 'pandas', 'jax'} & set(sys.modules)))"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert output.stdout.strip() == "[]"


@pytest.mark.parametrize("name", implicit_sparsity.__all__)
def test_each_name_has_an_example_that_runs(name: str) -> None:
    """The docstring's own examples, those of its methods included."""
    found = getattr(implicit_sparsity, name)
    tests = doctest.DocTestFinder(exclude_empty=True).find(
        found, name, module=inspect.getmodule(found), globs={}
    )
    assert any(test.name == name and test.examples for test in tests), "it has no example"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    for test in tests:
        runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)
