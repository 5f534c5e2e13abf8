"""Dictionaries of words and names, and training sentences with terms in the target language.

A source sentence with terms in the target language ("launched in the region of 安托法加斯塔")
teaches a model to keep them (Song et al. 2019, "Code-Switching for Enhancing NMT with
Pre-Specified Translation"; Dinu et al. 2019, "Training Neural Machine Translation to Apply
Terminology Constraints").
"""

import dataclasses
import gzip
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.training.names import read_rows
from models.training.pairs import Pair
from teletipo.languages import Language
from teletipo.terminology import Occurrence
from teletipo.translation import terms
from teletipo.verify.lexicon import words
from teletipo.verify.readers.words import stem

_MAX_WORDS = 4
_MAX_CHARACTERS = 6
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_CEDICT_LINE = re.compile(r"\S+ (\S+) \[[^]]*\] /(.+)/\s*$")
_REMARK = re.compile(r"\s*\([^)]*\)\s*|^(?:to|the|a|an) ")
# Words in more than about one of 150 sentences are not terms (natural logarithm).
_MIN_WEIGHT = 5.0
# Glosses that explain a word rather than translate it.
_EXPLANATION = re.compile(r"\b(?:variant|surname|abbr|see|CL:|used|particle|classifier)\b")

Renderings = dict[str, set[str]]


@dataclass(frozen=True)
class Dictionary:
    """Lower-case terms of one language, each with its renderings in another."""

    terms: Mapping[str, frozenset[str]]

    def find(self, text: str, language: str) -> Iterator[tuple[int, int, frozenset[str]]]:
        """Return each term in ``text`` as start, end, renderings. Terms may overlap."""
        if language == "zh-Hans":
            for start in range(len(text)):
                for end in range(start + 2, min(start + _MAX_CHARACTERS, len(text)) + 1):
                    if text[start:end] in self.terms:
                        yield start, end, self.terms[text[start:end]]
            return
        known = words(Language(language).base)
        found_words = list(_WORD.finditer(text))
        for first, word in enumerate(found_words):
            for last in range(first, min(first + _MAX_WORDS, len(found_words))):
                start, end = word.start(), found_words[last].end()
                term = text[start:end].lower()
                if first == last and known.weight(stem(term)) < _MIN_WEIGHT:
                    continue
                found = self.terms.get(term) or self.terms.get(term.removesuffix("s"))
                if found:
                    yield start, end, found


def read_dictionaries(names: Path, cedict: Path) -> dict[tuple[str, str], Dictionary]:
    """Return dictionaries by source and target language.

    ``names`` has four columns (Spanish, English, Chinese, origin) and ``cedict`` is CC-CEDICT,
    compressed or not. Raises ``OSError``, and ``ValueError`` for a row with other columns.
    """
    found: dict[tuple[str, str], Renderings] = {}

    def add(sides: Mapping[str, str]) -> None:
        for source, text in sides.items():
            for target, rendering in sides.items():
                if source != target and text and rendering and text.lower() != rendering.lower():
                    own = found.setdefault((source, target), {})
                    own.setdefault(text.lower(), set()).add(rendering)

    for spanish, english, chinese, _ in read_rows(names):
        add({"es": spanish, "en": english, "zh-Hans": chinese})
    for chinese, gloss in read_cedict(cedict):
        term = _REMARK.sub("", gloss).strip()
        if len(chinese) > 1 and len(term) > 2 and not _EXPLANATION.search(term):
            add({"en": term, "zh-Hans": chinese})
    return {
        pair: Dictionary({term: frozenset(own) for term, own in terms.items()})
        for pair, terms in found.items()
    }


def read_cedict(path: Path) -> Iterator[tuple[str, str]]:
    """Each simplified word of CC-CEDICT, compressed or not, with each of its glosses.

    Raises ``OSError``.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            if entry := _CEDICT_LINE.match(line):
                for gloss in entry[2].split("/"):
                    yield entry[1], gloss


def choose_terms(
    pair: Pair, dictionary: Dictionary, generator: random.Random, most: int = 3
) -> list[Occurrence]:
    """Return one to ``most`` terms of the pair's source, in order; fewer if it has fewer.

    Only renderings that occur in the translation are used.
    """
    places = []
    for start, end, renderings in dictionary.find(pair.text, pair.source):
        found = (_occurrence(rendering, pair) for rendering in sorted(renderings, key=len))
        longest = [rendering for rendering in found if rendering]
        if longest:
            places.append(Occurrence(start, end, longest[-1]))
    if not places:
        return []
    generator.shuffle(places)
    places.sort(key=lambda place: place.start - place.end)
    chosen: list[Occurrence] = []
    for place in places:
        if not any(place.overlaps(other) for other in chosen):
            chosen.append(place)
    chosen = generator.sample(chosen, min(len(chosen), generator.randint(1, most)))
    return sorted(chosen, key=lambda place: place.start)


def put_terms(
    pair: Pair, dictionary: Dictionary, generator: random.Random, most: int = 3
) -> Pair | None:
    """Return the pair with one to ``most`` terms of its source replaced by their renderings.

    Only renderings that occur in the translation are used. Return None if there are none.
    """
    chosen = choose_terms(pair, dictionary, generator, most)
    return dataclasses.replace(pair, text=terms.put(pair.text, chosen)) if chosen else None


def _occurrence(rendering: str, pair: Pair) -> str | None:
    """The rendering as written in the translation."""
    if pair.target == "zh-Hans":
        return rendering if rendering in pair.translation else None
    match = re.search(rf"\b{re.escape(rendering)}(?:s|es)?\b", pair.translation, re.IGNORECASE)
    return match[0] if match else None
