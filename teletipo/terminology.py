"""A desk's own terms: which rendering a name or an expression has to have.

Read from Amazon Translate's custom-terminology CSV (its Developer Guide, "Creating a custom
terminology"), from TMX 1.4 and from TBX (ISO 30042:2008 and :2019).
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from teletipo import languages
from teletipo.errors import LanguageUnknown, TerminologyError
from teletipo.spans import Span

MAX_BYTES = 10_000_000
"""Amazon Translate's own limit."""
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TERM_PATHS = {"tuv": "seg", "langSet": "term", "langSec": "term"}


@dataclass(frozen=True)
class Term:
    """One thing, by what it is called in each language (BCP 47)."""

    names: Mapping[str, str]


@dataclass(frozen=True)
class Occurrence:
    """A term that stands in a text, and what it has to become."""

    start: int
    end: int
    rendering: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True)
class Terminology:
    """The terms of one file. A term with the same name in two languages is not translated."""

    terms: tuple[Term, ...] = ()
    sha256: str = ""
    """Of the file, in hexadecimal; empty without one."""
    _by_language: dict[tuple[str, str], tuple[re.Pattern[str], dict[str, str]] | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def find(self, text: str, source: str, target: str) -> list[Occurrence]:
        """The terms in a text, in order, longest first where they overlap. Case matters."""
        entry = self._index(source, target)
        if entry is None:
            return []
        pattern, renderings = entry
        return [
            Occurrence(match.start(), match.end(), renderings[match[0]])
            for match in pattern.finditer(text)
        ]

    def _index(self, source: str, target: str) -> tuple[re.Pattern[str], dict[str, str]] | None:
        key = source, target
        if key not in self._by_language:
            renderings = {
                term.names[source]: term.names[target]
                for term in reversed(self.terms)
                if source in term.names and target in term.names
            }
            longest = sorted(map(re.escape, renderings), key=len, reverse=True)
            pattern = "|".join(longest)
            if not source.startswith("zh"):
                pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
            self._by_language[key] = (re.compile(pattern), renderings) if renderings else None
        return self._by_language[key]


NO_TERMS = Terminology()


def read_terminology(data: bytes, name: str = "terminology") -> Terminology:
    """The terms of a file in any of the formats, told apart by how it begins.

    Raises ``TerminologyError``, naming the line.
    """
    if len(data) > MAX_BYTES:
        raise TerminologyError(f"{name} has {len(data):,} bytes; the limit is {MAX_BYTES:,}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TerminologyError(f"{name}, line {line}: this is not UTF-8.") from None
    read = _read_xml if text.lstrip().startswith("<") else _read_csv
    terms = tuple(read(text, name))
    if not terms:
        raise TerminologyError(f"{name} has no term in two languages.")
    return Terminology(terms, hashlib.sha256(data).hexdigest())


def _read_csv(text: str, name: str) -> Iterator[Term]:
    """The first row has the languages; each other one a term, which may lack some of them."""
    rows = csv.reader(io.StringIO(text), strict=True)
    tags: list[str] = []
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if not tags:
                tags = _tags(row, name)
                continue
            if len(row) != len(tags):
                raise TerminologyError(
                    f"{name}, line {rows.line_num}: {len(row)} columns, but the first row "
                    f"names {len(tags)} languages."
                )
            names = {tag: cell.strip() for tag, cell in zip(tags, row, strict=True) if cell.strip()}
            if len(names) < 2:
                raise TerminologyError(
                    f"{name}, line {rows.line_num}: a term needs a name in two languages."
                )
            yield Term(names)
    except csv.Error as error:
        raise TerminologyError(f"{name}, line {rows.line_num}: {error}.") from None


def _tags(row: Sequence[str], name: str) -> list[str]:
    tags = [_tag(cell, f"{name}, line 1") for cell in row]
    if len(tags) < 2 or len(set(tags)) < len(tags):
        raise TerminologyError(f"{name}, line 1: two or more different languages are needed.")
    return tags


def _tag(written: str, where: str) -> str:
    try:
        return languages.normalize_tag(written if written.strip() != "zh" else "zh-Hans")
    except LanguageUnknown as error:
        raise TerminologyError(f"{where}: {error}") from None


def _read_xml(text: str, name: str) -> Iterator[Term]:
    try:
        # What declares an encoding may only be given as bytes.
        root = fromstring(text.encode("utf-8"), forbid_dtd=False)
    except ParseError as error:
        raise TerminologyError(f"{name}, line {error.position[0]}: {error.msg}.") from None
    except DefusedXmlException as error:
        raise TerminologyError(f"{name}: entities are not read ({error}).") from None
    except (LookupError, ValueError) as error:
        raise TerminologyError(f"{name}: {error}.") from None
    entries = [each for each in root.iter() if _local(each) in ("tu", "termEntry", "conceptEntry")]
    if not entries:
        raise TerminologyError(f"{name} is neither TMX nor TBX: it has no entry.")
    for number, entry in enumerate(entries, 1):
        names: dict[str, str] = {}
        for part in entry.iter():
            if path := _TERM_PATHS.get(_local(part)):
                written = part.get(_XML_LANG) or part.get("lang")
                if not written:
                    raise TerminologyError(f"{name}, entry {number}: a part names no language.")
                term = next((each for each in part.iter() if _local(each) == path), None)
                content = "" if term is None else "".join(term.itertext()).strip()
                if content:
                    names.setdefault(_tag(written, f"{name}, entry {number}"), content)
        if len(names) > 1:
            yield Term(names)


def _local(element: Element) -> str:
    """A tag without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
