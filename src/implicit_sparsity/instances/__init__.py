"""Where problems come from: the authors' instances, fresh ones, and MNIST images."""

from implicit_sparsity.instances import authors, fresh, mnist

__all__ = ["authors", "fresh", "mnist"]
