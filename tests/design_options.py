"""Valid options of every design, for the tests that go through all of them."""

#: By name in ``designs.registry.DESIGNS``. They must suit 6, 30, 60 and 3000 columns.
OPTIONS = {
    "rademacher": {"probability": 0.25},
    "gaussian": {},
    "ar1": {"rho": -0.6},
    "equicorrelated": {"rho": 0.3},
    "coherent_pairs": {"pairs": 2, "correlation": 0.8},
    "sequence": {},
}
