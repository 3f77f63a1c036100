"""Sparse regression by early stopping: estimators and what they are made of."""
