"""Word tables: which words of two languages translate each other, from parallel sentences.

``python -m models.training.lexicon`` writes ``data/``, whose README names the sources.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from teletipo.languages import Language
from teletipo.verify import data
from teletipo.verify.readers.words import HAN_RUN

_LEVELS = 9
_LANGUAGES = ("es", "en", "zh")
# A stem that is not in the training data is rarer than any that is.
_UNKNOWN_WEIGHT = 9.0
COGNATE_LETTERS = 4


@dataclass(frozen=True)
class Words:
    """The stems of one language."""

    weights: Mapping[str, float]
    """The inverse sentence frequency of each stem."""
    names: frozenset[str]
    """Stems that are mostly capitalized."""

    def weight(self, stem: str) -> float:
        """Return the weight, from 0 (in every sentence) to 9 (in none of the training data)."""
        return self.weights.get(stem, _UNKNOWN_WEIGHT)

    def is_common(self, stem: str) -> bool:
        """Whether it is a known word of the language and not a name."""
        return stem in self.weights and stem not in self.names


class Lexicon:
    """The word table of two languages."""

    def __init__(self, source: Language, target: Language) -> None:
        self.source = words(source.base)
        self.target = words(target.base)
        self.is_western = not (source.is_chinese or target.is_chinese)
        self._languages = source.base, target.base
        self._table = _table(*self._languages)

    def translations(self, stem: str) -> Mapping[str, float]:
        """Return a source stem's translations, each with its strength."""
        return self._table.get(stem, {})

    def sources(self, stem: str) -> Mapping[str, float]:
        """Return a target stem's possible sources, each with its strength."""
        return _table(self._languages[1], self._languages[0]).get(stem, {})

    def strength(self, source: str, target: str) -> float:
        """Return how strongly two stems translate each other, from 0 (not at all) to 1."""
        if source == target or (
            self.is_western
            and len(source) >= COGNATE_LETTERS
            and source[:COGNATE_LETTERS] == target[:COGNATE_LETTERS]
        ):
            return 1.0
        return self._table.get(source, {}).get(target, 0.0)

    def best(self, word: str, others: Collection[str], *, forward: bool) -> float:
        """Return the highest ``strength`` of a word and any of the others, or 0.

        ``forward`` is true for a word of the source and others of the target.
        """
        if word in others:
            return 1.0
        if self.is_western and len(word) >= COGNATE_LETTERS:
            beginning = word[:COGNATE_LETTERS]
            if any(other.startswith(beginning) for other in others):
                return 1.0
        if forward:
            known = self.translations(word)
            return max((known[other] for other in known.keys() & others), default=0.0)
        # The table of the other direction would take as much memory again.
        table = self._table
        return max((table[other].get(word, 0.0) for other in others if other in table), default=0.0)


@cache
def lexicon(source: Language, target: Language) -> Lexicon | None:
    """Return the word table of two languages, or None if there is none.

    Within one language each stem translates itself.
    """
    if source.base in _LANGUAGES and target.base in _LANGUAGES:
        return Lexicon(source, target)
    return None


@cache
def words(language: str) -> Words:
    """Return a language's stems and weights; ``language`` has no script or region."""
    weights: dict[str, float] = {}
    names = set()
    for line in data.lines(language):
        stem, weight, kind = line.split("\t")
        weights[stem] = int(weight) / 10
        if kind:
            names.add(stem)
    return Words(weights, frozenset(names))


@cache
def _table(source: str, target: str) -> Mapping[str, Mapping[str, float]]:
    if source == target:
        return {}
    table: dict[str, dict[str, float]] = {}
    forward = _LANGUAGES.index(source) < _LANGUAGES.index(target)
    name = f"{source}-{target}" if forward else f"{target}-{source}"
    for line in data.lines(name):
        one, _, rest = line.partition("\t")
        for part in rest.split(" "):
            other, strength = part[:-1], int(part[-1]) / _LEVELS
            if forward:
                table.setdefault(one, {})[other] = strength
            else:
                table.setdefault(other, {})[one] = strength
    return table


def is_han(stem: str) -> bool:
    """Whether a stem is Chinese."""
    return bool(HAN_RUN.match(stem))
