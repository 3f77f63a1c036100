"""A run is compared with the reference within what rounding explains."""

from __future__ import annotations

import io
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from implicit_sparsity.pipeline.config.sources import check
from implicit_sparsity.pipeline.config.yaml_files import read
from implicit_sparsity.pipeline.experiments.run import run
from implicit_sparsity.pipeline.experiments.summary import summarise
from implicit_sparsity.pipeline.verify import __main__ as command
from implicit_sparsity.pipeline.verify import moved as moving
from implicit_sparsity.pipeline.verify.compare import compare
from implicit_sparsity.pipeline.verify.numbers import tidy
from implicit_sparsity.pipeline.verify.tolerances import FACTOR, difference, with_tolerances
from implicit_sparsity.problems.generate import generate

CONFIG = """
instances: fresh
seed: 1
experiments:
  windows:
    {figure: coordinates, window: coordinate, instances: authors, design: rademacher, n: 100,
     p: 200, k: 5, signal: 1, noise: 0.5, depths: [3, 4], alpha: 0.05, step_size: 1.0e-2,
     iterations: [3000, 20000]}
studies:
  early_stopping: {measure: recovery, design: rademacher, n: 40, p: 60, k: 2, signal: 1,
    vary: [{noise: [0.5, 0]}], depths: [2, 3], init: 1.0e-5, replicates: 6, baselines: [oracle]}
  early_stopping_easy: {measure: recovery, design: rademacher, n: 40, p: 40, k: 2, signal: 1,
    noise: 0, depths: [2, 3], init: 1.0e-5, replicates: 6}
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    path = tmp_path_factory.mktemp("asked") / "config.yaml"
    path.write_text(CONFIG)
    config = read(path)
    return check(config, {str(path): config}, str(ROOT / "config/claims.yaml"))


@pytest.fixture(scope="module")
def tables(asked):
    """The tables of the run itself, and of runs on moved data."""
    with ThreadPoolExecutor(1) as pool:
        itself = next(moving.tables(asked, pool, 1, first=0))
        return itself, list(moving.tables(asked, pool, 2))


def as_read(reference):
    return pd.read_csv(io.StringIO(reference.to_csv(index=False)), dtype=str, keep_default_na=False)


def reference(tables, name):
    itself, others = tables
    moved = [tidy(name, other[name]) for other in others if name in other]
    return as_read(with_tolerances(tidy(name, itself[name]), moved))


@pytest.mark.parametrize("name", ["summary", "claims", "claims_cells"])
def test_a_run_agrees_with_itself_and_with_one_on_moved_data(tables, name):
    itself, others = tables
    wanted = reference(tables, name)
    assert len(wanted) > 10
    assert compare(tidy(name, itself[name]), wanted).empty
    moved = compare(tidy(name, others[0][name]), wanted)
    assert len(moved) > 0 and not moved["broken"].any()
    assert (moved["difference"] <= moved["tolerance"] / FACTOR * (1 + 1e-9)).all()


def test_a_cell_without_a_name_is_compared_like_others(tables):
    """Of a claim that has but one."""
    cells = tables[0]["claims_cells"].copy()
    cells["cell"] = np.nan
    cells = moving.as_read(cells)
    found = tidy("claims_cells", cells)
    wanted = as_read(with_tolerances(found, [found]))
    assert found["row"].nunique() == len(cells) and compare(found, wanted).empty
    cells.loc[0, "value"] += 1
    assert compare(tidy("claims_cells", cells), wanted)["broken"].sum() == 1


def test_a_moved_bit_moves_no_edge_of_a_window(tables):
    wanted = reference(tables, "summary")
    edges = wanted[wanted["column"].isin(["window_start", "window_end", "window_size"])]
    assert (edges["value"] != "").all() and (edges["tolerance"].astype(float) == 0).all()


@pytest.mark.parametrize("column", ["window_start", "window_end", "best_iteration"])
@pytest.mark.parametrize("by", [-1, 1])
def test_an_edge_that_is_off_by_one_is_caught(tables, column, by):
    table = tables[0]["summary"].copy()
    table.loc[0, column] += by
    found = compare(tidy("summary", table), reference(tables, "summary"))
    assert found.loc[found["broken"], "column"].tolist() == [column]
    assert found["difference"].tolist() == [1.0]


def test_a_step_size_that_is_off_by_a_percent_is_caught(asked, tables):
    (experiment,) = asked.experiments.values()
    problems = generate(experiment.problem)
    specs = [
        type(spec)(**{**vars(spec), "step_size": spec.step_size * 1.01})
        for spec in experiment.runs.values()
    ]
    runs = [run(spec, problems) for spec in specs]
    table = moving.as_read(summarise(experiment.name, experiment.window, runs))
    found = compare(tidy("summary", table), reference(tables, "summary"))
    broken = set(found.loc[found["broken"], "column"])
    assert broken >= {"step_size", "best_iteration", "window_start", "window_end", "final_error"}


def test_another_verdict_is_caught_and_said(tables):
    table = tables[0]["claims"].copy()
    table.loc[0, "verdict"] = "contradicted"
    found = compare(tidy("claims", table), reference(tables, "claims"))
    assert found[["column", "found", "broken"]].to_numpy().tolist() == [
        ["verdict", "contradicted", True]
    ]


def test_a_row_that_is_missing_or_new_is_caught(tables):
    whole, wanted = tables[0]["summary"], reference(tables, "summary")
    fewer = compare(tidy("summary", whole[1:]), wanted)
    assert fewer["broken"].all() and set(fewer["found"]) == {"(missing)"}
    more = pd.concat([whole, whole[:1].assign(depth=9)])
    added = compare(tidy("summary", more), wanted)
    assert added["broken"].all() and set(added["reference"]) == {"(missing)"}


def test_what_a_moved_bit_decides_is_left_out_of_the_reference():
    table = pd.DataFrame({"experiment": ["a"], "depth": [2], "final_error": [1.0]})
    numbers = tidy("summary", table).assign(word="holds")
    assert with_tolerances(numbers, [numbers.assign(word="fails")]).empty


@pytest.mark.parametrize("law", ["standard_normal", "normal", "uniform"])
def test_a_moved_stream_differs_by_the_last_bit(law):
    streams = [np.random.default_rng(3), moving.Moved(np.random.default_rng(3).bit_generator)]
    exact, moved = (np.asarray(getattr(stream, law)(size=50)) for stream in streams)
    assert (exact != moved).mean() > 0.9
    np.testing.assert_allclose(moved, exact, rtol=3e-16)
    assert streams[0].integers(100) == streams[1].integers(100)


def test_differences_of_empty_and_infinite_values():
    a = pd.Series([1.0, np.nan, np.nan, np.inf, np.inf, -np.inf])
    b = pd.Series([1.5, np.nan, 1.0, np.inf, 1.0, np.inf])
    assert difference(a, b).tolist() == [0.5, 0.0, np.inf, 0.0, np.inf, np.inf]


@pytest.mark.parametrize("change", [False, True])
def test_the_command_tells_what_differs_and_fails_where_a_tolerance_breaks(
    tables, tmp_path, capsys, change
):
    (tmp_path / "results").mkdir()
    (tmp_path / "reference").mkdir()
    for name, table in tables[0].items():
        reference(tables, name).to_csv(tmp_path / f"reference/{name}.csv", index=False)
        if change and name == "summary":
            table = table.assign(window_end=table["window_end"] + 1)
        table.to_csv(tmp_path / f"results/{name}.csv", index=False)
    status = command.verify(tmp_path / "results", tmp_path / "reference")
    said = capsys.readouterr().out
    assert status == int(change)
    assert "All verdicts agree." in said
    assert ("the difference of 1 is NOT within 0" in said) == change
    assert ("The run agrees with the reference." in said) != change


def test_the_reference_is_renewed_from_a_run_which_then_agrees_with_it(
    tables, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for folder in ("config", "results", "reference"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config/config.yaml").write_text(CONFIG)
    shutil.copy(ROOT / "config/claims.yaml", tmp_path / "config")
    for name, table in tables[0].items():
        table.to_csv(tmp_path / f"results/{name}.csv", index=False)
    command.renew("results", "reference", 1)
    said = capsys.readouterr()
    assert command.verify("results", "reference") == 0
    given = len(said.err.splitlines())
    assert given and said.err.splitlines()[-1] == f"{given} of {given} jobs are done."
    assert set(said.out.splitlines()) == {f"reference/{name}.csv is written." for name in tables[0]}


def test_the_committed_reference_is_of_the_committed_ledger():
    """Every claim has there the verdict that stands in paper_figures/claims.md."""
    wanted = pd.read_csv(ROOT / "reference/claims.csv", dtype=str)
    verdicts = wanted[wanted["column"] == "verdict_on_claim"]
    ids = verdicts["row"].str.partition(", ")[0]
    text = (ROOT / "paper_figures/claims.md").read_text(encoding="utf-8")
    ledger = dict(re.findall(r"^### (\w+): (\w+)$", text, re.MULTILINE))
    assert dict(zip(ids, verdicts["value"], strict=True)) == ledger


def test_tables_that_are_not_there_are_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="run `make figures` first"):
        command.verify(tmp_path, tmp_path)
