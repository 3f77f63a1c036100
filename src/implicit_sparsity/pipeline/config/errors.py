"""What is wrong with a configuration, in one sentence that names the key and the remedy."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from implicit_sparsity.checks import nearest

#: The most characters that a message shows of a value, and that a name may have.
MOST_QUOTED, MOST_NAME = 80, 60


#: Keys that name a plug-in, with the folder of its module, and the page that tells how to add one.
_PLUGINS = {
    "measure": ("pipeline/studies", "measure"),
    "baselines": ("baselines", "baseline"),
    "design": ("problems/designs", "design"),
    "figure": ("pipeline/experiments", "figure"),
}
#: Mappings of entries that have some keys in common.
_SIBLINGS = {"experiments": "studies", "studies": "experiments"}


class ConfigError(ValueError):
    """A configuration that cannot be run; its message names the key and the remedy.

    Parameters
    ----------
    place : str
        Where the fault is, as in ``experiments.convergence.step_size[1]``.
    message : str
        The whole sentence.

    Attributes
    ----------
    place : str
        As given.
    """

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place


def quoted(value: object) -> str:
    """A value as a message shows it: of a long one its beginning."""
    text = repr(value) if not isinstance(value, list | dict) else _beginning(value)
    return text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 1]}…"


def shown(value: object) -> str:
    """A number or a path as a message shows it: of a long one its beginning."""
    text = str(value)
    return text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 1]}…"


def _beginning(value: list[Any] | dict[Any, Any]) -> str:
    """The text of a list or mapping, of which no more is written than is shown."""
    some = list(itertools.islice(value, MOST_QUOTED))
    return repr({key: value[key] for key in some} if isinstance(value, dict) else some)


def file_name(place: str, name: object) -> None:
    """Check that a key can also name a file.

    Parameters
    ----------
    place : str
        The key's mapping, for the message.
    name : object
        The key.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    if isinstance(name, str) and re.match("claims(_|$)", name):
        text = f"{place} has an entry named {quoted(name)}, as files of the ledger are; rename it."
        raise ConfigError(f"{place}.{name}", text)
    if not isinstance(name, str) or not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise ConfigError(
            f"{place}.{name}",
            f"{place} has an entry named {quoted(name)}, which is also a file name; use lower-case "
            "letters, digits and underscores, a letter first.",
        )
    if len(name) > MOST_NAME:
        raise ConfigError(
            f"{place}.{name}",
            f"{place} has an entry named {quoted(name)}, of {len(name)} characters; give it a name "
            f"of at most {MOST_NAME}, which is also a file name.",
        )


def explain(error: ValidationError, model: type[BaseModel], data: Any) -> ConfigError:
    """The most telling fault that pydantic found.

    Parameters
    ----------
    error : ValidationError
        What validating ``data`` raised.
    model : type
        The model of all of the data.
    data : dict
        The configuration as it was read.
    """
    faults = error.errors()
    # A misspelt key is also a missing one; the misspelling is what helps.
    unknown = [fault for fault in faults if fault["type"] in ("extra_forbidden", "invalid_key")]
    fault = (unknown or faults)[0]
    steps, value = _steps(fault["loc"], data)
    schemas, description = _schemas(model, fault["loc"])
    place = _written(steps)
    if unknown:
        above, known = _written(steps[:-1]) or "(top level)", _properties(model, fault["loc"][:-1])
        other = _SIBLINGS.get(str(steps[0]), "") if len(steps) == 3 else ""
        if other and steps[-1] in _properties(model, (other, "")):
            text = f"Config key {steps[-1]!r} in {above} is one that only {other} take; remove it."
            return ConfigError(place, text)
        hint = nearest(steps[-1], known)
        return ConfigError(place, f"Config key {quoted(steps[-1])} in {above} is unknown; {hint}")
    if fault["type"] == "missing":
        above, key = place or "(top level)", fault["loc"][-1]
        hint = f" ({other})" if (other := _meant(steps, data)) else ""
        return ConfigError(place, f"Config key {key!r} is missing in {above}{hint}; add it.")
    if fault["type"] == "not_finite":
        place, value = place + fault["ctx"]["within"], fault["ctx"]["value"]
        return ConfigError(place, f"Config key {place} is {shown(value)}; give a finite number.")
    choices = list(_choices(schemas))
    close = isinstance(value, str) and difflib.get_close_matches(value, choices, n=1)
    # A single name, as "auto" beside numbers, is not all that the key takes.
    named = fault["type"] == "literal_error" and isinstance(value, str) and len(choices) > 1
    if close or named:
        hint = nearest(value, choices)
        if not close:
            hint += _how_to_add(value, [step for step in steps if isinstance(step, str)])
        return ConfigError(
            place, f"Config key {place} is {quoted(value)}, which is unknown; {hint}"
        )
    words = " ".join(description.split()) + _one_of(choices, fault)
    if value is False and len(steps) == 2 and steps[0] in ("experiments", "studies", "related"):
        words += " To leave it out, set it to null."
    return ConfigError(place, f"Config key {place} is {quoted(value)}, which does not fit: {words}")


