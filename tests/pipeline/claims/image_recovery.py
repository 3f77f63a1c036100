"""Images of which depth 5 recovers more than depth 2, from 392 measurements alone."""

from claims.case import NAN, Change, Expected, study

STUDY = "image_recovery"
PLAIN, CENTRED = "rademacher(probability=0.25)", "rademacher(probability=0.25, centred)"
#: By metric, the design, the place to stop, and what depth 5 gains there.
SETTINGS = {
    "gain_as_published": (PLAIN, "paper", 2.0),
    "gain_centred": (CENTRED, "paper", 3.0),
    "gain_held_out": (PLAIN, "held-out", 4.0),
    "gain_centred_held_out": (CENTRED, "held-out", 5.0),
    "gain_centred_end": (CENTRED, "end", 6.0),
}
GAINS = {(design, stop): gain for design, stop, gain in SETTINGS.values()}
LEVELS = {
    "design": [PLAIN, CENTRED],
    "n": [392, 40],
    "p": [784],
    "k": [NAN],
    "signal": ["mnist"],
    "noise": [0.0],
    "depth": [2, 3, 5],
    "stop": ["paper", "held-out", "end"],
}


def _row(keys, jitter):
    gain = GAINS.get((keys["design"], keys["stop"]), 0.0) if keys["n"] == 392 else 0.5
    deepest = keys["depth"] == 5
    return {"psnr": 20 + 30 * (jitter - 1) + (gain * jitter if deepest else 0.0)}


TABLES = {STUDY: study(LEVELS, _row)}


def _deepest(design, stop, n, psnr):
    where = f"design == {design!r} and stop == {stop!r} and n == {n} and depth == 5"
    return Change(STUDY, where, {"psnr": psnr})


METRICS = {
    metric: Expected(
        value=gain,
        contradicted=_deepest(design, stop, 392, 18.0),
        control_holds=_deepest(design, stop, 40, 25.0),
    )
    for metric, (design, stop, gain) in SETTINGS.items()
}
