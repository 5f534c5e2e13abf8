"""Alignment: which position in a translation corresponds to a position in its source."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from teletipo.verify.lexicon import COGNATE_LETTERS, Lexicon
from teletipo.verify.readers.words import units

# Very common words and weak translation pairs do not align.
_MIN_WEIGHT, _MIN_STRENGTH = 2.5, 0.2
# The penalty for a distance of a whole sentence, against a candidate's strength.
_DISTANCE = 0.3


@dataclass(frozen=True)
class Alignment:
    """The positions (in characters) at which the words of two sentences correspond."""

    lengths: tuple[int, int]
    links: Sequence[tuple[float, float]]
    """Sorted by the first sentence's position."""

    def mirrored(self) -> "Alignment":
        """Return the alignment from the second sentence to the first."""
        one, other = self.lengths
        return Alignment((other, one), sorted((there, here) for here, there in self.links))

    def counterparts(self, place: float, *, count: int, reach: float) -> list[float]:
        """Estimate the position in the second sentence for a position in the first.

        Return an estimate for each of the ``count`` nearest links within ``reach``, a share of the
        sentence's length.
        """
        length, other = self.lengths
        middle = bisect_left(self.links, (place, 0.0))
        around = self.links[max(0, middle - count) : middle + count]
        nearest = sorted((abs(here - place), here, there) for here, there in around)[:count]
        return [
            there + (place - here) * other / length
            for distance, here, there in nearest
            if distance < reach * length
        ]


def align(source_text: str, output_text: str, table: Lexicon) -> Alignment:
    """Align two texts by the source's rarer words that have a counterpart."""
    theirs: dict[str, list[float]] = defaultdict(list)
    cognates: dict[str, set[str]] = defaultdict(set)
    for word, place in units(output_text):
        if table.target.weight(word) <= _MIN_WEIGHT:
            continue
        theirs[word].append(place)
        if table.is_western and len(word) >= COGNATE_LETTERS:
            cognates[word[:COGNATE_LETTERS]].add(word)
    lengths = len(source_text), len(output_text)
    links = []
    for word, here in units(source_text):
        if table.source.weight(word) <= _MIN_WEIGHT:
            continue
        others = {word, *table.translations(word), *cognates.get(word[:COGNATE_LETTERS], ())}
        candidates = [
            (strength - _DISTANCE * abs(here / lengths[0] - there / lengths[1]), there)
            for other in others & theirs.keys()
            if (strength := table.strength(word, other)) >= _MIN_STRENGTH
            for there in [nearest(theirs[other], here * lengths[1] / lengths[0])]
        ]
        if candidates:
            links.append((here, max(candidates)[1]))
    return Alignment(lengths, sorted(links))


def nearest(places: Sequence[float], place: float) -> float:
    """Return the one nearest to ``place`` of ``places``, which are sorted and not empty."""
    index = bisect_left(places, place)
    return min(places[max(0, index - 1) : index + 1], key=lambda each: abs(each - place))
