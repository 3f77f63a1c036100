"""Where problems come from: the authors' code, random generators, images and data files."""
