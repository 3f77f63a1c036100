"""The entries of config/claims.yaml: what is claimed, by whom, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, RootModel, ValidationError

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config.errors import ConfigError, explain, file_name
from implicit_sparsity.pipeline.config.values import AtLeastOne, EachOnce, Keys, number, optional

#: Text whose lines are joined.
Words = Annotated[str, AfterValidator(lambda text: " ".join(text.split()))]
Threshold = Annotated[int | float, BeforeValidator(number)]


class MetricKeys(Keys):
    """A metric is a mapping of meaning, a threshold, why and control."""

    meaning: Words = Field(description="What the number is, in words.")
    at_least: Threshold = optional("A number, from which on the claim holds.")
    at_most: Threshold = optional("A number, up to which the claim holds.")
    why: Words = Field(description="Why this threshold.")
    control: Words = Field(description="The data on which the claim must fail.")


class ClaimKeys(Keys):
    """A claim is a mapping of statement, source, studies and metrics."""

    statement: Words = Field(description="What is claimed, in a sentence.")
    source: Words = Field(description="Who says so, and how sure that is.")
    studies: Annotated[list[str], AtLeastOne, EachOnce] = Field(
        description="Names of the studies of config.yaml whose tables are the evidence, a list, "
        "each once."
    )
    metrics: Annotated[dict[str, MetricKeys], AtLeastOne] = Field(
        description="A mapping of the numbers that decide, by name."
    )


class ClaimsKeys(RootModel[Annotated[dict[str, ClaimKeys], AtLeastOne]]):
    """The claims are a mapping of at least one claim, by name."""


@dataclass(frozen=True)
class Metric:
    """A number that a claim is judged on; it must lie within [least, most].

    Attributes
    ----------
    meaning : str
        What the number is.
    least, most : float or None
        The ends of the threshold, None where there is none.
    why : str
        Why this threshold.
    control : str
        The data on which the claim must fail.
    """

    meaning: str
    least: float | None
    most: float | None
    why: str
    control: str

    @property
    def limit(self) -> float:
        """The end of the threshold, of a metric that has one."""
        ends = [end for end in (self.least, self.most) if end is not None]
        return ends[0]


@dataclass(frozen=True)
class Claim:
    """A statement, where it comes from, and what decides about it.

    Attributes
    ----------
    id : str
        Its name.
    statement : str
        What is claimed.
    source : str
        Who says so.
    studies : list of str
        The studies that it is judged on.
    metrics : dict
        Its metrics by name.
    """

    id: str
    statement: str
    source: str
    studies: list[str]
    metrics: dict[str, Metric]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Claim:
        """The claim whose ``asdict`` the entry is."""
        metrics = {name: Metric(**metric) for name, metric in entry["metrics"].items()}
        return cls(**{**entry, "metrics": metrics})


def load_claims(
    claims: Mapping[str, Any],
    studies: Iterable[str],
    taken: Iterable[str] = (),
    left_out: Iterable[str] = (),
) -> dict[str, Claim]:
    """Every claim whose studies are there, by id.

    Parameters
    ----------
    claims : mapping
        As read from config/claims.yaml.
    studies : iterable of str
        Names of the studies of the configuration. A claim is left out if one of its studies is not
        among them and no similar name is.
    taken : iterable of str, optional
        Names of other figures.
    left_out : iterable of str, optional
        Names of studies that were left out on purpose.

    Raises
    ------
    ConfigError
        With one sentence that names the key at fault and the remedy.
    """
    for name in claims:
        file_name("claims.yaml", name)
        if name in taken:
            text = f"Claim {name} has the name of an experiment; give it another."
            raise ConfigError(name, text)
    try:
        keys = ClaimsKeys.model_validate(claims).root
    except ValidationError as error:
        raise explain(error, ClaimsKeys, claims) from None
    found = {name: _claim(name, entry) for name, entry in keys.items()}
    known, gone = list(studies), list(left_out)
    return {name: claim for name, claim in found.items() if _can_be_judged(claim, known, gone)}


def _can_be_judged(claim: Claim, studies: list[str], left_out: list[str]) -> bool:
    """Whether its studies are there; a misspelt one is an error."""
    for study in claim.studies:
        if study not in studies:
            hint = nearest(study, studies)
            if hint.startswith("did") and study not in left_out:
                raise ConfigError(
                    claim.id,
                    f"Claim {claim.id} is judged on {study!r}, which is no study (to leave it out, "
                    f"set studies.{study} to null); {hint}",
                )
            return False
    return True


def _claim(name: str, keys: ClaimKeys) -> Claim:
    metrics = {key: _metric(f"{name}.{key}", metric) for key, metric in keys.metrics.items()}
    return Claim(name, keys.statement, keys.source, keys.studies, metrics)


def _metric(place: str, keys: MetricKeys) -> Metric:
    least, most = keys.at_least, keys.at_most
    if least is None and most is None:
        raise ConfigError(place, f"{place} has no threshold; give at_least, at_most or both.")
    if least is not None and most is not None and least >= most:
        raise ConfigError(place, f"{place}.at_least is {least}, not below at_most; swap them.")
    return Metric(keys.meaning, least, most, keys.why, keys.control)
