"""XML → a tree, with everything off that reaches outside the file or grows inside it."""

import codecs
import re
from collections.abc import Callable, Iterator
from html.entities import html5
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from teletipo.errors import Malformed
from teletipo.formats import html, wire
from teletipo.formats.building import Reading
from teletipo.formats.decoding import REPAIRED, clean, decode, decoded_once

MAX_DEPTH = 100
MAX_ELEMENTS = 200_000

NITF = "http://iptc.org/std/NITF/2006-10-18/"
NEWSML_G2 = "http://iptc.org/std/nar/2006-10-01/"
XHTML = "http://www.w3.org/1999/xhtml"
ATOM = "http://www.w3.org/2005/Atom"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_INCLUDE = "{http://www.w3.org/2001/XInclude}include"
_KNOWN = frozenset({NITF, NEWSML_G2, XHTML, f"{XHTML}/"})

# Single-byte and Chinese encodings that agencies declare; UTF-8 and UTF-16 are seen in the bytes.
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = frozenset(
    f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))
) | frozenset("ascii utf-8 cp1250 cp1251 cp1252 cp1253 gb2312 gbk gb18030 big5".split())
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})

_SKIPPED = {
    "media": "pictures and video are not read",
    "figure": "pictures are not read",
    "img": "pictures are not read",
    "image": "pictures are not read",
    "video": "video is not read",
    "audio": "sound is not read",
    "object": "embedded objects are not read",
    "iframe": "embedded pages are not read",
    "script": "scripts are not read",
    "style": "style sheets are not read",
    "head": "it is not part of the text",
    "bibliography": "it is not part of the text",
    "pronounce": "it is not part of the text",
}
_BLOCKS = frozenset(
    "address aside article blockquote block body body.content body.end bq br caption credit "
    "custom-table datasource dd div dl dt fn footer h1 h2 h3 h4 h5 h6 header hl2 hr html li main "
    "nitf-table note ol p pre q.block section table tbody td tfoot th thead tr ul".split()
)
_ESCAPED_MARKUP = re.compile(r"<(?:p|br|div|h[1-6]|ul|li)\b[^<>]{0,200}>", re.IGNORECASE)


def parse(data: bytes, reading: Reading, namespace: str = "") -> Element:
    """Return the root of an XML file, its tags without the formats' own namespaces.

    A root in another namespace than its format's is read all the same, with a note.

    Raises ``Malformed`` if the file is not well formed, declares entities, or is nested too
    deeply; ``WrongEncoding`` if its bytes are in no known encoding. Named HTML entities are read
    as characters. External DTDs and XInclude are never fetched.
    """
    text = _DECLARATION.sub("", _decode(data, reading), count=1)
    text = _ENTITY.sub(_character, text)
    builder = _Builder()
    parser = DefusedXMLParser(target=builder)
    try:
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException as error:
        name = getattr(error, "name", None)
        raise Malformed(
            f"The XML declares the entity '{name}' of its own, which is not allowed."
            if name
            else "The XML declares or refers to something outside itself, which is not allowed."
        ) from None
    except ParseError as error:
        number, column = error.position
        reason = str(error).partition(":")[0]
        raise Malformed(
            f"The XML is not well formed: {reason} in line {number}, column {column + 1}"
            f"{_last_tag(text, number, column)}."
        ) from None
    assert isinstance(root, Element)  # noqa: S101
    if root.find(f".//{_INCLUDE}") is not None:
        reading.ignore("xi:include", "other files are not read")
    if namespace and builder.namespace not in {"", namespace}:
        reading.note(
            "namespace_unknown",
            root.tag,
            f"<{root.tag}> is in the namespace '{builder.namespace}', not in '{namespace}'.",
        )
    return root


def text_of(element: Element | None) -> str | None:
    """Return an element's text as one line; None if there is none."""
    if element is None:
        return None
    return " ".join("".join(element.itertext()).split()) or None


def paragraphs_of_text(
    text: str | None, is_html: Callable[[str], bool], reading: Reading
) -> list[str]:
    """Return the paragraphs of an element's text, which may be HTML in itself."""
    if not text or not text.strip():
        return []
    text = clean(text)
    return html.take_apart(text, reading)[1] if is_html(text) else wire.paragraphs_of(text)


