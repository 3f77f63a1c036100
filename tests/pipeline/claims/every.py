"""The claims of config/claims.yaml, and their made-up results."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from implicit_sparsity.pipeline.config.claims import load_claims

ROOT = Path(__file__).parents[3]


def _read(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


#: The claims by name.
_CONFIG = _read("config/config.yaml")
CLAIMS = load_claims(_read("config/claims.yaml"), [*_CONFIG["studies"], *_CONFIG["related"]])


def _exists(name: str) -> bool:
    return (Path(__file__).parent / f"{name}.py").exists()


#: Names of the claims that have made-up results.
CASES = [name for name in CLAIMS if _exists(name)]


def case(name: str) -> ModuleType:
    """The module with a claim's made-up results."""
    if not _exists(name):
        pytest.fail(
            f"Claim {name} has no made-up results; add tests/pipeline/claims/{name}.py with "
            "TABLES and METRICS, like those beside it."
        )
    return import_module(f"claims.{name}")
