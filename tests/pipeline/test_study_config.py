"""Studies and claims of the configuration: what they come to, and one sentence for each mistake."""

from __future__ import annotations

import copy
import itertools
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import yaml
from design_options import OPTIONS as DESIGN_OPTIONS
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from implicit_sparsity.pipeline.config import load as loader
from implicit_sparsity.pipeline.config import names
from implicit_sparsity.pipeline.config.claim_keys import ORIGINS, PARTS
from implicit_sparsity.pipeline.config.claims import Claim, Condition, Range, System, load_claims
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.estimates import of_machine
from implicit_sparsity.pipeline.config.models import StudyKeys
from implicit_sparsity.pipeline.studies.registry import MEASURES
from implicit_sparsity.problems import mnist
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.theory.levels import universal_level

ROOT = Path(__file__).parents[2]


def read(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


CONFIG, CLAIMS = read("config/config.yaml"), read("config/claims.yaml")
#: The studies which the claims name.
CLAIMED = {study for claim in CLAIMS.values() for study in claim["studies"]}
#: Measures that descend, with the key of their steps.
STEPS = {"discretisation": "scaled_step", "precision": "step_size"}
#: Those of the project itself; others need no claim.
STUDIES = {
    "sparse_recovery",
    "minimax_rate",
    "early_stopping",
    "phase_diagram",
    "start_and_size",
    "weak_signals",
    "window_at_alpha",
    "window_at_init",
    "activation",
    "activation_controls",
    "activation_easy",
    "early_stopping_easy",
    "phase_diagram_easy",
    "window_at_alpha_easy",
    "window_at_init_easy",
    "kernel_easy",
    "precision_coarse",
    "kernel",
    "correlated_designs",
    "image_recovery",
    "discretisation",
    "precision",
    "sample_complexity",
    "stopping_in_practice",
}
ENTRY = {
    "measure": "recovery",
    "design": "rademacher",
    "n": 40,
    "p": 60,
    "k": 3,
    "signal": 1,
    "noise": 0.5,
    "depths": [2, 3],
    "init": 1e-6,
}
IMAGES = ENTRY | {"measure": "images", "signal": "mnist", "p": 784}
del IMAGES["k"]


#: A small configuration beside which a study stands.
BASE = {
    "instances": "authors",
    "seed": CONFIG["seed"],
    "problems": CONFIG["problems"],
    "experiments": {"convergence": CONFIG["experiments"]["convergence"]},
}


def load_studies(config):
    return loader.load(config).studies


def config_with(entry, name="extra"):
    return BASE | {"studies": {name: entry}}


def load(drop=(), base=ENTRY, **entries):
    """The study of an entry with keys set or dropped."""
    entry = {key: value for key, value in (base | entries).items() if key not in drop}
    return load_studies(config_with(entry))["extra"]


def refusal(drop=(), base=ENTRY, **entries):
    """The sentence with which it is refused."""
    with pytest.raises(ConfigError) as caught:
        load(drop, base, **entries)
    return sentence(caught)


def sentence(caught):
    message = str(caught.value)
    assert "\n" not in message and message.endswith((".", "?"))
    # The words of a schema's engine help nobody.
    assert "be validated" not in message and "must be object" not in message
    return message


# --- the studies of the project ---------------------------------------------------------------


def test_every_study_loads_and_can_be_run():
    studies = load_studies(CONFIG)
    assert list(studies) == list(CONFIG["studies"])
    for name, study in studies.items():
        entry = CONFIG["studies"][name]
        assert study.name == name and study.measure == entry["measure"]
        assert [run.depth for run in study.runs.values()] == entry["depths"]
        assert list(study.runs) == [str(depth) for depth in entry["depths"]]
        assert study.baselines == entry.get("baselines", [])
        cells = sum(
            len(list(itertools.product(*sweep.values()))) for sweep in entry.get("vary", [{}])
        )
        assert len(study.cells) == cells
        for run in study.runs.values():
            assert run.cells == study.cells and run.measure == study.measure
            for alpha, init in zip(run.alpha, run.init, strict=True):
                assert alpha**run.depth == pytest.approx(init, rel=1e-12)
        for cell in study.cells:
            own = entry.get("own_draws", False)
            assert cell.experiment.startswith(f"{name}/") if own else cell.experiment == name
            assert cell.instances == entry.get("instances", "fresh")
            assert cell.seed == (0 if cell.instances == "authors" else CONFIG["seed"])
            assert cell.replicates == entry.get("replicates", 1)


@pytest.mark.parametrize("name", CONFIG["studies"])
def test_no_cell_of_a_study_comes_twice(name):
    """Or its rows could not be told apart."""
    cells = load_studies(CONFIG)[name].cells
    assert all(first != second for first, second in itertools.combinations(cells, 2))


def test_every_measure_is_in_the_registry():
    assert set(names.measures()) == set(MEASURES)


def test_the_studies_without_replicates_are_few():
    """Without replicates a claim has no interval."""
    studies = load_studies(CONFIG)
    for name in CLAIMED - {"precision"} - set(CONFIG["related"]):
        assert studies[name].cells[0].replicates >= 5, f"{name}: a claim needs 5 replicates or more"


def test_a_configuration_need_not_have_studies():
    config = {key: value for key, value in CONFIG.items() if key != "studies"}
    assert load_studies(config) == load_studies(config | {"studies": {}}) == {}


# --- named problems ---------------------------------------------------------------------------

NAMED = BASE | {"problems": {"mine": {key: ENTRY[key] for key in ("design", "n", "p", "k")}}}
#: An experiment that names no problem, which NAMED no longer holds.
PLAIN = CONFIG["problems"]["large"] | CONFIG["experiments"]["convergence"]
del PLAIN["problem"]
NAMED = NAMED | {"experiments": {"convergence": PLAIN}}
USING = {key: value for key, value in ENTRY.items() if key not in ("design", "n", "p", "k")}


def test_an_entry_has_the_keys_of_its_problem_and_may_set_others():
    entries = {
        "as_it_is": USING | {"problem": "mine"},
        "other": USING | {"problem": "mine", "n": 7},
    }
    studies = load_studies(NAMED | {"studies": entries})
    assert [study.cells[0].n for study in studies.values()] == [40, 7]
    flat = load_studies(config_with(ENTRY, "as_it_is"))["as_it_is"]
    assert studies["as_it_is"] == flat


def test_instances_come_from_the_entry_then_its_problem_then_the_kind():
    def instances(problem, entry):
        named = {"mine": NAMED["problems"]["mine"] | problem}
        studies = {"extra": USING | {"problem": "mine"} | entry}
        return load_studies(NAMED | {"problems": named, "studies": studies})["extra"].cells[0]

    authors, fresh = {"instances": "authors"}, {"instances": "fresh"}
    assert instances({}, {}).instances == "fresh"
    assert instances(authors, {}).instances == "authors"
    assert instances(authors, fresh).instances == "fresh"


def named_refusal(problems, **entry):
    studies = {"extra": USING | {"problem": "mine"} | entry}
    with pytest.raises(ConfigError) as caught:
        load_studies(NAMED | {"problems": problems, "studies": studies})
    return sentence(caught)


def test_faults_of_named_problems_tell_both_places():
    mine = NAMED["problems"]["mine"]
    assert named_refusal({"mine": mine}, problem="min") == (
        "Config key studies.extra.problem is 'min', which is no entry of problems; "
        "did you mean 'mine'?"
    )
    assert "Config key problems.mine.n is 0" in named_refusal({"mine": mine | {"n": 0}})
    assert "'nn' in problems.mine is unknown; did you mean 'n'?" in named_refusal(
        {"mine": mine | {"nn": 1}}
    )
    assert named_refusal({"mine": mine | {"k": 61}}) == (
        "studies.extra.k (from problems.mine) is 61, more than p = 60; lower it."
    )


def test_a_problem_that_no_memory_holds_is_refused():
    assert refusal(n=10**7, p=10**7) == (
        "studies.extra needs about 3.68e+06 GB of memory in one job, more than the memory of this "
        f"machine, {of_machine():.3g} GB; lower n, p or replicates, or set limits.memory_gb."
    )


# --- grids ------------------------------------------------------------------------------------


def test_a_sweep_is_a_product_and_sweeps_are_a_union():
    study = load(vary=[{"n": [40, 50], "k": [1, 2, 3]}, {"noise": [0.1]}, {"p": [70, 80]}])
    found = [(cell.n, cell.k, cell.noise, cell.p) for cell in study.cells]
    product = [(n, k, 0.5, 60) for n in (40, 50) for k in (1, 2, 3)]
    assert found == [*product, (40, 3, 0.1, 60), (40, 3, 0.5, 70), (40, 3, 0.5, 80)]


axes = {
    "design": st.sampled_from(["rademacher", "gaussian", {"name": "ar1", "rho": 0.5}]),
    "n": st.integers(1, 99),
    "p": st.integers(10, 99),
    "k": st.integers(1, 9),
    "noise": st.floats(0, 9),
}


@settings(max_examples=40)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(axes)), st.none(), min_size=1).flatmap(
            lambda keys: st.fixed_dictionaries(
                {key: st.lists(axes[key], min_size=1, max_size=3, unique_by=repr) for key in keys}
            )
        ),
        min_size=1,
        max_size=3,
    )
)
def test_every_combination_of_a_sweep_is_a_cell(vary):
    combinations = [
        {"design": "rademacher", "n": 7, "p": 11, "k": 2, "noise": 0.5}
        | dict(zip(keys, values, strict=True))
        for sweep in vary
        for keys in [[key for key in axes if key in sweep]]
        for values in itertools.product(*(sweep[key] for key in keys))
    ]
    assume(all(a != b for a, b in itertools.combinations(combinations, 2)))
    cells = load(vary=vary, n=7, p=11, k=2).cells
    for cell, expected in zip(cells, combinations, strict=True):
        design = expected.pop("design")
        design = design if isinstance(design, dict) else {"name": design}
        assert {key: getattr(cell, key) for key in expected} == expected
        assert {"name": cell.design, **cell.options} == design


