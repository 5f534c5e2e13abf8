"""A desk's terminology: the required translations of names and expressions.

Formats: Amazon Translate's custom-terminology CSV (Developer Guide, "Creating a custom
terminology"), TMX 1.4 and TBX (ISO 30042:2008 and :2019).
"""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from teletipo import languages, typography
from teletipo.errors import LanguageUnknown, TerminologyError
from teletipo.languages import Language
from teletipo.spans import Located, Span

MAX_BYTES = 10_000_000
"""Amazon Translate's own limit."""
MAX_NAME_CHARACTERS = 200
"""A longer name is a sentence, or a mistake."""
_MARKUP = re.compile(r"</?[A-Za-z!?][^<>]*>|&(?:#\w+|[A-Za-z]+);")
# Joiners (U+200C, U+200D) are part of some scripts.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SCRIPTS = {"es": ("LATIN",), "en": ("LATIN",), "zh": ("CJK", "LATIN", "GREEK")}
"""How the letters of each language begin in Unicode's list of names."""
_DIGITS_BEFORE, _DIGITS_AFTER = re.compile(r"\d[.,:/-]?$"), re.compile(r"[.,:/-]?\d")
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
class Fault:
    """A name of a term that cannot be used."""

    term: Term
    language: str
    reason: str
    """The line or entry, and what is wrong with the name: a sentence."""


@dataclass(frozen=True)
class IgnoredTerm(Located):
    """A term found in a text, and why its rendering cannot be used."""

    start: int
    end: int
    reason: str


_Index = tuple[re.Pattern[str], dict[str, str]]


