"""What a claim needs of the grids of its studies, checked before anything is measured."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.grids import Study
from implicit_sparsity.pipeline.specs import SystemSpec
from implicit_sparsity.problems.spec import ProblemSpec

#: What a claim may need values of in a study: "init" counts starts, in either form, and "law" is
#: that of the noise.
KEYS = ["depths", "init", "scaled_step", "baselines"]
KEYS += ["design", "centred", "n", "p", "k", "signal", "noise", "law"]
#: In a list of values, one more, whichever it is.
ANOTHER = "another"


def unmet(
    claim: Claim, studies: Mapping[str, Study], related: Mapping[str, SystemSpec]
) -> str | None:
    """A sentence on the first thing that a grid lacks, with its place and the remedy.

    Parameters
    ----------
    claim : Claim
        A claim whose studies are all there.
    studies, related : mapping
        The studies and the related systems by name.

    Raises
    ------
    ConfigError
        If the claim needs values of a key that the study does not have.
    """
    grids = dict(studies) | dict(related)
    folders = dict.fromkeys(related, "related") | dict.fromkeys(studies, "studies")
    for name, needs in claim.needs.items():
        for key, need in needs.items():
            place = f"{claim.id}.needs.{name}.{key}"
            found = values(grids[name], key, place)
            if isinstance(need, str):
                need = values(grids[need], key, place)
            if isinstance(need, int):
                few, has = len(found) < need, f"{len(found)} value{'s' * (len(found) != 1)}"
                wanted = str(need)
            else:
                missing = _missing(need, found)
                few, has, wanted = bool(missing), _listed(found), _listed(missing)
            if few:
                return (
                    f"Claim {claim.id} is left out: of {folders[name]}.{name}.{key}, which has "
                    f"{has}, it needs {wanted}; add what is missing."
                )
    return None


def values(grid: Study | SystemSpec, key: str, place: str) -> list[Any]:
    """The different values of a key in a grid, in its order.

    Parameters
    ----------
    grid : Study or SystemSpec
        A study or a related system.
    key : str
        One of `KEYS`, or a setting of the system.
    place : str
        Where the key is asked for.
    """
    known = KEYS if isinstance(grid, Study) else list(grid.settings)
    if key not in known:
        raise ConfigError(place, f"{place} is no key whose values are known; {nearest(key, known)}")
    if isinstance(grid, SystemSpec):
        found = grid.settings[key]
        return list(dict.fromkeys(found)) if isinstance(found, list) else [found]
    return list(dict.fromkeys(_of_study(grid, key)))


def _of_study(study: Study, key: str) -> Iterator[Any]:
    if key == "baselines":
        yield from study.baselines
    for run in study.runs.values():
        if key == "depths":
            yield run.depth
        elif key == "init":  # by their places, as α^N depends on the depth where α is given
            yield from range(len(run.init))
        else:
            yield from run.options.get(key, [])
    for cell in study.cells:
        yield from [found[key]] if key in (found := _of_cell(cell)) else []


def _of_cell(cell: ProblemSpec) -> dict[str, Any]:
    options = ", ".join(f"{key}={value}" for key, value in cell.options.items())
    return vars(cell) | {
        "design": f"{cell.design}({options})" if options else cell.design,
        "centred": cell.options.get("centred", False),
        "signal": str(cell.signal),
    }


def _missing(need: list[Any], found: Collection[Any]) -> list[Any]:
    """The values that are not there; a design may have options."""
    missing = [
        value
        for value in need
        if value not in (*found, ANOTHER)
        and not any(str(other).startswith(f"{value}(") for other in found)
    ]
    few = ANOTHER in need and len(found) + len(missing) < len(need)
    return [*missing, ANOTHER] if few else missing


def _listed(found: Collection[Any]) -> str:
    texts = [f"{value:g}" if isinstance(value, float) else str(value) for value in found]
    return ", ".join(texts) or "none"