def test_signals_and_designs_can_vary():
    study = load(vary=[{"signal": [[3, 2, 1], 5], "design": ["gaussian"]}])
    assert [cell.signal for cell in study.cells] == [[3, 2, 1], 5]
    assert {cell.design for cell in study.cells} == {"gaussian"}


def test_depths_may_be_real_and_name_files():
    study = load(depths=[2, 2.5, "3.0", 10])
    assert list(study.runs) == ["2", "2.5", "3", "10"]
    run = study.runs["2.5"]
    assert run.depth == 2.5 and run.init == [1e-6]
    assert run.alpha == pytest.approx([1e-6 ** (1 / 2.5)], rel=1e-15)
    pattern = r"\d+(?:\.\d+)?"  # of the workflow's wildcard
    assert all(re.fullmatch(pattern, depth) for depth in study.runs)


def test_starts_are_alpha_or_its_power():
    run = load(init=[1e-6, "1e-2", 3]).runs["3"]
    assert run.init == [1e-6, 1e-2, 3.0] and all(type(a) is float for a in run.init)
    run = load(drop=["init"], alpha=[0.1, 2]).runs["3"]
    assert run.alpha == [0.1, 2.0] and run.init == [0.1**3, 8.0]


def test_options_of_a_measure_are_passed_on():
    assert load(until="window").runs["2"].options == {"until": "window"}
    assert load().runs["2"].options == {}
    for measure, key in STEPS.items():
        study = load(measure=measure, **{key: ["1e-2", 0.1]})
        assert study.runs["2"].options == {key: [1e-2, 0.1]}
    assert load(baselines=["omp_cv", "oracle"]).baselines == ["omp_cv", "oracle"]


