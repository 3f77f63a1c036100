"""A fitted estimator drawn: weights along the flow, and what stopped it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from implicit_sparsity.checks import installed
from implicit_sparsity.problem import Vector
from implicit_sparsity.regression.path import RegressionPath

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class PathDisplay:
    """Weights along flow time with the stopping time, above the curve that was stopped by.

    Time is on a logarithmic scale, unless the flow was stopped at 0.

    Parameters
    ----------
    path : RegressionPath
        The weights.
    stopping_time : float
        Where the flow was stopped.
    curve : tuple of array, or None
        Flow times, values, and half the height of a band about them, shape (T,) each.
    curve_name : str
        What the values are.
    names : sequence of str
        A name for each column of the path.

    Attributes
    ----------
    figure_ : Figure
        The figure.
    axes_ : array of Axes
        The panel of the weights and, if there is a curve, that of the curve.
    lines_ : list of Line2D
        The lines of the weights, one a column.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity import DepthNRegressor, PathDisplay
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 100))
    >>> y = 2 * X[:, 3] - X[:, 7] + 0.1 * rng.standard_normal(60)
    >>> display = PathDisplay.from_estimator(DepthNRegressor().fit(X, y))
    >>> display.axes_[1].get_ylabel()
    'EBIC'
    """

    def __init__(
        self,
        path: RegressionPath,
        stopping_time: float,
        curve: tuple[Vector, Vector, Vector] | None = None,
        curve_name: str = "",
        names: Any = None,
    ) -> None:
        self.path, self.stopping_time = path, stopping_time
        self.curve, self.curve_name, self.names = curve, curve_name, names

    @classmethod
    def from_estimator(cls, estimator: Any, *, axes: Any = None, labelled: int = 8) -> Self:
        """Draw a fitted `DepthNRegressor` or `DepthNRegressorCV`.

        Parameters
        ----------
        estimator : estimator
            A fitted estimator.
        axes : array of two Axes, optional
            Where to draw; by default a new figure.
        labelled : int, optional
            So many columns, those of the largest weights at the stopping time, are named.

        Returns
        -------
        PathDisplay
            The display, drawn.

        Raises
        ------
        TypeError
            If it is another estimator, such as a pipeline that ends in one of those.
        ValueError
            If the estimator was pickled without its path.
        """
        check_is_fitted(estimator)
        if not hasattr(estimator, "stopping_time_"):
            searched = hasattr(estimator, "best_estimator_")
            place = (
                "a search give its best_estimator_"
                if searched
                else "a pipeline give the last step, pipeline[-1]"
            )
            raise TypeError(
                "PathDisplay draws a DepthNRegressor or DepthNRegressorCV, not one of type "
                f"{type(estimator).__name__}; of {place}."
            )
        if not hasattr(estimator, "path_"):
            raise ValueError(
                "The estimator comes from a pickle or a copy without its path; set keep_path=True "
                "before that."
            )
        path = estimator.path_
        named = getattr(estimator, "feature_names_in_", None)
        names = [f"column {j}" if named is None else str(named[j]) for j in path.columns]
        curve, curve_name = None, ""
        if hasattr(estimator, "held_out_"):
            held = estimator.held_out_
            curve = (held.time, held.error, held.standard_error)
            curve_name = "held-out error /\nvariance of y"
        elif hasattr(estimator, "curve_"):
            found = estimator.curve_
            curve = (found.time, found.criterion, np.zeros(found.time.size))
            curve_name = estimator.stop.upper()
        display = cls(path, estimator.stopping_time_, curve, curve_name, names)
        return display.plot(axes=axes, labelled=labelled)

    def plot(self, *, axes: Any = None, labelled: int = 8) -> Self:
        """Draw.

        Parameters
        ----------
        axes : array of two Axes, optional
            Where to draw; by default a new figure.
        labelled : int, optional
            So many columns are named.

        Returns
        -------
        PathDisplay
            The display itself.
        """
        installed("PathDisplay", "matplotlib", extra="plots")
        from matplotlib import pyplot

        if axes is None:
            rows = 1 if self.curve is None else 2
            shape = {"height_ratios": [2, 1][:rows]}
            size = (6.4, 2.4 + 1.6 * rows)
            _, axes = pyplot.subplots(
                rows, 1, sharex=True, figsize=size, gridspec_kw=shape, layout="constrained"
            )
        self.axes_ = np.atleast_1d(axes)
        self.figure_: Figure = self.axes_[0].figure
        self._draw_weights(self.axes_[0], labelled)
        if self.curve is not None:
            self._draw_curve(self.axes_[1])
        for panel in self.axes_:
            if self.stopping_time > 0:  # the next weight may move ten times later than the last
                panel.set_xscale("log")
            panel.axvline(self.stopping_time, color="0.4", lw=1, ls="--")
        self.axes_[-1].set_xlabel("flow time")
        return self

    def _draw_weights(self, panel: Axes, labelled: int) -> None:
        time, w = self.path.time, self.path.w
        at = int(np.abs(time - self.stopping_time).argmin())
        order = np.argsort(-np.abs(w[at]), kind="stable")
        self.lines_ = [
            panel.plot(time, w[:, j], lw=0.6, color="0.75")[0] for j in range(w.shape[1])
        ]
        for rank, j in enumerate(order[:labelled]):
            if w[at, j]:
                number = f"column {self.path.columns[j]}"
                label = number if self.names is None else legend_label(self.names[j], number)
                self.lines_[j].set(color=f"C{rank % 10}", lw=1.4, label=label, zorder=3)
        # Given one by one, since a name may begin with an underscore.
        named = [self.lines_[j] for j in order[:labelled] if w[at, j]]
        if named:
            panel.legend(
                named, [line.get_label() for line in named], fontsize="small", frameon=False
            )
        panel.set_ylabel("weight, standardised")

    def _draw_curve(self, panel: Axes) -> None:
        assert self.curve is not None
        time, value, band = self.curve
        panel.plot(time, value, color="C0", lw=1.4)
        if band.any():
            panel.fill_between(time, value - band, value + band, color="C0", alpha=0.2, lw=0)
        panel.set_ylabel(self.curve_name)


def legend_label(name: str, instead: str) -> str:
    """A name as a legend of matplotlib shows it.

    Parameters
    ----------
    name : str
        Any name; it is no mathtext.
    instead : str
        What to show instead, if the font lacks a character of it.

    Returns
    -------
    str
        The text of the legend.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        text_to_path.get_text_width_height_descent(name, FontProperties(), ismath=False)
    return instead if told else name.replace("$", r"\$")
