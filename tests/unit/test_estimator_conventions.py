"""What people pass to scikit-learn's estimators: parameters, data, folds and tools of any form."""

from __future__ import annotations

import copy
import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from regression_data import sample
from scipy.sparse import csr_array
from sklearn import config_context
from sklearn.base import clone
from sklearn.feature_selection import SelectFromModel
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneOut,
    PredefinedSplit,
    RepeatedKFold,
    ShuffleSplit,
    TimeSeriesSplit,
)
from sklearn.multioutput import MultiOutputRegressor

from implicit_sparsity import DepthNRegressor, DepthNRegressorCV, PathDisplay
from implicit_sparsity.regression.progress import Progress

BOTH = [DepthNRegressor, DepthNRegressorCV]
X, Y, W = sample(40, 12, 2)
FRAME = pd.DataFrame(X, columns=[f"x{j}" for j in range(12)])


@pytest.mark.parametrize("Model", BOTH)
def test_parameters_may_be_numpy_scalars(Model):
    plain = Model(depth=3, init=2.0**-20, fit_intercept=False).fit(X, Y)
    for real, whole in ((np.float32, np.int8), (np.float64, np.int64)):
        odd = Model(depth=whole(3), init=real(2.0**-20), fit_intercept=np.bool_(False))
        np.testing.assert_array_equal(odd.set_params(verbose=whole(0)).fit(X, Y).coef_, plain.coef_)


