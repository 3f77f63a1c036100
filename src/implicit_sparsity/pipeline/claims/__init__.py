"""Claims: one module each, named like its entry in config/claims.yaml.

Each has ``evidence(tables)``, which takes the tables of its studies by name and gives an Evidence
for every metric of the entry.
"""
