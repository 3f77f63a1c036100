"""A small study, its paths and its table: what the explorer's page is made of in tests."""

import io
from dataclasses import replace

import pandas as pd

from implicit_sparsity.pipeline.report.explorer.paths import paths
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies.baselines import baseline_table
from implicit_sparsity.pipeline.studies.table import study_table
from implicit_sparsity.problems.spec import ProblemSpec

CELL = ProblemSpec(
    experiment="explorer",
    instances="fresh",
    seed=5,
    design="rademacher",
    options={},
    n=40,
    p=60,
    k=2,
    signal=[2.0, -1.0],
    noise=0.5,
    replicates=2,
)
DEPTHS, INITS = (2, 2.5, 4), (1e-4, 1e-2, 30.0)
SPECS = {
    depth: StudySpec(
        measure="recovery",
        cells=[CELL, replace(CELL, noise=1.0)],
        depth=depth,
        alpha=[init ** (1 / depth) for init in INITS],
        init=list(INITS),
        options={"until": "window"},
    )
    for depth in DEPTHS
}


def curves() -> pd.DataFrame:
    """The paths at all depths."""
    return pd.concat(map(paths, SPECS.values()), ignore_index=True)


def table() -> pd.DataFrame:
    """The study's table as it is read from its file."""
    parts = [*map(study_table, SPECS.values()), baseline_table(SPECS[2].cells, ["oracle"])]
    return pd.read_csv(io.StringIO(pd.concat(parts).to_csv(index=False)))
