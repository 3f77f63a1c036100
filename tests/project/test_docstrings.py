"""The docstrings of the public names: numpydoc's form, and examples that run."""

import dataclasses
import doctest
import functools
import inspect
from typing import Any

import pytest
from numpydoc.docscrape import get_doc_object
from numpydoc.validate import validate

import implicit_sparsity
from implicit_sparsity.training import losses, networks, optimisers, transformations

#: What is asked for, by numpydoc's codes: form and blank lines (GL), a summary of one line that
#: ends in a period (SS), every parameter with type and text (PR), what is returned (RT), raised
#: and yielded (YD), references well formed, and an example (EX). Not asked for: an extended
#: summary (ES01), "See Also" (SA01), infinitives (SS05) and capitals at the start (PR08, RT04),
#: since mathematics begins with symbols.
CHECKS = {
    *("GL01", "GL02", "GL03", "GL05", "GL06", "GL07", "GL08", "GL09", "GL10"),
    *("SS01", "SS02", "SS03", "SS04", "SS06"),
    *("PR01", "PR02", "PR03", "PR04", "PR05", "PR06", "PR07", "PR09", "PR10"),
    *("RT01", "RT02", "RT03", "RT05", "YD01"),
    *("EX01",),
}
NAMES = [
    *implicit_sparsity.__all__,
    *("training.TrainingTrajectory", "training.train", "training.train_many"),
    *(
        f"training.{module.__name__.rpartition('.')[2]}.{name}"
        for module in (networks, losses, optimisers, transformations)
        for name, public in vars(module).items()
        if inspect.isroutine(public) or inspect.isclass(public)
        if public.__module__ == module.__name__ and not name.startswith("_")
        if not getattr(public, "_is_protocol", False)
    ),
]


def found(name: str) -> Any:
    """What a public name stands for."""
    return functools.reduce(getattr, name.split("."), implicit_sparsity)


@pytest.mark.parametrize("name", NAMES)
def test_has_numpydocs_form(name: str):
    public = found(name)
    errors = {f"{code}: {text}" for code, text in validate(f"implicit_sparsity.{name}")["errors"]}
    errors = {error for error in errors if error.split(":")[0] in CHECKS}
    if dataclasses.is_dataclass(public) and _attributes(public) >= _fields(public):
        # The fields of a result, which no user builds, are documented as attributes.
        errors = {error for error in errors if not error.startswith("PR01")}
    assert not errors


def _fields(public: type) -> set[str]:
    return {field.name for field in dataclasses.fields(public)}


def _attributes(public: type) -> set[str]:
    """Documented attributes, those of the base classes included."""
    named: set[str] = set()
    for base in inspect.getmro(public)[:-1]:
        attributes = get_doc_object(base)["Attributes"]
        named |= {name for attribute in attributes for name in attribute.name.split(", ")}
    return named


@pytest.mark.parametrize("name", NAMES)
def test_its_examples_run(name: str):
    public = found(name)
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner()
    for example in finder.find(public, name):
        result = runner.run(example)
        assert result.failed == 0
    assert runner.tries > 0
