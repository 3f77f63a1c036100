"""Sparse linear regression by an early-stopped gradient flow, as scikit-learn has estimators.

Inside, columns and target have mean 0 and mean square 1, and equal columns stand there once. So
neither the units of the data nor copies of a column matter, and the defaults need no adjusting.
"""

from implicit_sparsity.regression.estimators.depth_n import DepthNRegressor
from implicit_sparsity.regression.estimators.depth_n_cv import DepthNRegressorCV

__all__ = ["DepthNRegressor", "DepthNRegressorCV"]
