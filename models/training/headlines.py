"""Headlines among the training pairs, by their form, and the capitals of English ones.

The training files do not mark documents, and their rows are in random order. So a headline is
recognized by what it looks like: a line of the news with no final punctuation on either side.
"""

import dataclasses
import re
from collections.abc import Iterable

from models.training.pairs import Pair

ORIGIN = "headline"
"""What a pair that is recognized as a headline has for an origin."""

NEWS_ORIGINS = frozenset(
    {"wmt-news", "wmt-newstest-2019-2020", "wmt-newssyscomb-etc", "news-commentary-10k"}
)
"""Origins with edited news by people, whose lines may be headlines."""

_MIN_WORDS, _MAX_WORDS = 3, 18
_MIN_HAN, _MAX_HAN = 4, 40
_ENDS = re.compile(r"[.!?…:;,。！？：；，、–—-][\"'”’»）)\]]*$")
_INNER_STOP = re.compile(r"[^\W\d_]{3}[.!?] |[。！？；]")
# A heading of a site or an agency, a caption's credit, the text of a link.
_NOT_NEWS = re.compile(
    r"新华网|中新网|新华社|Xinhua|chinanews|\bRT\b|\(Photo|（资料图|Copyright|@|www\.|\[|【",
    re.IGNORECASE,
)
# A line that begins so is half of a sentence that was split.
_FRAGMENT = re.compile(
    r"^(?:and|but|or|which|that|who|because|including|after|when|while|if|"
    r"y|pero|o|que|porque|cuando|mientras|si|以及|并|但|而|使|让|把|对)\b",
    re.IGNORECASE,
)
_PAIRED = ("()", "（）", "“”", "《》")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"\S+")
# Words that stay in lower case in an English headline in capitals (the Associated Press's style).
_SMALL = frozenset(
    "a an and as at but by for from in into of on or over per than the to vs via with".split()
)


def is_headline(pair: Pair) -> bool:
    """Return whether both sides look like a headline of the news."""
    sides = (pair.source, pair.text), (pair.target, pair.translation)
    return pair.origin in NEWS_ORIGINS and all(_looks_like_one(text, tag) for tag, text in sides)


def _looks_like_one(text: str, language: str) -> bool:
    if _ENDS.search(text) or _INNER_STOP.search(text) or _NOT_NEWS.search(text):
        return False
    if _FRAGMENT.search(text) or text.count('"') % 2:
        return False
    if any(text.count(each[0]) != text.count(each[1]) for each in _PAIRED):
        return False
    if language.startswith("zh"):
        return _MIN_HAN <= len(_HAN.findall(text)) <= _MAX_HAN
    first = next(filter(str.isalnum, text), "")
    return not first.islower() and _MIN_WORDS <= len(text.split()) <= _MAX_WORDS


def marked(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs; those that look like headlines have ``headline`` for an origin."""
    return [
        dataclasses.replace(pair, origin=ORIGIN) if is_headline(pair) else pair for pair in pairs
    ]


def in_capitals(text: str) -> str:
    """Return an English headline with its words capitalized: "Chile Opens Plant in Atacama"."""
    words = [*_WORD.finditer(text)]
    last = len(words) - 1

    def capital(place: int, word: str) -> str:
        if word in _SMALL and 0 < place < last:
            return word
        at = next((at for at, char in enumerate(word) if char.isalnum()), 0)
        return word[:at] + word[at : at + 1].upper() + word[at + 1 :]

    pieces, end = [], 0
    for place, match in enumerate(words):
        pieces += [text[end : match.start()], capital(place, match[0])]
        end = match.end()
    return "".join([*pieces, text[end:]])
