"""The names that users import: complete, quick to load, documented by examples that run."""

from __future__ import annotations

import ast
import doctest
import functools
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import implicit_sparsity
from implicit_sparsity import theory

SOURCE = ast.parse(Path(implicit_sparsity.__file__).read_text(encoding="utf-8"))


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


def test_the_face_is_what_dir_shows():
    shown = {name for name in dir(implicit_sparsity) if not name.startswith("__")}
    assert shown == {*implicit_sparsity.__all__, *implicit_sparsity._SUBPACKAGES}
    folders = Path(implicit_sparsity.__file__).parent.glob("*/__init__.py")
    assert sorted(path.parent.name for path in folders) == list(implicit_sparsity._SUBPACKAGES)
    assert Path(implicit_sparsity.__file__).with_name("py.typed").exists()


def test_a_subpackage_is_there_after_a_plain_import():
    program = (
        "import implicit_sparsity as it\n"
        "assert it.theory.escape_time is it.theory.escape.escape_time\n"
        "assert it.theory.incoherence.incoherence is it.incoherence\n"
        "assert [it.baselines, it.descent, it.flow, it.problems, it.regression, it.training]\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_theory_has_its_modules_and_their_public_functions() -> None:
    modules = {path.stem for path in Path(theory.__file__).parent.glob("[a-z]*.py")}
    shown = {name for name in dir(theory) if not name.startswith("__")}
    assert modules <= shown and {"escape_time", "universal_level", "IncrementalPath"} <= shown
    assert not {"np", "Any", "brentq", "Problem", "import_module"} & shown
    for name in shown - modules:
        found = getattr(theory, name)
        assert found.__module__.rpartition(".")[2] in modules and found.__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'escape_tine'"):
        _ = theory.escape_tine


@pytest.mark.parametrize(
    ("name", "positional"),
    [
        ("DepthNRegressor", ["stopping_time"]),
        ("DepthNRegressorCV", []),
        ("PathDisplay.plot", ["self"]),
        ("gradient_descents", ["runs"]),
        (
            "gradient_descent",
            ["problem", "depth", "alpha", "step_size", "iterations", "record_at", "one_sided"],
        ),
        (
            "gradient_flow",
            ["problem", "depth", "alpha", "t_max", "record_at", "rtol", "one_sided"],
        ),
    ],
)
def test_settings_are_given_by_name(name: str, positional: list[str]) -> None:
    """So that more can be added and their order changed: what may be given by place is listed."""
    public = functools.reduce(getattr, name.split("."), implicit_sparsity)
    parameters = inspect.signature(public).parameters.values()
    assert [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD] == positional


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


def test_the_changes_say_where_modules_went():
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    rows = re.findall(r"^  \| `([\w.]+)` \| `([\w.]+)` \|$", text, re.MULTILINE)
    assert len(rows) > 20
    for old, new in rows:
        assert _is_module(new) and not _is_module(old), (old, new)


def _is_module(name):
    try:
        return importlib.util.find_spec(f"implicit_sparsity.{name}") is not None
    except ModuleNotFoundError:  # of a package above
        return False
