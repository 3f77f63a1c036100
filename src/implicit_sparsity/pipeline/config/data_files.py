"""What a configuration says of data in files, checked and made into specifications."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from implicit_sparsity.pipeline.config.models import FileDesign, ProblemKeys
from implicit_sparsity.pipeline.config.place import Place
from implicit_sparsity.problems.spec import FileSpec


def file_specification(
    place: Place,
    name: str,
    entry: ProblemKeys,
    design: FileDesign,
    seed: int,
    folders: Sequence[Path],
) -> FileSpec:
    """The specification of problems that are read from a file.

    Parameters are those of :func:`problems.specification`, and the entry's design.

    Raises
    ------
    ConfigError
        With one sentence that names the key at fault and the remedy.
    """
    for key in ("n", "p", "k", "signal", "noise"):
        if key in entry.model_fields_set:
            raise place.fault(key, "has no meaning for data from a file; remove it.")
    for key in ("centre", "scale"):
        if key not in design.model_fields_set:
            remedy = "say true, as theory assumes, or false."
            raise place.missing(key, ".design", remedy)
    suffix = Path(design.file).suffix
    if suffix not in (".npz", ".csv"):
        raise place.fault("design.file", f"is {design.file}; give an .npz or .csv file.")
    if (suffix == ".csv") != (design.target is not None):
        raise place.fault(
            "design.target",
            "names the target column of a .csv file and of nothing else; "
            f"{'remove' if design.target is not None else 'add'} it.",
        )
    return FileSpec(
        experiment=name,
        seed=seed,
        file=_found(place, design.file, folders),
        target=design.target,
        centre=design.centre,
        scale=design.scale,
        held_out=design.held_out,
        replicates=entry.replicates,
    )


def _found(place: Place, file: str, folders: Sequence[Path]) -> str:
    """The path of a data file, as given where it is there from the working directory."""
    if {"{", "}"} & set(file):
        raise place.fault(
            "design.file", f"is {file}, whose braces the workflow reads as wildcards; rename it."
        )
    for folder in folders:
        path = folder / file
        if path.is_file():
            return str(path)
    tried = " and ".join(dict.fromkeys(str((folder / file).resolve()) for folder in folders))
    raise place.fault(
        "design.file", f"is {file}, which is not there (tried {tried}); correct the path."
    )