@pytest.mark.parametrize(
    ("signal", "least"),
    [
        (1, 1),
        (-3, 3),
        ([4, -0.5, 2], 0.5),
        ({"uniform": [0.25, 2]}, 0.25),
        ({"graded": [0.5, 2], "signs": "random"}, 0.5),
        ({"equal": 1.5, "places": "random"}, 1.5),
    ],
)
def test_critical_noise_has_the_drive_of_the_least_weight(signal, least):
    study = load(signal=signal, vary=[{"noise": ["critical"], "n": [40, 160]}])
    for cell, n in zip(study.cells, (40, 160), strict=True):
        assert cell.n == n and cell.noise == pytest.approx(least / universal_level(n, 60, 1.0))
        assert universal_level(n, 60, cell.noise) == pytest.approx(least)
    experiments = copy.deepcopy(CONFIG)
    experiments["experiments"]["convergence"]["noise"] = "critical"
    problem = loader.load(experiments).experiments["convergence"].problem
    assert universal_level(problem.n, problem.p, problem.noise) == pytest.approx(1.0)


@pytest.mark.parametrize("times", [0.5, 1, 3])
def test_noise_may_be_a_part_of_the_critical_level(times):
    (cell,) = load(signal={"equal": 2}, noise={"critical_over": times}).cells
    assert cell.law == "gaussian"
    assert universal_level(cell.n, cell.p, cell.noise) == pytest.approx(2 / times)


