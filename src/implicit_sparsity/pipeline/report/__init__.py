"""What the report says beside its figures: settings in words, and what was found as HTML."""
