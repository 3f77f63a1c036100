"""The configuration: read, checked, and turned into what jobs are asked to do."""