@pytest.mark.parametrize("law", ["uniform", "sign", "student_t3"])
def test_noise_may_have_another_law(law):
    gaussian, other = load(vary=[{"noise": [0.5, {law: 0.5}]}]).cells
    assert (gaussian.law, gaussian.noise) == ("gaussian", 0.5)
    assert (other.law, other.noise) == (law, 0.5)


def test_signals_are_passed_on_as_they_stand():
    for signal in (
        {"equal": 1, "signs": "random"},
        {"graded": [1, 2], "places": "random"},
        {"uniform": [0.5, 2]},
    ):
        (cell,) = load(signal=signal).cells
        assert cell.signal == signal
        (problem,) = generate(replace(cell, replicates=1))
        assert problem.support.size == cell.k


def test_cells_with_own_draws_share_nothing():
    """Whatever their order; without, cells of one shape have the same designs and noise."""
    sweep = [{"noise": [0.5, 1], "signal": [1, 2]}]
    shared = [generate(cell)[0].X.tobytes() for cell in load(vary=sweep).cells]
    assert len(set(shared)) == 1
    own = load(vary=sweep, own_draws=True).cells
    assert len({generate(cell)[0].X.tobytes() for cell in own}) == 4
    again = load(vary=[{"noise": [1, 0.5], "signal": [2, 1]}], own_draws=True).cells
    assert sorted(c.experiment for c in again) == sorted(c.experiment for c in own)
    more = load(vary=sweep, own_draws=True, replicates=7).cells
    assert [c.experiment for c in more] == [c.experiment for c in own]


def test_critical_noise_drowns_about_half_of_the_problems():
    """The largest |2 Xᵀξ/n| of 60 against the drive 2 of a weight 1."""
    cell = load(noise="critical", n=400, replicates=40).cells[0]
    largest = [
        max(abs(2 / 400 * problem.X.T @ (problem.y - problem.X @ problem.truth)))
        for problem in generate(cell)
    ]
    assert 0.8 < sum(largest) / 40 / 2 < 1.05


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        (
            {"measure": "images"},
            "studies.extra.measure is images with signal 1; measure images and signal mnist go",
        ),
        ({"base": IMAGES, "measure": "kernel"}, "measure is kernel with signal mnist; .* together"),
        ({"step_size": [0.1]}, "extra.step_size has no meaning for measure recovery; remove it"),
        (
            {"measure": "kernel", "until": "window"},
            "extra.until has no meaning for measure kernel; remove it",
        ),
        (
            {"measure": "precision", "until": "window", "step_size": [0.1]},
            "extra.until has no meaning for measure precision",
        ),
        (
            {"measure": "precision"},
            "extra.step_size is missing; give step sizes of the",
        ),
        (
            {"measure": "discretisation"},
            r"extra.scaled_step is missing; give step sizes times N\^2 of the",
        ),
        ({"drop": ["k"], "signal": "normal"}, "extra.signal is dense, but recovery needs a sparse"),
        (
            {"drop": ["k"], "signal": "normal", "measure": "activation"},
            "extra.signal is dense, but activation needs a sparse",
        ),
        (
            {"drop": ["k"], "signal": "normal", "measure": "kernel", "baselines": ["oracle"]},
            "extra.signal is dense",
        ),
        ({"alpha": 0.1}, "studies.extra needs exactly one of alpha and init .*; give one"),
        ({"drop": ["init"]}, "studies.extra needs exactly one of alpha and init"),
        ({"drop": ["init"], "alpha": [0.1, 1e200]}, "extra.alpha is 1e.200, whose power .* beyond"),
        ({"drop": ["init"], "alpha": 1e-200}, "extra.alpha is 1e-200, whose power 2 is beyond"),
        ({"vary": [{"k": [3, 61]}]}, "extra.k is 61, more than p = 60; lower it"),
        ({"vary": [{"p": [2]}]}, "extra.k is 3, more than p = 2; lower it"),
        ({"vary": [{"signal": [[1, 2]]}]}, "signal has 2 entries but k is 3; give one for each"),
        ({"vary": [{"signal": [0]}]}, "extra.signal holds a zero; give non-zero weights only"),
        ({"vary": [{"design": ["gausian"]}]}, "is 'gausian', which is unknown; did you mean 'gau"),
        ({"vary": [{"design": [{"name": "ar1"}]}]}, "extra.design: Design ar1 got wrong options"),
        ({"drop": ["k"]}, "extra.k is missing; say how many weights are 1"),
        ({"drop": ["k"], "signal": "normal", "measure": "kernel", "k": 3}, None),
        ({"base": IMAGES, "k": 3}, "extra.k has no meaning with signal mnist; remove it"),
        ({"base": IMAGES, "p": 100}, "extra.p is 100, but an MNIST image has 784 pixels"),
        (
            {"base": IMAGES, "replicates": len(mnist.DIGITS) + 1},
            f"replicates is {len(mnist.DIGITS) + 1}, but there are {len(mnist.DIGITS)} images",
        ),
        (
            {"base": IMAGES, "noise": "critical"},
            "extra.noise is critical, which needs a sparse signal; give a number",
        ),
        (
            {"signal": {"uniform": [2, 1]}},
            "extra.signal.uniform is 2, 1; give the lower end first",
        ),
        (
            {"signal": {"uniform": [1, 2]}, "instances": "authors"},
            "extra.signal is random, which the authors' is not; set instances: fresh",
        ),
        ({"signal": {"uniform": [1, 2]}, "drop": ["k"]}, "extra.k is missing; say how many"),
        ({"signal": {"graded": [2, 1]}}, "signal.graded is 2, 1; give the lower end first"),
        ({"signal": {"signs": "random"}}, "signal needs exactly one of equal, graded, uniform"),
        ({"signal": {"equal": 1, "graded": [1, 2]}}, "signal needs exactly one of equal, graded"),
        ({"noise": {"uniform": 1, "sign": 1}}, "noise needs exactly one of uniform, sign"),
        (
            {"noise": {"sign": 1}, "instances": "authors"},
            "extra.noise is not Gaussian, as the authors' is; set instances: fresh",
        ),
        ({"instances": "authors", "design": "gaussian"}, "gaussian, which the authors did not dra"),
        ({"instances": "authors", "vary": [{"n": [100, 15]}]}, "extra.n is 15, but the authors' n"),
    ],
)
def test_studies_that_contradict_themselves(keywords, message):
    if message is None:
        keywords = {key: value for key, value in keywords.items() if key != "drop"}
        message = "extra.k has no meaning with signal normal; remove it"
    assert re.search(message, refusal(**keywords))


