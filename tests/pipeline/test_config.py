"""The configuration: the paper's settings, and one sentence for everything that cannot be run."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
import yaml
from design_options import OPTIONS
from hypothesis import given
from hypothesis import strategies as st

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config import load as loader
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.models import ExperimentKeys

ROOT = Path(__file__).parents[2]


def read(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def flat(config):
    """A configuration whose experiments say all of their problem themselves."""
    config = copy.deepcopy(config)
    for name, entry in config["experiments"].items():
        problem = config["problems"].get(entry.pop("problem", None), {})
        config["experiments"][name] = problem | entry
    return config


CONFIG = flat(read("config/config.yaml"))
del CONFIG["studies"], CONFIG["pages"]
SMOKE = read("config/smoke.yaml")
del SMOKE["studies"]
KEYS = sorted(ExperimentKeys.model_fields)


def merged(base, over):
    """``base`` updated by ``over`` as Snakemake merges configuration files: mappings in depth."""
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    return base | {key: merged(base.get(key), value) for key, value in over.items()}


def edited(name="convergence", drop=(), **entries):
    """The paper's configuration with keys of one experiment set or dropped."""
    config = copy.deepcopy(CONFIG)
    experiment = config["experiments"][name]
    for key in drop:
        del experiment[key]
    experiment.update(entries)
    return config


def load(config):
    return loader.load(config).experiments


def refusal(config):
    """The sentence with which a configuration is refused."""
    with pytest.raises(ConfigError) as caught:
        load(config)
    message = str(caught.value)
    assert "\n" not in message and message.endswith((".", "?"))
    # The words of a schema's engine help nobody.
    assert "be validated" not in message and "must be object" not in message
    return message


# --- the paper's settings ------------------------------------------------------------------------

SPARSE = {"design": "rademacher", "options": {}, "signal": 1, "k": 5, "noise": 0.5}
LARGE, SMALL = {"n": 500, "p": 3000}, {"n": 100, "p": 200}
PROBLEMS = {
    "convergence": SPARSE | LARGE | {"replicates": 1},
    "initialization_effects": SPARSE | LARGE | {"replicates": 1},
    "early_stopping_coordinate": SPARSE | SMALL | {"replicates": 1},
    "early_stopping_l2_error": SPARSE | SMALL | {"replicates": 30},
    "incremental_learning": SPARSE | LARGE | {"signal": [1, 2, 3, 4], "k": 4, "replicates": 1},
    "kernel_regime": SPARSE
    | {"n": 500, "p": 100, "signal": "normal", "k": None, "noise": 25, "replicates": 30},
    "mnist": SPARSE
    | {"options": {"probability": 0.25}, "n": 392, "p": 784, "signal": "mnist", "k": None}
    | {"noise": 0, "replicates": 3},
}
# α^N by depth, η by depth, iterations by depth.
GRIDS = {
    "convergence": (
        {2: 1e-6, 3: 1e-6, 5: 1e-6},
        {2: 0.2 / 4, 3: 0.2 / 9, 5: 0.2 / 25},
        {2: 300, 3: 5000, 5: 30000},
    ),
    "initialization_effects": (
        {2: 2e-3, 3: 2e-3, 10: 2e-3},
        {2: 0.1 / 4, 3: 0.2 / 9, 10: 0.2 / 100},
        {2: 1000, 3: 2000, 10: 5000},
    ),
    "early_stopping_coordinate": (
        {2: 0.005**2, 3: 0.005**3, 4: 0.005**4},
        {2: 1e-2, 3: 1e-2, 4: 1e-2},
        {2: 3000, 3: 50000, 4: 3200000},
    ),
    "early_stopping_l2_error": (
        {2: 1e-5, 3: 1e-5, 4: 1e-5},
        {2: 1e-2, 3: 1e-2, 4: 1e-2},
        {2: 3000, 3: 10000, 4: 25000},
    ),
    "incremental_learning": (
        {2: 1e-4, 3: 1e-4, 5: 1e-4},
        {2: 1e-3, 3: 1e-3, 5: 1e-3},
        {2: 2500, 3: 6000, 5: 15000},
    ),
    "kernel_regime": (
        {2: 1e3, 3: 1e3, 4: 1e3},
        {2: 1e-7, 3: 1e-7, 4: 1e-7},
        {2: 5000, 3: 300, 4: 100},
    ),
    "mnist": (
        {2: 1e-3, 3: 1e-3, 5: 1e-3},
        {2: 5e-3 / 4, 3: 5e-3 / 9, 5: 5e-3 / 25},
        {2: 10000, 3: 10000, 5: 10000},
    ),
}