def paragraphs(element: Element, reading: Reading) -> list[str]:
    """Return the blocks of text in a body of NITF or XHTML. A table's row is one paragraph."""
    found: list[str] = []
    words: list[str] = []

    def end_block() -> None:
        text = " ".join("".join(words).split())
        words.clear()
        if text:
            found.append(text)

    def walk(each: Element) -> None:
        tag = each.tag.casefold() if isinstance(each.tag, str) else ""
        if tag in _SKIPPED:
            reading.ignore(tag, _SKIPPED[tag])
            return
        if each.get("hidden") is not None or html.HIDDEN.search(each.get("style") or ""):
            reading.ignore(tag, "it is hidden")
            return
        if tag == "tr":
            end_block()
            first = len(found)
            cells = []
            for child in each:
                walk(child)
                end_block()
                cells.append(" ".join(found[first:]))
                del found[first:]
            words.append(" | ".join(filter(None, cells)))
            reading.note("table_flattened", "table", "Each row of <table> was read as a paragraph.")
            end_block()
            return
        is_block = tag in _BLOCKS
        if is_block:
            end_block()
        words.append(each.text or "")
        for child in each:
            walk(child)
            words.append(child.tail or "")
        if is_block:
            end_block()

    walk(element)
    end_block()
    text = "\n\n".join(found)
    if _ESCAPED_MARKUP.search(text):
        reading.note(
            "markup_unescaped", element.tag, f"<{element.tag}> has escaped HTML; it was read."
        )
        return html.take_apart(text, reading)[1]
    return found


def first(element: Element, *paths: str) -> Element | None:
    """Return the first element that one of the paths finds."""
    return next((found for path in paths if (found := element.find(path)) is not None), None)


def attributes(element: Element, path: str, name: str) -> Iterator[str]:
    """Yield an attribute of each element on the path that has it and is not blank."""
    for found in element.iterfind(path):
        if value := (found.get(name) or "").strip():
            yield value


def attribute(element: Element, path: str, name: str) -> str | None:
    """Return the first of ``attributes``."""
    return next(attributes(element, path, name), None)


class _Builder(TreeBuilder):
    """Builds the tree within limits, and drops the namespaces that the readers know."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0
        self.namespace = ""

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise Malformed(f"The XML is nested more than {MAX_DEPTH} levels deep, at <{tag}>.")
        if self._count > MAX_ELEMENTS:
            raise Malformed(f"The XML has more than {MAX_ELEMENTS:,} elements.")
        if self._count == 1:
            self.namespace = tag.rpartition("}")[0].removeprefix("{")
        return super().start(self._local(tag), attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(self._local(tag))

    def _local(self, tag: str) -> str:
        if not tag.startswith("{"):
            return tag
        namespace, _, name = tag[1:].partition("}")
        return name if namespace in _KNOWN or namespace == self.namespace else tag


def _decode(data: bytes, reading: Reading) -> str:
    if not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        declared = _DECLARED.match(data)
        name = declared[1].decode("ascii").casefold() if declared else "utf-8"
        try:
            encoding = codecs.lookup(name).name
        except LookupError:
            encoding = ""
        if encoding == "iso8859-1":
            # As browsers do: what is declared so has the quotation marks of Windows-1252.
            encoding = "cp1252"
        if encoding in _ENCODINGS:
            try:
                return decode(_decoded_once(data.decode(encoding), reading).encode("utf-8"))
            except UnicodeDecodeError:
                encoding = ""
        if encoding != "utf-16":
            reading.note(
                "encoding_assumed",
                "?xml",
                f"The bytes are not in the declared encoding '{name}'; another one was assumed.",
            )
    return decode(data)


def _decoded_once(text: str, reading: Reading) -> str:
    once = decoded_once(text)
    if once != text:
        reading.note("encoding_repaired", "?xml", REPAIRED)
    return once


def _character(match: re.Match[str]) -> str:
    if match[1] in _XML_ENTITIES:
        return match[0]
    return html5.get(f"{match[1]};", match[0])


def _last_tag(text: str, number: int, column: int) -> str:
    """The tag that was opened last before the fault, for the message."""
    *above, line = text.split("\n", number)[:number]
    before = "\n".join([*above, line[:column]])[-2_000:]
    tags = re.findall(r"<([A-Za-z][\w.:-]{0,60})", before)
    return f", after <{tags[-1]}>" if tags else ""
