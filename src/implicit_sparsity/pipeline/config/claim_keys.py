"""The models of claims.yaml: each key with its type and its meaning."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, RootModel

from implicit_sparsity.pipeline.config.values import (
    AtLeastOne,
    EachOnce,
    Keys,
    OneOf,
    number,
    optional,
)

#: Text whose lines are joined.
Words = Annotated[str, AfterValidator(lambda text: " ".join(text.split()))]
Threshold = Annotated[int | float, BeforeValidator(number)]
#: How many different values, which ones, or the study whose values.
Need = (
    Annotated[int, Field(ge=2)]
    | Annotated[list[int | float | bool | str], AtLeastOne, EachOnce]
    | str
)


class Part(NamedTuple):
    """A part of the ledger: its title, the name of its figure, the origins of its claims."""

    title: str
    figure: str
    origins: tuple[str, ...]


#: The parts of the ledger in their order.
PARTS = (
    Part("The paper's claims", "claims", ("abstract", "theorem", "figure")),
    Part("Further questions", "claims_further", ("derived", "own")),
    Part("Related systems", "claims_related", ("related",)),
)
ORIGINS = [origin for part in PARTS for origin in part.origins]


class RangeKeys(Keys):
    """A range is a mapping of at_least, at_most or both."""

    at_least: Threshold = optional("A number, the least that is within.")
    at_most: Threshold = optional("A number, the greatest that is within.")


class ConditionKeys(Keys):
    """A condition is a mapping of words and rows."""

    words: Words = Field(description="Where the claim is made, in words, and who says so.")
    rows: Annotated[dict[str, RangeKeys], AtLeastOne] = Field(
        description="A mapping of columns of the studies' tables to the range of those rows for "
        "which the claim is made. Others are reported, but not judged."
    )


class MetricKeys(RangeKeys):
    """A metric is a mapping of meaning, a threshold, why and control."""

    meaning: Words = Field(description="What the number is, in words.")
    at_least: Threshold = optional("A number, from which on the claim holds.")
    at_most: Threshold = optional("A number, up to which the claim holds.")
    why: Words = Field(description="Why this threshold.")
    control: Words = Field(description="The data on which the claim must fail.")
    positive_control: Words = optional("The data on which the claim must hold.")
    primary: bool = Field(
        False, description="Whether the verdict on the claim rests on this metric, true or false."
    )


class SystemKeys(Keys):
    """A system is a mapping of parametrisation, optimiser and loss."""

    parametrisation: Words = Field(description="The weights as a function of the parameters.")
    optimiser: Words = Field(description="What moves the parameters.")
    loss: Words = Field(description="What is made small.")
    not_done: Words = optional("What the source claims or runs and is not done here.")


class ClaimKeys(Keys):
    """A claim is a mapping of statement, origin, source, condition, studies and metrics."""

    statement: Words = Field(description="What is claimed, in a sentence.")
    origin: Annotated[str, OneOf(ORIGINS)] = Field(
        description="Where the claim comes from: the paper's abstract, a theorem or a figure of "
        "it; derived from theory for this project, or our own question; or about a related system."
    )
    source: Words = Field(description="Who says so, and how sure that is.")
    shown_in: Annotated[list[str], EachOnce] = Field(
        [],
        description="The paper's experiments whose figure shows it, by their names in the authors' "
        "code, a list, each once.",
    )
    condition: ConditionKeys = optional("Where the claim is made; everywhere without.")
    system: SystemKeys = optional("The system that a claim of the origin related is about.")
    studies: Annotated[list[str], AtLeastOne, EachOnce] = Field(
        description="Names of the studies or related systems of config.yaml whose tables are the "
        "evidence, a list, each once."
    )
    needs: dict[str, dict[str, Need]] = Field(
        {},
        description="What it needs of the grids of its studies, without which it is left out: a "
        "mapping of studies to mappings of their keys (init for starts in either form, law for "
        "that of the noise) to the least number of different values, a list of values that must "
        "be there (another: one more, whichever), or the name of the study whose values must be.",
    )
    metrics: Annotated[dict[str, MetricKeys], AtLeastOne] = Field(
        description="A mapping of the numbers that decide, by name."
    )


class ClaimsKeys(RootModel[Annotated[dict[str, ClaimKeys], AtLeastOne]]):
    """The claims are a mapping of at least one claim, by name."""
