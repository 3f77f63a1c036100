"""Figures of the claims, one module each, named like the claim.

Each has ``draw(tables, claim) -> Figure``, which takes the tables of the claim's studies by name.
"""
