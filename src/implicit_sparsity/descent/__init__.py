"""Exact gradient descent on a depth-N diagonal linear network.

From the top: `engine` (`gradient_descent`), `segments` (some thousand iterations at a time),
`kernels` (the compiled iteration), `packing` (the data in memory), `lanes` (vectors of eight
numbers), `recorder` (what is kept), `reference` (the same in plain NumPy).
"""
