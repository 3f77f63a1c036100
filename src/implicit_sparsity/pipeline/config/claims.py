"""The entries of config/claims.yaml: what is claimed, by whom, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from implicit_sparsity.checks import nearest
from implicit_sparsity.pipeline.config.check import ConfigError, check, file_name


@dataclass(frozen=True)
class Metric:
    """A number that a claim is judged on; it must lie within [least, most]."""

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
    """A statement, where it comes from, the studies it is judged on and its metrics by name."""

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
    schema: Mapping[str, Any],
    studies: Iterable[str],
    taken: Iterable[str],
) -> dict[str, Claim]:
    """Every claim, by id.

    Parameters
    ----------
    claims : mapping, as read from config/claims.yaml.
    schema : mapping, the JSON schema workflow/schemas/claims.schema.yaml.
    studies : names that claims may be judged on.
    taken : names of other figures.

    Raises
    ------
    ConfigError
        With one sentence that names the key at fault and the remedy.
    """
    found = {}
    for name, entry in check(claims, schema).items():
        file_name("claims.yaml", name)
        if name in taken:
            raise ConfigError(f"Claim {name} has the name of an experiment; give it another.")
        for study in entry["studies"]:
            if study not in studies:
                raise ConfigError(
                    f"Claim {name} is judged on {study!r}, which is no study; "
                    f"{nearest(study, studies)}"
                )
        found[name] = Claim(
            id=name,
            statement=" ".join(entry["statement"].split()),
            source=" ".join(entry["source"].split()),
            studies=entry["studies"],
            metrics={key: _metric(f"{name}.{key}", m) for key, m in entry["metrics"].items()},
        )
    return found


def _metric(place: str, entry: dict[str, Any]) -> Metric:
    least, most = entry.get("at_least"), entry.get("at_most")
    if least is None and most is None:
        raise ConfigError(f"{place} has no threshold; give at_least, at_most or both.")
    if least is not None and most is not None and least >= most:
        raise ConfigError(f"{place}.at_least is {least}, not below at_most; swap them.")
    words = {key: " ".join(entry[key].split()) for key in ("meaning", "why", "control")}
    return Metric(least=least, most=most, **words)
