"""Numbers, quotation marks and punctuation as the target language writes them.

Separators, percent signs and quotation marks follow Unicode CLDR's data for each language.
"""

import itertools
import re
from collections.abc import Callable

from teletipo import languages

_QUOTES = {"en": "“”", "es": "«»", "zh-Hans": "“”", "zh-Hant": "「」"}

_HAN = f"[{languages.HAN}]"
_FULL_WIDTH = str.maketrans(",;:?!()", "，；：？！（）")
_HALF_WIDTH = str.maketrans("，；：", ",;:")

# Numbers with separators whose value is certain. Three digits after the other language's
# separator (1,500 in Spanish, 1.500 in English) may be thousands, and are left unchanged.
_SPANISH_NUMBER = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:[.\u00a0\u202f ]\d{3})+(?:,\d+)?|\d+,(?:\d\d?|\d{4,}))(?![\d.,]*\d)"
)
_ENGLISH_NUMBER = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.(?:\d\d?|\d{4,}))(?![\d.,]*\d)"
)
# What stands beside a number that is no quantity: a name's version ("GPT-4.5", "iOS 17.4", "Gemini
# 2.5 Pro"), a part of an address, a clock time.
_IN_A_NAME = re.compile(r"(?:[^\W\d_][-‑]|/|\b[a-z][A-Z]\w* )$")
_BEFORE_A_NAME, _AFTER_A_NAME = re.compile(r"\b[A-Z]\w+ $"), re.compile(r" [A-Z][a-z]+\b")
_OF_A_CLOCK = re.compile(r"\s?(?:[ap]\.?\s?m\b|GMT|UTC|horas?\b|h\b)")
_TELEPHONE = re.compile(r"[6-9]\d\d(?:[\u00a0\u202f ]\d{3}){2}")
_SWAP = str.maketrans(".,", ",.")
ADDRESS = re.compile(
    # Parentheses belong to it in pairs; punctuation at its end does not.
    r"(?:https?://|www\.)(?:[!#-'*-;=?-~]|\([!#-'*-;=?-~]*\))+(?<![.,;:?!])"
    r"|(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9_.-]+",
    re.IGNORECASE,
)
"""Web and e-mail addresses, in ASCII: Chinese text goes on behind one without a space."""
# What is no prose: addresses, feet and inches.
_NO_PROSE = re.compile(rf"{ADDRESS.pattern}|(?<=\d)['’]\d{{1,2}}\"", re.IGNORECASE)
_PLACE = "\ue000"


def localize(text: str, source_text: str, source: str, target: str) -> str:
    """Return a translated sentence with the typography of ``target``.

    Only numbers that the model copied unchanged from ``source_text`` are rewritten. Addresses stay.
    """
    if _PLACE in text:
        return _prose(text, source_text, source, target)
    parts = iter(_NO_PROSE.findall(text))
    prose = _prose(_NO_PROSE.sub(_PLACE, text), source_text, source, target)
    return re.sub(_PLACE, lambda _: next(parts), prose)


def _prose(text: str, source_text: str, source: str, target: str) -> str:
    text = _numbers(text, source_text, source, target)
    text = _quotation_marks(text, target)
    if target.startswith("zh"):
        return _chinese(text, target)
    text = re.sub(r"(?<=\d)[ \u00a0\u202f]*%", "\u00a0%" if target == "es" else "%", text)
    if target == "en":
        text = text.replace("¿", "").replace("¡", "")
    return text


def join_sentences(sentences: list[str], language: str) -> str:
    """Return the sentences as one paragraph; Chinese has no spaces between them."""
    return ("" if language.startswith("zh") else " ").join(sentences)


def join_clauses(
    sources: list[str], clauses: list[str], language: str, is_common: Callable[[str], bool]
) -> str:
    """Join clauses that were translated separately: restore punctuation, lower-case inner starts.

    ``sources`` are the source's clauses, each with its final punctuation mark or dash.
    ``is_common`` says whether a word is no name.
    """
    is_chinese = language.startswith("zh")
    joined: list[str] = []
    for place, (source, clause) in enumerate(zip(sources, clauses, strict=True)):
        text = clause.strip()
        if not text:
            continue
        if place < len(sources) - 1 and source[-1:] in ",;:，；：":
            mark = source[-1].translate(_FULL_WIDTH if is_chinese else _HALF_WIDTH)
            text = re.sub(r"[.。,，;；:：]*$", "", text) + mark
        elif place < len(sources) - 1 and source[-1:] in "—–-":
            dash = "——" if is_chinese else f" {source[-1]}"
            text = re.sub(r"[\s.。,，;；:：—–-]*$", "", text) + dash
        first = re.match(r"[^\W\d_]+", text)
        if joined and source[:1].islower() and first and first[0].istitle() and is_common(first[0]):
            text = text[0].lower() + text[1:]
        joined.append(text)
    return join_sentences(joined, language)


def _numbers(text: str, source_text: str, source: str, target: str) -> str:
    if (source == "es") == (target == "es"):
        return text
    pattern = _SPANISH_NUMBER if source == "es" else _ENGLISH_NUMBER
    for number in set(pattern.findall(source_text)):
        if _TELEPHONE.fullmatch(number):
            continue
        written = re.sub(r"[\u00a0\u202f ]", ".", number).translate(_SWAP)
        written_there = rf"(?<![\d.,]){re.escape(number)}(?![\d.,]*\d)"
        for match in reversed([*re.finditer(written_there, text)]):
            if _is_quantity(match):
                text = text[: match.start()] + written + text[match.end() :]
    return text


def _is_quantity(number: re.Match[str]) -> bool:
    before, after = number.string[: number.start()][-30:], number.string[number.end() :][:30]
    is_named = _BEFORE_A_NAME.search(before) and _AFTER_A_NAME.match(after)
    return not (is_named or _IN_A_NAME.search(before) or _OF_A_CLOCK.match(after))


def _quotation_marks(text: str, target: str) -> str:
    if target not in _QUOTES:
        return text
    opening, closing = tuple(_QUOTES[target])
    straight = itertools.cycle((opening, closing))
    return "".join(
        opening
        if char in "«“„「"
        else closing
        if char in "»”」"
        else next(straight)
        if char == '"'
        else char
        for char in text
    )


def _chinese(text: str, target: str) -> str:
    text = re.sub(rf"(?<={_HAN}|[，。；：？！、“”])\s+(?={_HAN}|[，。；：？！、“”])", "", text)
    text = re.sub(
        rf"\s*[()]\s*|(?<={_HAN}|[”）])\s*[,;:?!]\s*",
        lambda match: match[0].strip().translate(_FULL_WIDTH),
        text,
    )
    text = re.sub(rf"(?<={_HAN}|[”）])\.(?=[”）]*$|\s*{_HAN})", "。", text)
    text = re.sub(r"(?<=\d)\s*%", "%", text)
    return languages.simplify(text) if target == "zh-Hans" else text
