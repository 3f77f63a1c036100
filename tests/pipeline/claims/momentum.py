"""One λ, one end, which is nearer to the truth than the flow's unless the columns are centred."""

from claims.case import Change, Expected, study


def _row(keys, jitter):
    over = 0.5 if keys["columns"] == "uncentred" else 1.2
    return {
        "error": 0.1 * over * jitter,
        "flow_error": 0.1,
        "loss": 1e-9,
        "apart": 0.05 * jitter,
        "apart_from_other": 0.6 * jitter,
    }


TABLES = {
    "momentum": study({"columns": ["centred", "uncentred"], "inertia": [0.1, 0.2, 0.3]}, _row).drop(
        columns=["method"]
    )
}


def change(where, to):
    return Change("momentum", where, to)


METRICS = {
    "apart": Expected(
        value=0.05,
        contradicted=change("columns == 'centred' and inertia == 0.1", {"apart": "0.4 * jitter"}),
        control_holds=change("inertia == 0.3", {"apart_from_other": "0.1 * jitter"}),
        panels=(0,),
    ),
    "nearer": Expected(
        value=1.0,
        contradicted=change("columns == 'uncentred' and inertia == 0.2", {"error": 0.2}),
        control_holds=change("columns == 'centred' and inertia == 0.2", {"error": 0.05}),
        panels=(2,),
    ),
}
