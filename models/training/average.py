"""Average several adapters into one: ``python -m models.training.average --help``.

The mean of the runs' weight changes, ``Σ B·A / n`` of every projection, is reduced to the first
adapter's rank by singular value decomposition. Runs from the same initial weights make different
errors, and their mean makes fewer (Wortsman et al. 2022, "Model soups"). Decoding costs the same.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from models.training import lowrank

Factors = dict[str, npt.NDArray[np.float32]]

_DOWN, _UP = "lora_A.weight", "lora_B.weight"


def average(adapters: Sequence[Path], out: Path) -> float:
    """Write the mean of ``adapter.safetensors`` files to ``out``, in float16.

    Return the share of the change (squared singular values) that is lost by the lower rank.
    Raises ``OSError``, ``ValueError``.
    """
    try:
        read = [_read(path) for path in adapters]
    except SafetensorError as error:
        raise ValueError(f"an adapter cannot be read: {error}") from error
    names = read[0][0].keys()
    if any(factors.keys() != names for factors, _ in read):
        raise ValueError("the adapters are for different models")
    scaling = read[0][1]
    mean: Factors = {}
    lost = whole = 0.0
    for name in names:
        if not name.endswith(_DOWN):
            continue
        other = name.removesuffix(_DOWN) + _UP
        # Σ B·A as one product of a tall and a wide matrix.
        wide = np.vstack([factors[name] for factors, _ in read])
        tall = np.hstack([factors[other] * (own / scaling / len(read)) for factors, own in read])
        reduced = lowrank.of_product(tall, wide, read[0][0][name].shape[0])
        mean[other], mean[name] = reduced.up, reduced.down
        lost += reduced.lost
        whole += reduced.whole
    save_file(
        {name: np.ascontiguousarray(mean[name], np.float16) for name in mean},
        out,
        {"scaling": str(scaling)},
    )
    return lost / whole if whole else 0.0


def _read(path: Path) -> tuple[Factors, float]:
    with safe_open(path, "numpy") as file:
        scaling = float((file.metadata() or {})["scaling"])
        names = file.keys()
        return {name: file.get_tensor(name).astype(np.float32) for name in names}, scaling


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 written, 1 a file cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.average", description=__doc__)
    parser.add_argument("adapters", type=Path, nargs="+", help="adapter.safetensors of each run; "
                        "one given twice counts twice")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    options = parser.parse_args(arguments)
    try:
        lost = average(options.adapters, options.out)
    except (OSError, ValueError, KeyError) as error:
        print(f"The adapters were not averaged: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: the lower rank lost {lost:.2%} of the change", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
