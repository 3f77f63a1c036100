"""The table of one depth of a study."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import pandas as pd

from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies.labels import labels
from implicit_sparsity.pipeline.studies.registry import MEASURES
from implicit_sparsity.problems.generate import Problems, generate

logger = logging.getLogger(__name__)


def study_table(spec: StudySpec, problems: Problems = generate) -> pd.DataFrame:
    """Measure every start on every replicate of every cell.

    Parameters
    ----------
    spec : StudySpec
        One depth of a study.
    problems : callable, optional
        What makes the problems of a cell.

    Returns
    -------
    DataFrame
        Columns design, n, p, k, signal, noise (the cell), replicate, method ("flow"), depth, alpha,
        init, and what the measure gives.
    """
    measure = MEASURES[spec.measure]
    rows = []
    for cell in spec.cells:
        logger.info("depth %g, %s: begun", spec.depth, labels(cell))
        for replicate, problem in enumerate(problems(cell)):
            for alpha, init in zip(spec.alpha, spec.init, strict=True):
                found = measure(cell, problem, spec.depth, alpha, **spec.options)
                keys = labels(cell) | {"replicate": replicate, "method": "flow"}
                keys |= {"depth": spec.depth, "alpha": alpha, "init": init}
                rows += [
                    keys | dict(row) for row in ([found] if isinstance(found, Mapping) else found)
                ]
    return pd.DataFrame(rows)
