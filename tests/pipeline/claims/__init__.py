"""Made-up results for each claim, one module each, named like the claim.

Each has ``TABLES``, studies of which the claim is true, and ``METRICS``, what each metric is
there and which changes of the tables break it; and ``SINGLE``, a query of rows that leaves one
problem in each cell, where one replicate would leave more.
"""
