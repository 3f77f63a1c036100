"""The estimators beside other sparse regressions on measured data, by repeated cross-validation.

Usage: python benchmarks/real_data.py writes benchmarks/results/real_data.csv and prints the table
(some six minutes on one core, nearly all of them for the coordinate descent of Lasso and elastic
net where columns are collinear).

Diabetes (442 samples, Efron et al. 2004) comes with scikit-learn. The infrared spectra of 21
fermentation broths come with chemotools (MIT licence), of which the 410 wavenumbers from 950 to
1500 per cm are used, where glucose absorbs; without it they are left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pandas as pd
from comparison import METHODS, RESULTS, cpu_seconds
from sklearn.base import BaseEstimator
from sklearn.datasets import load_diabetes
from sklearn.model_selection import RepeatedKFold
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from threadpoolctl import threadpool_limits

from implicit_sparsity.problem import Matrix, Vector

Data = tuple[Matrix, Vector]
HAS_CHEMOTOOLS = find_spec("chemotools") is not None


def diabetes(degree: int) -> Callable[[], Data]:
    """All monomials of the ten variables up to a degree: 10, 65 or 285 columns."""

    def load() -> Data:
        X, y = load_diabetes(return_X_y=True)
        return PolynomialFeatures(degree, include_bias=False).fit_transform(X), y

    return load


def fermentation() -> Data:
    """Spectra, whose columns are nearly collinear, and glucose."""
    from chemotools.datasets import load_fermentation_train

    spectra, glucose = load_fermentation_train()
    wavenumber = spectra.columns.to_numpy(dtype=float)
    kept = (wavenumber >= 950) & (wavenumber <= 1500)
    return spectra.to_numpy()[:, kept], glucose.to_numpy()[:, 0]


#: Data and how often their cross-validation is repeated.
DATA: dict[str, tuple[Callable[[], Data], int]] = {
    "diabetes, 442 × 10": (diabetes(1), 4),
    "diabetes, degree 2, 442 × 65": (diabetes(2), 4),
    "diabetes, degree 3, 442 × 285": (diabetes(3), 2),
}
if HAS_CHEMOTOOLS:
    DATA["fermentation spectra, 21 × 410"] = (fermentation, 4)


def measure() -> pd.DataFrame:
    """Means over all test folds of five, with standard deviations over the repetitions.

    Columns are standardised on the training part for all methods alike.

    Returns
    -------
    DataFrame
        Columns data, method, rmse, rmse_sd, r2, r2_sd (each of a whole repetition, whose folds are
        pooled), columns (non-zero, mean) and seconds (of a fit, median).
    """
    if not HAS_CHEMOTOOLS:
        print("chemotools is not installed, so its spectra are left out; pip install chemotools.")
    rows = []
    for name, (load, repeats) in DATA.items():
        X, y = load()
        for method in METHODS:
            if "skglm" in method:
                continue  # it takes minutes where columns are collinear
            rows.append({"data": name, "method": method, **_scores(method, X, y, repeats)})
        print(f"  done: {name}")
    return pd.DataFrame(rows)


def _scores(method: str, X: Matrix, y: Vector, repeats: int) -> dict[str, float]:
    predicted = np.empty((repeats, len(y)))
    sizes, times = [], []
    splits = RepeatedKFold(n_splits=5, n_repeats=repeats, random_state=0).split(X)
    for fold, (train, test) in enumerate(splits):
        scaler = StandardScaler().fit(X[train])
        fitted: list[BaseEstimator] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # slow ends of grids, on which methods differ
            times.append(_fit(method, scaler.transform(X[train]), y[train], fitted))
        predicted[fold // 5, test] = fitted[0].predict(scaler.transform(X[test]))
        coef = getattr(fitted[0], "best_estimator_", fitted[0]).coef_
        sizes.append(np.count_nonzero(coef))
    mse = np.square(predicted - y).mean(axis=1)
    rmse, r2 = np.sqrt(mse), 1 - mse / y.var()
    return {
        "rmse": rmse.mean(),
        "rmse_sd": rmse.std(ddof=1),
        "r2": r2.mean(),
        "r2_sd": r2.std(ddof=1),
        "columns": float(np.mean(sizes)),
        "seconds": float(np.median(times)),
    }


def _fit(method: str, X: Matrix, y: Vector, fitted: list[BaseEstimator]) -> float:
    model = METHODS[method]()
    return cpu_seconds(lambda: fitted.append(model.fit(X, y)))


def main() -> None:
    """Measure on one thread and print."""
    with threadpool_limits(1):
        table = measure()
    print("\n" + table.to_string(index=False, float_format="{:.3g}".format))
    RESULTS.mkdir(exist_ok=True)
    table.to_csv(RESULTS / "real_data.csv", index=False)


if __name__ == "__main__":
    main()
