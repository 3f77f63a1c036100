"""Captions of the experiments' figures: what was found, as HTML."""

from __future__ import annotations

import pandas as pd

from implicit_sparsity.formatting import unicode_number
from implicit_sparsity.pipeline.report.html import html_table, markup, words


def caption(summary: pd.DataFrame, curves: pd.DataFrame) -> str:
    """Write a table of an experiment's errors and windows, and of its baselines' errors.

    Parameters
    ----------
    summary : DataFrame
        The rows of the experiment that `pipeline.experiments.summary.summarise` returns.
    curves : DataFrame
        The table behind its figure.

    Returns
    -------
    str
        HTML.
    """
    columns = {
        "depth": "depth",
        "init": "start α^N",
        "best_error": "least squared error",
        "best_iteration": "at iteration",
        "final_error": "at the end",
    }
    if "psnr" in curves:
        psnr = curves.groupby(["depth", "alpha"])["psnr"].median().rename("psnr")
        summary = summary.join(psnr, on=["depth", "alpha"])
        columns["psnr"] = "median PSNR, dB"
    if summary[["window_start", "window_end"]].notna().any(axis=None):
        columns |= {"window_start": "window from", "window_end": "to", "window_size": "iterations"}
    lines = [
        [_number(row[column], "none" if column == "window_size" else "never") for column in columns]
        for row in summary.to_dict("records")
    ]
    if "method" in curves:
        for row in curves[curves["method"] != "descent"].to_dict("records"):
            error = unicode_number(2 ** row["median_log2_error"])
            cells = {"depth": words(row["method"]), "best_error": error}
            lines.append([cells.get(column, "") for column in columns])
    return html_table(map(markup, columns.values()), lines)


def _number(value: float, without: str) -> str:
    """A number, or a word where there is none."""
    return without if pd.isna(value) else unicode_number(value)
