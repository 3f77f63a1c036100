"""When to stop without the truth."""