@pytest.mark.parametrize(
    ("key", "value", "remedy"),
    [
        *(("n", value, "whole number") for value in (0, 1.5, "many", None, True)),
        *(("depths", value, "at least 2") for value in ([1], [1.9], ["two"], [None])),
        *(("depths", value, "list of numbers") for value in (3, [], [2, 2.0])),
        *(("init", value, "positive number") for value in (0, -1, [], [1, 0], "small", None)),
        ("init", [1e-3, 1e-3], "each once"),
        *(("noise", value, "") for value in (-1, "critcal", None, True)),
        *(("measure", value, "") for value in ("recover", 3, None)),
        *(("until", value, "") for value in ("windw", 3, None)),
        *(("step_size", value, "") for value in (0.1, [], [0], ["0.1/N^2"], [1, 1])),
        *(("baselines", value, "") for value in ("omp_cv", ["opm"], ["oracle", "oracle"], None)),
        *(("vary", value, "") for value in ({}, [], [{}], [3], None)),
        *(("vary", [{"n": value}], "") for value in (5, [], [0], [None])),
        ("vary", [{"depths": [2]}], "'depths' in studies.extra.vary.0. is unknown"),
        ("vary", [{"nn": [2]}], "did you mean 'n'|choose from"),
        *(("signal", {"uniform": value}, "") for value in (1, [1], [0, 1], [1, 2, 3], ["a", 2])),
        ("signal", {"unifrm": [1, 2]}, "uniform"),
        ("signal", {"equal": 0}, ""),
        ("signal", {"equal": 1, "signs": "some"}, "random"),
        ("signal", {"equal": 1, "places": 3}, "random"),
        ("noise", {"uniform": -1}, ""),
        ("noise", {"cauchy": 1}, "uniform"),
        ("own_draws", "yes", "true or false"),
        ("replicates", 0, "whole number"),
        ("instances", "author", "did you mean 'authors'"),
    ],
)
def test_values_that_do_not_fit(key, value, remedy):
    message = refusal(**{key: value})
    assert "studies.extra" in message and key in message
    assert re.search(remedy, message)


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("noise", "critcal", "critical"),
        ("measure", "recover", "recovery"),
        ("until", "windw", "window"),
        ("baselines", ["laso_cv"], "lasso_cv"),
        ("signal", "nomral", "normal"),
    ],
)
def test_misspelt_words_get_the_nearest(key, value, hint):
    assert refusal(**{key: value}).endswith(f"did you mean {hint!r}?")


