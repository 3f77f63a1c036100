"""The tables of related systems: what each draw gives, whatever is drawn beside it."""

from __future__ import annotations

import re
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
import yaml
from claims.every import CLAIMS, ROOT, case

from implicit_sparsity.pipeline.claims.ledger import agree
from implicit_sparsity.pipeline.claims.selection import marked
from implicit_sparsity.pipeline.config import names
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.pipeline.related.modules import MODULES
from implicit_sparsity.pipeline.related.registry import SYSTEMS
from implicit_sparsity.pipeline.related.table import related_table
from implicit_sparsity.pipeline.report.settings import of_system
from implicit_sparsity.problems.synthetic import generator

CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
SMOKE = yaml.safe_load((ROOT / "config/smoke.yaml").read_text(encoding="utf-8"))


def tiny():
    """The systems as the smoke configuration has them."""
    entries = {
        name: CONFIG["related"][name] | SMOKE["related"].get(name, {}) for name in CONFIG["related"]
    }
    return load(CONFIG | {"related": entries}).related


TINY = tiny()


@pytest.fixture(scope="module")
def table_of():
    """The table of a system, made once."""
    made = {}

    def table(name):
        if name not in made:
            made[name] = related_table(TINY[name])
        return made[name]

    return table


def test_every_system_has_settings_a_tiny_run_and_a_pilot():
    pilot = yaml.safe_load((ROOT / "config/pilot.yaml").read_text(encoding="utf-8"))
    assert set(SYSTEMS) == set(CONFIG["related"]) == set(SMOKE["related"]) == set(pilot["related"])
    for name in SYSTEMS:
        assert CLAIMS[name].system and CLAIMS[name].studies == [name]
        assert SMOKE["related"][name]["draws"] < CONFIG["related"][name]["draws"]


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_settings_are_the_keys_of_the_configuration(name):
    told = names.settings(name)
    assert list(told) == [field.name for field in fields(SYSTEMS[name].Settings)]
    assert all(option.description for option in told.values())
    words = of_system(TINY[name])
    assert next(iter(words)) == "draws" and len(words) == 1 + len(TINY[name].settings)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_draw_is_the_same_whatever_is_drawn_beside_it(name, table_of):
    table, spec = table_of(name), TINY[name]
    assert set(table["replicate"]) == set(range(spec.draws))
    system = SYSTEMS[name]

    def measured(seed, numbers):
        """As many draws as in the table, so that nothing is compiled again."""
        draws = {i: generator(seed, f"related/{name}", i) for i in numbers}
        found = system.measure(system.Settings(**spec.settings), draws)
        return found[found["replicate"] < 2].reset_index(drop=True)

    beside_others = measured(spec.seed, [0, 1, *range(10, 8 + spec.draws)])
    first = table[table["replicate"] < 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(beside_others, first, rtol=1e-6, atol=1e-12)
    other = measured(spec.seed + 1, range(spec.draws))
    numbers = first.select_dtypes("number")
    assert not np.allclose(numbers, other[numbers.columns], equal_nan=True)


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_measured_is_what_the_claim_reads(name, table_of):
    """The made-up table of the claim's tests has no column that the true one lacks."""
    agree(CLAIMS[name], MODULES[name].evidence(marked(CLAIMS[name], {name: table_of(name)})))
    beside = {"design", "n", "p", "k", "signal", "noise", "method", "jitter"}
    assert set(case(name).TABLES[name].columns) - beside <= set(table_of(name).columns)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_is_drawn(name, table_of):
    figure = MODULES[name].draw(marked(CLAIMS[name], {name: table_of(name)}), CLAIMS[name])
    assert all(axes.has_data() for axes in figure.axes)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"draw": 3}, "Config key 'draw' in related.which_l1_minimiser is unknown; did you mean"),
        ({"draws": 0}, "related.which_l1_minimiser.draws is 0, which does not fit"),
        ({"depths": []}, "related.which_l1_minimiser.depths is [], which does not fit"),
        ({"depths": "deep"}, "related.which_l1_minimiser.depths is 'deep', which does not fit"),
    ],
)
def test_a_bad_setting_is_refused_with_a_sentence(entry, said):
    base = CONFIG["related"]["which_l1_minimiser"]
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(CONFIG | {"related": {"which_l1_minimiser": base | entry}})


@pytest.mark.parametrize(
    ("system", "entry", "said"),
    [
        ("limit_by_start", {"p": 4}, "k is 5, but p is 4; lower it."),
        ("noiseless_recovery", {"k": [2, 101]}, "k is 101, but p is 100; lower it."),
        (
            "sparse_outliers",
            {"alpha": [0.1]},
            "alpha has 1 value for the 3 of depths; give one for each.",
        ),
        (
            "sparse_outliers",
            {"judged": 0.5},
            "judged is 0.5, which is not among init, [0.3, 0.01, 1e-05, 1e-10]",
        ),
        (
            "depth_two_statistics",
            {"k_at_few": [20, 7]},
            "k_at_few is 7, which is not among k, [5, 20, 40]",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused_with_a_sentence(system, entry, said):
    related = {system: CONFIG["related"][system] | entry}
    with pytest.raises(ConfigError, match=re.escape(f"related.{system}.{said}")):
        load(CONFIG | {"related": related})


def test_a_system_needs_a_name_of_its_own_and_may_be_left_out():
    entry = CONFIG["related"]["which_l1_minimiser"]
    left = load(CONFIG | {"related": {"which_l1_minimiser": None}})
    assert left.related == {} and left.left_out == ["which_l1_minimiser"]
    with pytest.raises(ConfigError, match="'which_minimiser' in related is unknown"):
        load(CONFIG | {"related": {"which_minimiser": entry}})
    studies = {"which_l1_minimiser": CONFIG["studies"]["kernel"]}
    with pytest.raises(ConfigError, match=r"related.which_l1_minimiser is also a study"):
        load(CONFIG | {"studies": studies, "related": {"which_l1_minimiser": entry}})