FIGURES = {
    "early_stopping_coordinate": {"window": "coordinate"},
    "early_stopping_l2_error": {"figure": "error", "window": "error"},
    "kernel_regime": {"figure": "error", "baselines": ["ridge_cv", "least_squares"]},
    "mnist": {"figure": "images"},
}


def agree(name, key, found, paper):
    """That a setting is the paper's."""
    number = isinstance(paper, float) or key in ("init", "alpha")
    assert found == (pytest.approx(paper, rel=1e-14) if number else paper), (
        f"{name}: the paper's setting of {key} is {paper}; "
        "put variants into an experiment of their own"
    )


def test_config_has_the_papers_experiments():
    missing = PROBLEMS.keys() - CONFIG["experiments"]
    assert not missing, f"put {missing} back into config/config.yaml: they are the paper's"
    assert list(load(CONFIG)) == list(CONFIG["experiments"])


@pytest.mark.parametrize("name", PROBLEMS)
def test_config_has_the_papers_settings(name):
    experiment = load(CONFIG)[name]
    assert experiment.problem.experiment == name
    for key, value in (PROBLEMS[name] | {"instances": "authors"}).items():
        agree(name, key, getattr(experiment.problem, key), value)
    init, step_size, iterations = GRIDS[name]
    agree(name, "depths", [run.depth for run in experiment.runs.values()], list(init))
    for run in experiment.runs.values():
        depth = run.depth
        agree(name, "one_sided", run.one_sided, name == "mnist")
        agree(name, "init", run.init, [init[depth]])
        agree(name, "alpha", run.alpha, [init[depth] ** (1 / depth)])
        agree(name, "step_size", run.step_size, step_size[depth])
        agree(name, "iterations", run.iterations, iterations[depth])


@pytest.mark.parametrize("name", PROBLEMS)
def test_config_has_the_papers_figures(name):
    plain = {"figure": "coordinates", "window": None, "baselines": []}
    for key, value in (plain | FIGURES.get(name, {})).items():
        agree(name, key, getattr(load(CONFIG)[name], key), value)


def test_the_depths_share_alpha_to_the_last_bit():
    experiments = load(CONFIG)
    # α itself is what the depths of this experiment share, to the last bit.
    assert [run.alpha for run in experiments["early_stopping_coordinate"].runs.values()] == [
        [0.005]
    ] * 3


def test_smoke_shrinks_the_papers_experiments():
    paper, smoke = load(CONFIG), load(merged(CONFIG, SMOKE))
    assert list(smoke) == list(paper)
    for name in PROBLEMS:
        assert name in SMOKE["experiments"], f"shrink {name} in config/smoke.yaml"
        small, large = smoke[name], paper[name]
        for same in ("figure", "window", "baselines"):
            assert getattr(small, same) == getattr(large, same)
        agree(name, "depths", list(large.runs), list(small.runs))
        work, paper_work = (
            e.problem.n * e.problem.p * e.problem.replicates * run
            for e, run in ((e, sum(r.iterations for r in e.runs.values())) for e in (small, large))
        )
        assert work < 0.1 * paper_work
        assert (small.problem.replicates > 1) == (large.problem.replicates > 1)


def test_an_eighth_experiment_is_config_alone():
    eighth = copy.deepcopy(CONFIG["experiments"]["early_stopping_l2_error"])
    eighth |= {"instances": "fresh", "design": {"name": "ar1", "rho": 0.5}, "depths": [2, 7]}
    eighth |= {"init": [1e-3, 1e-5], "iterations": [100, 200]}
    experiments = load(merged(CONFIG, {"experiments": {"the_eighth": eighth}}))
    assert list(experiments) == [*CONFIG["experiments"], "the_eighth"]
    added = experiments["the_eighth"]
    assert (added.problem.design, added.problem.options) == ("ar1", {"rho": 0.5})
    assert (added.problem.instances, added.problem.seed) == ("fresh", CONFIG["seed"])
    assert {depth: run.iterations for depth, run in added.runs.items()} == {"2": 100, "7": 200}
    assert added.runs["7"].init == [1e-3, 1e-5]
    assert added.runs["7"].alpha == pytest.approx([1e-3 ** (1 / 7), 1e-5 ** (1 / 7)])


