"""The protocol: entries are those of the configuration, power is what a simulation finds."""

import sys

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT

from implicit_sparsity.pipeline.claims.evidence import median, quantile
from implicit_sparsity.pipeline.claims.statistics import share_interval
from implicit_sparsity.pipeline.config.claims import Metric

sys.path.insert(0, str(ROOT / "docs"))
import protocol_page

CLAIMS = yaml.safe_load((ROOT / "config/claims.yaml").read_text())
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())
PILOT = yaml.safe_load((ROOT / "config/pilot.yaml").read_text())


def test_every_claim_stands_there_with_thresholds_reasons_controls_and_studies():
    page = protocol_page.claims()
    assert f"The seed is {CONFIG['seed']}" in page
    for name, claim in CLAIMS.items():
        assert f"### {name}\n" in page and " ".join(claim["statement"].split()) in page
        for system in set(claim["studies"]) & set(CONFIG["related"]):
            assert f"*System {system}:* draws {CONFIG['related'][system]['draws']}; " in page
        for study in set(claim["studies"]) - set(CONFIG["related"]):
            assert f"*Study {study}:* measure {CONFIG['studies'][study]['measure']};" in page
        for metric, entry in claim["metrics"].items():
            mark = "**" if entry.get("primary") else ""
            for key in ("meaning", "why", "control"):
                words = " ".join(entry[key].split()).replace("|", r"\|")
                assert f"{words}" in page
            assert f"| {mark}{metric}{mark}: " in page


def test_the_pilot_uses_other_problems_and_fewer():
    assert PILOT["seed"] != CONFIG["seed"]
    for name, entry in PILOT["studies"].items():
        assert entry["replicates"] < CONFIG["studies"][name]["replicates"]
    for name, entry in PILOT["related"].items():
        assert entry["draws"] < CONFIG["related"][name]["draws"]


@pytest.mark.parametrize(("threshold", "count"), [(0.9, 60), (0.9, 40), (0.5, 30)])
def test_the_share_that_is_supported_with_the_chance(threshold, count):
    needed = protocol_page.least_share(threshold, count)
    rng = np.random.default_rng(0)
    found = rng.binomial(count, needed, 4000)
    supported = [share_interval(int(k), count)(0.95)[0] >= threshold for k in found]
    assert np.mean(supported) == pytest.approx(protocol_page.POWER, abs=0.02)


def test_no_share_is_large_enough_for_too_few_problems():
    assert protocol_page.least_share(0.9, 20) == 1.0


def test_the_power_of_a_median_is_about_that_of_a_simulation():
    rng = np.random.default_rng(1)
    metric = Metric(1.0, None, "m", "w", "c")
    # What a large pilot would find: the standard error of a median of normals is s √(π / 2n).
    half = 1.96 * 0.5 * np.sqrt(np.pi / 2 / 2001)
    cell = {"value": 1.25, "low": 1.25 - half, "high": 1.25 + half, "count": 2001}
    cells = pd.DataFrame([cell | {"statistic": "median"}])
    for count in (20, 40, 80):
        held = [
            median({}, 1.25 + 0.5 * rng.standard_normal(count)).ends[0] >= 1 for _ in range(1500)
        ]
        expected = protocol_page.decided(metric, cells, count / 2001)
        assert np.mean(held) == pytest.approx(expected, abs=0.06)
    twice = pd.concat([cells, cells])
    assert protocol_page.decided(metric, twice, 0.02) == pytest.approx(
        protocol_page.decided(metric, cells, 0.02) ** 2
    )


def test_a_quantile_is_decided_by_the_share_that_is_within():
    """At most 2 with nine in ten: supported where enough samples are below 2."""
    metric = Metric(None, 2.0, "m", "w", "c")
    cells = pd.DataFrame([{"statistic": "0.9 quantile", "count": 12}] * 5)
    words = protocol_page.power(metric, cells, 5.0)
    needed = float(words.split(" or more")[0].split()[-1])
    assert words.startswith("5 cells of 60 problems") and needed == pytest.approx(
        protocol_page.least_share(0.9, 60), abs=1e-3
    )
    rng = np.random.default_rng(4)
    below = rng.random((1500, 60)) < needed
    held = [quantile({}, np.where(row, 1.0, 3.0)).ends[1] <= 2 for row in below]
    assert np.mean(held) == pytest.approx(protocol_page.POWER, abs=0.03)
