"""Persons' names in Latin letters after their first mention in a Chinese text."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from teletipo.draft import Draft
from teletipo.findings import Finding
from teletipo.languages import CAPITALS
from teletipo.spans import Span
from teletipo.verify.phonetics import sounds
from teletipo.verify.readers import gazetteer, persons
from teletipo.verify.readers.names import TRANSLITERATED

_WORD = rf"[{CAPITALS}][^\W\d_]+(?:['’-][^\W\d_]{{2,}})*"
_RUN = re.compile(f"{_WORD}(?: {_WORD})+")
# So high that a character before or after the Chinese name is not taken for a part of it.
_MIN_ALIKE = 0.8
# What may not stand before or after a name: it is a part of another one, or has its parenthesis.
_PART_BEFORE, _PART_AFTER = ("·", "•"), ("·", "•", "（", "(")

_Mention = tuple[Span, str]
"""Where a Chinese name stands, and the name in Latin letters."""


def add_latin_names(source: Draft, translated: Draft, kept: Sequence[str] = ()) -> Draft:
    """Return a Chinese draft with each person's Latin name in parentheses at the first mention.

    ``source`` has the sentences it was translated from. Names that stand in Latin letters in
    ``kept``, the sentences kept of an earlier summary, are not added again. The headline stays as
    it is. Findings keep their words: their spans move with the text.
    """
    if not translated.language.startswith("zh") or source.language.startswith("zh"):
        return translated
    seen: set[str] = set()
    sentences, findings = list(translated.sentences), list(translated.findings)
    pairs = zip(source.sentences, translated.sentences, strict=True)
    for index, (before, after) in enumerate(pairs):
        if before.text == after.text:
            continue
        mentions = [
            (span, latin)
            for span, latin in _mentions(
                before.text, after.text, source.language, translated.language
            )
            if not any(latin in text for text in kept)
        ]
        # From the end, so that the other places stay valid.
        for span, latin in sorted(_first(mentions, seen), reverse=True):
            added = f"（{latin}）"
            text = sentences[index].text
            text = f"{text[: span.end]}{added}{text[span.end :]}"
            sentences[index] = replace(sentences[index], text=text)
            findings = [_moved(each, index, span.end, len(added)) for each in findings]
    return replace(translated, sentences=tuple(sentences), findings=tuple(findings))


def _mentions(text: str, chinese: str, source: str, target: str) -> Iterator[_Mention]:
    """The persons of a sentence: those whose Chinese is known, and those that sound alike."""
    for reader in (persons, gazetteer):
        for name in reader.find(text, source, target):
            latin = text[name.start : name.end]
            is_person = reader is persons or persons.is_given(latin.split()[0], source)
            if " " in latin and is_person and (span := _place(chinese, name.rendering)):
                yield span, latin
    runs = [match[0].split() for match in _RUN.finditer(text)]
    for match in TRANSLITERATED.finditer(chinese):
        parts = re.split("[·•]", match[0])
        words = max(_windows(runs, len(parts)), key=lambda own: _alike(own, parts), default=[])
        if _alike(words, parts) >= _MIN_ALIKE and _is_whole(chinese, Span(*match.span())):
            yield Span(*match.span()), " ".join(words)


def _windows(runs: Sequence[list[str]], size: int) -> Iterator[list[str]]:
    """All rows of so many words: the first word of a sentence has a capital too."""
    for run in runs:
        for start in range(len(run) - size + 1):
            yield run[start : start + size]


def _first(mentions: Iterable[_Mention], seen: set[str]) -> list[_Mention]:
    """The mentions of persons who were not mentioned before, none over another one."""
    found: list[_Mention] = []
    for span, latin in mentions:
        if latin not in seen and not any(span.overlaps(other) for other, _ in found):
            found.append((span, latin))
        seen.add(latin)
    return found


def _place(chinese: str, rendering: str) -> Span | None:
    """Where a name first stands as a whole."""
    places = (Span(*match.span()) for match in re.finditer(re.escape(rendering), chinese))
    return next((span for span in places if _is_whole(chinese, span)), None)


def _is_whole(text: str, span: Span) -> bool:
    return not (
        text[: span.start].endswith(_PART_BEFORE) or text[span.end :].startswith(_PART_AFTER)
    )


def _alike(words: Sequence[str], parts: Sequence[str]) -> float:
    """How much the parts of two names sound alike, from 0 to 1: that of the least similar ones."""
    found = (sounds(*each) for each in zip(words, parts, strict=True)) if words else ()
    ratios = (difflib.SequenceMatcher(None, *each).ratio() for each in found)
    return min(ratios, default=0.0)


def _moved(finding: Finding, sentence: int, place: int, length: int) -> Finding:
    """The finding with its spans moved by what was inserted into its sentence."""
    if finding.sentence != sentence:
        return finding
    spans = tuple(
        Span(
            span.start + (length if span.start >= place else 0),
            span.end + (length if span.end > place else 0),
        )
        for span in finding.output_spans
    )
    return finding.model_copy(update={"output_spans": spans})
