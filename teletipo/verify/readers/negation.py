"""Negations in a text, and expressions of possibility."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from teletipo.languages import Language
from teletipo.spans import Span
from teletipo.verify.data import blank, table, words_pattern, words_patterns

_DATA = table("negation")
_CLEAR, BROAD, _FIRM = (words_patterns(_DATA[name]) for name in ("clear", "broad", "firm"))
SEEMING, _EMPTY = words_patterns(_DATA["seeming"]), words_patterns(_DATA["empty"])
_FIRM_IN_CHINESE = words_patterns(_DATA["firm_in_chinese"])
_MODAL = words_patterns(_DATA["modal"])
BROAD_MODAL = {
    language: words_pattern([*words, *_DATA["broad_modal"][language]], language)
    for language, words in _DATA["modal"].items()
}
_NEUTRAL = words_patterns(_DATA["neutral"])

_SPANISH = _DATA["spanish"]
_CONCORD, _HALVES, _NEVER = (frozenset(_SPANISH[name]) for name in ("concord", "halves", "never"))
_REPEATED = frozenset(_SPANISH["repeated"])
_CONCORD_REACH, _VERB_REACH = 80, 48
_PREVENTS = re.compile(rf"\b(?:{_SPANISH['prevents']})\b[^.;:]*$", re.IGNORECASE)
_NEGATED_BEFORE = re.compile(rf"\b(?:{_SPANISH['negated_before']})\b", re.IGNORECASE)
_NO_VERB = rf"\b(?!(?:{_SPANISH['no_verb']}) )"
_BEHIND_AN_INFINITIVE = re.compile(rf"{_NO_VERB}{_SPANISH['infinitive']} $", re.IGNORECASE)
_BEHIND_A_VERB = re.compile(
    rf"{_NO_VERB}(?:{_SPANISH['verb']})(?: (?:a|con|de|en|para))? $", re.IGNORECASE
)
_IN_CLAUSE = re.compile(r"\w $")


@dataclass(frozen=True)
class Negations:
    """The negations of a text, certain and possible, and its expressions of possibility."""

    clear: Sequence[Span] = ()
    """Certain negations."""
    certain: int = 0
    """The number of words that negate or imply a negation."""
    places: Sequence[float] = ()
    """The middles of all possible negations, in characters, in order, with those that only look
    like one."""
    firm: Sequence[Span] = ()
    """Negations that nearly always leave a trace in a translation."""
    firm_in_chinese: Sequence[Span] = ()
    """Negations that nearly always leave a trace in Chinese too, which often has another way."""
    modal: Sequence[Span] = ()
    """Certain expressions of possibility."""
    is_possible: bool = False
    """Whether anything in the text may express a possibility."""

    @property
    def possible(self) -> int:
        """The number of words that may negate."""
        return len(self.places)


def read_negations(text: str, language: Language) -> Negations:
    """Return the negations of a text; none for an unsupported language."""
    base = language.base
    if base not in _CLEAR:
        return Negations()
    seeming = _find(SEEMING[base], text)
    clear = _clear(text, SEEMING[base].sub(blank, text), base)
    shown = _NEUTRAL[base].sub(blank, text) if base in _NEUTRAL else text
    taken = _places([*clear, *seeming])
    broad = [
        span
        for span in _outside(taken, _find(BROAD[base], shown))
        if not (base == "es" and _lacks_its_negation(text, span))
    ]
    empty: list[Span] = []
    possible = [*clear, *broad]
    for span in seeming:
        is_empty = _EMPTY[base].fullmatch(text, span.start, span.end)
        (empty if is_empty else possible).append(span)
    nothing = _places(empty)
    if base == "es" and clear:
        broad = [span for span in broad if _word(text, span) not in _REPEATED]
    return Negations(
        clear,
        len(clear) + len(broad),
        sorted(map(middle, possible)),
        _outside(nothing, _find(_FIRM[base], text)),
        _outside(nothing, _find(_FIRM_IN_CHINESE[base], text)) if base in _FIRM_IN_CHINESE else (),
        _find(_MODAL[base], text),
        bool(BROAD_MODAL[base].search(text)),
    )


def _places(spans: Sequence[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


def _outside(places: set[int], spans: Sequence[Span]) -> list[Span]:
    return [span for span in spans if places.isdisjoint(range(span.start, span.end))]


def middle(span: Span) -> float:
    """Return the middle of a span, in characters."""
    return (span.start + span.end) / 2


def _clear(text: str, shown: str, language: str) -> list[Span]:
    """The certain negations in ``shown``, which is the text with seeming negations blanked."""
    found = _find(_CLEAR[language], shown)
    if language != "es":
        return found
    return [
        span
        for place, span in enumerate(found)
        if _word(text, span) not in _CONCORD
        or not (
            # As many matches as characters reach far enough.
            any(
                0 < span.start - other.end < _CONCORD_REACH
                for other in found[max(0, place - _CONCORD_REACH) : place]
            )
            or _PREVENTS.search(text, max(0, span.start - _CONCORD_REACH), span.start)
            or _lacks_its_negation(text, span)
        )
    ]


def _lacks_its_negation(text: str, span: Span) -> bool:
    """Whether a Spanish word needs a preceding negation ("no … nunca") that is not there."""
    word = _word(text, span)
    if word not in _CONCORD | _HALVES:
        return False
    first = _NEGATED_BEFORE.search(text)
    if first and first.end() <= span.start:
        return False
    before = text[max(0, span.start - _VERB_REACH) : span.start]
    # After a participle, "nunca" may precede its own verb: "el acusado nunca lo dijo".
    verb = _BEHIND_AN_INFINITIVE if word in _NEVER else _BEHIND_A_VERB
    return bool(verb.search(before)) or (word == "ni" and bool(_IN_CLAUSE.search(before)))


def _word(text: str, span: Span) -> str:
    return text[span.start : span.end].casefold()


def _find(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [Span(*match.span()) for match in pattern.finditer(text)]