# --- how numbers may be spelt -----------------------------------------------------------------


@given(
    st.floats(1e-100, 1e100).flatmap(lambda c: st.sampled_from([repr(c), f"{c:.3e}", f"{c:e}"])),
    st.sampled_from(["{}/N^2", "{} / N^2", " {} /N^2 "]),
)
def test_a_step_size_over_depth_squared(number, spelling):
    """YAML reads all of these as text."""
    runs = load(edited(step_size=spelling.format(number)))["convergence"].runs
    assert [run.step_size for run in runs.values()] == [float(number) / N**2 for N in (2, 3, 5)]


@pytest.mark.parametrize("text", ["1e-6", "1E-6", "+1e-6", "0.000001", ".1e-5", "1.e-6", "1.0e-6"])
def test_numbers_without_a_point_are_numbers(text):
    """YAML 1.1 reads ``1e-6`` as text."""
    config = edited(init=yaml.safe_load(text))
    assert load(config)["convergence"].runs["2"].init == [1e-6]


@pytest.mark.parametrize("text", ["400", "400.0", "4e2", "4.0e+2", "'400'"])
def test_whole_numbers_are_integers_however_spelt(text):
    value = yaml.safe_load(text)
    config = edited("early_stopping_l2_error", n=value, p=value, k=value, replicates=value)
    config["instances"] = "fresh"  # the authors' problems have no seed
    config["experiments"]["early_stopping_l2_error"]["iterations"] = [value, value, 2]
    config["seed"] = value
    experiment = load(config)["early_stopping_l2_error"]
    problem, run = experiment.problem, experiment.runs["3"]
    for number in (problem.n, problem.p, problem.k, problem.replicates, run.iterations):
        assert type(number) is int and number == 400
    assert type(problem.seed) is int and problem.seed == 400


@pytest.mark.parametrize("value", [1e20, "1e300", 1.5])
def test_other_numbers_are_floats(value):
    noise = load(edited(noise=value))["convergence"].problem.noise
    assert type(noise) is float and noise == float(value)


@pytest.mark.parametrize("depth", [3.0, "3", "3.0", "3e0"])
def test_depths_are_integers_however_spelt(depth):
    (run,) = load(edited(depths=[depth], iterations=10))["convergence"].runs.values()
    assert type(run.depth) is int and run.depth == 3


def test_the_configuration_given_is_left_alone():
    config = edited(init="1e-6", iterations="1e3")
    before = copy.deepcopy(config)
    load(config)
    assert config == before


# --- misspelt keys and words ------------------------------------------------------------------


def test_unknown_keys_at_every_level():
    config = copy.deepcopy(CONFIG)
    config["instance"] = "fresh"
    assert refusal(config) == (
        "Config key 'instance' in (top level) is unknown; did you mean 'instances'?"
    )
    config = edited("mnist", design={"name": "rademacher", "probabilty": 0.25})
    message = refusal(config)
    assert "experiments.mnist.design" in message
    assert "'probabilty'" in message and "did you mean 'probability'?" in message
    message = refusal(edited(design={"nam": "rademacher"}))
    assert "experiments.convergence.design" in message and "'name'" in message


@pytest.mark.parametrize("key", KEYS)
def test_a_misspelt_key_gets_the_nearest(key):
    typo = key + key[-1]
    assert refusal(edited(**{typo: 1})) == (
        f"Config key {typo!r} in experiments.convergence is unknown; did you mean {key!r}?"
    )


def test_a_key_far_from_all_gets_the_list():
    message = refusal(edited(xyzzy=1))
    assert message.startswith("Config key 'xyzzy' in experiments.convergence is unknown; choose")
    assert all(key in message for key in KEYS)
    assert "'3' in" in refusal(edited(**{"3": 1})) or "3 in" in refusal(edited(**{"3": 1}))
    config = edited()
    config["experiments"]["convergence"][3] = 1
    assert "key 3 in experiments.convergence is unknown" in refusal(config)


