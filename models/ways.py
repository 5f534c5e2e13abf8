"""Which language pairs a pack serves, and by which steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.manifest import ModelEntry, Quality, Route
from teletipo.ports import Hop


@dataclass(frozen=True)
class Way:
    """From one language to another."""

    hops: tuple[Hop, ...]
    quality: Quality | None
    detour: tuple[Hop, ...] | None = None
    """Another one, measured to be worse, for what fails on this."""


def ways(models: Sequence[ModelEntry], routes: Sequence[Route]) -> dict[tuple[str, str], Way]:
    """Every pair that can be served: directly or as the catalogue says, whichever was measured to
    be better (chrF), the other one being its detour; or by the best pivot.

    A pivot is as good as the worse of its two steps (chrF); unmeasured steps count as the worst,
    and of equals the first by name is taken.
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
