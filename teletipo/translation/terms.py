"""Names and terms put into the source in the target language, where the model then keeps them.

A model trained on such sentences obeys (Dinu et al. 2019, "Training Neural Machine Translation to
Apply Terminology Constraints"): "launched in the region of 安托法加斯塔".
"""

import re
from collections.abc import Iterable

from teletipo import languages
from teletipo.languages import Language
from teletipo.ports import Hop
from teletipo.terminology import Occurrence, Terminology, is_in_figure_or_address
from teletipo.verify.readers import gazetteer, persons
from teletipo.verify.readers.words import LONG_WORD


def find(text: str, hop: Hop, terminology: Terminology) -> list[Occurrence]:
    """Return what to put into a text, in order.

    The desk's terms come first; elsewhere the gazetteer's names of several words, then persons,
    names that are known from the article, and the gazetteer's single words, but for those that the
    article has in a person's name.

    Left out is what stands in an address or a figure, and a rendering longer than the text.
    """
    desk = [each for each in terminology.find(text, hop.source, hop.target) if _fits(each, text)]
    found = desk
    places = gazetteer.find(text, hop.source, hop.target)
    in_persons = {word for name in terminology.names if " " in name for word in name.split()}
    several = [each for each in places if " " in text[each.start : each.end]]
    single = [each for each in places if text[each.start : each.end] not in in_persons]
    known = persons.find_known(text, hop.source, hop.target, known=terminology.names)
    for names in (several, persons.find(text, hop.source, hop.target), known, single):
        found = [*found, *(each for each in names if _is_free(each, text, found))]
    return sorted(found, key=lambda each: each.start)


def carried(text: str, hop: Hop, last: str, terminology: Terminology) -> dict[str, str]:
    """Return the names in a text and their Chinese, if the route's last language is Chinese.

    They are there as the step's output may have them: as they are written, without accents, and
    under the gazetteer's name.
    """
    if not Language(last).is_chinese:
        return {}
    elsewhere = gazetteer.names(last, hop.target)
    found: dict[str, str] = {}
    for each in find(text, Hop(hop.source, last), terminology):
        written = text[each.start : each.end]
        for form in (elsewhere.get(each.rendering, written), persons.plain(written), written):
            if len(form) >= LONG_WORD or not persons.is_common(form, hop.target):
                found[form] = each.rendering
    return found


def put(text: str, terms: Iterable[Occurrence]) -> str:
    """Return the text with each term replaced by its rendering; ``terms`` are in order."""
    parts, place = [], 0
    for term in terms:
        parts += [text[place : term.start], term.rendering]
        place = term.end
    return "".join([*parts, text[place:]])


def _is_free(name: Occurrence, text: str, others: Iterable[Occurrence]) -> bool:
    return (
        _fits(name, text)
        and not is_in_figure_or_address(name, text)
        and not any(map(name.overlaps, others))
    )


def _fits(term: Occurrence, text: str) -> bool:
    return _width(term.rendering) <= _width(text)


def _width(text: str) -> int:
    """The length as if it were written in letters, of which a Chinese character takes three."""
    return len(text) + 2 * len(re.findall(f"[{languages.HAN}]", text))
