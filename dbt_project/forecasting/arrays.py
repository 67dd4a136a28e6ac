"""The arrays that everything here is made of."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def tally(place: Ints, weight: Floats, *shape: int) -> Floats:
    """Sums of weights by place, as an array of that shape; `place` counts its cells in row-major order."""
    sums: Floats = np.bincount(place.ravel(), weight.ravel(), prod(shape)).astype(np.float64, copy=False)
    return sums.reshape(shape)
