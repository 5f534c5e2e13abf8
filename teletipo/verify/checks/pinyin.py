"""Chinese names of persons whose pinyin has another syllable."""

from collections.abc import Iterable, Sequence

from teletipo.findings import Finding
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.pair import Sentence, SentencePair
from teletipo.verify.phonetics import syllables
from teletipo.verify.readers.pinyin import (
    SURNAMES,
    PinyinName,
    read_chinese_names,
    read_pinyin_names,
    written,
)
from teletipo.verify.readers.words import fold

_WITH_TWO = 3


def check_pinyin(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield ``name_changed`` for a Chinese name that is another one on the other side.

    One side is Chinese. Found are names of which one syllable of the given name differs, and names
    that differ altogether where each side has one that nothing else explains. Left alone are names
    with a hyphen (Taiwan, Hong Kong), with the family name last, and with a single syllable unless
    the Chinese one stands beside a title or a verb of speech.
    """
    is_from_chinese = pair.source.language.is_chinese
    if is_from_chinese == pair.output.language.is_chinese:
        return
    pair = pair.without_terms(context.terminology)
    western, chinese = (pair.output, pair.source) if is_from_chinese else (pair.source, pair.output)
    names = [
        name
        for name in read_pinyin_names(western.text)
        if not _matches(name.syllables, chinese.text)
    ]
    for name in names:
        found = _nearly(name, chinese.text) or _alone(names, western, chinese)
        if found is None:
            continue
        right, wrong = (found, name) if is_from_chinese else (name, found)
        yield pair.finding(
            "name_changed",
            f"The article has the name “{pair.source[right]}”; "
            f"the summary has “{pair.output[wrong]}”.",
            source=[right],
            output=[wrong],
            suggestion=written(chinese[found]) if is_from_chinese else None,
        )


def _matches(wanted: Sequence[str], text: str) -> bool:
    """Whether characters that follow each other can be read so."""
    return any(
        all(
            syllable in syllables(character)
            for syllable, character in zip(wanted, text[start:], strict=False)
        )
        for start in range(len(text) - len(wanted) + 1)
        if wanted[0] in syllables(text[start])
    )


def _nearly(name: PinyinName, text: str) -> Span | None:
    """The one place that has the family name and one of the two syllables of the given name."""
    if len(name.syllables) != _WITH_TWO:
        return None
    family, first, second = name.syllables
    places = [
        start
        for start in range(len(text) - 2)
        if text[start] in SURNAMES
        and family in syllables(text[start])
        and syllables(text[start + 1])
        and syllables(text[start + 2])
        and (first in syllables(text[start + 1])) != (second in syllables(text[start + 2]))
    ]
    return Span(places[0], places[0] + _WITH_TWO) if len(places) == 1 else None


def _alone(names: Sequence[PinyinName], western: Sentence, chinese: Sentence) -> Span | None:
    """The one sure Chinese name without pinyin where there is one pinyin name without characters.

    The name may stand in another order or with a hyphen.
    """
    letters = _letters(western.text)
    found = [
        name
        for name in read_chinese_names(chinese.text)
        if _letters(name.pinyin.split(" ")[1]) not in letters
    ]
    return found[0].span if len(names) == len(found) == 1 else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, fold(text)))
