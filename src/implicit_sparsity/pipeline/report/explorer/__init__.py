"""The explorer: a page on which depth and start are sliders."""
