"""The names of plug-ins, told from source files: those of the registries, and all of them."""

import subprocess
import sys

import pytest

from implicit_sparsity.baselines.registry import BASELINES
from implicit_sparsity.pipeline.claims.registry import CLAIMS
from implicit_sparsity.pipeline.config import names
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.experiments.registry import FIGURE_TABLES
from implicit_sparsity.pipeline.figures.registry import FIGURES
from implicit_sparsity.pipeline.studies.registry import MEASURES


def test_names_are_those_of_the_registries():
    assert names.registered("pipeline/claims") == set(CLAIMS)
    assert set(names.measures()) == set(MEASURES)
    assert set(names.baselines()) == set(BASELINES)
    assert set(names.figures()) == set(FIGURE_TABLES) == set(FIGURES)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of our own with one plug-in of each kind of figure's two registries."""
    for folder, function in (("experiments", "curves"), ("figures", "draw")):
        place = tmp_path / "pipeline" / folder
        place.mkdir(parents=True)
        (place / "loss.py").write_text(f"def {function}(): ...\n")
        (place / "registry.py").write_text('KINDS: dict[str, object] = {"loss": loss}\n')
    monkeypatch.setattr(names, "PACKAGE", tmp_path)
    for cached in (names.plugins, names.registered):
        cached.cache_clear()
    yield tmp_path / "pipeline"
    for cached in (names.plugins, names.registered):
        cached.cache_clear()


def test_a_plug_in_without_its_line_is_named(package):
    assert names.figures() == ["loss"]
    names.plugins.cache_clear()
    (package / "experiments/more.py").write_text("def curves(): ...\n")
    with pytest.raises(ConfigError, match=r"experiments/more.py is not in .*/registry.py; add"):
        names.figures()


def test_a_kind_of_figure_needs_both_registries(package):
    (package / "figures/registry.py").write_text("KINDS: dict[str, object] = {}\n")
    with pytest.raises(ConfigError, match=r"'loss' has no line in pipeline/figures/registry.py"):
        names.figures()


def test_the_registries_of_claims_load_no_engine():
    """Every job of a claim loads all modules, so that each second would count dozens of times."""
    code = (
        "import sys, implicit_sparsity.pipeline.related.modules;"
        "print(sorted({'jax', 'numba', 'sklearn', 'scipy.stats'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
