"""Gradient flow of a depth-N diagonal linear network."""
