"""Sentences of a summary that refer to what only the article names."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from teletipo.findings import Finding, Severity
from teletipo.languages import Language
from teletipo.spans import Span
from teletipo.verify.readers.references import (
    Reference,
    is_anaphoric,
    read_people,
    read_references,
)
from teletipo.verify.readers.words import stems

# An antecedent is looked for in so many sentences before, and in the first.
_REACH = 40


@dataclass(frozen=True)
class Need:
    """A reference, and the sentences that name what it refers to."""

    reference: Reference
    sentences: frozenset[int]
    """Any one of them resolves it."""


class Needs:
    """What the sentences of an article need to be understood. Each is read when it is asked for."""

    def __init__(self, sentences: Sequence[str], language: Language) -> None:
        self._sentences = sentences
        self._language = language
        self._people: dict[int, list[str]] = {}
        self._stems: dict[int, set[str]] = {}
        self._needs: dict[int, list[Need]] = {}

    def of(self, place: int) -> list[Need]:
        """Return the needs of the sentence at a place; the first one has none.

        A pronoun or a verb without its subject needs a sentence that names the person who was named
        last; a description needs one with its noun. The sentence before resolves anything.
        """
        if place not in self._needs:
            self._needs[place] = list(self._read(place)) if place else []
        return self._needs[place]

    def unresolved(self, place: int, chosen: Collection[int]) -> list[Reference]:
        """Return the references of a sentence that no chosen sentence before it resolves."""
        earlier = {other for other in chosen if other < place}
        return [need.reference for need in self.of(place) if need.sentences.isdisjoint(earlier)]

    def _read(self, place: int) -> Iterator[Need]:
        before = [0, *range(max(1, place - _REACH), place)]
        for reference in read_references(self._sentences[place], self._language):
            if not reference.noun:
                needed = self._naming(before)
            else:
                needed = {other for other in before if self._has(other, reference.noun)}
                if not needed:
                    if not is_anaphoric(reference.noun, self._language):
                        continue
                    # What has another name is mostly the story's subject.
                    needed = {0}
            yield Need(reference, frozenset(needed | {place - 1}))

    def _naming(self, before: Sequence[int]) -> set[int]:
        """The sentences that name the person who was named last."""
        for place in reversed(before):
            if people := self._people_of(place):
                return {other for other in before if people[-1] in self._people_of(other)}
        return set()

    def _people_of(self, place: int) -> list[str]:
        if place not in self._people:
            self._people[place] = read_people(self._sentences[place], self._language)
        return self._people[place]

    def _has(self, place: int, noun: str) -> bool:
        if not noun.isascii():
            return noun in self._sentences[place]
        if place not in self._stems:
            self._stems[place] = stems(self._sentences[place])
        return noun in self._stems[place]


def check_references(
    sentences: Sequence[str], chosen: Sequence[int], language: Language
) -> list[Finding]:
    """Return ``unresolved_reference`` for each chosen sentence that does not stand alone.

    ``chosen`` are the places of the summary's sentences in the article, in order. Not seen: a
    reference inside a sentence to what was named long before, and a noun for something that the
    summary calls otherwise.
    """
    needs = Needs(sentences, language)
    found = []
    for number, place in enumerate(chosen):
        if references := needs.unresolved(place, chosen):
            words = sentences[place][references[0].start : references[0].end]
            found.append(
                Finding(
                    code="unresolved_reference",
                    severity=Severity.WARNING,
                    language=language,
                    sentence=number,
                    message=f"The summary does not say who or what is meant: “{words[:60]}”.",
                    output_spans=tuple(Span(each.start, each.end) for each in references),
                )
            )
    return found
