"""Tables of the pipeline, for a notebook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

#: From the repository's root, or any folder that the pipeline ran in; and from notebooks/.
PLACES = (Path("results"), Path("../results"))


class MissingTable(FileNotFoundError):
    """A table that the pipeline has not made yet; Jupyter shows the sentence alone."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def read_table(name: str) -> pd.DataFrame:
    """Read a table of the results, here or in the folder above.

    Parameters
    ----------
    name : str
        Its path below results/ without the ending, such as "summary" or "studies/early_stopping".

    Returns
    -------
    DataFrame
        The table.

    Raises
    ------
    MissingTable
        If there is no such file; the message gives the command that makes it.
    """
    for place in PLACES:
        if (path := place / f"{name}.csv").is_file():
            return pd.read_csv(path)
    raise MissingTable(
        f"results/{name}.csv has not been made yet; in the repository, run "
        f"`snakemake --cores all results/{name}.csv`, or `make figures` for all results at once."
    )