@pytest.mark.parametrize(
    ("Model", "parameters", "message"),
    [
        *((Model, {name: value}, f"{name} must be True or False, not {value!r}")
          for Model in BOTH
          for name, value in (("fit_intercept", "False"), ("fit_intercept", 0), ("relaxed", "no"),
                              ("keep_path", None))),
        *((Model, {"depth": "3"}, "depth must be a finite number of at least 2; got '3'")
          for Model in BOTH),
        *((Model, {"verbose": "yes"}, "verbose must be a whole number") for Model in BOTH),
        (DepthNRegressor, {"gamma": "1"}, "gamma must be a finite number from 0 to 1; got '1'"),
        (DepthNRegressor, {"sigma": "1"}, "sigma must be a finite number"),
        (DepthNRegressor, {"stopping_time": [3.0]}, "stopping_time must be a finite number"),
        (DepthNRegressor, {"stop": "aic"}, "stop is 'aic'; choose from"),
        (DepthNRegressorCV, {"standard_errors": "1"}, "standard_errors must be a finite number"),
    ],
)  # fmt: skip
def test_parameters_are_refused_before_data_are_looked_at(Model, parameters, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Model(**parameters).fit(None, None)


@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize(
    ("given", "target", "message"),
    [
        (np.ma.masked_greater(X, 1.5), Y, "X has masked entries; impute them"),
        (X, np.ma.masked_greater(Y, 1.0), "y has masked entries"),
        (FRAME.mask(FRAME > 1.5), Y, "X contains NaN"),
        (FRAME.assign(x3=np.nan, x5=np.nan), Y, "X contains NaN, first in column 'x3'; impute"),
        (FRAME.astype("Float64").mask(FRAME > 1.5), Y, "X contains NaN"),
        (FRAME.astype(object).mask(FRAME["x3"] > 1.0, pd.NA), Y, "holds missing values; impute"),
        (FRAME.assign(colour="red"), Y, "column 'colour' of X holds what is no number; encode it"),
        (FRAME.assign(cost=["1,5", "2"] * 20), Y, "'cost' of X holds numbers with decimal commas"),
        (FRAME.assign(cost=["2", "1,5"] * 20), Y, "'cost' of X holds numbers with decimal commas"),
        (FRAME.assign(c=["1.234,5"] * 40).astype({"c": "string"}), Y, r'sep=";", decimal=","\)'),
        (np.full((40, 2), "-,5e3"), Y, "X holds numbers with decimal commas as text; read them"),
        (X, np.array(["1,5", "2,0"] * 20, dtype=object), "y holds numbers with decimal commas"),
        (FRAME.assign(c=["1,5 m", "2,5"] * 20), Y, "'c' of X holds what is no number; encode it"),
        (FRAME.assign(c=pd.Categorical(["a", "b"] * 20)), Y, "column 'c' of X holds what is no"),
        (FRAME.assign(day=pd.Timestamp("2020")), Y, "column 'day' of X holds dates; count days"),
        (FRAME.assign(d=pd.Timedelta("1h"))[["d"]], Y, "column 'd' of X holds dates"),
        (np.full((40, 2), "2020-01-31", "M8[D]"), Y, "X holds dates"),
        (X, np.full(40, "2020-01-31", "M8[D]"), "y holds dates"),
        (X, pd.Series(Y).where(Y < 1), "y contains NaN"),
        (X, pd.Series(np.where(Y > 0, "high", "low")), "y holds what is no number; give numbers"),
        (X, np.c_[Y, Y], "one target is fitted at a time; wrap .*MultiOutputRegressor"),
    ],
)
def test_data_that_are_no_numbers_are_refused_by_their_cause(Model, given, target, message):
    with pytest.raises(ValueError, match=message):
        Model().fit(given, target)


@pytest.mark.parametrize("Model", BOTH)
def test_prediction_refuses_what_fit_refuses(Model):
    model = Model().fit(X, Y)
    with pytest.raises(ValueError, match="X has masked entries"):
        model.predict(np.ma.masked_greater(X, 1.5))
    with pytest.raises(ValueError, match="X contains NaN, first in column 'x3'"):
        Model().fit(FRAME, Y).predict(FRAME.assign(x3=np.nan))
    np.testing.assert_array_equal(model.predict(np.ma.masked_array(X)), model.predict(X))


@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize(
    "given",
    [X.tolist(), FRAME, FRAME.astype("Float64"), X.astype(object), np.asfortranarray(X),
     FRAME.astype(str)],
    ids=["list", "frame", "extension", "object", "fortran", "text of numbers"],
)  # fmt: skip
def test_numbers_in_any_form_are_the_same(Model, given):
    np.testing.assert_allclose(Model().fit(given, Y).coef_, Model().fit(X, Y).coef_, rtol=1e-12)


@pytest.mark.parametrize("Model", BOTH)
def test_single_precision_is_taken_as_it_is(Model):
    single = X.astype(np.float32)
    plain = Model().fit(single.astype(np.float64), Y)
    np.testing.assert_allclose(Model().fit(single, Y).coef_, plain.coef_, rtol=1e-9)
    thin = Model().fit(csr_array(single), Y)
    np.testing.assert_allclose(thin.coef_, plain.coef_, rtol=1e-7, atol=1e-12)


def test_single_precision_is_not_copied():
    tall, y, _ = sample(60_000, 20, 3)
    single = tall.astype(np.float32)
    tracemalloc.start()
    DepthNRegressor().fit(single, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Blocks of 2 MiB are in double precision, and the target.
    assert peak < 2 * single.nbytes < 1.1 * tall.nbytes


@pytest.mark.parametrize("Model", BOTH)
@pytest.mark.parametrize("unit", [5e-324, 1e-300, 1e306])
def test_weights_in_any_unit(Model, unit):
    plain = Model().fit(X, Y, sample_weight=np.ones(40))
    other = Model().fit(X, Y, sample_weight=np.full(40, unit))
    np.testing.assert_array_equal(other.coef_, plain.coef_)


@pytest.mark.parametrize("Model", BOTH)
def test_weights_beyond_double_precision_are_told(Model):
    with pytest.raises(ValueError, match="coef_ is beyond double precision; give X or y in units"):
        Model().fit(1e-200 * X, 1e200 * Y)


FOLD = np.arange(40) % 4
PAIRS = list(PredefinedSplit(FOLD).split())


@pytest.mark.parametrize(
    "cv",
    [
        PredefinedSplit(FOLD),
        tuple(PAIRS),
        iter(PAIRS),
        (pair for pair in PAIRS),
        [(a.tolist(), b.tolist()) for a, b in PAIRS],
        [(i != FOLD, i == FOLD) for i in range(4)],
        [(pd.Series(a), pd.Index(b)) for a, b in PAIRS],
        [(a, b - 40) for a, b in PAIRS],
    ],
    ids=["splitter", "tuple", "iterator", "generator", "lists", "masks", "pandas", "from the end"],
)
def test_folds_in_any_form_are_the_same(cv):
    errors = DepthNRegressorCV(cv=PAIRS).fit(X, Y, sample_weight=np.arange(1, 41)).held_out_.errors
    other = DepthNRegressorCV(cv=cv).fit(X, Y, sample_weight=np.arange(1, 41)).held_out_.errors
    np.testing.assert_array_equal(other, errors)


@pytest.mark.parametrize(
    "cv",
    [np.int64(5), None, LeaveOneOut(), ShuffleSplit(3, random_state=0), TimeSeriesSplit(3),
     RepeatedKFold(n_splits=3, n_repeats=2, random_state=0), PAIRS[:1]],
)  # fmt: skip
def test_splitters_of_every_kind(cv):
    coef = DepthNRegressorCV(cv=cv).fit(X, Y).coef_
    assert set(np.flatnonzero(W)) <= set(np.flatnonzero(coef))


@pytest.mark.parametrize(
    ("cv", "message"),
    [
        (KFold, r"cv is the class KFold; give an instance, KFold\(…\)"),
        ([(np.arange(40), [])], "fold 1 has no samples to test on"),
        ([*PAIRS, ([], np.arange(40))], "fold 5 has no samples to fit to"),
        ([(np.arange(30), np.arange(30, 50))], "fold 1 is no pair of row indices or masks of 40 s"),
        ([(np.arange(30.0), np.arange(30, 40))], "fold 1 is no pair"),
        ([1, 2, 3], "fold 1 is no pair"),
        ({"a": 1}, "fold 1 is no pair"),
        ("5", "Expected `?cv`? as an integer"),
        (5.0, "Expected `?cv`? as an integer"),
        (GroupKFold(4), "'groups' parameter should not be None"),
    ],
)
def test_folds_that_do_not_work_are_told(cv, message):
    with pytest.raises(ValueError, match=message):
        DepthNRegressorCV(cv=cv).fit(X, Y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"cv": "five"}, "Expected `?cv`? as an integer"),
        ({"cv": True}, "cv is True; give a number of folds"),
        ({"cv": 1}, "n_splits=2 or more"),
        ({"cv": KFold}, "cv is the class KFold"),
        ({"random_state": "a"}, "cannot be used to seed"),
        *[({"n_jobs": jobs}, "n_jobs must be a whole number") for jobs in (0, "2", 1.5, True)],
    ],
)
def test_parameters_of_folds_are_checked_before_the_data(parameters, message):
    with pytest.raises(ValueError, match=message):
        DepthNRegressorCV(**parameters).fit(np.full((40, 3), np.nan), Y)


