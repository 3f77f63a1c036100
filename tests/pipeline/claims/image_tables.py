"""Images of which depth 5 recovers more than depth 2, and many measurements more than few."""

from claims.case import NAN, Change, Expected, study

STUDY = "image_recovery"
DESIGNS = {
    False: "rademacher(probability=0.25)",
    True: "rademacher(probability=0.25, centred)",
}
STOPS = ["paper", "held-out", "end"]
#: What depth 5 gains in each setting.
GAINS = {
    (design, stop): 2.0 + i
    for i, (design, stop) in enumerate((d, s) for s in STOPS for d in DESIGNS.values())
}
LEVELS = {
    "design": list(DESIGNS.values()),
    "n": [392, 40],
    "p": [784],
    "k": [NAN],
    "signal": ["mnist"],
    "noise": [0.0],
    "depth": [2, 3, 5],
    "stop": STOPS,
}


def _row(keys, jitter):
    many = keys["n"] == 392
    gain = GAINS[keys["design"], keys["stop"]] if many else 0.5
    deepest = keys["depth"] == 5
    level = 20 if many else 8
    return {"psnr": level + 30 * (jitter - 1) + (gain * jitter if deepest else 0.0)}


TABLES = {STUDY: study(LEVELS, _row)}


def expected(centred, stop):
    """What a gain is on them in a setting, and what breaks it."""
    design = DESIGNS[centred]
    here = f"design == {design!r} and stop == {stop!r}"
    return Expected(
        value=GAINS[design, stop],
        contradicted=Change(STUDY, f"{here} and n == 392 and depth == 5", {"psnr": 18.0}),
        control_holds=Change(STUDY, f"{here} and n == 40 and depth == 5", {"psnr": 15.0}),
        # Few measurements do as well at depth 2, and gain as little by depth.
        positive_fails=Change(STUDY, f"{here} and n == 40", {"psnr": "psnr + 12"}),
        panels=(2,) if stop == "paper" or (not centred and stop == "end") else (3,),
    )
