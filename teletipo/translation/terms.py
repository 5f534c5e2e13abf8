"""Names and terms put into the source in the target language, where the model then keeps them.

A model trained on such sentences obeys (Dinu et al. 2019, "Training Neural Machine Translation to
Apply Terminology Constraints"): "launched in the region of 安托法加斯塔".
"""

import re
from collections.abc import Iterable

from teletipo.ports import Hop
from teletipo.spans import Span
from teletipo.terminology import Occurrence, Terminology
from teletipo.verify.readers import gazetteer

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+", re.IGNORECASE)
_DIGITS_BEFORE, _DIGITS_AFTER = re.compile(r"\d[.,:/-]?$"), re.compile(r"[.,:/-]?\d")


def find(text: str, hop: Hop, terminology: Terminology) -> list[Occurrence]:
    """Return what to put into a text, in order: the desk's terms, and the gazetteer's names
    elsewhere.

    Left out is what stands in an address or a figure, and a rendering longer than the text.
    """
    desk = [each for each in terminology.find(text, hop.source, hop.target) if _fits(each, text)]
    names = [
        name
        for name in gazetteer.find(text, hop.source, hop.target)
        if _fits(name, text) and not any(name.overlaps(term) for term in desk)
    ]
    return sorted([*desk, *names], key=lambda each: each.start)


def put(text: str, terms: Iterable[Occurrence]) -> str:
    """Return the text with each term replaced by its rendering; ``terms`` are in order."""
    parts, place = [], 0
    for term in terms:
        parts += [text[place : term.start], term.rendering]
        place = term.end
    return "".join([*parts, text[place:]])


def _fits(term: Occurrence, text: str) -> bool:
    in_figure = (
        (_DIGITS_BEFORE.search(text, 0, term.start) and text[term.start].isdigit())
        or (_DIGITS_AFTER.match(text, term.end) and text[term.end - 1].isdigit())
    )  # fmt: skip
    in_address = any(term.overlaps(Span(*match.span())) for match in _ADDRESS.finditer(text))
    return not in_figure and not in_address and len(term.rendering) <= len(text)
