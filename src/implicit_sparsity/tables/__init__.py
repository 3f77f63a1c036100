"""Tidy tables behind the figures: one module for each kind of figure, and the summary of all."""