@pytest.mark.parametrize(
    ("entries", "place", "nearest"),
    [
        ({"figure": "coordinate"}, "figure", "coordinates"),
        ({"window": "errors"}, "window", "error"),
        ({"instances": "author"}, "instances", "authors"),
        ({"signal": "nomral"}, "signal", "normal"),
        ({"design": "radmacher"}, "design", "rademacher"),
        ({"design": {"name": "radmacher"}}, "design", "rademacher"),
        ({"baselines": ["rigde_cv"]}, "baselines", "ridge_cv"),
    ],
)
def test_a_misspelt_word_gets_the_nearest(entries, place, nearest):
    message = refusal(edited(**entries))
    assert f"experiments.convergence.{place}" in message and "is unknown" in message
    assert message.endswith(f"did you mean {nearest!r}?")


def test_a_misspelt_word_at_the_top():
    assert refusal(CONFIG | {"instances": "frsh"}) == (
        "Config key instances is 'frsh', which is unknown; did you mean 'fresh'?"
    )


def test_nearest():
    assert nearest("iteration", ["depths", "iterations"]) == "did you mean 'iterations'?"
    assert nearest("xyz", ["b", "a"]) == "choose from a, b."
    assert nearest(3, ["b", "a"]) == "choose from a, b."


def test_the_designs_that_exist_can_be_named():
    for name, options in OPTIONS.items():
        config = edited(design={"name": name} | options, instances="fresh")
        assert load(config)["convergence"].problem.options == options


# --- what is missing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["figure", "design", "n", "p", "signal", "noise", "depths", "step_size", "iterations"]
)
def test_required_keys(key):
    assert refusal(edited(drop=[key])) == (
        f"Config key {key!r} is missing in experiments.convergence; add it."
    )


def test_an_entry_that_lacks_keys_may_be_a_misspelt_one():
    entries = CONFIG["experiments"]
    for name, hint in (("convergnce", " (did you mean experiments.convergence?)"), ("mine", "")):
        assert refusal(CONFIG | {"experiments": entries | {name: {"depths": [2]}}}) == (
            f"Config key 'figure' is missing in experiments.{name}{hint}; add it."
        )


@pytest.mark.parametrize("key", ["instances", "seed", "experiments"])
def test_required_keys_at_the_top(key):
    config = {name: value for name, value in CONFIG.items() if name != key}
    assert refusal(config) == f"Config key {key!r} is missing in (top level); add it."


def test_optional_keys():
    experiment = load(edited())["convergence"]
    assert experiment.window is None and experiment.baselines == []
    assert experiment.problem.replicates == 1


# --- values out of range ----------------------------------------------------------------------

WHOLE = "whole number"
NOT_WHOLE = [0, -1, 1.5, True, None, "many"]
UNFIT = [
    *(("n", value, WHOLE) for value in NOT_WHOLE),
    *(("p", value, WHOLE) for value in NOT_WHOLE),
    *(("k", value, WHOLE) for value in NOT_WHOLE),
    *(("replicates", value, WHOLE) for value in NOT_WHOLE),
    *(("iterations", value, WHOLE) for value in [*NOT_WHOLE, [], [1, 2, 0], [1, 2.5, 3]]),
    *(("depths", [value], f"{WHOLE}.* 2") for value in [1, 0, -2, 2.5, True, None, "two"]),
    *(("depths", value, WHOLE) for value in [[], 3, None, "2, 3"]),
    ("depths", [2, 3, 2], "once|distinct|different|repeat"),
    ("depths", [2, 2.0, 3], "once|distinct|different|repeat"),
    *(("init", value, "positive") for value in [0, -1, [], [1e-3, 0], "tiny", True, None, "1_0"]),
    ("init", [1e-3, 1e-3], "once|distinct|different|repeat"),
    *(("step_size", value, "positive") for value in [0, -1, [], [0.1, 0, 0.1], True, None]),
    *(
        ("step_size", value, "c/N\\^2")
        for value in [
            "fast",
            "0.2/n^2",
            "0.2/N**2",
            "0.2/N",
            "-1/N^2",
            "./N^2",
            "1.2.3/N^2",
            ["0.1/N"],
        ]
    ),
    *(("noise", value, "at least 0|negative|positive") for value in [-0.1, True, None]),
    ("noise", "loud", "critical"),
    *(("signal", value, "number|uniform") for value in [True, None, [], ["a"], {}]),
    *(("signal", value, "zero") for value in [0, [1, 1, 0, 1, 1]]),
    *(("one_sided", value, "true or false") for value in [1, "yes", None]),
    *(("baselines", value, "_cv") for value in ["ridge_cv", [1], ["oracle", "oracle"], None]),
    *(("figure", value, "coordinates, error") for value in [3, None]),
    *(("window", value, "coordinate|without") for value in [True, None]),
    *(("instances", value, "authors") for value in [True, None]),
    *(("design", value, "name") for value in [3, None, {}, [], {"name": 3}, {"name": ["ar1"]}]),
]


