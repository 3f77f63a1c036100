"""Problems from a data file in the pipeline: errors, tables and configuration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from data_file import entry, houses, spec

from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.load import load as load_config
from implicit_sparsity.pipeline.experiments import coordinates, error
from implicit_sparsity.pipeline.experiments.baselines import compare
from implicit_sparsity.pipeline.experiments.run import run
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problems.from_file import Data, split
from implicit_sparsity.problems.generate import generate


@pytest.fixture
def table(tmp_path):
    return houses(tmp_path / "houses.csv")


def test_errors_without_a_truth_are_those_on_the_held_out_samples(table):
    problems = generate(spec(table, "price"))
    runs = run(RunSpec(2, [0.1, 0.2], [0.01, 0.04], False, 0.02, 900), problems)
    for a in range(2):
        for r, problem in enumerate(problems):
            for t, w in zip(runs.t, runs.w[a, r], strict=True):
                residual = problem.held_out.X @ w - problem.held_out.y
                at = np.flatnonzero(runs.trace_t == t).item()
                assert runs.error[a, r, at] == pytest.approx(np.mean(residual**2))
    assert runs.best_error == pytest.approx(runs.error.min(axis=2))
    table = error.curves(problems, [runs])
    assert set(table["measure"]) == {"held-out"}
    assert len(table) == 2 * len(runs.trace_t)
    (row,) = compare(problems[:1], ["least_squares"]).itertuples()
    w = np.linalg.lstsq(problems[0].X, problems[0].y)[0]
    assert row.error == pytest.approx(
        np.mean((problems[0].held_out.X @ w - problems[0].held_out.y) ** 2)
    )


def test_the_largest_weights_stand_for_an_unknown_support():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((60, 12))
    data = Data(X, X[:, [1, 4]] @ [2.0, -1.0], None)
    problem = split(data, rng, 0.2, False, False)
    runs = run(RunSpec(2, [0.1], [0.01], False, 0.02, 500), [problem])
    table = coordinates.curves([problem], [runs])
    assert {"w_2", "w_5", "off_support"} <= set(table["curve"])
    assert table["curve"].nunique() == 9
    assert table.loc[table["curve"] != "off_support", "truth"].isna().all()
    # Names of any kind: none is taken for a number, for what is missing, or for another curve.
    names = ("7", "NA", "off_support", *"abcdefghi")
    named = coordinates.curves([replace(problem, columns=names)], [runs])
    assert {"w_NA", "w_b", "off_support"} <= set(named["curve"])
    pd.testing.assert_frame_equal(named.drop(columns="curve"), table.drop(columns="curve"))


@pytest.mark.parametrize(
    ("design", "changes", "words"),
    [
        ({"centre": None}, {}, "'centre' is missing in experiments.mine.design; say true"),
        ({"scale": None}, {}, "'scale' is missing in experiments.mine.design; say true"),
        ({"target": None}, {}, "target names the target column"),
        ({"taget": "price"}, {}, "'taget' in experiments.mine.design is unknown; did you mean"),
        ({"file": "none.csv"}, {}, "none.csv, which is not there"),
        (
            {"file": "https://here.org/a.csv"},
            {},
            "a.csv, an address; download it and give its path",
        ),
        ({"file": "~/a.csv"}, {}, "is ~/a.csv, whose ~ is not read as a folder; write it in full"),
        ({"separator": r"\t"}, {}, '"\\t" in double quotes'),
        ({"encoding": "ANSI"}, {}, "give one, as utf-8, cp1252 (ANSI in Windows) or latin-1"),
        ({"file": "none.txt"}, {}, "is none.txt; give an .npz, .csv or .tsv file"),
        ({"file": "x" * 5000 + ".csv"}, {}, "which is not there"),
        ({"target": 2020}, {}, "Name of a table's target column, in quotes if it is a number"),
        ({"target": "prize"}, {}, "mine.design: {file} has no column 'prize' for the target; did"),
        ({"separator": ";;"}, {}, "separator is ';;', which does not fit: The character between"),
        ({"separator": ",", "decimal": ","}, {}, "cannot stand between values whose decimal sign"),
        ({"separator": ";"}, {}, "mine.design: {file} has a single column 'age,price,height,dose'"),
        ({"decimal": "·"}, {}, "decimal is '·', which is unknown"),
        ({"decimal": ";"}, {}, "decimal is ';', which is unknown; choose from ',', '.'."),
        ({"encoding": "utf-9"}, {}, "is 'utf-9', which is none; give one, as utf-8"),
        ({"encoding": "base64"}, {}, "is 'base64', which is none"),
        ({"encoding": "utf-16"}, {}, "{file} is not text in utf-16"),
        ({"leave_out": ["prices"]}, {}, "{file} has no column 'prices' to leave out; did you mean"),
        ({"leave_out": ["age", "age"]}, {}, "leave_out is ['age', 'age'], which does not fit"),
        (
            {"held_out": 0.9},
            {"baselines": ["ridge_cv"]},
            "in 5 folds, but of the samples in {file} 3",
        ),
        ({"held_out": 1.5}, {}, "between 0 and 1"),
        ({"held_out": 0.99}, {}, "held_out is 0.99, which leaves 1 sample to train on; lower it"),
        ({}, {"n": 5}, "experiments.mine.n has no meaning for data from a file"),
        ({}, {"noise": 1}, "experiments.mine.noise has no meaning"),
        (
            {},
            {"window": "coordinate"},
            "window is coordinate, which needs a known support; set it to error",
        ),
        ({}, {"figure": "images"}, "figure images and signal mnist go together"),
        ({}, {"figure": "coordinates", "replicates": 2}, "figure coordinates shows one"),
    ],
)
def test_a_bad_entry_gets_a_sentence(table, design, changes, words):
    mine = entry(table, **changes)
    mine["design"] = {k: v for k, v in (mine["design"] | design).items() if v is not None}
    config = {"instances": "fresh", "seed": 1, "experiments": {"mine": mine}}
    with pytest.raises(ConfigError) as caught:
        load_config(config)
    assert words.format(file=table) in str(caught.value)


@pytest.mark.parametrize(
    ("arrays", "design", "words"),
    [
        ({"X": np.ones((3, 2))}, {}, "has no array y, but X"),
        ({"X": np.ones((3, 2)), "y": np.ones(3)}, {"decimal": ","}, "decimal has no meaning for"),
        ({"X": np.ones((1, 2)), "y": np.ones(1)}, {}, "which has one sample; give at least three"),
        ({"X": np.ones((2, 2)), "y": [1, 2]}, {}, "which has two samples; give at least three"),
        ({"X": np.ones((9, 2)), "y": 3.0}, {}, "has y of shape (); reshape it to 1 axes"),
        ({"X": np.ones((9, 2)), "y": np.full(9, 5)}, {}, "every value of the target is 5 and"),
        ({"X": np.ones((9, 2)), "y": ["a"] * 9}, {}, "has y of type str32; y must hold real"),
        (
            {"X": np.ones((5, 2)), "y": np.arange(5)},
            {},
            "4 are trained on; give more, lower held_out",
        ),
    ],
)
def test_a_bad_archive_gets_a_sentence_before_any_job(tmp_path, arrays, design, words):
    np.savez(tmp_path / "mine.npz", **arrays)
    mine = entry(tmp_path / "mine.npz", baselines=["ridge_cv"])
    del mine["design"]["target"]
    mine["design"] |= design
    with pytest.raises(ConfigError, match=r"experiments\.mine") as caught:
        load_config({"instances": "fresh", "seed": 1, "experiments": {"mine": mine}})
    assert words in str(caught.value)


def test_a_constant_target_of_a_table_is_told_before_any_job(table):
    frame = pd.read_csv(table).assign(price=2.5)
    frame.to_csv(table, index=False)
    config = {"instances": "fresh", "seed": 1, "experiments": {"mine": entry(table)}}
    words = r"mine\.design\.target is price, where every value of the target is 2\.5 and there is"
    with pytest.raises(ConfigError, match=words):
        load_config(config)
    frame.loc[29, "price"] = 3.0
    frame.to_csv(table, index=False)
    assert load_config(config).experiments["mine"]


def test_the_keys_of_a_table_reach_the_problems(tmp_path):
    frame = pd.read_csv(houses(tmp_path / "houses.csv"))
    path = tmp_path / "Häuser.CSV.gz"
    frame.to_csv(path, sep=";", decimal=",", encoding="utf-16", compression="gzip")
    mine = entry(path)
    mine["design"] |= {"separator": ";", "decimal": ",", "encoding": "utf-16"}
    mine["design"]["leave_out"] = ["Unnamed: 0", "dose"]
    config = load_config({"instances": "fresh", "seed": 1, "experiments": {"mine": mine}})
    problem = generate(config.experiments["mine"].problem)[0]
    assert problem.columns == ("age", "height") and problem.n == 24
