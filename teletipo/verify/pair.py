"""A source sentence and the output to check against it. Each is read once."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from teletipo.findings import Finding, Severity
from teletipo.languages import Language
from teletipo.spans import Located, Span
from teletipo.terminology import Occurrence, Terminology
from teletipo.verify import lexicon
from teletipo.verify.alignment import Alignment, align
from teletipo.verify.readers import gazetteer, words
from teletipo.verify.readers.dates import Moment, read_dates
from teletipo.verify.readers.directions import Direction, read_directions
from teletipo.verify.readers.figures import read_figures
from teletipo.verify.readers.names import Name, read_names
from teletipo.verify.readers.negation import Negations, read_negations
from teletipo.verify.readers.numbers import Figure
from teletipo.verify.readers.places import Place, read_places
from teletipo.verify.readers.quotations import Quotations, read_quotations
from teletipo.verify.readers.roles import Roles, read_roles


@dataclass(frozen=True)
class Sentence:
    """A text in one language. Its figures, names and so on are read on first use and cached."""

    text: str
    language: Language

    def __getitem__(self, place: Located | Span) -> str:
        return self.text[place.start : place.end]

    def without(self, places: Iterable[Span]) -> "Sentence":
        """Return the sentence with blanks at these places."""
        text = self.text
        for place in places:
            text = f"{text[: place.start]}{' ' * (place.end - place.start)}{text[place.end :]}"
        return Sentence(text, self.language)

    @property
    def whole(self) -> Span:
        """The span of the whole text."""
        return Span(0, len(self.text))

    @cached_property
    def dates(self) -> tuple[Moment, ...]:
        return tuple(read_dates(self.text, self.language))

    @cached_property
    def english_dates(self) -> tuple[Moment, ...]:
        """Dates written in English, whatever the text's language: "Sunday Morning"."""
        english = Language("en")
        return self.dates if self.language == english else tuple(read_dates(self.text, english))

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """All figures; those inside dates are not firm."""
        return tuple(read_figures(self.text, self.language, self.dates))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        return tuple(read_names(self.text, self.language))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return tuple(read_places(self.text, self.language))

    @cached_property
    def negations(self) -> Negations:
        return read_negations(self.text, self.language)

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        return read_directions(self.text, self.language)

    @cached_property
    def roles(self) -> tuple[Roles, ...]:
        return tuple(read_roles(self.text, self.language, self.names))

    @cached_property
    def quotations(self) -> Quotations:
        return read_quotations(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(words.stems(self.text))

    @cached_property
    def folded_words(self) -> frozenset[str]:
        """All words that are not Chinese, without case and accents."""
        return frozenset(words.folded_words(self.text))


@dataclass(frozen=True)
class SentencePair:
    """A source sentence and the output to check against it."""

    source: Sentence
    output: Sentence

    @classmethod
    def of(cls, source_text: str, output_text: str, source: str, target: str) -> "SentencePair":
        """Return the pair of two texts with their languages as BCP 47 tags."""
        return cls(Sentence(source_text, Language(source)), Sentence(output_text, Language(target)))

    @property
    def is_translation(self) -> bool:
        """Whether the sentences are in different languages."""
        return self.source.language.base != self.output.language.base

    @cached_property
    def lexicon(self) -> lexicon.Lexicon | None:
        """The word table of both languages, or None."""
        return lexicon.lexicon(self.source.language, self.output.language)

    @cached_property
    def alignment(self) -> Alignment | None:
        """The alignment of the sentences; None without a word table."""
        return align(self.source.text, self.output.text, self.lexicon) if self.lexicon else None

    @cached_property
    def gazetteer_names(self) -> tuple[Occurrence, ...]:
        """The gazetteer's names in the source, with their renderings in the output's language."""
        return tuple(gazetteer.find(self.source.text, self.source.language, self.output.language))

    def finding(
        self,
        code: str,
        message: str,
        severity: Severity = Severity.ERROR,
        *,
        source: Iterable[Located | Span] = (),
        output: Iterable[Located | Span] = (),
        suggestion: str | None = None,
    ) -> Finding:
        """Return a finding about the output, with spans in both sentences.

        ``suggestion`` is what to write instead of the first of the ``output`` spans.
        """
        return Finding(
            code=code,
            severity=severity,
            language=self.output.language,
            sentence=None,
            message=message,
            source_spans=tuple(Span(place.start, place.end) for place in source),
            output_spans=tuple(Span(place.start, place.end) for place in output),
            suggestion=suggestion,
        )

    def without_terms(self, terminology: Terminology) -> "SentencePair":
        """Return the pair with each term and its rendering blanked, if both are present."""
        for known, free in self._without_terms:
            if known is terminology:
                return free or self
        free = self._blanked(terminology)
        self._without_terms.append((terminology, free))
        return free or self

    @cached_property
    def _without_terms(self) -> list[tuple[Terminology, "SentencePair | None"]]:
        """What ``without_terms`` made: several checks ask for it. None without a term."""
        return []

    def _blanked(self, terminology: Terminology) -> "SentencePair | None":
        source, output = self.source, self.output
        terms: list[Span] = []
        renderings: list[Span] = []
        for term in terminology.find(source.text, source.language, output.language):
            if found := term.rendered_in(output.text, output.language):
                terms.append(term.span)
                renderings += found
        if not terms:
            return None
        return SentencePair(source.without(terms), output.without(renderings))
