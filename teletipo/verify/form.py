"""Is it a sentence of the target language, of its script, whole and clean?"""

import re

from teletipo import languages
from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.fault import Fault

# What a sentence takes in characters for each one of its English (medians of NTREX-128).
_SPANISH_LENGTH = 1.14
_CHINESE_LENGTH = 0.34
_SHORTEST_RATIO, _LONGEST_RATIO = 0.45, 2.2
# Of a sentence without its end; Chinese headlines and captions often have none.
_CUT_RATIO, _CUT_RATIO_CHINESE = 0.8, 0.65
# Ratios mean little for a headline of three words: so many English characters are let pass.
_TOLERANCE = 18
_MAX_RUN = 3
_MIN_LETTERS_TO_JUDGE = 20
_MIN_CONFIDENCE, _SURE = 0.6, 0.8
# Longer runs of the source's own words are a name or a title at most.
_MAX_COPIED_WORDS, _MAX_COPIED_CHINESE = 6, 3

_HAN = re.compile(f"[{languages.HAN}]")
_WORD = re.compile(rf"[{languages.HAN}]|[^\W\d_{languages.HAN}]+|\d+")
# A full stop after one or two letters may belong to an abbreviation (EE. UU., A.I., St.).
_ENDS_A_SENTENCE = re.compile(
    r"(?:[^\W\d_]{3}|[\d%)）\"'»”’」』])[.!?…][\"'»”’)\]]*$|[。！？][”’」』）]*$"
)
_ENDS = re.compile(r"[.!?…。！？\"'«»“”‘’「」『』)）\]]$")
_MARKUP = re.compile(
    r"</?[a-zA-Z][^<>]{0,200}>|&(?:[a-z]{2,8}|#\d{1,6});|[\ufffd▁]|<0x[0-9A-F]{2}>"
)

STANDS = "the article's own words stand here."


def check_form(source_text: str, output_text: str, source: str, target: str) -> list[Fault]:
    """Language, script, length, end, repetition, what was left untranslated, markup.

    What it cannot see: a fluent sentence of the right length that says something else, and the
    language of a few short words.
    """
    faults = []
    expected, length = _length(source_text, source), _length(output_text, target)
    too_short = length < expected * _SHORTEST_RATIO - _TOLERANCE
    lost_its_end = _lost_its_end(source_text, output_text)
    if too_short or lost_its_end:
        # A short one without its full stop was cut off; a long one only lacks it.
        cut = _CUT_RATIO_CHINESE if target.startswith("zh") else _CUT_RATIO
        is_cut = too_short or length < expected * cut
        faults.append(
            Fault(
                "stopped_early" if is_cut else "no_full_stop",
                "The translation stops before its source does."
                if is_cut
                else "The translation does not end as a sentence.",
                Severity.ERROR if is_cut else Severity.WARNING,
            )
        )
    if length > expected * _LONGEST_RATIO + _TOLERANCE:
        faults.append(Fault("ran_over", "The translation is too long for its source."))
    if longest_run(output_text) > max(_MAX_RUN, longest_run(source_text) + 1):
        faults.append(Fault("repetition", "The translation repeats itself."))
    is_echo = source != target and _echoes(source_text, output_text)
    if is_echo and not _is_in_another(source_text, source):
        faults.append(Fault("source_echo", f"The model repeated the sentence: {STANDS}"))
    elif not is_in(output_text, target):
        faults.append(Fault("wrong_language", f"The model wrote in another language: {STANDS}"))
    elif source != target:
        faults += _residue(source_text, output_text, target)
    return faults + _script(output_text, target) + _markup(source_text, output_text)


def _script(text: str, target: str) -> list[Fault]:
    """Traditional characters in simplified Chinese; Chinese ones elsewhere."""
    if target == "zh-Hans":
        simplified = languages.simplify(text)
        wrong = [
            Span(index, index + 1)
            for index, (one, other) in enumerate(zip(text, simplified, strict=False))
            if one != other and _HAN.match(one)
        ]
        if len(simplified) != len(text) or not wrong:
            return []
        return [
            Fault(
                "traditional_characters",
                f"“{''.join(text[span.start] for span in wrong[:8])}”: traditional characters.",
                output=tuple(wrong),
            )
        ]
    if target.startswith("zh"):
        return []
    foreign = [Span(*match.span()) for match in re.finditer(rf"[{languages.HAN}]+", text)]
    if not foreign:
        return []
    return [
        Fault(
            "wrong_script",
            f"“{text[foreign[0].start : foreign[0].end][:20]}” is left in Chinese.",
            Severity.WARNING if len(foreign) == 1 else Severity.ERROR,
            output=tuple(foreign),
        )
    ]


