"""The reference of every configuration key, from the schemas.

``make docs`` writes config/README.md by it; a test holds it in step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

#: Headings, each with the schema and the definition that it lists; None for the top level.
PARTS = (
    ("config.yaml", "config", None),
    ("An entry of `experiments`", "config", "experiment"),
    ("An entry of `studies`", "config", "study"),
    ("An entry of claims.yaml", "claims", "claim"),
    ("An entry of a claim's `metrics`", "claims", "metric"),
)

HEAD = """# Configuration reference

Every key of `config.yaml` and `claims.yaml`, from the schemas in `workflow/schemas/`; `make docs`
writes this page anew. Keys in bold are required, and so is one of `alpha` and `init`. Random
problems also need `n`, `p`, `signal` and `noise`, which data from a file must not have. What
`smoke.yaml` names is laid over `config.yaml`.
"""


def markdown(schemas: Mapping[str, Mapping[str, Any]]) -> str:
    """The reference page.

    Parameters
    ----------
    schemas : the JSON schemas, as YAML gives them, by name ("config", "claims").
    """
    parts = [HEAD]
    for heading, name, definition in PARTS:
        schema = schemas[name]
        entry = schema["definitions"][definition] if definition else schema
        lines = [f"## {heading}\n", "| key | meaning |", "|---|---|"]
        lines += [f"| {key} | {text} |" for key, text in _rows(entry)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _rows(entry: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Key and description of each property, and of those within a property."""
    for key, value in entry["properties"].items():
        name = f"`{prefix}{key}`"
        text = " ".join(value.get("description", "").split())
        if words := [word for word in value.get("enum", ()) if isinstance(word, str)]:
            text += f" One of {', '.join(f'`{word}`' for word in words)}."
        yield f"**{name}**" if key in entry.get("required", ()) else name, text
        if "properties" in value:
            yield from _rows(value, f"{prefix}{key}.")


def load(root: Path) -> dict[str, Any]:
    """The schemas of the project at ``root``."""
    folder = root / "workflow/schemas"
    return {
        name: yaml.safe_load((folder / f"{name}.schema.yaml").read_text())
        for name in ("config", "claims")
    }


if __name__ == "__main__":
    Path("config/README.md").write_text(markdown(load(Path())))
