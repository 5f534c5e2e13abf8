"""The language pairs that a pack serves, and the steps for each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.manifest import ModelEntry, Quality, Route
from teletipo.ports import Hop


@dataclass(frozen=True)
class Way:
    """How a pack translates one language pair."""

    hops: tuple[Hop, ...]
    quality: Quality | None
    detour: tuple[Hop, ...] | None = None
    """An alternative with a worse measured score, for sentences that fail on ``hops``."""


def ways(models: Sequence[ModelEntry], routes: Sequence[Route]) -> dict[tuple[str, str], Way]:
    """Return the way for every pair that the models can serve.

    If a pair has both a direct model and a route, the one with the better chrF is used and the
    other is its detour. A pair with neither goes through the best pivot language. A pivot's score
    is the lower chrF of its two steps; an unmeasured step scores 0, and ties go to the first
    language by name.
    """
    direct = {
        (pair.source, pair.target): pair.quality
        for model in reversed(models)
        for pair in model.pairs
    }
    found = {pair: Way((Hop(*pair),), quality) for pair, quality in direct.items()}
    for route in routes:
        pair = route.source, route.target
        way = Way((Hop(route.source, route.via), Hop(route.via, route.target)), route.quality)
        if pair in direct:
            way, other = sorted((found[pair], way), key=lambda each: -_chrf(each.quality))
            way = replace(way, detour=other.hops)
        found[pair] = way
    languages = sorted({language for pair in direct for language in pair})
    for source in languages:
        for target in languages:
            pivots = [
                pivot
                for pivot in languages
                if source != target and (source, pivot) in direct and (pivot, target) in direct
            ]
            if pivots and (source, target) not in found:
                pivot = max(
                    pivots,
                    key=lambda pivot: min(
                        _chrf(direct[source, pivot]), _chrf(direct[pivot, target])
                    ),
                )
                found[source, target] = Way((Hop(source, pivot), Hop(pivot, target)), None)
    return found


def _chrf(quality: Quality | None) -> float:
    return quality.chrf if quality else 0.0