@pytest.mark.parametrize(("key", "value", "remedy"), UNFIT)
def test_values_that_do_not_fit(key, value, remedy):
    message = refusal(edited(**{key: value}))
    assert f"experiments.convergence.{key}" in message or (
        f"{key!r}" in message and "experiments.convergence" in message
    )
    assert re.search(remedy, message)


@pytest.mark.parametrize("value", [-1, 1.5, True, None, "x"])
def test_seeds_that_do_not_fit(value):
    message = refusal(CONFIG | {"seed": value})
    assert message.startswith(f"Config key seed is {value!r}") and WHOLE in message


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), "1e400", "-1e400"])
@pytest.mark.parametrize("key", ["init", "noise", "step_size", "signal", "n", "iterations"])
def test_numbers_must_be_finite(key, value):
    message = refusal(edited(**{key: value}))
    assert re.fullmatch(
        rf"Config key experiments\.convergence\.{key} is -?(nan|inf); give a finite number\.",
        message,
    )


def test_numbers_must_be_finite_wherever_they_are():
    message = refusal(edited(step_size=[0.1, float("nan"), 0.1]))
    assert message == (
        "Config key experiments.convergence.step_size[1] is nan; give a finite number."
    )
    message = refusal(edited("mnist", design={"name": "rademacher", "probability": "1e999"}))
    assert "experiments.mnist.design.probability is inf" in message


def test_the_place_of_an_entry_of_a_list_is_written_one_way():
    assert "experiments.convergence.depths[1] " in refusal(edited(depths=[2, 1, 3]))


def test_an_experiment_that_is_null_is_left_out():
    config = merged(CONFIG, {"experiments": {"mnist": None}})
    assert list(load(config)) == [name for name in CONFIG["experiments"] if name != "mnist"]
    assert loader.load(config).left_out == ["mnist"]


@pytest.mark.parametrize("value", [3, [], "x"])
def test_an_experiment_must_be_a_mapping(value):
    message = refusal(merged(CONFIG, {"experiments": {"convergence": value}}))
    assert "experiments.convergence" in message and "key" in message


@pytest.mark.parametrize("value", [None, {}, [1], "x"])
def test_there_must_be_experiments(value):
    message = refusal(CONFIG | {"experiments": value})
    assert message.startswith("Config key experiments is ")
    assert "at least one" in message


@pytest.mark.parametrize("name", ["A", "two words", "3d", "../x", "a-b", "", "a\n", 3, True, None])
def test_experiments_are_named_like_files(name):
    config = edited()
    config["experiments"][name] = config["experiments"]["convergence"]
    message = refusal(config)
    assert repr(name) in message and "lower-case letters, digits and underscores" in message


