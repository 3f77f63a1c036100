"""Studies: what is measured on each trajectory of a grid, one module a measure.

A measure's module has ``measure(spec, problem, depth, alpha)``, which gives a row of the table, or
several, as mappings of column to value; `registry` holds them by name. A module says
``DENSE = True`` if it also makes sense where no weight is zero, ``TIMED = True`` if it reports run
times.
"""
