"""The reference of every configuration key and the JSON schemas for editors, from the models.

``make schema`` writes the schemas; a test holds them in step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from implicit_sparsity.pipeline.config.claim_keys import (
    ClaimKeys,
    ClaimsKeys,
    ConditionKeys,
    MetricKeys,
    RangeKeys,
    SystemKeys,
)
from implicit_sparsity.pipeline.config.models import (
    SYSTEMS,
    ConfigKeys,
    DrawnSignal,
    ExperimentKeys,
    FileDesign,
    GridKeys,
    Limits,
    NoiseLaw,
    Pages,
    ProblemKeys,
    RandomDesign,
    StudyKeys,
    Sweep,
    SystemEntry,
)

HEAD = """# Configuration keys

Every key of `config/config.yaml` and `config/claims.yaml`, from the models that check them. Keys in
bold are required. Random problems also need `design`, `n`, `p`, `signal` and `noise`, which data
from a file must not have beside their `design`, and each experiment or study one of `alpha` and
`init`. Where an entry names a `problem`, the keys of that problem are its own unless it sets them
itself. An experiment, study or related system that is set to `null` is left out, and so are all
studies, systems or pages by `studies: null` and the like.
"""

#: Headings, each with the model that it lists and one whose keys are listed elsewhere.
PARTS: tuple[tuple[str, type[BaseModel], type[BaseModel] | None], ...] = (
    ("The top level of config.yaml", ConfigKeys, None),
    ("An entry of `problems`", ProblemKeys, None),
    ("A `design` by its name", RandomDesign, None),
    ("A `design` with a file", FileDesign, None),
    ("A `signal` of which something is drawn", DrawnSignal, None),
    ("A `noise` as a mapping, of one key", NoiseLaw, None),
    ("An entry of `experiments` or `studies`, beside the keys of a problem", GridKeys, ProblemKeys),
    ("An entry of `experiments`", ExperimentKeys, GridKeys),
    ("An entry of `studies`", StudyKeys, GridKeys),
    ("A sweep of a study's `vary`", Sweep, None),
    ("An entry of `related`", SystemEntry, None),
    *((f"The entry `related.{name}`", model, SystemEntry) for name, model in SYSTEMS.items()),
    ("The entry `pages`", Pages, None),
    ("The entry `limits`", Limits, None),
    ("An entry of claims.yaml", ClaimKeys, None),
    ("The `condition` of a claim", ConditionKeys, None),
    ("The `system` of a claim about a related one", SystemKeys, None),
    ("A range of the `rows` of a condition", RangeKeys, None),
    ("An entry of a claim's `metrics`", MetricKeys, None),
)


def markdown() -> str:
    """The reference page: a table for each kind of entry."""
    parts = [HEAD]
    for heading, model, base in PARTS:
        lines = [f"## {heading}\n", "| key | values | without | meaning |", "|---|---|---|---|"]
        skipped = base.model_fields if base else {}
        lines += [f"| {' | '.join(row)} |" for row in _rows(model, set(skipped))]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _rows(model: type[BaseModel], skipped: set[str]) -> Iterator[tuple[str, str, str, str]]:
    """Key, values, default and description of each key of a model."""
    schema = _schema(model)
    for key, entry in schema["properties"].items():
        if key not in skipped:
            required = key in schema.get("required", ())
            name = f"**`{key}`**" if required else f"`{key}`"
            default = f"`{json.dumps(entry['default'])}`" if "default" in entry else ""
            text = " ".join(entry.get("description", "").split()).replace("|", r"\|")
            yield name, ", ".join(_distinct(entry, schema)), default, text


def _distinct(entry: Mapping[str, Any], root: Mapping[str, Any]) -> list[str]:
    found = list(dict.fromkeys(_values(entry, root)))
    return [value for value in found if value != "whole number" or "number" not in found]


def _values(entry: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[str]:
    """The types and words that an entry admits."""
    if "$ref" in entry:
        yield from _values(root["$defs"][entry["$ref"].rpartition("/")[2]], root)
    elif branches := entry.get("anyOf", entry.get("oneOf")):
        for branch in branches:
            yield from _values(branch, root)
    elif words := entry.get("enum", [entry["const"]] if "const" in entry else []):
        yield from (f"`{word}`" for word in words)
    elif entry.get("type") == "array":
        yield f"list of {' or '.join(_distinct(entry['items'], root))}"
    else:
        types = {"object": "mapping", "integer": "whole number", "string": "text"}
        types |= {"boolean": "true or false", "number": "number"}
        yield types[entry["type"]]


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model; keys without a value have no default."""
    return dict(_without_nulls(model.model_json_schema()))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        items = {key: _without_nulls(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if (key, item) != ("default", None)}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def schemas() -> dict[str, str]:
    """The text of each JSON schema by the name of its file in config/."""
    models: dict[str, type[BaseModel]] = {
        "config.schema.json": ConfigKeys,
        "claims.schema.json": ClaimsKeys,
    }
    return {
        name: json.dumps(_schema(model), indent=1, ensure_ascii=False) + "\n"
        for name, model in models.items()
    }


if __name__ == "__main__":
    for name, text in schemas().items():
        Path("config", name).write_text(text, encoding="utf-8")
