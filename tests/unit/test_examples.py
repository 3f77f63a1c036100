"""The examples in the docstrings give what they say."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

#: Modules with examples, and how many docstrings hold them.
MODULES = {
    "formatting": 2,
    "problem": 1,
    "regression.estimators.depth_n": 1,
    "regression.estimators.depth_n_cv": 1,
    "regression.noise": 1,
    "regression.stopping.discrepancy": 1,
    "regression.stopping.held_out": 1,
    "regression.stopping.holdout": 1,
    "regression.stopping.kfold": 1,
}


@pytest.mark.parametrize(("name", "count"), MODULES.items())
def test_examples(name, count):
    module = import_module(f"implicit_sparsity.{name}")
    found = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    assert len(found) == count
    assert doctest.testmod(module).failed == 0
