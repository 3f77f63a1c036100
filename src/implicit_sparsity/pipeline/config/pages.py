"""The pages beside the figures, and what they read."""

from __future__ import annotations

from collections.abc import Collection

from implicit_sparsity.pipeline.config.errors import ConfigError
from implicit_sparsity.pipeline.config.grids import Configuration
from implicit_sparsity.pipeline.config.models import Pages


def available(configuration: Configuration, claims: Collection[str]) -> tuple[Pages, list[str]]:
    """The pages that can be made, and a line on each that is left out.

    Parameters
    ----------
    configuration : Configuration
        The checked configuration.
    claims : collection of str
        The claims that are judged.

    Returns
    -------
    tuple
        The pages, and sentences.

    Raises
    ------
    ConfigError
        If the explorer's study is one that it cannot show.
    """
    pages, left_out = configuration.pages, []
    explorer: str | None = pages.explorer
    if explorer is not None and explorer not in configuration.studies:
        left_out.append(_line("The explorer", f"studies.{explorer}"))
        explorer = None
    elif explorer is not None:
        study = configuration.studies[explorer]
        if study.measure != "recovery" or "oracle" not in study.baselines:
            raise ConfigError(
                "pages.explorer",
                f"pages.explorer is {explorer}, whose measure must be recovery and whose baselines "
                "must hold oracle; name another study.",
            )
    tables = {"summary", *(["claims"] if claims else [])}
    tables |= {f"studies/{study}" for study in configuration.studies}
    tables |= {f"related/{system}" for system in configuration.related}
    for experiment in configuration.experiments:
        tables |= {f"tables/{experiment}", f"summary/{experiment}"}
    notebooks = {}
    for name, read in pages.notebooks.items():
        if absent := [table for table in read if table not in tables]:
            left_out.append(_line(f"The notebook {name}", f"results/{absent[0]}.csv"))
        else:
            notebooks[name] = read
    return pages.model_copy(update={"explorer": explorer, "notebooks": notebooks}), left_out


def _line(page: str, what: str) -> str:
    return f"{page} is left out: it reads {what}, which this configuration does not make."
