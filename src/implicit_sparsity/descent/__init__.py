"""Exact gradient descent on a depth-N diagonal linear network.

From the top: `engine` (`gradient_descent`), `together` (`gradient_descents`: several runs of one
design), `run` (what a run is asked to do), `segments` (some thousand iterations at a time),
`kernels` (the compiled iteration), `packing` (the data in memory), `lanes` (vectors of eight
numbers), `recorder` (what is kept), `reference` (the same in plain NumPy), `limits` (what bounds a
run).
"""
