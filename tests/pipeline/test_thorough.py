"""The thorough configuration: four times the problems of each study, and all of them others."""

from __future__ import annotations

from pathlib import Path

import yaml
from snakemake.utils import update_config

from implicit_sparsity.pipeline.config.sources import check, layers
from implicit_sparsity.problems.mnist import DIGITS

CONFIG = Path(__file__).parents[2] / "config"
#: Studies that cannot have four times the problems.
IMAGES, AUTHORS = "image_recovery", "precision"


def checked(*overlays: str):
    parts = layers([str(CONFIG / name) for name in ("config.yaml", *overlays)], {})
    merged: dict = {}
    for part in parts.values():
        update_config(merged, part)
    return check(merged, parts, str(CONFIG / "claims.yaml"))


def test_it_has_four_times_the_problems_and_others():
    default, thorough = checked(), checked("thorough.yaml")
    assert list(thorough.claims) == list(default.claims) and thorough.notes == default.notes
    for name, study in default.studies.items():
        more = thorough.studies[name]
        assert list(more.runs) == list(study.runs) and len(more.cells) == len(study.cells)
        for cell, others in zip(study.cells, more.cells, strict=True):
            replicates = {IMAGES: len(DIGITS), AUTHORS: cell.replicates}
            assert others.replicates == replicates.get(name, 4 * cell.replicates)
            assert others.seed != cell.seed or name == AUTHORS  # which no seed draws
    for name, system in default.related.items():
        assert thorough.related[name].draws == 4 * system.draws
        assert thorough.related[name].seed != system.seed


def test_its_seed_is_of_no_other_configuration():
    seeds = {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8")).get("seed")
        for path in CONFIG.glob("*.yaml")
    }
    found = [seed for name, seed in seeds.items() if seed is not None and name != "claims.yaml"]
    assert len(found) == len(set(found)) and "thorough.yaml" in seeds
