"""Configurations that are broken, hostile or too large are refused in one sentence, soon."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace

import pytest
from conftest import ROOT
from mutations import told

from implicit_sparsity.pipeline.config import estimates
from implicit_sparsity.pipeline.config.errors import ConfigError, quoted
from implicit_sparsity.pipeline.config.sources import check, layers
from implicit_sparsity.pipeline.config.yaml_files import read
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problems.spec import ProblemSpec

BASE = """
instances: fresh
seed: 1
experiments:
  tiny: {figure: error, design: gaussian, n: 30, p: 20, k: 2, signal: 1, noise: 0.1, depths: [2],
    init: 1.0e-4, step_size: 0.05/N^2, iterations: 300}
studies:
  flows: {measure: recovery, design: rademacher, n: 40, p: 60, k: 2, signal: 1, noise: 0.5,
    depths: [2, 3], init: 1.0e-5, replicates: 4}
"""


def checked(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    parts = layers([str(path)], {})
    return check(parts[str(path)], parts, str(ROOT / "config/claims.yaml"))


def refusal(tmp_path, text):
    with pytest.raises(ConfigError) as caught:
        checked(tmp_path, text)
    return str(caught.value).replace(str(tmp_path / "mine.yaml"), "mine.yaml")


def with_(old, new):
    assert old in BASE
    return BASE.replace(old, new)


def test_the_base_of_these_tests_is_accepted(tmp_path):
    assert list(checked(tmp_path, BASE).studies) == ["flows"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1:30", 90), ("1:30:00", 5400), ("030", 24), ("0x1E", 30), ("0b11", 3), ("3_0", 30)],
)
def test_a_number_in_disguise_is_told_with_what_it_means(tmp_path, written, meant):
    assert refusal(tmp_path, with_("n: 30", f"n: {written}")) == (
        f"mine.yaml: line 5 is {written}, which YAML reads as the number {meant}; write that, or "
        "put it in quotes if text is meant."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("noise: 0.1", "noise: 1:30.5", "is 1:30.5, which YAML reads as the number 90.5"),
        ("n: 30", "n: 2020-01-02", "is '2020-01-02', which YAML reads as a date"),
        ("  tiny:", "  no:", "is the key no, which YAML reads as a truth value; quote it."),
        ("n: 30", f"n: {10**400}", "give a number of at most 40 digits"),
        ("n: 30", f"n: {'9' * 5000}", "give a number of at most 40 digits"),
        ("signal: 1, noise: 0.1", f"signal: 0.{'0' * 400}1, noise: 0.1", "at most 40 digits"),
        ("depths: [2]", "depths: &d [2, *d]", "holds itself through its anchor"),
        ("depths: [2]", f"depths: {'[' * 60}{']' * 60}", "the 51st level of nesting"),
        ("  tiny:", f"  {'t' * 61}:", "give a name of at most 60 characters"),
        ("figure: error", f"figure: {'e' * 20_000}", "has 20000 characters"),
    ],
)
def test_what_yaml_does_not_say_plainly_is_told_with_its_line(tmp_path, old, new, said):
    found = refusal(tmp_path, with_(old, new))
    assert said in found and found.startswith("mine.yaml: line ")
    assert len(found) < 300


@pytest.mark.parametrize("kind", ["bomb", "depths", "nesting", "many keys"])
def test_a_hostile_file_is_refused(tmp_path, kind):
    bomb = "a: &a [2, 2, 2, 2, 2, 2, 2, 2, 2]\n" + "".join(
        f"{chr(i + 1)}: &{chr(i + 1)} [{', '.join([f'*{chr(i)}'] * 9)}]\n"
        for i in range(ord("a"), ord("j"))
    )
    text = {
        "bomb": bomb + with_("depths: [2]", "depths: *j"),
        "depths": with_("depths: [2]", f"depths: [{', '.join(map(str, range(2, 100_002)))}]"),
        "nesting": with_("depths: [2]", f"depths: {'[' * 20_000}"),
        "many keys": BASE + "".join(f"k{i}: 1\n" for i in range(100_000)),
    }[kind]
    assert len(refusal(tmp_path, text)) < 300  # what a bomb stands for would never end


def test_more_depths_than_jobs_make_sense_are_refused(tmp_path):
    depths = ", ".join(map(str, range(2, 1_003)))
    found = refusal(tmp_path, with_("depths: [2, 3]", f"depths: [{depths}]"))
    assert "studies.flows.depths is [2, 3, 4, " in found and "up to 1000" in found
    assert len(found) < 300


def test_a_depth_of_a_million_has_a_file_name_that_its_rule_matches(tmp_path):
    (run,) = checked(tmp_path, with_("depths: [2, 3]", "depths: [1000000]")).studies["flows"].runs
    assert re.fullmatch(r"\d+(?:\.\d+)?", run)


def test_messages_quote_at_most_80_characters():
    assert quoted("a" * 78) == repr("a" * 78)
    for long in ("a" * 79, list(range(10**5)), {i: i for i in range(10**5)}, 10**200):
        assert len(quoted(long)) == 80 and quoted(long).endswith("…")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("n: 30, p: 20", "n: 100000, p: 100000", "experiments.tiny needs about 272 GB of memory"),
        ("n: 30, p: 20", "n: 2, p: 1000000000", "experiments.tiny needs about 54.7 GB of memory"),
        ("replicates: 4", "replicates: 1000000000000", "studies.flows needs about 2.11e+07 GB"),
        (
            "iterations: 300",
            "iterations: 90000000000000",
            "experiments.tiny takes about 2.14e+03 h",
        ),
    ],
)
def test_a_request_that_does_not_fit_is_refused_with_its_estimate(
    tmp_path, monkeypatch, old, new, said
):
    monkeypatch.setattr(estimates, "of_machine", lambda: 16.0)
    assert said in refusal(tmp_path, with_(old, new))


def test_the_limits_can_be_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(estimates, "of_machine", lambda: 16.0)
    large = with_("n: 30, p: 20", "n: 100000, p: 100000")
    assert "more than the memory of this machine, 16 GB" in refusal(tmp_path, large)
    checked(tmp_path, large + "limits: {memory_gb: 300}\n")
    assert "more than limits.memory_gb, 0.1 GB" in refusal(
        tmp_path, BASE + "limits: {memory_gb: 0.1}\n"
    )
    long = with_("iterations: 300", "iterations: 90000000000000")
    checked(tmp_path, long + "limits: {hours: 1.0e+5}\n")


def test_estimates_grow_as_the_data_do():
    def cell(n, p, replicates):
        return ProblemSpec("e", "fresh", 1, "gaussian", {}, n, p, 1.0, 2, 0.1, replicates)

    small, wide, many = cell(10, 10, 1), cell(1000, 1000, 1), cell(1000, 1000, 10)
    for job in ("problems", "runs", "tables", "baselines", "measurements"):
        found = [estimates.memory(job, [one]) for one in (small, wide, many)]
        assert found == sorted(found) and found[2] > found[1]
        assert estimates.memory(job, [small, many]) == found[2]
    run = RunSpec(2, [0.1], [0.01], False, 0.1, 7 * 10**9)
    assert estimates.hours([wide], 2, run) * 3600 == pytest.approx(2e6)
    assert estimates.hours([wide, wide], 1) == 2 * estimates.hours([wide], 1)


def test_the_memory_of_the_machine_is_that_of_its_container(monkeypatch, tmp_path):
    assert 0.5 < estimates.of_machine() < 1e5
    monkeypatch.setattr(
        estimates, "Path", lambda _: SimpleNamespace(read_text=lambda encoding: "2000000000\n")
    )
    assert estimates.of_machine() == pytest.approx(2.0, rel=0.5)


@pytest.mark.parametrize("block", range(4))
def test_broken_configurations_are_accepted_or_told(tmp_path, block):
    """Each is told in a sentence that names its file, or is accepted; none ends otherwise."""
    said = [told(1_000 + seed, tmp_path) for seed in range(50 * block, 50 * block + 50)]
    assert sum(map(bool, said)) > 30


def test_the_files_of_the_project_are_read_as_before():
    for name in ("config.yaml", "smoke.yaml", "claims.yaml"):
        assert len(read(ROOT / "config" / name)) > 1


def test_digits_beyond_the_limit_of_python_do_no_harm(tmp_path):
    assert sys.get_int_max_str_digits() == 4300
    given = {**layers([], {"seed": 1}), "the command line": {"seed": 10**4000}}
    with pytest.raises(ConfigError):
        check({"seed": 10**4000, "instances": "fresh"}, given, str(ROOT / "config/claims.yaml"))
