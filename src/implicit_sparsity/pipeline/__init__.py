"""What only the workflow needs; nothing outside imports it."""
