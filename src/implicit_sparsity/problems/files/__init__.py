"""Data files, one kind a module; what names them and their faults needs no pandas."""
