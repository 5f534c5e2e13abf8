"""Form: language, script, length, repetition, untranslated words and markup."""

import re
from collections.abc import Iterable, Sequence

from teletipo import languages
from teletipo.findings import Finding, Severity
from teletipo.languages import Language
from teletipo.spans import Span
from teletipo.verify.context import Context
from teletipo.verify.left_words import left_words
from teletipo.verify.pair import Sentence, SentencePair

# Characters per character of the same sentence in English (medians of NTREX-128).
_SPANISH_LENGTH = 1.14
_CHINESE_LENGTH = 0.34
_SHORTEST_RATIO, _LONGEST_RATIO = 0.45, 2.2
# For a sentence without final punctuation; Chinese headlines and captions often have none.
_CUT_RATIO, _CUT_RATIO_CHINESE = 0.8, 0.65
# Ratios mean little for a headline of three words, so this many English characters are tolerated.
_TOLERANCE = 18
MAX_RUN = 3
_MIN_LETTERS_TO_JUDGE = 20
_FEW_LETTERS = 60
_SIBLINGS = {"es": ("ca", "gl", "pt", "an", "oc", "ast"), "en": ("nl", "af", "sco", "fy")}
# Portuguese and Catalan, whatever the detector says.
_FOREIGN_LETTERS = re.compile("[ãõ]|l·l", re.IGNORECASE)
_MIN_CONFIDENCE, _SURE = 0.6, 0.8
# Shorter runs of the source's own words may be a name or a title.
_MAX_COPIED_WORDS, _MAX_COPIED_CHINESE = 6, 3

_ADDRESS = re.compile(
    r"https?://[!-~]+|(?<![\w.+-])(?:[\w.+-]{1,64}@[\w.-]+|[\w-]{1,64}(?:\.[\w-]{1,64})+(?:/[!-~]*)?)",
    re.ASCII,
)
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

SOURCE_USED = "The article's own text is used instead."


def check_form(pair: SentencePair, context: Context) -> Iterable[Finding]:
    """Yield findings on language, script, length, final punctuation, repetition, untranslated
    words and markup.

    Not seen: a fluent sentence of the right length that says something else, and the language of a
    few short words.
    """
    yield from _length_findings(pair)
    source, output = pair.source, pair.output
    if longest_run(output.text) > max(MAX_RUN, longest_run(source.text) + 1):
        yield pair.finding("repetition", "The translation repeats the same words.")
    is_translation = source.language != output.language
    if is_translation and _echoes(source.text, output.text) and not _is_in_another(source):
        yield pair.finding(
            "source_echo", f"The model did not translate the sentence. {SOURCE_USED}"
        )
    elif not is_in(output.text, output.language):
        yield pair.finding(
            "wrong_language", f"The model wrote in the wrong language. {SOURCE_USED}"
        )
    elif is_translation and (copied := _copied(pair)):
        yield _untranslated(pair, copied, Severity.ERROR)
    elif is_translation and (left := left_words(pair.without_terms(context.terminology))):
        # Spanish and English take words from each other.
        borrows = not output.language.is_chinese
        yield _untranslated(pair, left, Severity.WARNING if borrows else Severity.ERROR)
    yield from _script_findings(pair)
    markup = [each for each in _MARKUP.finditer(output.text) if each[0] not in source.text]
    if markup:
        yield pair.finding(
            "stray_markup",
            f"“{markup[0][0][:30]}” is stray markup; remove it.",
            output=[Span(*each.span()) for each in markup],
        )


def _untranslated(pair: SentencePair, places: Sequence[Span], severity: Severity) -> Finding:
    message = f"“{pair.output[places[0]]}” is not translated."
    return pair.finding("untranslated_words", message, severity, output=places)


def _length_findings(pair: SentencePair) -> Iterable[Finding]:
    expected, length = _english_length(pair.source), _english_length(pair.output)
    # The source ends like a sentence, but the translation does not.
    lost_its_end = _ENDS_A_SENTENCE.search(pair.source.text.strip()) and not _ENDS.search(
        pair.output.text.strip()
    )
    cut = _CUT_RATIO_CHINESE if pair.output.language.is_chinese else _CUT_RATIO
    if length < expected * _SHORTEST_RATIO - _TOLERANCE or (
        lost_its_end and length < expected * cut
    ):
        yield pair.finding("stopped_early", "The translation stops before the end of its source.")
    elif lost_its_end:
        # If it were cut off, it would be shorter; only the punctuation is missing.
        yield pair.finding(
            "no_full_stop", "The translation has no final punctuation.", Severity.WARNING
        )
    if length > expected * _LONGEST_RATIO + _TOLERANCE:
        yield pair.finding("ran_over", "The translation is too long for its source.")


