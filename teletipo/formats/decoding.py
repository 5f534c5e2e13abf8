"""Bytes → text: UTF-8 and UTF-16 with or without a byte order mark, and Windows-1252."""

import codecs
import re
import unicodedata

from teletipo.errors import EmptyArticle, NotText, WrongEncoding

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WESTERN = set("áéíóúüñçàèìòùâêîôûäëïöåãõøæœßÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÄËÏÖÅ¿¡«»“”‘’„–—…€£ºª°·•´½©®\u00a0")
_UTF8_READ_AS_WESTERN = re.compile(r"[ÃÂâ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_UTF8_ENCODED_TWICE = re.compile(
    r"[ÃÂ][\u0080-\u00bf]|â[\u0080€][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
REPAIRED = "The text was encoded twice; it was decoded again."
_LINE_BREAKS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_SPACES = re.compile(r"[^\S\n]+")


def decode(data: bytes) -> str:
    """Return the text in NFC with ``\\n`` line breaks, plain spaces and no invisible characters.

    Raises
    ------
    EmptyArticle: the text is empty or only white space.
    NotText: the bytes are an image, an archive, a program.
    WrongEncoding: the encoding is not supported, or the text ends inside a character.
    """
    return decode_once(data)[0]


def decode_once(data: bytes) -> tuple[str, bool]:
    """Return the text as ``decode``, and whether it was encoded twice and is put right."""
    given = _decode(data)
    once = decoded_once(given)
    text = clean(once)
    if not text:
        raise EmptyArticle("The article is empty.")
    return text, once != given


def decoded_once(text: str) -> str:
    """Return the text with UTF-8 that was read as Windows-1252 and encoded again put right."""
    return _NOT_ASCII.sub(_once, text) if _UTF8_ENCODED_TWICE.search(text) else text


def _once(match: re.Match[str]) -> str:
    try:
        return b"".join(map(_western_byte, match[0])).decode("utf-8")
    except UnicodeError:
        return match[0]


def _western_byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        # Windows-1252 has no character for five bytes; programs keep them as they are.
        return char.encode("latin-1")


def clean(text: str) -> str:
    """Return the text in NFC with ``\\n`` line breaks, plain spaces and no invisible characters.

    Normalization takes quadratic time for a long run of combining marks, so a run ends after 30
    of them. No language has longer ones (UAX #15, "Stream-Safe Text Format").
    """
    text = _SPACES.sub(" ", _LINE_BREAKS.sub("\n", text))
    characters = set(text)
    # Cf: byte order marks, zero-width and bidirectional controls. Co, Cn: unassigned or private.
    invisible = {
        char for char in characters if char != "\n" and unicodedata.category(char) in _INVISIBLE
    }
    text = text.translate(dict.fromkeys(map(ord, invisible)))
    marks = re.escape("".join(filter(_is_mark, characters)))
    if marks:
        text = re.sub(rf"([{marks}]{{{_MAX_MARKS}}})[{marks}]+", r"\1", text)
    return unicodedata.normalize("NFC", text).strip()


def _is_mark(char: str) -> bool:
    """Whether normalization may reorder it. A few marks do so only once they are decomposed."""
    return unicodedata.combining(unicodedata.normalize("NFD", char)[0]) > 0


_MAX_MARKS = 30
_INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Cs"}


def _decode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\0" in data:
        return _utf_16_without_mark(data)
    if _control_share(data) > 0.01:
        raise NotText("The article is not text: it contains control characters.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise WrongEncoding(
                "The article ends in the middle of a character; the upload may be incomplete."
            ) from error
    return _windows_1252(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise WrongEncoding(
            f"The article starts with a {encoding[:6].upper()} byte order mark, but byte "
            f"{error.start} is not valid in that encoding."
        ) from error


def _utf_16_without_mark(data: bytes) -> str:
    """In Western text every other byte is zero; in programs and images it is not."""
    halves = {"utf-16-be": data[0::2], "utf-16-le": data[1::2]}
    for encoding, high_bytes in halves.items():
        if high_bytes.count(0) > 0.8 * len(high_bytes):
            return _strictly(data, encoding)
    raise NotText("The article is not text: it contains zero bytes.")


def _windows_1252(data: bytes) -> str:
    message = "The article's encoding is not UTF-8, UTF-16 or Windows-1252; convert it to UTF-8."
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise WrongEncoding(message) from error
    foreign = [char for char in text if char > "\x7f"]
    if (
        len(foreign) > 0.2 * len(text)
        or sum(char in _WESTERN for char in foreign) < 0.8 * len(foreign)
        or len(_UTF8_READ_AS_WESTERN.findall(text)) > 0.2 * len(foreign)
    ):
        raise WrongEncoding(message)
    return text


def _control_share(data: bytes) -> float:
    controls = len(re.findall(rb"[\x01-\x08\x0e-\x1f\x7f]", data))
    return controls / max(len(data), 1)
