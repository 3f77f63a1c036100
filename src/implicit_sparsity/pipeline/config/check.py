"""Check a configuration against its schema and say in one sentence what is wrong with it.

Light to import: it runs before anything else, so that a misspelt key costs no waiting.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import fastjsonschema

from implicit_sparsity.checks import nearest

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class ConfigError(ValueError):
    """A configuration that cannot be run; its message names the key and the remedy."""


def check(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with its numbers read as numbers, valid by the schema.

    YAML reads ``1e-6`` (without a point) as text; such text becomes a number here, and a whole
    number an integer, however it is spelt.

    Parameters
    ----------
    config : mapping, as YAML gives it.
    schema : mapping, a JSON schema (draft 7).

    Raises
    ------
    ConfigError
        At the first key that is unknown, missing, of the wrong type or out of range.
    """
    plain = _plain(config, "")
    try:
        fastjsonschema.compile(dict(schema))(plain)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ConfigError(_sentence(error)) from None
    return dict(plain)


def file_name(place: str, name: object) -> None:
    """Check that a key can also name a file.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    if name == "claims":
        raise ConfigError(f"{place} has an entry named claims, as the ledger is; rename it.")
    if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise ConfigError(
            f"{place} has an entry named {name!r}, which is also a file name; use lower-case "
            "letters, digits and underscores, a letter first."
        )


def starts(place: str, entry: Mapping[str, Any], depth: float) -> tuple[list[float], list[float]]:
    """The starts of an entry, which gives alpha or init, as α and as α^N.

    Raises
    ------
    ConfigError
        If it gives neither or both, or double precision does not hold α^N.
    """
    if ("alpha" in entry) == ("init" in entry):
        raise ConfigError(f"{place} needs exactly one of alpha and init (= alpha^N); give one.")
    given = entry["alpha" if "alpha" in entry else "init"]
    values = [float(value) for value in (given if isinstance(given, list) else [given])]
    if "init" in entry:
        return [value ** (1 / depth) for value in values], values
    return values, [_power(place, value, depth) for value in values]


def _power(place: str, alpha: float, depth: float) -> float:
    try:
        value = float(alpha**depth)
    except OverflowError:
        value = math.inf
    if not 0 < value < math.inf:
        raise ConfigError(
            f"{place}.alpha is {alpha:g}, whose power {depth:g} is beyond double precision; move "
            "it towards 1."
        )
    return value


def _plain(value: Any, place: str) -> Any:
    """``value`` as plain dicts and lists, with numbers finite, and integers where whole."""
    if isinstance(value, Mapping):
        return {key: _plain(item, f"{place}.{key}".lstrip(".")) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{place}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"Config key {place} is {value}; give a finite number.")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return value


def _sentence(error: fastjsonschema.JsonSchemaValueException) -> str:
    """One sentence that names the key, its place and the remedy."""
    steps = (f"[{step}]" if step.isdigit() else f".{step}" for step in error.path[1:])
    place = "".join(steps).lstrip(".") or "(top level)"
    rule, definition, value = error.rule, error.definition, error.value
    if rule in ("additionalProperties", "required"):
        # A misspelt key is also a missing one; the misspelling is what helps.
        known = definition.get("properties", ())
        unknown = [key for key in value if key not in known]
        if unknown and definition.get("additionalProperties") is False:
            return f"Config key {unknown[0]!r} in {place} is unknown; {nearest(unknown[0], known)}"
        missing = next(key for key in error.rule_definition if key not in value)
        return f"Config key {missing!r} is missing in {place}; add it."
    choices = list(_choices(definition))
    close = isinstance(value, str) and difflib.get_close_matches(value, choices, n=1)
    if choices and (rule == "enum" or close):
        return f"Config key {place} is {value!r}, which is unknown; {nearest(value, choices)}"
    rules = str(error.message).removeprefix(str(error.name)).strip()
    expected = definition.get("description") or f"It {rules}."
    return f"Config key {place} is {value!r}, which does not fit: {' '.join(expected.split())}"


def _choices(definition: Mapping[str, Any]) -> Iterable[str]:
    """Every word that some branch of the definition admits."""
    yield from (word for word in definition.get("enum", ()) if isinstance(word, str))
    for branch in definition.get("anyOf", ()):
        yield from _choices(branch)
