"""The models of config.yaml: each key with its type, its range, its default and its meaning.

Rules that join several keys are in `problems` and `grids`.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    Tag,
    create_model,
)

from implicit_sparsity.pipeline.config import names
from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.values import (
    BY_SHAPE,
    AtLeastOne,
    EachOnce,
    Keys,
    OneOf,
    Positive,
    Real,
    StepText,
    Whole,
    declared,
    number,
    numbers,
    optional,
)
from implicit_sparsity.problems.designs.registry import DESIGNS


def design_options(name: str) -> list[str]:
    """The options of a design: its keyword-only parameters."""
    parameters = inspect.signature(DESIGNS[name]).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]


_DESIGNS = "; ".join(
    name + (f" ({', '.join(options)})" if (options := design_options(name)) else "")
    for name in DESIGNS
)
DesignName = Annotated[str, OneOf(DESIGNS)]


class RandomDesign(Keys):
    """A random design is a mapping with its name and its options."""

    model_config = ConfigDict(extra="allow")

    name: DesignName = Field(description=f"Name, with its options beside it: {_DESIGNS}.")


class FileDesign(Keys):
    """Data from a file are a mapping with its path and how its columns are treated."""

    file: str = Field(
        description="Path of an .npz, .csv or .tsv file (.csv.gz and .tsv.gz, too), from where "
        "Snakemake runs or from the configuration file's folder."
    )
    target: str = optional("Name of a table's target column, in quotes if it is a number.")
    separator: Annotated[str, Field(min_length=1, max_length=1)] = optional(
        'The character between the values of a table, such as ";", or "\\t" in double quotes, a '
        "blank for any white space; without, a comma, or a tab in .tsv files."
    )
    decimal: Literal[".", ","] = Field(".", description="The decimal sign of a table.")
    encoding: str = Field(
        "utf-8", description="The encoding of a table, such as utf-16 or latin-1."
    )
    leave_out: Annotated[list[str], EachOnce] = Field(
        [],
        description="Columns of a table that are neither the target nor part of X, a list of names "
        'in quotes if they are numbers, each once; "Unnamed: 0" if the first one has no name.',
    )
    centre: bool = optional("Whether each column and the target are centred, true or false.")
    scale: bool = optional(
        "Whether each column and the target are scaled to mean square 1, true or false.",
    )
    held_out: Annotated[float, BeforeValidator(number)] = Field(
        0.2, gt=0, lt=1, description="Share of the samples that is held out, between 0 and 1."
    )


Design = Annotated[
    Annotated[DesignName, Tag("<text>")]
    | Annotated[RandomDesign, BeforeValidator(numbers), Tag("<mapping>")]
    | Annotated[FileDesign, Tag("<file>")],
    BY_SHAPE,
]


#: A depth is a job.
SoMany = Field(min_length=1, max_length=1000)
Ends = Annotated[list[Positive], Field(min_length=2, max_length=2)]


class DrawnSignal(Keys):
    """Weights of which something is drawn are a mapping of uniform, graded or equal to their sizes,
    with signs and places beside it."""

    uniform: Ends = optional(
        "The least and the greatest of sizes drawn evenly between them, two positive numbers."
    )
    graded: Ends = optional(
        "The least and the greatest of sizes evenly apart, two positive numbers."
    )
    equal: Positive = optional("The size of all, a positive number.")
    signs: Literal["positive", "random"] = optional(
        "Whether they are positive or of random sign; without, random beside uniform only."
    )
    places: Literal["first", "random"] = optional(
        "Whether they come first, as without, or at random places."
    )


class NoiseLaw(Keys):
    """Noise is a mapping of its law, if it is not Gaussian, to its standard deviation, or of
    critical_over to a number."""

    uniform: Positive = optional("Standard deviation of uniform noise, a positive number.")
    sign: Positive = optional("Size of noise that is a random sign, a positive number.")
    student_t3: Positive = optional(
        "Standard deviation of Student's t of 3 degrees of freedom, a positive number."
    )
    critical_over: Positive = optional(
        "What the critical level of Gaussian noise is divided by, a positive number: the least "
        "weight is so many times σ √(2 log p / n)."
    )


Signal = Annotated[
    Annotated[Real, Tag("<number>")]
    | Annotated[list[Real], AtLeastOne, Tag("<list>")]
    | Annotated[DrawnSignal, Tag("<mapping>")]
    | Annotated[Literal["normal", "mnist"], Tag("<text>")],
    BY_SHAPE,
]
Noise = Annotated[
    Annotated[float, BeforeValidator(number), Field(ge=0), Tag("<number>")]
    | Annotated[NoiseLaw, Tag("<mapping>")]
    | Annotated[Literal["critical"], Tag("<text>")],
    BY_SHAPE,
]
Starts = Annotated[
    Annotated[Positive, Tag("<number>")]
    | Annotated[list[Positive], AtLeastOne, EachOnce, Tag("<list>")],
    BY_SHAPE,
]
Step = Annotated[
    Annotated[Positive, Tag("<number>")] | Annotated[StepText, Tag("<text>")], BY_SHAPE
]
Steps = Annotated[
    Annotated[Positive, Tag("<number>")]
    | Annotated[StepText, Tag("<text>")]
    | Annotated[list[Step], AtLeastOne, Tag("<list>")],
    BY_SHAPE,
]
Count = Annotated[
    Annotated[Whole, Tag("<number>")] | Annotated[Literal["auto"], Tag("<text>")], BY_SHAPE
]
Iterations = Annotated[
    Annotated[Whole, Tag("<number>")]
    | Annotated[Literal["auto"], Tag("<text>")]
    | Annotated[list[Count], AtLeastOne, Tag("<list>")],
    BY_SHAPE,
]
Instances = Literal["authors", "fresh"]
_ONE = "a positive number or a list of them, each once"


class ProblemKeys(Keys):
    """A problem is a mapping of instances, design, n, p, k, signal, noise and replicates."""

    instances: Instances = optional(
        "Whose random draws. Without, the top-level key's value in an experiment and "
        "fresh in a study.",
    )
    design: Design = optional(
        "Distribution of X, by name or as a mapping with its name and options; or a "
        "mapping with the file of your own data.",
    )
    n: Whole = optional("Number of samples, a whole number from 1 on.")
    p: Whole = optional("Number of coordinates, a whole number from 1 on.")
    k: Whole = optional(
        "Number of non-zero weights, a whole number from 1 on; they come first, unless the signal "
        "says otherwise.",
    )
    signal: Signal = optional(
        "The non-zero weights: one number for all k, a list of k, a mapping of uniform, graded or "
        'equal to their sizes, as in {equal: 1, signs: random, places: random}, "normal" (all p '
        'standard normal) or "mnist" (the pixels of an image, a replicate each).',
    )
    noise: Noise = optional(
        "Standard deviation of Gaussian noise, a number of at least 0; a mapping of another law, "
        'uniform, sign or student_t3, to it; "critical": the level at which the largest gradient '
        "from the noise is expected to equal the smallest from the signal; or a mapping of "
        "critical_over to what that is divided by.",
    )
    replicates: Whole = Field(1, description="Number of instances, a whole number from 1 on.")


class GridKeys(ProblemKeys):
    """What experiments and studies share: problems × depths × starts × replicates."""

    problem: str = optional("Name of an entry of problems, whose keys the keys here override.")
    alpha: Starts = optional(f"Start u = v = alpha, {_ONE}. Give this or init.")
    init: Starts = optional(f"The same start as alpha^N, {_ONE}. Give this or alpha.")
    baselines: Annotated[list[Annotated[str, OneOf(names.baselines())]], EachOnce] = Field(
        [],
        description="Methods to compare with, a list, each once: those in _cv are tuned by 5-fold "
        "cross-validation, those in _oracle by the truth.",
    )


class ExperimentKeys(GridKeys):
    """An experiment is a mapping of keys: its figure, a problem, depths, a start and steps."""

    figure: Annotated[str, OneOf(names.figures())] = Field(
        description="What is drawn: the coordinates of one instance, the median error over "
        "replicates, or recovered images."
    )
    window: Literal["coordinate", "error"] = optional(
        "Early-stopping window to report: from the support being recovered to the "
        "off-support bound (coordinate), or around the least median error (error). None without.",
    )
    depths: Annotated[
        list[Annotated[int, BeforeValidator(number), Field(ge=2, le=10**6)]], SoMany, EachOnce
    ] = Field(
        description="Depths N, a list of up to 1000 whole numbers from 2 to a million, each once."
    )
    one_sided: bool = Field(
        False, description="Whether w = u^N instead of u^N - v^N, true or false."
    )
    step_size: Steps = Field(
        description='A positive number or "c/N^2" with a positive number c, or a list with one of '
        "these a depth."
    )
    iterations: Iterations = Field(
        description="A whole number from 1 on; auto, four times as long as the least true weight "
        "(of scaled data from a file, one of a tenth of the target's size) is predicted to take to "
        "escape from its start; or a list with one of these a depth."
    )


def _some_key(sweep: Sweep) -> Sweep:
    if not sweep.model_fields_set:
        raise ValueError("empty")
    return sweep


class Sweep(Keys):
    """A sweep is a mapping of design, n, p, k, signal or noise to lists."""

    design: Annotated[list[Design], AtLeastOne] = optional("A list of designs.")
    n: Annotated[list[Whole], AtLeastOne] = optional("A list of whole numbers.")
    p: Annotated[list[Whole], AtLeastOne] = optional("A list of whole numbers.")
    k: Annotated[list[Whole], AtLeastOne] = optional("A list of whole numbers.")
    signal: Annotated[list[Signal], AtLeastOne] = optional("A list of signals.")
    noise: Annotated[list[Noise], AtLeastOne] = optional("A list of noise levels.")


def _measures_options() -> dict[str, Any]:
    """The keys that some measure reads, as fields; which measures, in the description."""
    readers: dict[str, list[str]] = {}
    fields: dict[str, Any] = {}
    for measure in names.measures():
        for key, option in names.options(measure).items():
            readers.setdefault(key, []).append(measure)
            text = f"{option.description} For {' and '.join(readers[key])}."
            try:
                fields[key] = (declared(option.annotation), optional(text))
            except TypeError as error:
                raise ConfigError(
                    measure, f"pipeline/studies/{measure}.py, parameter {key}: {error}"
                ) from None
    return fields


if TYPE_CHECKING:
    _MeasureKeys = GridKeys
else:
    _MeasureKeys = create_model("_MeasureKeys", __base__=GridKeys, **_measures_options())


class StudyKeys(_MeasureKeys):
    """A study is a mapping of keys: its measure, a problem, what varies, depths and starts."""

    measure: Annotated[str, OneOf(names.measures())] = Field(
        description="What is measured on each trajectory, a module of pipeline/studies."
    )
    own_draws: bool = Field(
        False,
        description="Whether each cell of the grid draws problems of its own, true or false. "
        "Without, cells of one shape share designs and noise.",
    )
    vary: Annotated[list[Annotated[Sweep, AfterValidator(_some_key)]], AtLeastOne] = optional(
        "A list of sweeps; each is a mapping of design, n, p, k, signal or noise to "
        "the list of its values, all combinations of which are studied.",
    )
    depths: Annotated[
        list[Annotated[Real, Field(ge=2, le=10**6)]],
        SoMany,
        EachOnce,
    ] = Field(
        description="Depths N, a list of numbers of at least 2, each once: up to 1000, and "
        "none above a million."
    )


class SystemEntry(Keys):
    """A related system is a mapping of draws and its settings."""

    draws: Whole = Field(description="Number of random draws, a whole number from 1 on.")


def _system_entry(system: str) -> type[SystemEntry]:
    """The entry of a system, with its settings as fields; a setting with a default may lack."""
    fields: dict[str, Any] = {
        key: (
            declared(option.annotation),
            Field(description=option.description)
            if option.required
            else optional(option.description),
        )
        for key, option in names.settings(system).items()
    }
    return create_model(f"{system}_settings", __base__=SystemEntry, **fields)


#: The model of each related system's entry.
SYSTEMS = {system: _system_entry(system) for system in names.systems()}

if TYPE_CHECKING:
    Related = Keys
else:
    Related = create_model(
        "Related",
        __base__=Keys,
        **{
            system: (model, optional(f"What is run for the claim {system}."))
            for system, model in SYSTEMS.items()
        },
    )


class Pages(Keys):
    """Pages are a mapping of explorer and notebooks: what the pages beside the figures read."""

    explorer: str = optional(
        "The study, of the measure recovery and with the oracle as a baseline, whose "
        "first problem the explorer shows.",
    )
    notebooks: dict[str, list[str]] = Field(
        {},
        description="A mapping of the notebooks to execute, by name, to lists of the tables of "
        "results/ that each reads, as in studies/early_stopping.",
    )


class Limits(Keys):
    """Limits are a mapping of memory_gb and hours: what one job may take, by the estimate."""

    memory_gb: Positive = optional(
        "Gigabytes of memory, a positive number. Without, those of the machine that plans the run."
    )
    hours: Positive = Field(100.0, description="Hours on one core, a positive number.")


class ConfigKeys(Keys):
    """The configuration is a mapping of instances, seed, problems, experiments, studies, related
    and pages."""

    instances: Instances = Field(
        description="Whose random draws, unless an experiment or its problem says otherwise."
    )
    seed: Annotated[int, BeforeValidator(number), Field(ge=0)] = Field(
        description="Root seed of fresh instances, a whole number from 0 on."
    )
    problems: dict[str, ProblemKeys] = Field(
        {}, description="A mapping of problems, by the name that experiments and studies refer to."
    )
    experiments: Annotated[dict[str, ExperimentKeys], AtLeastOne] = Field(
        description="A mapping of at least one figure; the key is the figure's file name."
    )
    studies: dict[str, StudyKeys] = Field(
        {},
        description="A mapping of grids of gradient flows; the key is the table's file name.",
    )
    related: Related = Field(
        default_factory=lambda: Related.model_validate({}),
        description="A mapping of the settings of related systems, by name.",
    )
    limits: Limits = Field(
        default_factory=lambda: Limits.model_validate({}),
        description="What one job may take; a configuration beyond it is refused.",
    )
    pages: Pages = Field(
        default_factory=lambda: Pages.model_validate({}),
        description="What the pages beside the figures read; none without.",
    )
