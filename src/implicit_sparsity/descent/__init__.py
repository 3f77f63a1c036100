"""Exact gradient descent on a depth-N diagonal linear network."""
