"""The entries of config/claims.yaml: what is claimed, by whom, and what would settle it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config.claim_keys import (
    PARTS,
    ClaimKeys,
    ClaimsKeys,
    MetricKeys,
    Need,
    Part,
    RangeKeys,
)
from implicit_sparsity.pipeline.config.errors import ConfigError, explain, file_name, quoted


@dataclass(frozen=True)
class Range:
    """The numbers within [least, most].

    Attributes
    ----------
    least, most : float or None
        The ends, None where there is none.
    """

    least: float | None
    most: float | None

    @property
    def ends(self) -> tuple[float, float]:
        """The ends, infinite where there is none."""
        least = -math.inf if self.least is None else self.least
        return least, math.inf if self.most is None else self.most


@dataclass(frozen=True)
class Condition:
    """Where a claim is made.

    Attributes
    ----------
    words : str
        The condition in words.
    rows : dict of str to Range
        The columns that it is about, each with what it must be within.
    """

    words: str
    rows: dict[str, Range]


@dataclass(frozen=True)
class Metric(Range):
    """A number that a claim is judged on; it must lie within [least, most].

    Attributes
    ----------
    least, most : float or None
        The ends of the threshold, None where there is none.
    meaning : str
        What the number is.
    why : str
        Why this threshold.
    control : str
        The data on which the claim must fail.
    positive_control : str or None
        The data on which it must hold.
    primary : bool
        Whether the verdict on the claim rests on it.
    """

    meaning: str
    why: str
    control: str
    positive_control: str | None = None
    primary: bool = True

    @property
    def limit(self) -> float:
        """The end of the threshold, of a metric that has one."""
        ends = [end for end in (self.least, self.most) if end is not None]
        return ends[0]


@dataclass(frozen=True)
class System:
    """What a claim about a related system is about, in words.

    Attributes
    ----------
    parametrisation : str
        The weights as a function of the parameters.
    optimiser : str
        What moves the parameters.
    loss : str
        What is made small.
    not_done : str, optional
        What the source claims or runs and is not done here.
    """

    parametrisation: str
    optimiser: str
    loss: str
    not_done: str | None = None


@dataclass(frozen=True)
class Claim:
    """A statement, where it comes from, and what decides about it.

    Attributes
    ----------
    id : str
        Its name.
    statement : str
        What is claimed.
    origin : str
        One of ``ORIGINS``.
    source : str
        Who says so.
    condition : Condition or None
        Where it is claimed; everywhere if None.
    studies : list of str
        The studies, or related systems, that it is judged on.
    metrics : dict
        Its metrics by name.
    system : System or None
        The related system that it is about, if it is about one.
    shown_in : list of str
        The paper's experiments whose figure shows it.
    needs : dict
        What it needs of its studies' grids, by study and key: how many different values, a list of
        values, or the study whose values.
    """

    id: str
    statement: str
    origin: str
    source: str
    condition: Condition | None
    studies: list[str]
    metrics: dict[str, Metric]
    system: System | None = None
    shown_in: list[str] = field(default_factory=list)
    needs: dict[str, dict[str, Need]] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """Its module within the pipeline, as in ``claims.early_stopping``."""
        return f"{'related' if self.system else 'claims'}.{self.id}"

    @property
    def part(self) -> Part:
        """The part of the ledger that it stands in."""
        return next(part for part in PARTS if self.origin in part.origins)

    @property
    def primary(self) -> dict[str, Metric]:
        """The metrics that the verdict rests on."""
        return {name: metric for name, metric in self.metrics.items() if metric.primary}

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Claim:
        """The claim whose ``asdict`` the entry is."""
        metrics = {name: Metric(**metric) for name, metric in entry["metrics"].items()}
        condition = entry["condition"]
        if condition is not None:
            rows = {column: Range(**ends) for column, ends in condition["rows"].items()}
            condition = Condition(condition["words"], rows)
        system = entry["system"] and System(**entry["system"])
        made = {"condition": condition, "metrics": metrics, "system": system}
        return cls(**{**entry, **made})


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
        Names of the studies and related systems of the configuration. A claim is left out if one of
        its studies is not among them and no similar name is.
    taken : iterable of str, optional
        Names of other figures.
    left_out : iterable of str, optional
        Names of studies and systems that were left out on purpose; "studies" or "related" if all.

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
    kind = "related" if claim.system else "studies"
    for study in claim.studies:
        if study not in studies:
            hint = nearest(study, studies)
            if hint.startswith("did") and not {study, kind} & set(left_out):
                raise ConfigError(
                    claim.id,
                    f"Claim {claim.id} is judged on {quoted(study)}, which is no study (to leave "
                    f"it out, set studies.{study} to null); {hint}",
                )
            return False
    return True


def _claim(name: str, keys: ClaimKeys) -> Claim:
    metrics = {key: _metric(f"{name}.{key}", metric) for key, metric in keys.metrics.items()}
    if not any(metric.primary for metric in metrics.values()):
        text = (
            f"{name} has no primary metric; set primary: true in that which the verdict rests on."
        )
        raise ConfigError(name, text)
    condition = None
    if keys.condition is not None:
        place = f"{name}.condition"
        rows = {key: _range(f"{place}.{key}", ends) for key, ends in keys.condition.rows.items()}
        condition = Condition(keys.condition.words, rows)
    words = (keys.statement, keys.origin, keys.source)
    system = _system(name, keys)
    for study in [*keys.needs, *_named(keys)]:
        if study not in keys.studies:
            text = f"{name} needs something of {quoted(study)}, which is none of its studies; "
            raise ConfigError(f"{name}.needs", text + nearest(study, keys.studies))
    return Claim(name, *words, condition, keys.studies, metrics, system, keys.shown_in, keys.needs)


def _named(keys: ClaimKeys) -> list[str]:
    """The studies whose values are needed in another."""
    return [need for each in keys.needs.values() for need in each.values() if type(need) is str]


def _system(name: str, keys: ClaimKeys) -> System | None:
    is_related = keys.origin == "related"
    if is_related != (keys.system is not None):
        remedy = "add the mapping system" if is_related else "remove system"
        text = f"{name} is of the origin {keys.origin}; {remedy}, which claims of related have."
        raise ConfigError(f"{name}.system", text)
    return System(**dict(keys.system)) if is_related else None


def _metric(place: str, keys: MetricKeys) -> Metric:
    ends = _range(place, keys)
    words = (keys.meaning, keys.why, keys.control, keys.positive_control)
    return Metric(ends.least, ends.most, *words, keys.primary)


def _range(place: str, keys: RangeKeys) -> Range:
    least, most = keys.at_least, keys.at_most
    if least is None and most is None:
        raise ConfigError(place, f"{place} has no threshold; give at_least, at_most or both.")
    if least is not None and most is not None and least >= most:
        raise ConfigError(place, f"{place}.at_least is {least}, not below at_most; swap them.")
    return Range(least, most)
