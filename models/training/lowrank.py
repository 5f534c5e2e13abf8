"""Changes of weights as products of two thin matrices, of a rank that an adapter can hold."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Reduced:
    """The nearest matrix of a rank: ``up · down``."""

    up: Matrix
    down: Matrix
    lost: float
    """Squared singular values that the lower rank leaves out."""
    whole: float
    """All squared singular values."""


def of_matrix(change: Matrix, rank: int) -> Reduced:
    """Return the nearest matrix of this rank (Eckart and Young 1936)."""
    left, values, right = np.linalg.svd(change, full_matrices=False)
    return _cut(left, values, right, rank)


def of_product(tall: Matrix, wide: Matrix, rank: int) -> Reduced:
    """Return the same for ``tall · wide``; no full-size matrix is decomposed."""
    left, upper = np.linalg.qr(tall)
    right, lower = np.linalg.qr(wide.T)
    turned, values, back = np.linalg.svd(upper @ lower.T)
    return _cut(left @ turned, values, back @ right.T, rank)


def _cut(left: Matrix, values: Matrix, right: Matrix, rank: int) -> Reduced:
    root = np.sqrt(values[:rank])
    return Reduced(
        up=left[:, :rank] * root,
        down=root[:, None] * right[:rank],
        lost=float((values[rank:] ** 2).sum()),
        whole=float((values**2).sum()),
    )
