"""Names whose Chinese is known for certain and stands in the other text."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from teletipo.languages import HAN
from teletipo.spans import Span
from teletipo.terminology import Occurrence
from teletipo.verify.phonetics import is_pinyin_of
from teletipo.verify.readers import persons
from teletipo.verify.readers.names import Name

if TYPE_CHECKING:
    from teletipo.verify.pair import SentencePair

_SHORTEST = 2
# A rendering of so many characters that lacks one inside, or has another one, is no other name.
# Chosen on aligned sentences of train and train2: two of 8,000 then have such a name.
_ONE_TOO_FEW, _ANOTHER = 4, 5
# State, country, city and so on may be left out.
_KINDS = "州国市县省岛郡区"
_NAME_BEFORE, _NAME_AFTER = re.compile(r"(\b[A-Z][a-z]+) $"), re.compile(r" ([A-Z][a-z]+)\b")


def certain_names(pair: "SentencePair") -> list[tuple[Span, Span]]:
    """Return where such names stand in the source and in the output of a translation into Chinese.

    They are the gazetteer's names, persons, single names of persons, and Chinese names in pinyin.
    """
    source, output = pair.source, pair.output
    if not output.language.is_chinese or source.language.is_chinese:
        return []
    return [*_listed(pair), *(each for name in source.names for each in _single(name, pair))]


def misspelled_names(pair: "SentencePair") -> Iterator[tuple[Occurrence, Span]]:
    """Yield the gazetteer's names whose Chinese the output has only with a character too few or
    another one, and where."""
    if not pair.output.language.is_chinese or pair.source.language.is_chinese:
        return
    for name in pair.gazetteer_names:
        if place := _similar(name.rendering, pair.output.text):
            yield name, place


def _similar(chinese: str, text: str) -> Span | None:
    chinese = chinese.rstrip(_KINDS)
    if chinese in text:
        return None
    parts = [(re.escape(chinese[:at]), re.escape(chinese[at + 1 :])) for at in range(len(chinese))]
    forms = []
    if len(chinese) >= _ANOTHER:
        forms += [f"{before}[{HAN}]{after}" for before, after in parts]
    if len(chinese) >= _ONE_TOO_FEW:
        # A name without its last character may be the beginning of another.
        forms += [before + after for before, after in parts[:-1]]
    for form in forms:
        if match := re.search(form, text):
            return Span(*match.span())
    return None


def _listed(pair: "SentencePair") -> Iterator[tuple[Span, Span]]:
    known = persons.find(pair.source.text, pair.source.language, pair.output.language)
    for name in (*pair.gazetteer_names, *known):
        # Later in an article the family name is enough.
        for written in dict.fromkeys((name.rendering, name.rendering.split("·")[-1])):
            for place in _places(written, pair.output.text):
                yield name.span, place


def _single(name: Name, pair: "SentencePair") -> Iterator[tuple[Span, Span]]:
    chinese = persons.rendering(name.text, pair.source.language.base)
    for place in _places(chinese, pair.output.text) if chinese else ():
        yield name.span, place
    if name.text.isascii() and is_pinyin(name, pair.source.text, pair.output.text):
        yield name.span, Span(0, 0)


def is_pinyin(name: Name, text: str, chinese: str) -> bool:
    """Whether the name, or it and a name next to it, is the pinyin of characters. One syllable
    alone would fit too many of them."""
    before = _NAME_BEFORE.search(text, 0, name.start)
    after = _NAME_AFTER.match(text, name.end)
    together = [name.text]
    together += [before[1] + name.text] if before else []
    together += [name.text + after[1]] if after else []
    return any(is_pinyin_of(each, chinese) for each in together)


def _places(chinese: str, text: str) -> Iterator[Span]:
    if len(chinese) >= _SHORTEST:
        for match in re.finditer(re.escape(chinese), text):
            yield Span(*match.span())
