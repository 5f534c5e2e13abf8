"""A desk's terminology: the required translations of names and expressions.

Formats: Amazon Translate's custom-terminology CSV (Developer Guide, "Creating a custom
terminology"), TMX 1.4 and TBX (ISO 30042:2008 and :2019).
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
from teletipo.spans import Located, Span

MAX_BYTES = 10_000_000
"""Amazon Translate's own limit."""
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TERM_PATHS = {"tuv": "seg", "langSet": "term", "langSec": "term"}


@dataclass(frozen=True)
class Term:
    """One term, with its name in each language (BCP 47)."""

    names: Mapping[str, str]


@dataclass(frozen=True)
class Occurrence(Located):
    """A term found in a text, and its required rendering."""

    start: int
    end: int
    rendering: str

    def rendered_in(self, text: str, language: str) -> list[Span]:
        """Where the rendering stands in a text: as whole words, except in Chinese."""
        pattern = re.escape(self.rendering)
        if not language.startswith("zh"):
            pattern = rf"(?<!\w){pattern}(?!\w)"
        return [Span(*match.span()) for match in re.finditer(pattern, text)]


@dataclass(frozen=True)
class Terminology:
    """The terms of one file. A term with the same name in two languages stays untranslated."""

    terms: tuple[Term, ...] = ()
    sha256: str = ""
    """The file's SHA-256, in hexadecimal; empty without a file."""
    _by_language: dict[tuple[str, str], tuple[re.Pattern[str], dict[str, str]] | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def find(self, text: str, source: str, target: str) -> list[Occurrence]:
        """Return the terms in a text, in order; of overlapping ones the longest. Case-sensitive."""
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
    """Read a terminology file; its first character tells XML from CSV.

    Raises ``TerminologyError``, which names the line.
    """
    if len(data) > MAX_BYTES:
        raise TerminologyError(f"{name} has {len(data):,} bytes; the limit is {MAX_BYTES:,}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TerminologyError(f"{name}, line {line}: the text is not UTF-8.") from None
    read = _read_xml if text.lstrip().startswith("<") else _read_csv
    terms = tuple(read(text, name))
    if not terms:
        raise TerminologyError(f"{name} has no term with names in two languages.")
    return Terminology(terms, hashlib.sha256(data).hexdigest())


def _read_csv(text: str, name: str) -> Iterator[Term]:
    """The first row has the languages; each further row is a term, and may have empty cells."""
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
                    f"{name}, line {rows.line_num}: the row has {len(row)} columns, but the first "
                    f"row names {len(tags)} languages."
                )
            names = {tag: cell.strip() for tag, cell in zip(tags, row, strict=True) if cell.strip()}
            if len(names) < 2:
                raise TerminologyError(
                    f"{name}, line {rows.line_num}: a term needs names in at least two languages."
                )
            yield Term(names)
    except csv.Error as error:
        raise TerminologyError(f"{name}, line {rows.line_num}: {error}.") from None


def _tags(row: Sequence[str], name: str) -> list[str]:
    tags = [_tag(cell, f"{name}, line 1") for cell in row]
    if len(tags) < 2 or len(set(tags)) < len(tags):
        raise TerminologyError(
            f"{name}, line 1: the row must name two or more languages, once each."
        )
    return tags


def _tag(written: str, where: str) -> str:
    try:
        return languages.normalize_tag(written if written.strip() != "zh" else "zh-Hans")
    except LanguageUnknown as error:
        raise TerminologyError(f"{where}: {error}") from None


def _read_xml(text: str, name: str) -> Iterator[Term]:
    try:
        # XML with an encoding declaration can only be parsed from bytes.
        root = fromstring(text.encode("utf-8"), forbid_dtd=False)
    except ParseError as error:
        raise TerminologyError(f"{name}, line {error.position[0]}: {error.msg}.") from None
    except DefusedXmlException as error:
        raise TerminologyError(f"{name}: entities are not allowed ({error}).") from None
    except (LookupError, ValueError) as error:
        raise TerminologyError(f"{name}: {error}.") from None
    entries = [each for each in root.iter() if _local(each) in ("tu", "termEntry", "conceptEntry")]
    if not entries:
        raise TerminologyError(f"{name} is neither TMX nor TBX: it has no entries.")
    for number, entry in enumerate(entries, 1):
        names: dict[str, str] = {}
        for part in entry.iter():
            if path := _TERM_PATHS.get(_local(part)):
                written = part.get(_XML_LANG) or part.get("lang")
                if not written:
                    raise TerminologyError(f"{name}, entry {number}: a term has no language.")
                term = next((each for each in part.iter() if _local(each) == path), None)
                content = "" if term is None else "".join(term.itertext()).strip()
                if content:
                    names.setdefault(_tag(written, f"{name}, entry {number}"), content)
        if len(names) > 1:
            yield Term(names)


def _local(element: Element) -> str:
    """The tag without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