# --- settings that contradict each other ------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (edited(alpha=0.1), "experiments.convergence needs exactly one of alpha and init .*; give"),
        (edited(drop=["init"]), "experiments.convergence needs exactly one of alpha and init"),
        (
            edited(iterations=[1, 2]),
            "experiments.convergence.iterations has 2 entries for 3 depths; give one for each",
        ),
        (edited(step_size=[0.1] * 4), "convergence.step_size has 4 entries for 3 depths"),
        (edited(step_size=[0.1]), "convergence.step_size has 1 entry for 3 depths"),
        (edited(step_size="0/N^2"), "convergence.step_size is 0/N.2; give a positive"),
        (edited(step_size="0.0e5 / N^2"), "convergence.step_size is .* positive"),
        (edited(step_size="1e400/N^2"), "convergence.step_size is .* (positive|finite)"),
        (edited(k=3001), "experiments.convergence.k is 3001, more than p = 3000; lower it"),
        (edited(p=4), "experiments.convergence.k is 5, more than p = 4; lower it"),
        (edited(drop=["k"]), "experiments.convergence.k is missing; say how many weights"),
        (edited(signal=[1, 2]), "convergence.signal has 2 entries but k is 5; give one for each"),
        (edited(signal=[1] * 9, p=7, drop=["k"]), "convergence.k is 9, more than p = 7"),
        (
            edited("kernel_regime", k=5),
            "experiments.kernel_regime.k has no meaning with signal normal; remove it",
        ),
        (edited("mnist", k=5), "experiments.mnist.k has no meaning with signal mnist; remove it"),
        (edited("mnist", p=100), "experiments.mnist.p is 100, .* 784 pixels; set p to 784"),
        (
            edited("mnist", replicates=24),
            "mnist.replicates is 24, but there are 23 images; lower it",
        ),
        (
            edited("mnist", figure="coordinates"),
            "experiments.mnist.figure is coordinates with signal mnist; .* go together",
        ),
        (edited("mnist", figure="error"), "mnist.figure is error with signal mnist; .* together"),
        (edited(figure="images"), "convergence.figure is images with signal 1; .* together"),
        (
            edited(replicates=2),
            "convergence.replicates is 2, but figure coordinates .* replicates to 1 or figure to",
        ),
        (edited(design="gaussian"), "convergence.design is gaussian, .* set instances: fresh"),
        (edited(n=15), "convergence.n is 15, but the authors' noise .* raise n or set instances"),
        # The tables of these figures have no place for baselines.
        (edited(baselines=["ridge_cv"]), "convergence.baselines .* figure"),
        (edited("mnist", baselines=["least_squares"]), "mnist.baselines .* figure"),
        # Five folds.
        (
            edited("kernel_regime", n=4, instances="fresh"),
            "kernel_regime.n is 4, .* ridge|kernel_regime.baselines",
        ),
        # α^N that a number cannot hold.
        (edited(drop=["init"], alpha=1e200), "convergence.alpha .*1e.200"),
        (edited(drop=["init"], alpha=1e-200), "convergence.alpha .*1e-200"),
    ],
)
def test_settings_that_contradict_each_other(config, message):
    assert re.search(message, refusal(config))


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ({"name": "rademacher", "probability": 2}, "probability must be .* from 0 to 1; got 2"),
        ({"name": "rademacher", "probability": "half"}, "probability must be .*; got 'half'"),
        ({"name": "rademacher", "probability": None}, "probability must be .*; got None"),
        ({"name": "rademacher", "rho": 0.5}, "'rho'"),
        ({"name": "gaussian", "rho": 0.5}, "'rho'"),
        ({"name": "rademacher", "n": 5}, "'n'"),
        ({"name": "rademacher", "rng": 5}, "'rng'"),
        ({"name": "rademacher", 3: 5}, "3"),
        ({"name": "ar1"}, "'rho'"),
        ({"name": "ar1", "rho": -1.5}, "rho must be .* from -1 to 1"),
        ({"name": "equicorrelated", "rho": -0.5}, "rho must be .* from 0 to 1"),
        ({"name": "coherent_pairs", "pairs": 2}, "'correlation'"),
        ({"name": "coherent_pairs", "pairs": 1501, "correlation": 0.5}, "pairs must be at most"),
        ({"name": "coherent_pairs", "pairs": 1.5, "correlation": 0.5}, "pairs must be a whole"),
    ],
)
def test_design_options(design, message):
    sentence = refusal(edited(design=design, instances="fresh"))
    assert "experiments.convergence.design" in sentence and re.search(message, sentence)


def test_options_of_a_design_may_be_spelt_as_text():
    design = {"name": "coherent_pairs", "pairs": "2e1", "correlation": "5e-1"}
    options = load(edited(design=design, instances="fresh"))["convergence"].problem.options
    assert options == {"pairs": 20, "correlation": 0.5}


def test_fresh_instances_lift_what_the_authors_could_not_draw():
    config = CONFIG | {"instances": "fresh"}
    config = merged(config, {"experiments": {"convergence": {"design": "gaussian", "n": 1}}})
    problem = load(config)["convergence"].problem
    assert (problem.instances, problem.design, problem.n) == ("fresh", "gaussian", 1)
    config = merged(config, {"experiments": {"convergence": {"instances": "authors"}}})
    assert "which the authors did not draw" in refusal(config)


def test_starts_are_kept_as_given():
    runs = load(edited(init=[1e-6, 0.3]))["convergence"].runs
    assert all(run.init == [1e-6, 0.3] for run in runs.values())
    runs = load(edited(drop=["init"], alpha=[0.1, 0.3]))["convergence"].runs
    assert all(run.alpha == [0.1, 0.3] for run in runs.values())
    assert runs["5"].init == [0.1**5, 0.3**5]
    assert all(type(a) is float for run in runs.values() for a in run.alpha + run.init)
