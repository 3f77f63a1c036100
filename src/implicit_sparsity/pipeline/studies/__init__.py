"""Studies: what is measured on each path of a grid, one module for each measure.

Each has ``measure(spec, problem, depth, alpha, **options)``, which gives one row of the table, or
a list of rows, as mappings of column to value.
"""
