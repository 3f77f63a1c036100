"""Checks of single arguments.

Each takes the name of the argument, for the message, and its value. It returns the value, or raises
an error of one sentence that says what is wrong and what to give.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

import numpy as np


def whole(name: str, value: int, least: int = 1) -> int:
    """``value`` if it is an integer of at least ``least``; ValueError if not."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}; got {value!r}.")
    return int(value)


def threads(name: str, value: int | None) -> None:
    """Check a number of threads as joblib has it; ValueError if it is none."""
    number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (value is None or (number and value != 0)):
        raise ValueError(
            f"{name} must be a whole number other than 0, or None; got {value!r}, where -1 is all "
            "processors."
        )


def within(name: str, value: float, least: float, most: float = math.inf) -> float:
    """``value`` if it is a finite number in [least, most]; ValueError if not."""
    # A float32 would turn bounds into its own precision.
    if not (_finite(value) and least <= float(value) <= most):
        bounds = f"of at least {least:g}" if most == math.inf else f"from {least:g} to {most:g}"
        raise ValueError(f"{name} must be a finite number {bounds}; got {value!r}.")
    return float(value)


def positive(name: str, value: float) -> float:
    """``value`` if it is a finite number above 0; ValueError if not."""
    if not (_finite(value) and value > 0):
        raise ValueError(f"{name} must be positive and finite; got {value!r}.")
    return float(value)


def instance(name: str, value: object, kind: type, remedy: str) -> None:
    """Check that an argument is of a kind.

    Parameters
    ----------
    name : str
        Name of the argument, for the message.
    value : object
        The argument.
    kind : type
        What it must be.
    remedy : str
        What to give instead, for the message.

    Raises
    ------
    TypeError
        If the value is of another kind.
    """
    if not isinstance(value, kind):
        found = type(value).__name__
        raise TypeError(f"{name} must be a {kind.__name__}, not of type {found}; {remedy}.")


def flag(name: str, value: object) -> bool:
    """Check that an argument is True or False.

    Parameters
    ----------
    name : str
        Name of the argument, for the message.
    value : object
        The argument.

    Returns
    -------
    bool
        The value.

    Raises
    ------
    TypeError
        If the value is of another kind.
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {value!r}; give one of them.")
    return bool(value)


def one_of(name: str, value: object, valid: Iterable[str]) -> str:
    """``value`` if it is one of some names; ValueError with the nearest if not."""
    names = list(valid)
    if not isinstance(value, str) or value not in names:
        raise ValueError(f"{name} is {value!r}; {nearest(value, names)}")
    return value


def optional_function(name: str, value: object) -> None:
    """Check that an argument is a function or None.

    Parameters
    ----------
    name : str
        Name of the argument, for the message.
    value : object
        The argument.

    Raises
    ------
    TypeError
        If the value is of another kind.
    """
    if not (value is None or callable(value)):
        raise TypeError(f"{name} must be callable, not {value!r}; give a function or None.")


def installed(use: str, *packages: str, extra: str) -> None:
    """Check that packages are installed which only an extra of this one brings.

    Parameters
    ----------
    use : str
        What needs them, for the message.
    *packages : str
        Names under which they are imported.
    extra : str
        The extra that brings them, for the message.

    Raises
    ------
    ImportError
        If some are not installed.
    """
    if missing := [package for package in packages if find_spec(package) is None]:
        raise ImportError(
            f"{use} needs {' and '.join(missing)}; "
            f'install what is missing with pip install "implicit-sparsity[{extra}]".',
            name=missing[0],
        )


def nearest(name: object, valid: Iterable[str]) -> str:
    """A hint with the valid name nearest to ``name``, or with all if none or several are near."""
    names = sorted(valid)
    matches = difflib.get_close_matches(str(name), names, n=2)
    likeness = {difflib.SequenceMatcher(None, match, str(name)).ratio() for match in matches}
    if not matches or len(likeness) < len(matches):
        return f"choose from {', '.join(names)}."
    return f"did you mean {matches[0]!r}?"


def _finite(value: Any) -> bool:
    number = isinstance(value, int | float | np.integer | np.floating)
    return number and not isinstance(value, bool) and math.isfinite(value)
