"""Related systems: what others claim of diagonal networks, each measured, judged and drawn.

A system is one module: its settings, what it measures on random draws, the evidence and the figure.
"""
