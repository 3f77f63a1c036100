"""Random designs, one module each; `registry` holds them by name."""
