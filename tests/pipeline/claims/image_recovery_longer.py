"""The same made-up images: long runs on both designs."""

from claims.image_tables import TABLES, expected

METRICS = {
    "gain": expected(False, "end"),
    "gain_centred": expected(True, "end"),
}
__all__ = ["METRICS", "TABLES"]
