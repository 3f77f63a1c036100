# The checked configuration, and which of the package's files a rule runs.
import ast
import os
from dataclasses import asdict
from functools import cache
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

from implicit_sparsity.config import ConfigError
from implicit_sparsity.experiment import load_experiments

BASE = Path(os.path.relpath(workflow.basedir))

try:
    EXPERIMENTS = load_experiments(
        config, yaml.safe_load((BASE / "workflow/schemas/config.schema.yaml").read_text())
    )
except ConfigError as error:
    raise WorkflowError(str(error)) from None


wildcard_constraints:
    experiment="|".join(EXPERIMENTS),
    depth=r"\d+",


@cache
def code(module):
    """Files of a module of the package and of all that it imports from the package.

    As a rule's inputs they make it run again when one changes; Snakemake itself sees no change
    in imported code.
    """
    found, todo = set(), [f"implicit_sparsity.{module}"]
    while todo:
        name = todo.pop()
        stem = BASE / "src" / name.replace(".", "/")
        path = next((p for p in (stem.with_suffix(".py"), stem / "__init__.py") if p.exists()), None)
        # The package's own __init__ only names what lies elsewhere.
        if path is None or path in found or name == "implicit_sparsity":
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                todo += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return sorted(map(str, found))
