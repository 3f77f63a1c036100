"""Groups have a fraction of the error where the truth is sparse by groups, else many times it."""

from claims.case import Change, Expected, study

ERRORS = {"normalised": 0.01, "two_sided": 0.05, "one_sided": 0.02, "raw": 0.005, "against": 1.0}


def _row(keys, jitter):
    lost = keys["truth"] == "permuted" and keys["network"] == "normalised"
    # On one draw both errors rise, so that their ratio does not.
    error = (0.6 if lost else ERRORS[keys["network"]]) * jitter
    return {"best_error": error, "last_error": error}


TABLES = {
    "group_sparsity": study({"truth": ["groups", "permuted"], "network": list(ERRORS)}, _row)
    .drop(columns=["method"])
    .query("truth == 'groups' or network not in ['raw', 'against']")
    .reset_index(drop=True)
}


def change(to, *where):
    return Change("group_sparsity", " and ".join(where), to)


GROUPS, PERMUTED = "truth == 'groups'", "truth == 'permuted'"
METRICS = {
    "over_two_sided": Expected(
        value=0.2,
        contradicted=change({"best_error": "0.015 * jitter"}, GROUPS, "network == 'two_sided'"),
        control_holds=change({"best_error": "6 * jitter"}, PERMUTED, "network == 'two_sided'"),
        panels=(0,),
    ),
    "over_one_sided": Expected(
        value=0.5,
        contradicted=change({"best_error": "0.005 * jitter"}, GROUPS, "network == 'one_sided'"),
        control_holds=change({"best_error": "6 * jitter"}, PERMUTED, "network == 'one_sided'"),
        panels=(0,),
    ),
    "raw_error": Expected(
        value=0.005,
        contradicted=change({"best_error": "0.5 * jitter"}, "network == 'raw'"),
        control_holds=change({"best_error": 0.01}, "network == 'against'"),
        panels=(1,),
    ),
}
