"""What is unknown is told with the place where it would be added, or where it belongs."""

from __future__ import annotations

import ast
import copy
from pathlib import Path

import pytest
import yaml

from implicit_sparsity.pipeline.config import models, names
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.pipeline.config.models import ExperimentKeys, StudyKeys

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))


def refusal(kind, name, **changes):
    config = copy.deepcopy(CONFIG)
    config[kind][name].update(changes)
    with pytest.raises(ConfigError) as caught:
        load(config)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "changes", "module", "page"),
    [
        ("studies", {"measure": "zigzag"}, "pipeline/studies/zigzag.py", "measure"),
        ("studies", {"baselines": ["zigzag"]}, "baselines/zigzag.py", "baseline"),
        ("studies", {"design": "zigzag"}, "problems/designs/zigzag.py", "design"),
        ("studies", {"design": {"name": "zigzag"}}, "problems/designs/zigzag.py", "design"),
        ("experiments", {"figure": "zigzag"}, "pipeline/experiments/zigzag.py", "figure"),
    ],
)
def test_a_plug_in_that_is_not_there_is_told_with_its_place(kind, changes, module, page):
    message = refusal(kind, {"studies": "kernel", "experiments": "kernel_regime"}[kind], **changes)
    assert f"Or add src/implicit_sparsity/{module} and its line in the registry.py" in message
    assert f"docs/extend/{page}.md" in message
    assert (ROOT / "src/implicit_sparsity" / module).with_name("registry.py").is_file()
    assert (ROOT / f"docs/extend/{page}.md").is_file()


def test_a_misspelt_one_is_not_to_be_added():
    assert refusal("studies", "kernel", measure="kernels").endswith("did you mean 'kernel'?")


@pytest.mark.parametrize(
    "key", sorted(set(ExperimentKeys.model_fields) - set(StudyKeys.model_fields))
)
def test_keys_of_experiments_are_not_asked_for_in_studies(key):
    message = refusal("studies", "kernel", **{key: 1})
    assert message == (
        f"Config key {key!r} in studies.kernel is one that only experiments take; remove it."
    )
    message = refusal("studies", "kernel", zzz=1)
    assert f" {key}," not in message and f" {key}." not in message


def test_keys_of_studies_are_not_asked_for_in_experiments():
    message = refusal("experiments", "convergence", measure="kernel")
    assert "'measure' in experiments.convergence is one that only studies take" in message


def test_an_option_of_a_type_that_the_schema_does_not_know_is_told_with_its_place(monkeypatch):
    option = names.Option(ast.parse("dict[str, int]", mode="eval").body, False, "Some.")
    monkeypatch.setattr(names, "measures", lambda: ["zigzag"])
    monkeypatch.setattr(names, "options", lambda measure: {"width": option})
    words = r"pipeline/studies/zigzag\.py, parameter width: .* a dict\[str, int\]; .*values\.py"
    with pytest.raises(ConfigError, match=words):
        models._measures_options()
