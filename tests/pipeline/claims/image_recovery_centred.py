"""The same made-up images: the centred design."""

from claims.image_tables import TABLES, expected

METRICS = {
    "gain": expected(True, "paper"),
    "gain_held_out": expected(True, "held-out"),
}
__all__ = ["METRICS", "TABLES"]