@dataclass(frozen=True)
class Terminology:
    """The terms of one file. A term with the same name in two languages stays untranslated."""

    terms: tuple[Term, ...] = ()
    sha256: str = ""
    """The file's SHA-256, in hexadecimal; empty without a file."""
    faults: tuple[Fault, ...] = ()
    """The names that were left out."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names in the article at hand and their Chinese, which are used but not required."""
    _by_language: dict[tuple[str, str], _Index | None] = field(
        default_factory=dict, compare=False, repr=False
    )
    _ignored_by_language: dict[tuple[str, str], _Index | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def with_names(self, names: Mapping[str, str]) -> "Terminology":
        """Return the terminology for an article with these names too."""
        return replace(self, names={**self.names, **names}) if names else self

    def find(self, text: str, source: str, target: str) -> list[Occurrence]:
        """Return the terms in a text, in order; of overlapping ones the longest. Case-sensitive.

        What stands in an address or a figure is no term.
        """
        key = source, target
        if key not in self._by_language:
            names = [each.names for each in self.terms if source in each.names]
            self._by_language[key] = _index(
                [(each[source], _rendering(each, target)) for each in names if target in each],
                source,
            )
        found = (Occurrence(*each) for each in _matches(text, self._by_language[key]))
        return [each for each in found if not is_in_figure_or_address(each, text)]

    def find_ignored(self, text: str, source: str, target: str) -> list[IgnoredTerm]:
        """Return the terms in a text that have no rendering because it cannot be used."""
        key = source, target
        if key not in self._ignored_by_language:
            self._ignored_by_language[key] = _index(
                [
                    (each.term.names[source], each.reason)
                    for each in self.faults
                    if each.language == target and source in each.term.names
                ],
                source,
            )
        found = [IgnoredTerm(*each) for each in _matches(text, self._ignored_by_language[key])]
        terms = self.find(text, source, target) if found else []
        return [
            each
            for each in found
            if not is_in_figure_or_address(each, text) and not any(map(each.overlaps, terms))
        ]


def _rendering(names: Mapping[str, str], target: str) -> str:
    """The name in the target language, as ``typography`` leaves it in a translation."""
    return typography.localize(names[target], "", "", target)


def _index(entries: Sequence[tuple[str, str]], source: str) -> _Index | None:
    """A pattern of all names, the longest first, and each name's value: the first one given."""
    values = dict(reversed(entries))
    if not values:
        return None
    pattern = "|".join(sorted(map(re.escape, values), key=len, reverse=True))
    if not source.startswith("zh"):
        pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
    return re.compile(pattern), values


def _matches(text: str, index: _Index | None) -> Iterator[tuple[int, int, str]]:
    if index:
        pattern, values = index
        for match in pattern.finditer(text):
            yield match.start(), match.end(), values[match[0]]


def is_in_figure_or_address(place: Located, text: str) -> bool:
    """Whether the words are a part of a figure, a web address or an e-mail address."""
    in_figure = (
        (_DIGITS_BEFORE.search(text, 0, place.start) and text[place.start].isdigit())
        or (_DIGITS_AFTER.match(text, place.end) and text[place.end - 1].isdigit())
    )  # fmt: skip
    return bool(in_figure) or any(
        place.overlaps(Span(*match.span())) for match in typography.ADDRESS.finditer(text)
    )


NO_TERMS = Terminology()


def read_terminology(
    data: bytes, name: str = "terminology", *, skip_bad_names: bool = False
) -> Terminology:
    """Read a terminology file; its first character tells XML from CSV.

    With ``skip_bad_names``, a name that cannot be used is left out, and is one of the ``faults``.

    Raises ``TerminologyError``, which names the line or the entry.
    """
    if len(data) > MAX_BYTES:
        raise TerminologyError(f"{name} has {len(data):,} bytes; the limit is {MAX_BYTES:,}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TerminologyError(f"{name}, line {line}: the text is not UTF-8.") from None
    read = _read_xml if text.lstrip().startswith("<") else _read_csv
    terms: list[Term] = []
    faults: list[Fault] = []
    for term, where in read(text, name):
        wrong = list(_faults(term, where))
        if wrong and not skip_bad_names:
            raise TerminologyError(wrong[0].reason)
        faults += wrong
        bad = {each.language for each in wrong}
        good = {tag: own for tag, own in term.names.items() if tag not in bad}
        if len(good) > 1:
            terms.append(Term(good))
    if not terms and not faults:
        raise TerminologyError(f"{name} has no term with names in two languages.")
    return Terminology(tuple(terms), hashlib.sha256(data).hexdigest(), tuple(faults))


def _faults(term: Term, where: str) -> Iterator[Fault]:
    for tag, name in term.names.items():
        others = [other for own, other in term.names.items() if own != tag]
        if problem := _problem(name, Language(tag), others):
            reason = f"{where}: the {languages.name(tag)} name {problem}."
            yield Fault(term, tag, reason)


def _problem(name: str, language: Language, others: Sequence[str]) -> str | None:
    """What is wrong with a name; None if it can be used."""
    if len(name) > MAX_NAME_CHARACTERS:
        return f"has {len(name)} characters; the limit is {MAX_NAME_CHARACTERS}"
    if re.search(r"[\n\r\v\f\x85\u2028\u2029]", name):
        return "has a line break"
    if _CONTROLS.search(name):
        return "has a control character or an invisible one"
    if found := _MARKUP.search(name):
        return f"has markup (“{found[0]}”)"
    if not any(map(str.isalnum, name)):
        return "has no letter and no digit"
    # A name that is the same in two languages stays untranslated.
    if name not in others and (wrong := _wrong_letter(name, language)):
        return f"has a letter of another script (“{wrong}”)"
    return None


def _wrong_letter(name: str, language: Language) -> str | None:
    scripts = _SCRIPTS.get(language.base)
    if scripts is None:
        return None
    # Compatibility forms are letters too: "1.ª".
    for letter in unicodedata.normalize("NFKC", name):
        is_letter = unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Lo"}
        if is_letter and not unicodedata.name(letter, "").startswith(scripts):
            return letter
    return None


def _read_csv(text: str, name: str) -> Iterator[tuple[Term, str]]:
    """Yield each term and where it stands. The first row has the languages; each further row is a
    term, and may have empty cells."""
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
            yield Term(names), f"{name}, line {rows.line_num}"
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


def _read_xml(text: str, name: str) -> Iterator[tuple[Term, str]]:
    """Yield each term and the number of its entry."""
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
            yield Term(names), f"{name}, entry {number}"


def _local(element: Element) -> str:
    """The tag without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