def _residue(source_text: str, output_text: str, target: str) -> list[Fault]:
    """A run of the source's words, in small letters, that was copied as it stood."""
    size = _MAX_COPIED_CHINESE if target.startswith("zh") else _MAX_COPIED_WORDS
    source_words = _words(source_text)
    runs = {
        tuple(source_words[index : index + size]) for index in range(len(source_words) - size + 1)
    }
    copied = []
    matches = list(_WORD.finditer(output_text))
    for index in range(len(matches) - size + 1):
        window = matches[index : index + size]
        if tuple(match[0].casefold() for match in window) in runs and all(
            match[0].islower() and not _HAN.match(match[0]) for match in window
        ):
            copied.append(Span(window[0].start(), window[-1].end()))
    if not copied:
        return []
    first = output_text[copied[0].start : copied[0].end]
    return [Fault("untranslated_words", f"“{first}” was left untranslated.", output=tuple(copied))]


def _is_in_another(text: str, source: str) -> bool:
    """Words of a third language, which may stand as they are."""
    language, confidence = languages.detect(text)
    return confidence > _SURE and language not in (source[:2], "ca", "gl", "pt")


def _markup(source_text: str, output_text: str) -> list[Fault]:
    found = [match for match in _MARKUP.finditer(output_text) if match[0] not in source_text]
    if not found:
        return []
    return [
        Fault(
            "stray_markup",
            f"“{found[0][0][:30]}” is markup, not text.",
            output=tuple(Span(*match.span()) for match in found),
        )
    ]


def _length(text: str, language: str) -> float:
    """The length that the text would have in English, in characters."""
    han = len(_HAN.findall(text))
    rest = len(text) - han
    return han / _CHINESE_LENGTH + (rest / _SPANISH_LENGTH if language == "es" else rest)


def _lost_its_end(source_text: str, text: str) -> bool:
    """The source ends as a sentence, the translation in the middle of one."""
    return bool(_ENDS_A_SENTENCE.search(source_text.strip())) and not _ENDS.search(text.strip())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def longest_run(text: str) -> int:
    """How often some one to six words follow themselves: "very, very" is 2."""
    words = _words(text)
    longest = 1
    for size in range(1, 7):
        run = 0
        for index in range(size, len(words)):
            run = run + 1 if words[index] == words[index - size] else 0
            longest = max(longest, run // size + 1)
    return longest


def _echoes(source_text: str, text: str) -> bool:
    """Most runs of three words stand in the source: names alone do not make four of them."""
    source_words, words = _words(source_text), _words(text)
    if len(words) > 2 and words == source_words and not _is_all_names(text):
        return True
    runs = set(zip(words, words[1:], words[2:], strict=False))
    shared = runs & set(zip(source_words, source_words[1:], source_words[2:], strict=False))
    return len(runs) >= 4 and len(shared) > len(runs) / 2


def _is_all_names(text: str) -> bool:
    """Nothing in it has a small letter to begin with: it may be the same in every language."""
    return not any(word[0].islower() for word in re.findall(r"[^\W\d_]{3,}", text)) and not (
        _HAN.search(text)
    )


def is_in(text: str, target: str) -> bool:
    """Whether a sentence reads as the target language, as far as that can be told."""
    words = [word for word in _WORD.findall(text) if not word.isdigit()]
    han = sum(bool(_HAN.match(word)) for word in words)
    if target.startswith("zh"):
        small = sum(word[0].islower() for word in words)
        return han >= small and han > 0
    if han * 10 > len(words):
        return False
    if sum(map(len, words)) < _MIN_LETTERS_TO_JUDGE:
        return True
    language, confidence = languages.detect(text)
    return language == target or confidence < _MIN_CONFIDENCE