def test_folds_in_a_generator_are_still_there_after_a_refusal():
    model = DepthNRegressorCV(cv=iter(PAIRS))
    with pytest.raises(ValueError, match="NaN"):
        model.fit(np.full((40, 3), np.nan), Y)
    assert model.fit(X, Y).held_out_.errors.shape[0] == len(PAIRS)


def test_a_fold_without_weight_is_told_before_any_fit():
    weights = np.where(FOLD == 1, 1.0, 0.0)
    with pytest.raises(ValueError, match="zero for all samples that fold 2 is fitted to"):
        DepthNRegressorCV(cv=PAIRS).fit(X, Y, sample_weight=weights)


def test_routing_leaves_a_generator_of_folds_alone():
    model = DepthNRegressorCV(cv=KFold(4).split(X))
    with config_context(enable_metadata_routing=True):
        model.get_metadata_routing()
        assert model.fit(X, Y, sample_weight=np.ones(40)).coef_.any()
        with pytest.raises(TypeError, match="not routed to any object"):
            DepthNRegressorCV(cv=PAIRS).fit(X, Y, groups=FOLD)


@pytest.mark.parametrize("Model", BOTH)
def test_selection_keeps_the_columns_that_are_not_zero(Model):
    """Their sizes differ by 100, so that the mean is above most of them."""
    y = X @ np.r_[10.0, -1.0, 0.1, np.zeros(9)] + 0.01 * np.random.default_rng(0).normal(size=40)
    selector = SelectFromModel(Model()).fit(X, y)
    found = np.flatnonzero(selector.estimator_.coef_)
    assert {0, 1, 2} <= set(found)
    np.testing.assert_array_equal(np.flatnonzero(selector.get_support()), found)


@pytest.mark.parametrize("Model", BOTH)
def test_several_targets_by_the_wrapper(Model):
    both = MultiOutputRegressor(Model()).fit(X, np.c_[Y, X[:, 7]])
    np.testing.assert_array_equal(both.estimators_[0].coef_, Model().fit(X, Y).coef_)
    assert np.flatnonzero(both.estimators_[1].coef_).tolist() == [7]


@pytest.mark.parametrize("Model", BOTH)
def test_a_pickle_holds_the_path_if_that_is_asked_for(Model):
    model = Model().fit(X, Y)
    for copied in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        np.testing.assert_array_equal(copied.predict(X), model.predict(X))
        assert not hasattr(copied, "path_")
        with pytest.raises(AttributeError, match=r"path_ was left out .*; set keep_path=True"):
            _ = copied.path_
        with pytest.raises(AttributeError, match=r"^'DepthN.*' object has no attribute 'paths_'$"):
            _ = copied.paths_
        with pytest.raises(ValueError, match="set keep_path=True"):
            PathDisplay.from_estimator(copied)
    assert model.path_.w.size
    kept = pickle.loads(pickle.dumps(clone(model).set_params(keep_path=True).fit(X, Y)))
    np.testing.assert_array_equal(kept.path_.w, model.path_.w)


def test_what_a_fit_holds_is_shown_in_a_line():
    model, other = DepthNRegressor().fit(X, Y), DepthNRegressorCV().fit(X, Y)
    for found in (model.path_, model.curve_, other.held_out_):
        assert repr(found).startswith(type(found).__name__) and len(repr(found)) < 100


def test_progress_of_a_cross_validation_is_printed_if_asked_for(monkeypatch, capsys):
    monkeypatch.setattr(Progress, "EVERY", 0.0)
    DepthNRegressorCV().fit(X, Y)
    assert not capsys.readouterr().out
    model = DepthNRegressorCV(verbose=True, cv=4).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == model.held_out_.time.size
    assert "flow time" in lines[-1] and "held-out error of 4 folds" in lines[-1]
