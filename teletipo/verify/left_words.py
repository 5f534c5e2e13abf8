"""Single words of the source's language that a translation left in its output."""

import re

from teletipo.spans import Span
from teletipo.verify.lexicon import COGNATE_LETTERS, Lexicon
from teletipo.verify.pair import SentencePair
from teletipo.verify.readers.words import fold, folded_words, stem

# In lower case, and not a part of an address or of a word with a hyphen.
_WORD = re.compile(r"(?<![\w.@/'’#=?&-])[a-záéíóúüñ]{4,}(?![\w@/'’:=-]|\.\w)")
# Before a part of a name: "Homo sapiens".
_CAPITALIZED = re.compile(r"(?<![A-Za-zÀ-ÿ])[A-ZÁÉÍÓÚÜÑ][a-záéíóúüñ]* $")
# Titles, and what a translator adds about the original word.
_ASIDE = re.compile(r"[（(][^（）()]*[）)]|[“\"「『《«‘][^“”\"「」『』《》«»‘’]*[”\"」』》»’]")
_NEAR = 40
# How sure the word table must be of a translation.
_SURE = 0.3


def left_words(pair: SentencePair) -> list[Span]:
    """Return where such words, in lower case and of four letters or more, stand in the output.

    In Chinese, any such word is one that is not a part of a name. Elsewhere it is a word of the
    source that the output's language does not have and that is usually translated by one of
    another beginning.
    """
    text, lexicon = pair.output.text, pair.lexicon
    asides = [Span(*match.span()) for match in _ASIDE.finditer(text)]
    found = [Span(*match.span()) for match in _WORD.finditer(text)]
    found = [span for span in found if not any(map(span.overlaps, asides))]
    if pair.output.language.is_chinese:
        return [span for span in found if not _is_in_a_name(text, span)]
    if lexicon is None or not found:
        return []
    source = frozenset(folded_words(pair.source.text))
    return [
        span
        for span in found
        if fold(pair.output[span]) in source and _has_other_translation(pair.output[span], lexicon)
    ]


def _is_in_a_name(text: str, span: Span) -> bool:
    return bool(_CAPITALIZED.search(text, max(0, span.start - _NEAR), span.start))


def _has_other_translation(word: str, lexicon: Lexicon) -> bool:
    own = stem(word)
    if own in lexicon.target.weights or not lexicon.source.is_common(own):
        return False
    known = lexicon.translations(own)
    best = max(known, key=known.__getitem__, default=word)
    return known.get(best, 0) >= _SURE and not best.startswith(word[:COGNATE_LETTERS])