@pytest.mark.parametrize("key", sorted(StudyKeys.model_fields))
def test_misspelt_keys_get_the_nearest(key):
    assert refusal(**{key + key[-1]: 1}) == (
        f"Config key {key + key[-1]!r} in studies.extra is unknown; did you mean {key!r}?"
    )


@pytest.mark.parametrize("key", ["measure", "design", "n", "p", "signal", "noise", "depths"])
def test_required_keys(key):
    assert refusal(drop=[key]) == f"Config key {key!r} is missing in studies.extra; add it."


@pytest.mark.parametrize("name", ["A", "two words", "3d", "../x", "", 3])
def test_studies_are_named_like_files(name):
    with pytest.raises(ConfigError) as caught:
        load_studies(config_with(ENTRY, name))
    assert repr(name) in sentence(caught) and "lower-case letters, digits" in str(caught.value)


def test_a_study_is_not_named_like_an_experiment():
    with pytest.raises(ConfigError) as caught:
        load_studies(config_with(ENTRY, "convergence"))
    assert sentence(caught) == "studies.convergence is also an experiment; give it another name."


def test_a_study_that_is_null_is_left_out():
    configuration = loader.load(BASE | {"studies": {"extra": None, "other": ENTRY}})
    assert list(configuration.studies) == ["other"] and configuration.left_out == ["extra"]


@pytest.mark.parametrize("value", [[], "x", 3])
def test_studies_are_a_mapping(value):
    for config in (BASE | {"studies": value}, config_with(value)):
        with pytest.raises(ConfigError) as caught:
            load_studies(config)
        assert sentence(caught).startswith("Config key studies")


# --- claims -----------------------------------------------------------------------------------

METRIC = {"meaning": "m", "at_least": 1, "why": "w", "control": "c", "primary": True}
CLAIM = {"statement": "s", "origin": "own", "source": "a", "studies": ["kernel"]}
CLAIM |= {"metrics": {"m": METRIC}}
CONDITION = {"words": "w", "rows": {"incoherence": {"at_most": 1}}}


SYSTEM = {"parametrisation": "w = u ⊙ v", "optimiser": "gradient flow", "loss": "squared"}


def of_origin(origin):
    return CLAIM | {"origin": origin} | ({"system": SYSTEM} if origin == "related" else {})


def load_claim(claim=CLAIM, name="new", taken=(), **metric):
    if metric:
        metric = {key: value for key, value in (METRIC | metric).items() if value is not None}
        claim = claim | {"metrics": {"m": metric}}
    return load_claims({name: claim}, ["kernel", "recovery"], taken)[name]


def claim_refusal(*arguments, **keywords):
    with pytest.raises(ConfigError) as caught:
        load_claim(*arguments, **keywords)
    return sentence(caught)


def test_every_claim_loads_and_has_a_module():
    configuration = loader.load(CONFIG)
    experiments = configuration.experiments
    tables = [*configuration.studies, *configuration.related]
    claims = load_claims(CLAIMS, tables, experiments)
    assert list(claims) == list(CLAIMS)
    for name, claim in claims.items():
        assert claim.id == name
        words = [claim.statement, claim.source]
        words += [w for m in claim.metrics.values() for w in (m.meaning, m.why, m.control)]
        assert all(text and "\n" not in text and "  " not in text for text in words)
        assert list(claim.metrics) == list(CLAIMS[name]["metrics"])
    assert not set(claims) & set(experiments)


def test_claims_and_studies_belong_together():
    tables = [*CONFIG["studies"], *CONFIG["related"]]
    for name in CLAIMED:
        assert name in tables, f"a claim names {name}: add it to the studies"
    for name in [*STUDIES, *CONFIG["related"]]:
        assert name in CLAIMED, f"{name} is there for a claim: name it in config/claims.yaml"


def test_every_module_is_a_claim():
    modules = {*names.plugins("pipeline/claims", "evidence"), *names.systems()}
    assert modules == set(CLAIMS)


def test_a_claim_keeps_its_thresholds():
    (metric,) = load_claim(at_least=None, at_most="1e-1").metrics.values()
    assert (metric.least, metric.most) == (None, 0.1)
    (metric,) = load_claim(at_least=-1, at_most=2).metrics.values()
    assert (metric.least, metric.most) == (-1, 2)
    assert load_claim(CLAIM | {"statement": " two\n  lines "}).statement == "two lines"


