"""Figures, one module for each kind; each has ``draw(table, summary) -> Figure``."""
