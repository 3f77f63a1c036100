"""The display of a path: its lines, its stopping time and its curve are those of the estimator."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from regression_data import sample
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from implicit_sparsity import DepthNRegressor, DepthNRegressorCV, PathDisplay


@pytest.fixture(autouse=True)
def no_window():
    with mpl.rc_context({"backend": "agg"}):
        yield
        pyplot.close("all")


@pytest.mark.parametrize(
    ("model", "label"),
    [(DepthNRegressor(), "EBIC"), (DepthNRegressor(stop="gic"), "GIC"),
     (DepthNRegressorCV(), "held-out error /\nvariance of y")],
)  # fmt: skip
def test_it_draws_what_the_estimator_found(model, label):
    X, y, w = sample(noise=0.2)
    model.fit(pd.DataFrame(X, columns=[f"x{j}" for j in range(80)]), y)
    display = PathDisplay.from_estimator(model)
    top, bottom = display.axes_
    path = model.path_
    for j, line in enumerate(display.lines_):
        np.testing.assert_array_equal(line.get_xydata(), np.c_[path.time, path.w[:, j]])
    named = {line.get_label() for line in display.lines_ if not line.get_label().startswith("_")}
    assert {f"x{j}" for j in np.flatnonzero(w)} <= named
    for panel in display.axes_:
        assert model.stopping_time_ in panel.lines[-1].get_xdata()
        assert panel.get_xscale() == "log"
    assert bottom.get_ylabel() == label and bottom.get_xlabel() == "flow time"
    curve = model.held_out_.error if hasattr(model, "held_out_") else model.curve_.criterion
    np.testing.assert_array_equal(bottom.lines[0].get_ydata(), curve)
    assert top.get_ylabel() == "weight, standardised"


def test_without_a_curve_there_is_one_panel():
    X, y, _ = sample()
    display = PathDisplay.from_estimator(DepthNRegressor(30.0).fit(X, y))
    assert display.axes_.size == 1 and display.figure_.axes == [display.axes_[0]]


def test_a_flow_that_was_stopped_at_0_is_drawn_over_plain_time():
    X, y, _ = sample()
    model = DepthNRegressor().fit(X, np.ones_like(y))
    assert model.stopping_time_ == 0
    display = PathDisplay.from_estimator(model)
    assert [panel.get_xscale() for panel in display.axes_] == ["linear", "linear"]
    display.figure_.canvas.draw()


def test_given_axes_are_drawn_on():
    X, y, _ = sample()
    _, axes = pyplot.subplots(2, 1)
    display = PathDisplay.from_estimator(DepthNRegressor().fit(X, y), axes=axes, labelled=1)
    assert display.axes_[0] is axes[0] and len(axes[0].get_legend().get_texts()) == 1


def test_an_estimator_that_is_not_fitted_is_refused():
    with pytest.raises(NotFittedError):
        PathDisplay.from_estimator(DepthNRegressor())


def test_another_estimator_is_refused_and_the_last_step_of_a_pipeline_drawn():
    X, y, _ = sample(noise=0.2)
    pipeline = make_pipeline(StandardScaler(), DepthNRegressor()).fit(X, y)
    with pytest.raises(TypeError, match=r"of type Pipeline; .* the last step, pipeline\[-1\]"):
        PathDisplay.from_estimator(pipeline)
    assert PathDisplay.from_estimator(pipeline[-1]).axes_[1].get_ylabel() == "EBIC"


def test_of_a_search_the_best_estimator_is_named_and_drawn():
    X, y, _ = sample(noise=0.2)
    search = GridSearchCV(DepthNRegressor(), {"gamma": [0.5, 1.0]}, cv=2).fit(X, y)
    with pytest.raises(TypeError, match=r"of type GridSearchCV; of a search .* best_estimator_\."):
        PathDisplay.from_estimator(search)
    assert PathDisplay.from_estimator(search.best_estimator_).lines_


def test_names_of_any_letters_are_shown_or_replaced():
    X, y, w = sample(noise=0.2)
    names = [f"x{j}" for j in range(80)]
    odd = dict(zip(np.flatnonzero(w), ["名前", "_id", "a$b$c", "größe", "µ/ℓ"], strict=False))
    for j, name in odd.items():
        names[j] = name
    model = DepthNRegressor().fit(pd.DataFrame(X, columns=names), y)
    display = PathDisplay.from_estimator(model, labelled=5)
    display.figure_.canvas.draw()  # a glyph that is not there would be a warning, so an error
    shown = {text.get_text() for text in display.axes_[0].get_legend().get_texts()}
    first = min(odd)
    assert {f"column {first}", "_id", r"a\$b\$c"} <= shown
