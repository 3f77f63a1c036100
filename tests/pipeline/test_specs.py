"""Specifications travel in files that keep their time where nothing changes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from implicit_sparsity.pipeline import specs
from implicit_sparsity.pipeline.config.claims import Claim, load_claims
from implicit_sparsity.pipeline.config.load import load

CONFIG = Path(__file__).parents[2] / "config"
FOUND = load(yaml.safe_load((CONFIG / "config.yaml").read_text(encoding="utf-8")))


@pytest.fixture
def travel(tmp_path):
    def travel(spec):
        specs.write(tmp_path / "some/folder/spec.json", spec)
        return specs.read(tmp_path / "some/folder/spec.json")

    return travel


def test_every_specification_of_the_project_comes_back_as_it_was(travel):
    for experiment in FOUND.experiments.values():
        assert specs.problem(travel(experiment.problem)) == experiment.problem
        for run in experiment.runs.values():
            assert specs.RunSpec(**travel(run)) == run
    for study in FOUND.studies.values():
        assert specs.random_problems(travel(study.cells)) == study.cells
        for spec in study.runs.values():
            assert specs.StudySpec.of(travel(spec)) == spec
    claims = yaml.safe_load((CONFIG / "claims.yaml").read_text(encoding="utf-8"))
    for claim in load_claims(claims, [*FOUND.studies, *FOUND.related]).values():
        assert Claim.of(travel({"claim": claim})["claim"]) == claim


def test_a_file_is_written_only_where_it_says_something_else(tmp_path):
    path = tmp_path / "spec.json"
    run = FOUND.experiments["convergence"].runs["3"]
    specs.write(path, run)
    os.utime(path, ns=(10, 10))
    specs.write(path, run)
    assert path.stat().st_mtime_ns == 10
    specs.write(path, replace(run, step_size=run.step_size * (1 + 2**-52)))
    assert path.stat().st_mtime_ns > 10 and list(tmp_path.iterdir()) == [path]
    assert specs.RunSpec(**specs.read(path)) != run


def test_what_is_no_specification_is_refused(tmp_path):
    with pytest.raises(TypeError, match="is no specification"):
        specs.write(tmp_path / "spec.json", {"a": object()})
