"""Experiments: runs of gradient descent and the tidy tables behind their figures."""
