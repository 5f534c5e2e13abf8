"""Trains the weights that tell translations into or from Chinese from random pairs.

``python -m models.training.kinship DATA`` prints them, to be copied to ``teletipo.verify.overlap``.
"""

import argparse
import math
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.training.pairs import Pair, read_pairs
from teletipo.verify.overlap import coverage, kinship_features
from teletipo.verify.pair import SentencePair

_NAMES = ("words", "names", "shared_figures", "own_figures", "length", "bias")
_ORIGINS = frozenset({"wmt-news", "wmt-general", "wmt24", "python-docs"})
_STEPS, _RATE, _DECAY = 6_000, 1.0, 1e-4


def features(text: str, translation: str, source: str) -> list[float]:
    """Return the regression's features of two sentences, the second Chinese; the last is always 1.

    Raises ``ValueError`` if the source language has no word table.
    """
    pair = SentencePair.of(text, translation, source, "zh-Hans")
    if pair.lexicon is None:
        raise ValueError(f"there is no word table for {source}")
    share, _ = coverage(pair, pair.lexicon)
    return [math.sqrt(share), *kinship_features(pair, pair.lexicon), 1.0]


def fit(related: NDArray[np.float64], strangers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression, fitted by gradient descent."""
    samples = np.vstack([related, strangers])
    wanted = np.r_[np.ones(len(related)), np.zeros(len(strangers))]
    mean, spread = samples.mean(0), samples.std(0)
    mean[-1], spread[spread == 0] = 0.0, 1.0
    scaled = (samples - mean) / spread
    weights = np.zeros(scaled.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-scaled @ weights))
        weights -= _RATE * (scaled.T @ (likely - wanted) / len(wanted) + _DECAY * weights)
    found: NDArray[np.float64] = weights / spread
    found[-1] -= float(np.sum(found[:-1] * mean[:-1]))
    return found


def learn(pairs: Sequence[Pair], count: int, seed: int) -> NDArray[np.float64]:
    """Fit on ``count`` pairs each of English and Spanish with Chinese, and as many random pairs."""
    generator = random.Random(seed)  # noqa: S311
    related, unrelated = [], []
    for source in ("en", "es"):
        own = [
            pair
            for pair in pairs
            if pair.target == "zh-Hans"
            and pair.source == source
            and pair.origin in _ORIGINS
            and (source == "es" or pair.origin != "python-docs")
        ]
        for index in generator.sample(range(len(own)), min(count, len(own))):
            pair, other = own[index], own[index - 1 - generator.randrange(30, len(own) - 30)]
            related.append(features(pair.text, pair.translation, source))
            unrelated.append(features(pair.text, other.translation, source))
    return fit(np.array(related), np.array(unrelated))


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 printed, 1 the data cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models.training.kinship", description=__doc__)
    parser.add_argument("data", type=Path, help="a folder with es-en.tsv and en-zh.tsv")
    parser.add_argument("--count", type=int, default=3_000, help="pairs per language")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        weights = learn(read_pairs(options.data), options.count, options.seed)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print("  ".join(f"{name} {weight:.2f}" for name, weight in zip(_NAMES, weights, strict=True)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