def test_a_claim_stands_in_the_part_of_its_origin():
    parts = {origin: load_claim(of_origin(origin)).part for origin in ORIGINS}
    assert list(dict.fromkeys(parts.values())) == list(PARTS)
    titles = {origin: part.title for origin, part in parts.items()}
    assert titles["theorem"] == "The paper's claims" and titles["derived"] == "Further questions"
    assert titles["related"] == "Related systems"
    assert "'rumour'" in claim_refusal(CLAIM | {"origin": "rumour"})


def test_a_claim_about_a_related_system_says_which():
    claim = load_claim(of_origin("related"))
    assert claim.system == System(**SYSTEM) and claim.module == "related.new"
    assert Claim.of(asdict(claim)) == claim
    assert load_claim().module == "claims.new"
    assert "add the mapping system" in claim_refusal(CLAIM | {"origin": "related"})
    assert "remove system" in claim_refusal(CLAIM | {"system": SYSTEM})


def test_the_condition_of_a_claim():
    claim = load_claim(CLAIM | {"condition": CONDITION})
    assert claim.condition == Condition("w", {"incoherence": Range(None, 1)})
    assert load_claim().condition is None
    assert Claim.of(asdict(claim)) == claim and Claim.of(asdict(load_claim())) == load_claim()


def test_the_primary_metrics_of_a_claim():
    more = CLAIM | {"metrics": {"m": METRIC, "other": METRIC | {"primary": False}}}
    assert list(load_claim(more).primary) == ["m"]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        (
            {"primary": False},
            "new has no primary metric; set primary: true in that which the verdict rests on.",
        ),
        (
            {"claim": CLAIM | {"condition": CONDITION | {"rows": {"n": {}}}}},
            "new.condition.n has no threshold; give at_least, at_most or both.",
        ),
        ({"at_least": None}, "new.m has no threshold; give at_least, at_most or both."),
        ({"at_most": 0.5}, "new.m.at_least is 1, not below at_most; swap them."),
        ({"at_most": 1}, "new.m.at_least is 1, not below at_most; swap them."),
        ({"taken": ["new"]}, "Claim new has the name of an experiment; give it another."),
        (
            {"claim": CLAIM | {"studies": ["kernels"]}},
            "Claim new is judged on 'kernels', which is no study (to leave it out, set "
            "studies.kernels to null); did you mean 'kernel'?",
        ),
    ],
)
def test_claims_that_cannot_be_judged(keywords, message):
    assert claim_refusal(**keywords) == message


def test_claims_without_their_studies_are_left_out():
    without = {"new": CLAIM | {"studies": ["kernel", "xyz"]}, "other": CLAIM}
    assert list(load_claims(without, ["kernel"])) == ["other"]
    similar = {"new": CLAIM | {"studies": ["kernels"]}}
    assert load_claims(similar, ["kernel"], left_out=["kernels"]) == {}


@pytest.mark.parametrize("key", ["statement", "origin", "source", "studies", "metrics"])
def test_required_keys_of_a_claim(key):
    claim = {name: value for name, value in CLAIM.items() if name != key}
    assert claim_refusal(claim) == f"Config key {key!r} is missing in new; add it."
    assert f"Config key {key + 'x'!r} in new is unknown" in claim_refusal(CLAIM | {key + "x": 1})


@pytest.mark.parametrize("key", ["meaning", "why", "control"])
def test_required_keys_of_a_metric(key):
    metric = {name: value for name, value in METRIC.items() if name != key}
    message = claim_refusal(CLAIM | {"metrics": {"m": metric}})
    assert message == f"Config key {key!r} is missing in new.metrics.m; add it."


@pytest.mark.parametrize(
    ("claim", "place"),
    [
        (CLAIM | {"studies": []}, "new.studies"),
        (CLAIM | {"studies": ["kernel", "kernel"]}, "new.studies"),
        (CLAIM | {"metrics": {}}, "new.metrics"),
        (CLAIM | {"statement": 3}, "new.statement"),
        (CLAIM | {"metrics": {"m": METRIC | {"at_least": "much"}}}, "new.metrics.m.at_least"),
        (CLAIM | {"metrics": {"m": METRIC | {"at_least": float("nan")}}}, "new.metrics.m.at_least"),
    ],
)
def test_claims_that_do_not_fit(claim, place):
    assert place in claim_refusal(claim)


@pytest.mark.parametrize("name", ["A", "two words", "3d", "../x", "", 3])
def test_claims_are_named_like_modules(name):
    assert repr(name) in claim_refusal(name=name)


