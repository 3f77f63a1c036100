"""A small data file that the tests of such files share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from implicit_sparsity.problems.spec import FileSpec


def houses(path):
    """Write a CSV of 30 samples with three columns in different units and a target; its path."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((30, 3)) * [1.0, 100.0, 0.01] + [5.0, -300.0, 0.0]
    frame = pd.DataFrame(X, columns=["age", "height", "dose"])
    frame.insert(1, "price", 3 * X[:, 0] + 0.1 * X[:, 1] + rng.standard_normal(30))
    frame.to_csv(path, index=False)
    return path


def spec(path, target=None, **changes):
    """A specification of three splits of a file."""
    keys = {"experiment": "mine", "seed": 1, "file": str(path), "target": target}
    options = {"centre": True, "scale": True, "held_out": 0.2, "replicates": 3}
    return FileSpec(**keys, **(options | changes))


def entry(path, **changes):
    """An experiment on the file at ``path``, as a configuration has it."""
    design = {"file": str(path), "target": "price", "centre": True, "scale": True}
    keys = {"figure": "error", "design": design, "depths": [2], "alpha": 0.1}
    return keys | {"step_size": 0.01, "iterations": 100} | changes
