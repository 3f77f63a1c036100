"""Checks of data beyond scikit-learn's: what it reads past, or refuses without the cause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Vector

#: Kinds of types whose values are numbers; scikit-learn tells of complex ones.
_NUMBERS = "biufc"
_REMEDIES = {
    "dates": "count days from one of them, or drop it",
    "missing values": "impute them or drop its rows",
    "numbers with decimal commas as text": "read them as numbers, as by "
    'pandas.read_csv(path, sep=";", decimal=",")',
    "what is no number": "encode it, as by OneHotEncoder, or drop it",
}
#: A number as text, with a decimal comma and perhaps points between thousands.
_DECIMAL_COMMA = re.compile(r"\s*[+-]?(\d*|\d{1,3}(\.\d{3})+),\d+(e[+-]?\d+)?\s*", re.IGNORECASE)
#: The same for a target, which cannot be encoded.
_TARGET = _REMEDIES | {"what is no number": "give numbers; classes need a classifier"}


def check_kind(name: str, values: Any, remedies: Mapping[str, str] = _REMEDIES) -> None:
    """Refuse masks, dates, and columns of frames that hold no numbers.

    NumPy drops a mask and makes numbers of dates. Of a frame it names no column.

    Parameters
    ----------
    name : str
        What the values are, for the message.
    values : array_like
        The values, of any kind.
    remedies : mapping, optional
        What to do about each fault, for the message.

    Raises
    ------
    ValueError
        With one sentence that names the column of a frame, and the remedy.
    """
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries; impute them or drop their rows.")
    for place, column in _columns(name, values):
        fault = _fault(column)
        if fault:
            raise ValueError(f"{place} holds {fault}; {remedies[fault]}.")


def check_target(y: Any) -> None:
    """Refuse several targets, and what `check_kind` does.

    Parameters
    ----------
    y : array_like
        The target.

    Raises
    ------
    ValueError
        With one sentence.
    """
    check_kind("y", y, _TARGET)
    shape: tuple[int, ...] = getattr(y, "shape", ())
    if len(shape) == 2 and shape[1] > 1:
        raise ValueError(
            f"y has {shape[1]} columns, but one target is fitted at a time; wrap the estimator in "
            "sklearn.multioutput.MultiOutputRegressor."
        )


@contextmanager
def gaps_named(values: Any) -> Iterator[None]:
    """Add to scikit-learn's refusal of missing values which column of a frame has the first."""
    try:
        yield
    except ValueError as error:
        if "Input X contains NaN" not in str(error) or not hasattr(values, "iloc"):
            raise
        places = (j for j in range(values.shape[1]) if values.iloc[:, j].isna().any())
        raise ValueError(
            f"Input X contains NaN, first in column {values.columns[next(places)]!r:.60}; impute "
            "missing values or drop their rows."
        ) from None


def check_weights(weights: Vector) -> Vector:
    """Weights of samples in a unit in which their sum is a number: the largest is about 1.

    Parameters
    ----------
    weights : array, shape (n,)
        Finite weights, none of them negative.

    Raises
    ------
    ValueError
        If all are zero.
    """
    if not weights.any():
        raise ValueError("sample_weight is zero for all samples; give one a weight.")
    # A power of two changes no digit.
    return np.asarray(np.ldexp(weights, -np.frexp(weights.max())[1]))


def _columns(name: str, values: Any) -> Iterator[tuple[str, Any]]:
    """The parts of some values that have a type of their own, with names."""
    if hasattr(values, "iloc") and hasattr(values, "columns"):
        for place, dtype in enumerate(values.dtypes):
            if dtype.kind not in _NUMBERS:  # a column takes time to form
                yield f"column {values.columns[place]!r:.60} of {name}", values.iloc[:, place]
    elif hasattr(values, "dtype"):
        yield name, values


def _fault(column: Any) -> str | None:
    """What a column holds instead of numbers, if scikit-learn would not tell."""
    if column.dtype.kind in "mM":
        return "dates"
    if column.dtype.kind in _NUMBERS:
        return None
    frame = hasattr(column, "isna")
    if frame and column.isna().any():
        return "missing values"
    try:
        column.astype(np.float64)
    except (TypeError, ValueError):
        if _has_decimal_commas(np.asarray(column).ravel()):
            return "numbers with decimal commas as text"
        return "what is no number" if frame else None
    return None


def _has_decimal_commas(values: NDArray[Any]) -> bool:
    """Whether the first text that is no number is one with a decimal comma."""
    for value in values:
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if isinstance(text, str) and not _is_number(text):
            return _DECIMAL_COMMA.fullmatch(text) is not None
    return False


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
