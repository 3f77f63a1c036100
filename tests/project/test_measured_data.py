"""Measured data that the benchmarks take from other packages: what they are said to be."""

import sys
from importlib.util import find_spec

import numpy as np
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import real_data


@pytest.mark.parametrize("name", real_data.DATA)
def test_data_have_the_shape_that_their_name_says(name: str):
    load, _, package = real_data.DATA[name]
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    X, y = load()
    assert f"{X.shape[0]} × {X.shape[1]}" in name and y.shape == X.shape[:1]
    assert np.isfinite(X).all() and np.isfinite(y).all()
