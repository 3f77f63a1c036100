"""The key reference and the JSON schemas are in step with the models, and they with the code."""

from __future__ import annotations

import inspect
import json
import re

import pytest
from conftest import ROOT

from implicit_sparsity.baselines.registry import BASELINES
from implicit_sparsity.pipeline.config import names, reference
from implicit_sparsity.pipeline.config.claim_keys import ClaimKeys, MetricKeys
from implicit_sparsity.pipeline.config.models import ConfigKeys, ExperimentKeys, StudyKeys
from implicit_sparsity.pipeline.experiments.registry import FIGURE_TABLES
from implicit_sparsity.pipeline.figures.registry import FIGURES
from implicit_sparsity.pipeline.studies.registry import MEASURES
from implicit_sparsity.problems.designs.registry import DESIGNS

MODELS = [ConfigKeys, ExperimentKeys, StudyKeys, ClaimKeys, MetricKeys]


@pytest.mark.parametrize("name", reference.schemas())
def test_the_schemas_are_those_of_the_models(name):
    text = (ROOT / "config" / name).read_text(encoding="utf-8")
    assert text == reference.schemas()[name], "run make schema"
    source = (ROOT / "config" / name.replace("schema.json", "yaml")).read_text(encoding="utf-8")
    assert source.startswith(f"# yaml-language-server: $schema={name}\n")


@pytest.mark.parametrize("model", MODELS)
def test_every_key_has_a_line_and_a_meaning(model):
    page = reference.markdown()
    for key in model.model_fields:
        assert model.model_fields[key].description
        assert re.search(rf"^\| (\*\*)?`{key}`(\*\*)? \|.*\|.*\| .+ \|$", page, re.MULTILINE)


def test_the_names_that_a_configuration_may_hold_are_those_of_the_registries():
    assert set(names.measures()) == set(MEASURES)
    assert set(names.figures()) == set(FIGURE_TABLES) == set(FIGURES)
    assert set(names.baselines()) == set(BASELINES)
    schema = json.dumps(reference.schemas())
    for name in [*MEASURES, *FIGURES, *BASELINES, *DESIGNS]:
        assert f'\\"{name}\\"' in schema


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_tells_the_keys_that_it_reads(measure):
    parameters = inspect.signature(MEASURES[measure]).parameters.values()
    told = names.options(measure)
    assert list(told) == [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    for key, option in told.items():
        assert option.description and measure in (StudyKeys.model_fields[key].description or "")


def test_the_designs_and_their_options_are_described():
    page = reference.markdown()
    for name, design in DESIGNS.items():
        parameters = inspect.signature(design).parameters.values()
        options = ", ".join(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        assert (f"{name} ({options})" if options else name) in page