def _how_to_add(name: str, keys: list[str]) -> str:
    """Where a plug-in of that name would be added, if the innermost of the keys names one."""
    key = keys[-2] if keys[-1] == "name" else keys[-1]
    if key not in _PLUGINS or not name.isidentifier() or len(name) > MOST_NAME:
        return ""
    folder, page = _PLUGINS[key]
    return (
        f" Or add src/implicit_sparsity/{folder}/{name}.py and its line in the registry.py beside "
        f"it, as docs/extend/{page}.md tells."
    )


def _steps(loc: tuple[int | str, ...], data: Any) -> tuple[list[Any], Any]:
    """The keys and indices of a location, less the tags of unions, and the value there."""
    steps: list[Any] = []
    for step in loc:
        inside = isinstance(data, Mapping) and step in data
        if inside or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            steps.append(step)
            data = data[step]
        elif isinstance(data, Mapping) and any(str(key) == step for key in data):
            steps.append(next(key for key in data if str(key) == step))  # a key that is no text
    return steps, data


def _meant(steps: list[Any], data: Any) -> str:
    """A question, if an entry that lacks a key has nearly the name of another."""
    if len(steps) != 2 or not isinstance(steps[1], str):
        return ""
    others = [name for name in data[steps[0]] if isinstance(name, str) and name != steps[1]]
    matches = difflib.get_close_matches(steps[1], others, n=1, cutoff=0.85)
    return f"did you mean {_written([steps[0], *matches])}?" if matches else ""


def _written(steps: Iterable[Any]) -> str:
    """``experiments.convergence.depths[1]``."""
    return "".join(
        f"[{s}]" if isinstance(s, int) else f".{str(s)[:MOST_QUOTED]}" for s in steps
    ).lstrip(".")


def _one_of(choices: list[str], fault: ErrorDetails) -> str:
    return f" One of {', '.join(choices)}." if fault["type"] == "literal_error" else ""


@cache
def _json_schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _schemas(
    model: type[BaseModel], loc: tuple[int | str, ...]
) -> tuple[list[dict[str, Any]], str]:
    """The JSON schemas that may hold at a location, and the innermost description on the way."""
    root = _json_schema(model)
    found, description = list(_branches(root, root)), ""
    for step in loc:
        inner = [schema for outer in found for schema in _inside(outer, step)]
        if inner:
            description = next((s["description"] for s in inner if "description" in s), description)
            found = [branch for schema in inner for branch in _branches(schema, root)]
            if all(branch in inner for branch in found):
                continue
            named = [s["description"] for s in found if "description" in s and s not in inner]
            description = named[0] if len(found) == 1 and named else description
    return found, description


def _properties(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that a mapping may have."""
    return [key for schema in _schemas(model, loc)[0] for key in schema.get("properties", ())]


def _branches(schema: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The alternatives of a schema, with references followed."""
    if "$ref" in schema:
        yield from _branches(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    elif alternatives := schema.get("anyOf", schema.get("oneOf")):
        for alternative in alternatives:
            yield from _branches(alternative, root)
    else:
        yield schema


def _inside(schema: dict[str, Any], step: int | str) -> Iterator[dict[str, Any]]:
    if isinstance(step, int):
        if isinstance(items := schema.get("items"), dict):
            yield items
    elif step in schema.get("properties", {}):
        yield schema["properties"][step]
    elif isinstance(entries := schema.get("additionalProperties"), dict):
        yield entries


def _choices(schemas: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Every word that some branch admits."""
    for schema in schemas:
        words = schema.get("enum", [schema["const"]] if "const" in schema else [])
        yield from (word for word in words if isinstance(word, str))
