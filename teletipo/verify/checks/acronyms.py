"""Acronyms that became another: the EU that became the UN."""

import re
from collections.abc import Iterable, Sequence

from teletipo.findings import Finding, Severity
from teletipo.verify.context import Context
from teletipo.verify.counterparts import contains, has_initials, is_another
from teletipo.verify.pair import Sentence, SentencePair
from teletipo.verify.readers import known_names
from teletipo.verify.readers.names import Name
from teletipo.verify.readers.words import stem
from teletipo.verify.rendering import write_name

_ROMAN = re.compile(r"[IVXLCM]+")
_IN_CHINESE = re.compile(r"(?<![A-Za-z\d.])[A-Z]{2,6}(?![A-Za-z\d])")
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z.&]*[A-Za-z])?")
# Shorter acronyms are words too: "UN", "un".
_WORDS_TOO = 2
# The word tables have two acronyms this strongly that stand for the same: EPOC, COPD.
_TRANSLATES = 0.2


def check_acronyms(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield ``name_changed`` for an acronym where the source has another one.

    A known acronym has to be rendered as the names' lists have it; an unknown one has to be kept,
    to have the same letters in another order, or to be spelled out. From and into Spanish an
    unknown one may be translated too, so that is a warning. Not seen: an acronym for a name in
    words, and what ``names`` reports as an error.
    """
    pair = pair.without_terms(context.terminology)
    theirs, ours = _acronyms(pair.source), _acronyms(pair.output)
    if not theirs or not ours or pair.lexicon is None:
        return
    missing = _missing(theirs, pair.output)
    added = _missing(ours, pair.source)
    if not missing or (added and _is_reported(added, context)):
        return
    if not added and len(missing) == 1 and (twice := _said_twice(ours, pair)):
        if known_names.renderings_of(missing[0].text):
            yield pair.finding(
                "name_changed",
                f"The summary has “{twice[0].text}” more than once; one of them should be "
                f"“{missing[0].text}”.",
                source=missing,
                output=twice,
            )
    elif len(missing) == len(added) == 1:
        (one,), (other,) = missing, added
        if pair.lexicon.strength(stem(one.text), stem(other.text)) < _TRANSLATES:
            is_sure = is_another(one, other, pair)
            yield pair.finding(
                "name_changed",
                f"The article has the name “{one.text}”; the summary has “{other.text}”.",
                Severity.ERROR if is_sure else Severity.WARNING,
                source=[one],
                output=[other],
                suggestion=_suggestion(pair, one, other) if is_sure else None,
            )


def _suggestion(pair: SentencePair, right: Name, wrong: Name) -> str | None:
    return write_name(right, wrong, pair.source.language, pair.output.language)


def _acronyms(sentence: Sentence) -> list[Name]:
    if sentence.language.is_chinese:
        found = [Name(match[0], *match.span()) for match in _IN_CHINESE.finditer(sentence.text)]
    else:
        found = [name for name in sentence.names if name.is_acronym and name.text.isascii()]
    return [name for name in found if not _ROMAN.fullmatch(name.letters)]


def _missing(acronyms: Sequence[Name], other: Sentence) -> list[Name]:
    """The first of each acronym that the other text does not have in any form."""
    found = {name.letters: name for name in reversed(acronyms) if not _stands(name, other)}
    return sorted(found.values(), key=lambda name: name.start)


def _is_reported(names: Sequence[Name], context: Context) -> bool:
    return any(
        name.overlaps(span)
        for finding in context.found
        if finding.severity is Severity.ERROR or finding.code == "name_changed"
        for span in finding.output_spans
        for name in names
    )


def _stands(acronym: Name, other: Sentence) -> bool:
    """Whether the other text has the acronym, its rendering, its letters or its words."""
    letters = acronym.letters
    words = {word.replace(".", "") for word in _WORD.findall(other.text)}
    if letters in words or has_initials(acronym, other.text):
        return True
    if len(letters) > _WORDS_TOO and any(
        word.casefold().startswith(letters.casefold()) for word in words
    ):
        return True
    entry = known_names.renderings_of(acronym.text)
    tags = dict.fromkeys((other.language.base, "en"))
    return entry is not None and any(
        contains(other.text, name, tag) for tag in tags for name in entry.get(tag, ())
    )


def _said_twice(acronyms: Sequence[Name], pair: SentencePair) -> list[Name]:
    """The acronym of the output that the source names fewer times."""
    for name in acronyms:
        entry = known_names.renderings_of(name.text)
        own = [each for each in acronyms if each.letters == name.letters]
        theirs = [
            each
            for each in pair.source.names
            if each.text == name.text
            or (entry is not None and known_names.renderings_of(each.text) == entry)
        ]
        if len(own) > len(theirs) > 0:
            return own
    return []
