"""Where problems come from: the authors' instances, synthetic ones, images, files."""
