"""What only the workflow needs; nothing outside imports it."""

from implicit_sparsity.checks import installed

installed(
    "implicit_sparsity.pipeline",
    *("grimp", "matplotlib", "pandas", "pydantic", "seaborn", "yaml"),
    extra="pipeline",
)
