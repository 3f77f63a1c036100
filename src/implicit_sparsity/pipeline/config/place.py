"""Where an entry of the configuration stands, and what is wrong there."""

from __future__ import annotations

from implicit_sparsity.pipeline.config.errors import ConfigError


class Place:
    """Where the keys of an entry stand.

    Parameters
    ----------
    entry : str
        The entry, as in ``experiments.convergence``.
    inherited : dict
        The named problem that a key comes from, by key.
    """

    def __init__(self, entry: str, inherited: dict[str, str]) -> None:
        self.entry = entry
        self.inherited = inherited

    def fault(self, key: str, message: str) -> ConfigError:
        """The error that says of a key what is wrong with it and how to correct it."""
        place, source = f"{self.entry}.{key}", self.inherited.get(key)
        if source is None:
            return ConfigError(place, f"{place} {message}")
        return ConfigError(self.entry, f"{place} (from problems.{source}) {message}")

    def missing(self, key: str, within: str = "", remedy: str = "add it.") -> ConfigError:
        """The error that names a key that is not there."""
        place = f"{self.entry}{within}"
        return ConfigError(place, f"Config key {key!r} is missing in {place}; {remedy}")
