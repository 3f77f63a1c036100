"""Figures, one module for each kind of experiment; each has ``draw(table, summary) -> Figure``."""