# --- what would slip through the schema --------------------------------------------------------


@pytest.mark.parametrize(("measure", "key"), STEPS.items())
def test_descent_needs_whole_depths(measure, key):
    assert refusal(measure=measure, depths=[2, 2.5], **{key: [0.01]}) == (
        f"studies.extra.depths must be whole for measure {measure}, which descends."
    )
    runs = load(measure=measure, depths=[2, "3.0"], **{key: [0.01]}).runs
    assert [run.depth for run in runs.values()] == [2, 3]


@pytest.mark.parametrize("centred", [True, False])
def test_the_authors_did_not_centre_their_designs(centred):
    design = {"name": "rademacher", "probability": 0.25, "centred": centred}
    assert refusal(instances="authors", design=design) == (
        "studies.extra.design has options that the authors' has not; set instances: fresh."
    )
    del design["centred"]
    (cell,) = load(instances="authors", design=design).cells
    assert cell.options == {"probability": 0.25}


@pytest.mark.parametrize("value", ["yes", 2, 0.5, 1, 0, None])
def test_centred_is_true_or_false(value):
    assert refusal(design={"name": "rademacher", "centred": value}) == (
        f"studies.extra.design: centred must be true or false; got {value!r}."
    )


@pytest.mark.parametrize(
    "vary",
    [
        [{"noise": [0.1, 0.1]}],
        [{"n": [40, 50]}, {"n": [50]}],
        [{"n": [40, 50], "k": [1, 2]}, {"k": [2], "n": [50]}],
        [{"n": [40]}, {"noise": [0.5]}],
        [{"n": [40, 80]}, {"noise": [0.1, 0.5]}],
    ],
)
def test_a_cell_comes_once(vary):
    assert refusal(vary=vary) == ("studies.extra.vary holds a combination twice; drop one of them.")


@pytest.mark.parametrize("depths", [[2, 2.0000001], [3, 2.5, 2.5000001], [1000000, 123456.5]])
def test_depths_are_told_apart_by_their_names(depths):
    assert list(load(depths=depths).runs) == [str(depth) for depth in depths]


@pytest.mark.parametrize("entries", [{"noise": 0}, {"k": 60, "signal": 2}])
def test_a_flow_until_a_window_that_has_no_end_may_be_asked_for(entries):
    """It runs until the data are fitted; see test_studies.py."""
    assert load(until="window", **entries).runs["2"].options == {"until": "window"}


@pytest.mark.parametrize("name", [*(part.figure for part in PARTS), "claims_cells"])
def test_nothing_is_named_like_the_ledger(name):
    """Whose figures are paper_figures/claims.png and others."""
    ledger = f"has an entry named '{name}', as files of the ledger are; rename it."
    assert claim_refusal(name=name) == f"claims.yaml {ledger}"
    with pytest.raises(ConfigError) as caught:
        load_studies(config_with(ENTRY, name))
    assert sentence(caught) == f"studies {ledger}"
    experiments = {name: CONFIG["experiments"]["convergence"]}
    with pytest.raises(ConfigError) as caught:
        loader.load(BASE | {"experiments": experiments})
    assert sentence(caught) == f"experiments {ledger}"


@pytest.mark.parametrize(
    ("needs", "entries"),
    [
        ("recovery", {}),
        ("activation", {"measure": "activation"}),
        ("precision", {"measure": "precision", "step_size": [0.1]}),
        ("discretisation", {"measure": "discretisation", "scaled_step": [0.1]}),
        ("stopping", {"measure": "stopping"}),
        ("oracle", {"measure": "kernel", "baselines": ["ridge_cv", "oracle"]}),
        ("omp_cv", {"measure": "kernel", "baselines": ["omp_cv"]}),
    ],
)
def test_what_needs_a_sparse_signal(needs, entries):
    assert refusal(drop=["k"], signal="normal", **entries) == (
        f"studies.extra.signal is dense, but {needs} needs a sparse one; give k numbers."
    )


def test_what_does_not_need_a_sparse_signal():
    baselines = ["ridge_cv", "ridge_oracle", "least_squares"]
    study = load(drop=["k"], signal="normal", measure="kernel", baselines=baselines)
    assert study.baselines == baselines and study.cells[0].k is None


def test_the_schema_offers_the_designs_that_exist():
    for name, options in DESIGN_OPTIONS.items():
        (cell,) = load(design={"name": name} | options).cells
        assert (cell.design, cell.options) == (name, options)
