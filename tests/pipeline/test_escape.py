"""Iterations by the predicted escape: chosen, found too few, and said where it is seen."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import experiment_tables
import numpy as np
import pandas as pd
import pytest
import yaml
from data_file import houses, spec

from implicit_sparsity import DivergenceError, Problem, gradient_descent
from implicit_sparsity.pipeline.config import escape, steps
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.pipeline.experiments.escape import first_escape, too_few
from implicit_sparsity.pipeline.experiments.run import run
from implicit_sparsity.pipeline.experiments.summary import summarise
from implicit_sparsity.pipeline.figures import coordinates, error, style
from implicit_sparsity.pipeline.figures.footnote import BELOW, footnote
from implicit_sparsity.pipeline.specs import RunSpec
from implicit_sparsity.problems.generate import generate

ROOT = Path(__file__).parents[2]
ENTRY = {
    **{"figure": "error", "design": "rademacher", "n": 200, "p": 50, "k": 2, "signal": [1, 2]},
    **{"noise": 0.1, "depths": [2, 3, 4], "alpha": 0.05, "step_size": 0.01, "iterations": "auto"},
}

#: Keys that data from a file do not have, or have another of.
RANDOM = ("design", "n", "p", "k", "signal", "noise")


def experiment(**changes):
    entry = {key: value for key, value in (ENTRY | changes).items() if value is not None}
    config = {"instances": "fresh", "seed": 1, "experiments": {"mine": entry}}
    return load(config).experiments["mine"]


def orthogonal(*weights):
    """A problem on the sequence model, XᵀX / n = I, without noise."""
    X = np.sqrt(8) * np.eye(8)
    w_star = np.zeros(8)
    w_star[: len(weights)] = weights
    return Problem(X, X @ w_star, w_star)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_the_prediction_is_when_descent_gets_half_way(depth):
    """On an orthogonal design descent itself tells; the drive falls on the way, so it is later."""
    problem, alpha, step_size = orthogonal(-1.5, 0.5), 0.03, 1e-3
    predicted = first_escape(problem, depth, alpha) / step_size
    path = gradient_descent(problem, depth, alpha, step_size, int(2 * predicted))
    reached = path.t[np.abs(path.w[:, 0]) >= 0.75][0]
    assert predicted < reached < 1.35 * predicted
    assert predicted == pytest.approx(escape.predicted(1.5, depth, alpha, step_size))


@pytest.mark.parametrize("signal", [1.5, [1, 2], {"graded": [1, 2], "signs": "random"}])
def test_auto_lets_every_weight_be_found(signal):
    found = experiment(signal=signal)
    for each in found.runs.values():
        (best,) = run(each, generate(found.problem)).best_error[0]
        assert best < 0.01, each
        digits = f"{each.iterations:.3e}"
        assert float(digits) == each.iterations and digits[3] == "0"  # of two digits
    assert escape.notes([found]) == []


def test_auto_may_stand_for_one_depth_alone():
    runs = experiment(iterations=[300, "auto", 7]).runs
    assert runs["2"].iterations == 300 and runs["4"].iterations == 7
    assert runs["3"].iterations == experiment().runs["3"].iterations


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"signal": "normal", "k": None},
            "auto, which needs weights whose sizes are known, .*; give a number",
        ),
        ({"alpha": 1e-9}, r"auto, which comes to \d\.\de\+\d+ at depth 3; raise the start"),
        ({"iterations": "automatic"}, "experiments.mine.iterations is 'automatic'"),
    ],
)
def test_auto_that_cannot_be_chosen(changes, words):
    with pytest.raises(ConfigError, match=words):
        experiment(**changes)


def own(tmp_path, **changes):
    """An experiment on data without a truth."""
    design = {"file": str(houses(tmp_path / "houses.csv")), "target": "price", "centre": True}
    entry = {key: value for key, value in ENTRY.items() if key not in RANDOM}
    entry |= {"design": design | {"scale": True} | changes.pop("design", {})}
    config = {"instances": "fresh", "seed": 1, "experiments": {"mine": entry | changes}}
    return load(config).experiments["mine"]


def test_auto_on_scaled_data_looks_for_weights_of_a_tenth_of_the_target(tmp_path):
    found = own(tmp_path)
    for each in found.runs.values():
        needed = escape.predicted(0.1, each.depth, each.alpha[0], each.step_size)
        assert 4 * needed <= each.iterations <= 4.4 * needed
        runs = run(each, generate(found.problem))
        # The noise is a hundredth of the target's variance, and the weights are found.
        assert (runs.error[..., -1] < 0.05).all() and (runs.error[..., 0] > 0.5).all()


def test_auto_on_data_in_their_own_units_names_the_remedy(tmp_path):
    words = "as those of scaled data are; give scale: true, or a number: the log says"
    with pytest.raises(ConfigError, match=words):
        own(tmp_path, design={"scale": False})


def test_too_few_iterations_are_told_with_the_prediction(caplog):
    found = experiment(depths=[3, 4], iterations=[100_000, 100])
    (note,) = escape.notes([found])
    assert note.startswith("experiments.mine: At depth 4, 100 iterations are few: from α = 0.05 ")
    assert note.endswith("escape after about 1,200. Raise iterations, or set them to auto.")
    with caplog.at_level(logging.WARNING):
        run(found.runs["4"], generate(found.problem))
    assert "At depth 4, 100 iterations are few: from α = 0.05 the first weight is" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        run(replace(found.runs["4"], iterations=1500), generate(found.problem))
    assert not caplog.text


def test_a_run_on_data_without_a_truth_tells_its_figure_that_it_was_too_short(tmp_path):
    """Only the run has the data; the summary brings what it predicts to the figure."""
    problems = generate(spec(houses(tmp_path / "houses.csv"), "price"))
    short = RunSpec(2, [1e-6, 0.1], [1e-12, 0.01], False, 0.05, 3)
    table = tmp_path / "summary.csv"
    summarise("mine", None, [run(short, problems)]).to_csv(table, index=False)
    far, near = pd.read_csv(table)["predicted_escape"]
    path = gradient_descent(problems[0], 2, 1e-6, 0.05, int(2 * far))
    (half,) = np.abs(problems[0].X.T @ problems[0].y / problems[0].n).max(keepdims=True) / 2
    reached = path.t[np.abs(path.w).max(axis=1) >= half][0]
    assert far < reached < 1.5 * far
    sentences = too_few(pd.read_csv(table))
    assert len(sentences) == 1 + (near > 3)
    start = (
        "At depth 2, 3 iterations are few: from α = 10⁻⁶ the first weight is predicted to escape"
    )
    assert sentences[0].startswith(start)
    long = replace(short, iterations=int(far) + 1)
    assert too_few(summarise("mine", None, [run(long, problems)])) == []


def test_a_weight_that_never_escapes_has_no_time():
    assert escape.few(2, 9, 0.1, "it", np.inf).endswith("it is predicted to escape at no time.")
    assert escape.few(2, 1, 0.1, "it", 5.0).startswith("At depth 2, 1 iteration is few: from α")


def test_nothing_is_said_of_the_papers_runs():
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    experiments = load(config).experiments.values()
    assert escape.notes(experiments) == steps.notes(experiments) == []


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("weight", [0.7, 1.5])
def test_the_largest_step_is_where_descent_begins_to_swing(depth, weight):
    """Descent from beside the weight itself tells: below it comes to rest, above it does not."""
    problem, most = orthogonal(weight), steps.largest_step(weight, depth)
    assert steps.largest_step(-weight, depth) == most
    alpha = (weight / 2) ** (1 / depth)
    below = gradient_descent(problem, depth, alpha, 0.9 * most, 3000)
    assert below.w[-1, 0] == pytest.approx(weight)
    try:
        above = gradient_descent(problem, depth, alpha, 1.1 * most, 3000)
    except DivergenceError:
        return
    assert np.ptp(above.w[-20:, 0]) > 0.01 * weight


def test_a_step_that_is_too_large_is_told_before_the_run():
    found = experiment(depths=[2, 4], signal=[1, -2], step_size="1/N^2", iterations=[9, 9])
    first, second = steps.notes([found])
    assert first == (
        "experiments.mine: At depth 2, the step_size 0.25 is large: descent is not stable at the "
        "largest weight, 2, from 0.12 on. Lower it."
    )
    assert second.startswith("experiments.mine: At depth 4, the step_size 0.0625 is large")
    assert steps.notes([experiment(signal="normal", k=None, step_size=10, iterations=9)]) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"window": "coordinate", "signal": "normal", "k": None},
            "support, and signal normal has no sparse one; set",
        ),
        ({"noise": "critical", "p": 1, "k": 1, "signal": 1}, "no value at p = 1, where log p is 0"),
        (
            {"noise": {"critical_over": 2}, "p": 1, "k": 1, "signal": 1},
            "no value at p = 1, where log p is 0",
        ),
    ],
)
def test_what_does_not_go_together_is_told_by_its_cause(changes, words):
    with pytest.raises(ConfigError, match=words):
        experiment(iterations=9, **changes)


def test_a_footnote_stands_below_the_panels():
    figure, ((panel,),) = style.panels(1, 1, 1.75)
    footnote(figure, [])
    assert figure.get_supxlabel() == ""
    footnote(figure, ["A sentence that is told. " * 9, "Another."])
    figure.canvas.draw()
    assert figure.get_supxlabel().count("\n") >= 2
    renderer = figure.canvas.get_renderer()
    (text,) = [text for text in figure.texts if "sentence" in text.get_text()]
    assert text.get_window_extent(renderer).y1 < panel.get_tightbbox(renderer).y0
    assert text.get_window_extent(renderer).x1 < figure.bbox.x1


def test_a_footnote_and_the_names_of_columns_do_not_overlap():
    """Whether the text is longer than the legend or not."""
    summary = experiment_tables.summary([(2, 0.1)])
    curves = experiment_tables.table("coordinates", [(2, 0.1)])
    curves["curve"] = curves["curve"].replace({"w_1": "w_age", "w_2": "w_dose"})
    figure = coordinates.draw(curves.assign(truth=np.nan), summary)
    footnote(figure, ["A sentence that is told. " * 9])
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    named = next(legend for legend in figure.legends if legend.get_gid() == BELOW)
    boxes = [text.get_window_extent(renderer) for text in [named.get_title(), *named.texts]]
    assert named.get_title().get_text().count("\n") == 2
    assert all(box.y1 < boxes[0].y0 for box in boxes[1:])
    assert boxes[0].y1 < figure.axes[0].get_tightbbox(renderer).y0
    assert boxes[0].x0 >= 0 and boxes[0].x1 <= figure.bbox.x1 and figure.get_supxlabel() == ""


def test_a_flat_error_is_not_labelled_by_rounding_errors():
    summary = experiment_tables.summary([(2, 0.1)])
    curves = experiment_tables.table("error", [(2, 0.1)]).query("method == 'descent'")
    flat = {column: -0.5004 for column in curves if column.endswith("log2_error")}
    curves = curves.assign(**flat)
    curves.loc[curves.index[3:], "median_log2_error"] += 1e-13
    figure = error.draw(curves, summary)
    figure.canvas.draw()
    axis = figure.axes[0].yaxis
    assert axis.get_offset_text().get_text() == ""
    low, high = axis.get_view_interval()
    assert low < -0.5004 < high and high - low == pytest.approx(error.LEAST_SPAN)


def test_a_network_of_one_sign_is_not_asked_for_negative_weights():
    for signal in ([1, -2], -1, {"equal": 1, "signs": "random"}, {"uniform": [1, 2]}):
        with pytest.raises(ConfigError, match="one_sided is true, so that weights are u"):
            experiment(signal=signal, one_sided=True)
        assert experiment(signal=signal).runs
    positive = {"uniform": [1, 2], "signs": "positive"}
    assert experiment(signal=positive, one_sided=True).runs["3"].one_sided
