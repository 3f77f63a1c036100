"""What a configuration says of data in files, checked and made into specifications."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.models import FileDesign, ProblemKeys
from implicit_sparsity.pipeline.config.place import Place
from implicit_sparsity.problems.files import archive
from implicit_sparsity.problems.files.header import constant_target, samples
from implicit_sparsity.problems.files.layout import Layout, fault
from implicit_sparsity.problems.files.names import KINDS, is_archive, is_file, table_suffix
from implicit_sparsity.problems.files.values import check_first
from implicit_sparsity.problems.spec import FEWEST_TRAINING, FileSpec, training_samples

#: Keys that say how a table is written.
_LAYOUT = ("separator", "decimal", "encoding", "leave_out")


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
    _check_keys(place, design)
    spec = FileSpec(
        experiment=name,
        seed=seed,
        file=_found(place, design.file, folders),
        target=design.target,
        centre=design.centre,
        scale=design.scale,
        held_out=design.held_out,
        replicates=entry.replicates,
        separator=design.separator,
        decimal=design.decimal,
        encoding=design.encoding,
        leave_out=design.leave_out,
    )
    try:
        _check_samples(place, spec)
    except ConfigError:
        raise
    except ValueError as error:
        where = f"{place.entry}.design"
        raise ConfigError(where, f"{where}: {error}") from None
    return spec


def _check_samples(place: Place, spec: FileSpec) -> None:
    """That enough samples are left to train on, and that the target is not one value."""
    count = _samples(spec, FEWEST_TRAINING + 1)
    if count <= FEWEST_TRAINING:
        raise place.fault(
            "design.file",
            f"is {spec.file:.300}, which has {('no samples', 'one sample', 'two samples')[count]}; "
            "give at least three, two to train on and one to hold out.",
        )
    if (trained := trained_on(spec, FEWEST_TRAINING)) < FEWEST_TRAINING:
        raise place.fault(
            "design.held_out",
            f"is {spec.held_out:g}, which leaves {trained} sample to train on; lower it, or give "
            "more samples.",
        )
    if (value := _constant(spec)) is not None:
        raise place.fault(
            "design.target" if spec.target else "design.file",
            f"is {spec.target or spec.file!s:.300}, where every value of the target is {value:.40} "
            "and there is nothing to predict; name another.",
        )


def _constant(spec: FileSpec) -> str | None:
    """What each value of the target is, where all are the same."""
    if not is_archive(spec.file):
        return constant_target(spec.file, spec.target, spec.layout)
    y = archive.read(spec.file, ["y"])["y"]
    return f"{y[0]:g}" if (y == y[0]).all() else None


def trained_on(spec: FileSpec, most: int) -> int:
    """Number of samples of a file that are not held out; any from ``most`` on, if that many."""
    return training_samples(_samples(spec, int(most / (1 - spec.held_out)) + 2), spec.held_out)


def _samples(spec: FileSpec, most: int) -> int:
    """Number of samples that a file says it has, counted up to ``most``; ValueError if it is bad.

    The names and first rows of a table and the shapes of arrays are read, other numbers are not.
    """
    if not is_archive(spec.file):
        check_first(spec.file, spec.target, spec.layout)
        return samples(spec.file, spec.layout, most)
    return archive.shapes(spec.file)["y"][0]


def _check_keys(place: Place, design: FileDesign) -> None:
    file, table = f"{design.file:.300}", bool(table_suffix(design.file))
    if not table and not is_archive(design.file):
        remedy = "If it is a table of text, end its name so"
        raise place.fault("design.file", f"is {file}; give an {KINDS}. {remedy}.")
    if table != (design.target is not None):
        raise place.fault(
            "design.target",
            "names the target column of a .csv or .tsv file and of nothing else; "
            f"{'remove' if design.target is not None else 'add'} it.",
        )
    for key in _LAYOUT:
        if key in design.model_fields_set and not table:
            raise place.fault(f"design.{key}", "has no meaning for an .npz file; remove it.")
    layout = Layout(design.separator, design.decimal, design.encoding)
    if found := fault(layout):
        key, sentence = found
        raise place.fault(f"design.{key}", sentence)


def _found(place: Place, file: str, folders: Sequence[Path]) -> str:
    """The path of a data file, as given where it is there from the working directory."""
    if {"{", "}"} & set(file):
        raise place.fault(
            "design.file",
            f"is {file:.300}, whose braces the workflow reads as wildcards; rename it.",
        )
    if "://" in file:
        raise place.fault(
            "design.file", f"is {file:.300}, an address; download it and give its path."
        )
    if file.startswith("~"):
        raise place.fault(
            "design.file", f"is {file:.300}, whose ~ is not read as a folder; write it in full."
        )
    for folder in folders:
        if is_file(folder / file):
            return str(folder / file)
    tried = " and ".join(dict.fromkeys(str((folder / file).resolve()) for folder in folders))
    raise place.fault(
        "design.file", f"is {file:.300}, which is not there (tried {tried:.600}); correct the path."
    )
