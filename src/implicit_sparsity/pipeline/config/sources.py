"""All that the workflow is asked to do, from the files that say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config import escape, measurements, steps
from implicit_sparsity.pipeline.config.claims import Claim, load_claims
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.grids import Experiment, Study
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.pipeline.config.models import Pages
from implicit_sparsity.pipeline.config.names import registered
from implicit_sparsity.pipeline.config.needs import unmet
from implicit_sparsity.pipeline.config.pages import available
from implicit_sparsity.pipeline.config.yaml_files import origin, read
from implicit_sparsity.pipeline.specs import SystemSpec

#: The name of settings that no file holds.
COMMAND_LINE = "the command line (--config)"


@dataclass(frozen=True)
class Sources:
    """The checked configuration and claims.

    Attributes
    ----------
    experiments, studies, related, claims : dict
        By name; claims without their studies, or what they need of them, are left out.
    pages : Pages
        The pages that can be made.
    notes : list of str
        A sentence on each thing that is left out, or that comes to nothing.
    """

    experiments: dict[str, Experiment]
    studies: dict[str, Study]
    related: dict[str, SystemSpec]
    claims: dict[str, Claim]
    pages: Pages
    notes: list[str]


def layers(files: Sequence[str], given: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What each file says, and the command line, in the order in which they are laid over.

    Parameters
    ----------
    files : sequence of str
        Paths of YAML files.
    given : mapping
        Settings of the command line.

    Raises
    ------
    ConfigError
        If a file is not YAML or holds a key twice.
    """
    found: dict[str, Mapping[str, Any]] = {file: read(file) for file in files}
    return found | ({COMMAND_LINE: given} if given else {})


def check(
    config: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]], claims_file: str
) -> Sources:
    """Check everything.

    Parameters
    ----------
    config : mapping
        The merged configuration.
    parts : mapping
        What :func:`layers` gives: where each of its keys comes from, and beside which files data
        are looked for.
    claims_file : str
        Path of claims.yaml.

    Raises
    ------
    ConfigError
        With one sentence that names the key at fault, the remedy and the file.
    """
    folders = [Path(), *(Path(part).parent for part in parts)]
    entries = read(claims_file)
    with _in(parts):
        found = load(config, folders)
    with _in({claims_file: entries}):
        tables = [*found.studies, *found.related]
        claims = load_claims(entries, tables, found.experiments, found.left_out)
        for claim in claims.values():
            folder = f"pipeline/{claim.module.split('.')[0]}"
            if claim.id not in registered(folder):
                text = f"Claim {claim.id} is not in {folder}/registry.py; "
                raise ConfigError(claim.id, text + nearest(claim.id, registered(folder)))
    absent = [name for name in entries if name not in claims]
    notes = [f"Claims without their studies are left out: {', '.join(absent)}."] if absent else []
    with _in({claims_file: entries}):
        grids = found.studies, found.related
        lacking = {name: unmet(claim, *grids) for name, claim in claims.items()}
    claims = {name: claim for name, claim in claims.items() if not lacking[name]}
    with _in(parts):
        pages, left_out = available(found, claims)
    runs = found.experiments.values()
    notes += [note for note in lacking.values() if note]
    notes += [*left_out, *measurements.notes(runs), *escape.notes(runs), *steps.notes(runs)]
    return Sources(found.experiments, found.studies, found.related, claims, pages, notes)


@contextmanager
def _in(parts: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Name the file that a fault is in."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(error.place, f"{error} (in {origin(error.place, parts)})") from None
