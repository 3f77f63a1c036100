"""What a claim needs of its studies' grids is told before any work, and is all that it needs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from claims.every import CASES, CLAIMS, case
from snakemake.utils import update_config

from implicit_sparsity.pipeline.claims import statistics
from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.config.claims import load_claims
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.needs import unmet, values
from implicit_sparsity.pipeline.config.sources import check, layers
from implicit_sparsity.pipeline.related.modules import MODULES

ROOT = Path(__file__).parents[2]
CONFIG, ENTRIES = str(ROOT / "config/config.yaml"), str(ROOT / "config/claims.yaml")
NEEDS = [
    (name, study, key)
    for name, claim in CLAIMS.items()
    for study, keys in claim.needs.items()
    for key in keys
]


def checked(*files, **given):
    parts = layers([CONFIG, *(str(ROOT / file) for file in files)], given)
    merged: dict = {}
    for part in parts.values():
        update_config(merged, part)
    return check(merged, parts, ENTRIES)


@pytest.fixture(scope="module")
def project():
    return checked()


@pytest.mark.parametrize("file", ["config.yaml", "smoke.yaml", "pilot.yaml", "thorough.yaml"])
def test_the_projects_configurations_have_what_claims_need(file):
    found = checked(f"config/{file}")
    assert set(found.claims) == set(CLAIMS)
    assert not [note for note in found.notes if "is left out" in note]


def with_one(study, key):
    """A study with one value of a key, the first."""
    if key == "baselines":
        return replace(study, baselines=study.baselines[:1])
    first = values(study, key, key)[0]
    runs = study.runs
    if key == "depths":
        runs = {name: run for name, run in runs.items() if run.depth == first}
    if key == "init":
        runs = {
            name: replace(run, alpha=run.alpha[:1], init=run.init[:1]) for name, run in runs.items()
        }
    if key in next(iter(runs.values())).options:
        runs = {
            name: replace(run, options=run.options | {key: [first]}) for name, run in runs.items()
        }
    one = replace(study, runs=runs)
    cells = [cell for cell in study.cells if first in values(replace(one, cells=[cell]), key, key)]
    return replace(one, cells=cells)


@pytest.mark.parametrize(("name", "study", "key"), NEEDS)
def test_a_claim_whose_study_has_one_value_is_told_with_place_and_remedy(project, name, study, key):
    need = CLAIMS[name].needs[study][key]
    studies, related = dict(project.studies), dict(project.related)
    if study in related:
        system = related[study]
        settings = system.settings | {key: system.settings[key][:1]}
        related[study] = replace(system, settings=settings)
    else:
        studies[study] = with_one(studies[study], key)
    note = unmet(replace(CLAIMS[name], needs={study: {key: need}}), studies, related)
    kept = values((studies | related)[study], key, key)
    if isinstance(need, list) and {str(value).partition("(")[0] for value in kept} >= set(
        map(str, need)
    ):
        assert note is None  # it needs one value alone, which is the first
        return
    folder = "related" if study in related else "studies"
    assert note is not None and "\n" not in note
    assert note.startswith(f"Claim {name} is left out: of {folder}.{study}.{key}, which has ")
    assert note.endswith("; add what is missing.")


def test_a_claim_is_left_out_with_a_note_and_the_rest_stays():
    found = checked(studies={"phase_diagram": {"depths": [3]}})
    assert set(CLAIMS) - set(found.claims) == {"depth_widens_start"}
    assert found.notes == [
        "Claim depth_widens_start is left out: of studies.phase_diagram.depths, which has 1 value, "
        "it needs 2; add what is missing."
    ]


def test_the_depths_of_another_study_and_any_other_value():
    (note,) = checked(studies={"activation": {"depths": [2, 3, 7]}}).notes
    assert "of studies.activation_controls.depths, which has 2, 3, 4, 5, 6, it needs 7;" in note
    (note,) = checked(studies={"sample_complexity": {"depths": [3]}}).notes
    assert "which has 3, it needs another;" in note
    (note,) = checked(studies={"sample_complexity": {"depths": [2, 4]}}).notes
    assert "which has 2, 4, it needs 3;" in note


@pytest.mark.parametrize(
    ("needs", "remedy"),
    [
        ({"kernl": {"n": 2}}, "did you mean 'kernel'?"),
        ({"kernel": {"n": "early_stopping"}}, "which is none of its studies"),
        ({"kernel": {"n": 1}}, "does not fit"),
        ({"kernel": {"depth": 2}}, "did you mean 'depths'?"),
    ],
)
def test_needs_that_are_misspelt(project, needs, remedy):
    entry = yaml.safe_load(Path(ENTRIES).read_text(encoding="utf-8"))["rich_to_kernel"]
    with pytest.raises(ConfigError) as caught:
        (claim,) = load_claims(
            {"rich_to_kernel": entry | {"needs": needs}}, project.studies
        ).values()
        unmet(claim, project.studies, project.related)
    assert remedy in str(caught.value) and caught.value.place.startswith("rich_to_kernel.needs")


#: How a table shows the keys of a grid.
OF_TABLE: dict[str, Callable] = {
    "depths": lambda table: table["depth"].dropna(),
    "init": lambda table: table["init"].dropna() if "init" in table else table["alpha"].dropna(),
    "scaled_step": lambda table: (table["step_size"] * table["depth"] ** 2).round(9),
    "baselines": lambda table: table.loc[table["method"] != "flow", "method"],
    "law": lambda table: (
        table["noise"].astype(str).str.extract(r"^([a-z]\w*)\(")[0].fillna("gaussian")
    ),
    "centred": lambda table: table["design"].str.contains("centred"),
}
AXES = ["depth", "init", "method", "design", "n", "p", "k", "signal", "noise"]


def lacks(claim, tables):
    """Whether what the claim says that it needs is not in the tables."""
    for study, needs in claim.needs.items():
        for key, need in needs.items():
            has, every = (
                set(OF_TABLE.get(key, lambda t, key=key: t[key])(tables[name]))
                for name in (study, need if isinstance(need, str) else study)
            )
            if isinstance(need, int) and len(has) < need:
                return True
            named = every if isinstance(need, str) else need if isinstance(need, list) else []
            known = has | {str(value).partition("(")[0] for value in has}
            if set(named) - known - {"another"} or len(has) < len(named):
                return True
    return False


@pytest.mark.parametrize("name", [name for name in CASES if not CLAIMS[name].system])
def test_whatever_a_table_lacks_is_a_need_or_told_in_a_sentence(name, monkeypatch):
    """One level of each axis at a time, and one replicate."""
    monkeypatch.setattr(statistics, "RESAMPLES", 20)
    claim = CLAIMS[name]
    tables = {study: table[table["replicate"] < 4] for study, table in case(name).TABLES.items()}
    assert not lacks(claim, tables)
    for study, few in tables.items():
        for axis in [*AXES, "replicate"]:
            if axis not in few:
                continue
            levels = few[axis].dropna().unique()
            for level in dict.fromkeys([*levels[:1], *levels[-1:]]):
                part = few[(few[axis] == level) | few[axis].isna()]
                given = tables | {study: part}
                if lacks(claim, given):
                    continue
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    try:
                        found = ledger({name: claim}, given, MODULES).metrics
                    except ValueError as error:
                        assert str(error).endswith(".") and "; " in str(error), error
                    else:
                        assert found["verdict"].notna().all()
