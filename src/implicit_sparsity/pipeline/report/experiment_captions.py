"""Captions of the experiments' figures: what was found, as HTML."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from implicit_sparsity.formatting import unicode_number
from implicit_sparsity.pipeline.report.html import (
    figure_legend,
    html_table,
    markup,
    setting_table,
    words,
)


def caption(
    summary: pd.DataFrame, curves: pd.DataFrame, legend: str, setting: Mapping[str, str]
) -> str:
    """Write an experiment's errors and windows, its baselines' errors, and its setting.

    Parameters
    ----------
    summary : DataFrame
        The rows of the experiment that `pipeline.experiments.summary.summarise` returns.
    curves : DataFrame
        The table behind its figure.
    legend : str
        What its figure shows.
    setting : mapping of str to str
        What it was run with, in words.

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
    found = html_table(map(markup, columns.values()), lines)
    return found + figure_legend(legend) + setting_table("Setting", setting)


def _number(value: float, without: str) -> str:
    """A number, or a word where there is none."""
    return without if pd.isna(value) else unicode_number(value)
