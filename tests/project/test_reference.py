"""The reference of configuration keys is in step with the schemas, and they with the code."""

from __future__ import annotations

import inspect
import re

from conftest import ROOT

from implicit_sparsity.baselines.registry import BASELINES
from implicit_sparsity.pipeline.config import reference
from implicit_sparsity.pipeline.config.studies import OPTIONS
from implicit_sparsity.problems.designs.registry import DESIGNS

SCHEMAS = reference.load(ROOT)
DEFINITIONS = SCHEMAS["config"]["definitions"]


def test_the_page_is_that_of_the_schemas():
    assert (ROOT / "config/README.md").read_text() == reference.markdown(SCHEMAS), "run make docs"


def test_every_key_has_a_line_and_a_meaning():
    page = reference.markdown(SCHEMAS)
    for definition in ("experiment", "study"):
        for key, value in DEFINITIONS[definition]["properties"].items():
            assert value["description"].strip()
            assert re.search(rf"^\| (\*\*)?`{key}`(\*\*)? \| .+ \|$", page, re.MULTILINE)


def test_the_schemas_name_every_choice_that_the_code_has():
    study = DEFINITIONS["study"]["properties"]
    assert set(study["measure"]["enum"]) == set(OPTIONS)
    modules = {path.stem for path in (ROOT / "src/implicit_sparsity/pipeline/studies").glob("*.py")}
    assert set(OPTIONS) == modules - {"__init__", "grid"}
    assert set(study["peers"]["items"]["enum"]) == set(BASELINES)
    baselines = DEFINITIONS["experiment"]["properties"]["baselines"]["items"]["enum"]
    assert set(baselines) == set(BASELINES)


def test_the_designs_and_their_options_are_described():
    text = DEFINITIONS["experiment"]["properties"]["design"]["properties"]["name"]["description"]
    remedy = "describe {!r} at design's name in workflow/schemas/config.schema.yaml; run make docs"
    for name, design in DESIGNS.items():
        assert name in text, remedy.format(name)
        for parameter in inspect.signature(design).parameters.values():
            if parameter.kind is parameter.KEYWORD_ONLY:
                assert parameter.name in text, remedy.format(parameter.name)