def _english_length(sentence: Sentence) -> float:
    """The estimated length of the text in English, in characters."""
    han = len(_HAN.findall(sentence.text))
    rest = len(sentence.text) - han
    is_spanish = sentence.language.base == "es"
    return han / _CHINESE_LENGTH + (rest / _SPANISH_LENGTH if is_spanish else rest)


def _script_findings(pair: SentencePair) -> Iterable[Finding]:
    """Traditional characters in simplified Chinese; Chinese characters in other languages."""
    text = pair.output.text
    if pair.output.language == "zh-Hans":
        simplified = languages.simplify(text)
        wrong = [
            Span(index, index + 1)
            for index, (one, other) in enumerate(zip(text, simplified, strict=False))
            if one != other and _HAN.match(one)
        ]
        if wrong and len(simplified) == len(text):
            yield pair.finding(
                "traditional_characters",
                f"“{''.join(pair.output[span] for span in wrong[:8])}” is in traditional "
                "characters; the summary is in simplified Chinese.",
                output=wrong,
            )
    elif not pair.output.language.is_chinese:
        foreign = [Span(*match.span()) for match in re.finditer(rf"[{languages.HAN}]+", text)]
        if foreign:
            yield pair.finding(
                "wrong_script",
                f"“{pair.output[foreign[0]][:20]}” is still in Chinese.",
                Severity.WARNING if len(foreign) == 1 else Severity.ERROR,
                output=foreign,
            )


def _copied(pair: SentencePair) -> list[Span]:
    """Runs of the source's lower-case words that were copied unchanged."""
    size = _MAX_COPIED_CHINESE if pair.output.language.is_chinese else _MAX_COPIED_WORDS
    words = _words(pair.source.text)
    runs = {tuple(words[index : index + size]) for index in range(len(words) - size + 1)}
    addresses = [Span(*match.span()) for match in _ADDRESS.finditer(pair.output.text)]
    matches = [
        match
        for match in _WORD.finditer(pair.output.text)
        if not any(map(Span(*match.span()).overlaps, addresses))
    ]
    windows = [matches[index : index + size] for index in range(len(matches) - size + 1)]
    return [
        Span(window[0].start(), window[-1].end())
        for window in windows
        if tuple(match[0].casefold() for match in window) in runs
        and all(match[0].islower() and not _HAN.match(match[0]) for match in window)
    ]


def _is_in_another(source: Sentence) -> bool:
    """Whether the source is in a third language, and so need not be translated."""
    language, confidence = languages.detect(source.text)
    return confidence > _SURE and language not in (source.language.base, "ca", "gl", "pt")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def longest_run(text: str) -> int:
    """Return how often one to six words repeat in a row: 2 for "very, very"."""
    words = _words(text)
    longest = 1
    for size in range(1, 7):
        run = 0
        for index in range(size, len(words)):
            run = run + 1 if words[index] == words[index - size] else 0
            longest = max(longest, run // size + 1)
    return longest


def _echoes(source_text: str, text: str) -> bool:
    """Whether most runs of three words are in the source; names and figures alone make none."""
    source_words, words = _words(source_text), _words(text)
    if len(words) > 2 and words == source_words and not _is_all_names(text):
        return True
    runs, source_runs = _runs(text), _runs(source_text)
    return len(runs) >= 4 and len(runs & source_runs) > len(runs) / 2


def _runs(text: str) -> set[tuple[str, ...]]:
    """All runs of three words of which one is no name, in lower case."""
    words = _WORD.findall(text)
    return {
        tuple(map(str.casefold, run))
        for run in zip(words, words[1:], words[2:], strict=False)
        if any(_HAN.match(word) or (len(word) > 2 and word.islower()) for word in run)
    }


def _is_all_names(text: str) -> bool:
    """Whether no word starts in lower case: the text may be the same in every language."""
    return not any(word[0].islower() for word in re.findall(r"[^\W\d_]{3,}", text)) and not (
        _HAN.search(text)
    )


def is_in(text: str, target: Language) -> bool:
    """Whether a text is in the target language; true if it is too short to judge."""
    words = [word for word in _WORD.findall(text) if not word.isdigit()]
    han = sum(bool(_HAN.match(word)) for word in words)
    if target.is_chinese:
        small = sum(word[0].islower() for word in words)
        return han >= small and han > 0
    if han * 10 > len(words):
        return False
    if sum(map(len, words)) < _MIN_LETTERS_TO_JUDGE:
        return True
    language, confidence = languages.detect(text)
    if language == target or confidence < _MIN_CONFIDENCE:
        return True
    # "Nadal venció a Federer en cuatro sets" is Catalan to the detector.
    is_short = sum(map(len, words)) < _FEW_LETTERS
    is_sibling = language in _SIBLINGS.get(target.base, ())
    return is_short and is_sibling and not _FOREIGN_LETTERS.search(text)
