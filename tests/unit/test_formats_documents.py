"""Word documents and PDF files: what is read, and a typed rejection of what is not."""

import contextlib
import importlib.util
import io
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from teletipo import formats
from teletipo.article import Source, WireCopy
from teletipo.errors import (
    ArticleTooLarge,
    Malformed,
    NotText,
    OnlyFurniture,
    ReadingTooSlow,
    Rejection,
    TooComplex,
    UnsupportedFormat,
)
from teletipo.formats import pdf as pdf_reader
from teletipo.pipeline import read_article
from tests.pdf import Line, file_of, pdf
from tests.word import LEAD, MORE, story, word


def codes(copy: WireCopy) -> set[str]:
    return {note.code for note in copy.notes}


# ---- Word


def test_a_word_document_is_an_article() -> None:
    copy = formats.read(word(story), name="articles/a.docx")
    assert (copy.format, copy.headline, copy.language) == ("word", "El puente reabre", "es-PE")
    assert copy.body == f"{LEAD.partition('.- ')[2]}\n{MORE}"
    assert copy.dateline is not None
    assert (copy.dateline.place, copy.sign_off) == ("Lima", "mcr/rgb")
    assert copy.keywords == ("puentes", "obras")
    assert copy.created is not None
    assert copy.created.tzinfo is not None


def test_a_table_is_read_by_rows_and_without_a_title_the_first_line_is_the_headline() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("El puente reabre")
        document.add_paragraph(LEAD)
        table = document.add_table(rows=2, cols=2)
        for row, (name, figure) in zip(table.rows, [("Coste", "3"), ("Años", "2")], strict=True):
            row.cells[0].text, row.cells[1].text = name, figure
        document.add_paragraph(MORE)

    copy = formats.read(word(build))
    assert copy.headline == "El puente reabre"
    assert copy.body.split("\n")[1:] == ["Coste | 3", "Años | 2", MORE]
    assert "table_flattened" in codes(copy)


def test_tracked_changes_are_accepted_and_hidden_text_is_left_out() -> None:
    def build(document: Any) -> None:
        story(document)
        paragraph = document.add_paragraph("El coste fue de ")
        for markup in (
            "<w:del {}><w:r><w:delText>2</w:delText></w:r></w:del>",
            "<w:ins {}><w:r><w:t>3</w:t></w:r></w:ins>",
            "<w:r {}><w:rPr><w:vanish/></w:rPr><w:t> secretos</w:t></w:r>",
            '<w:r {}><w:t xml:space="preserve"> millones.</w:t></w:r>',
            "<w:r {}><w:drawing/></w:r>",
        ):
            paragraph._p.append(parse_xml(markup.format(nsdecls("w"))))

    copy = formats.read(word(build))
    assert "El coste fue de 3 millones." in copy.body.split("\n")
    assert {"changes_accepted", "content_ignored"} <= codes(copy)
    assert {note.element for note in copy.notes} >= {"w:vanish", "w:drawing"}


def altered(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for member in old.namelist():
            body = old.read(member)
            new.writestr(member, change(body) if member == name else body)
    return out.getvalue()


_DOCUMENT = "word/document.xml"
_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda xml: xml + b" " * 30_000_000, ArticleTooLarge, "20,000,000"),
        (lambda xml: xml[:-40], Malformed, "damaged"),
        (lambda xml: xml.replace(b"<w:doc", _LAUGHS + b"<w:doc", 1), Malformed, "DOCTYPE"),
        (
            lambda xml: re.sub(rb"<w:body>.*</w:body>", b"<w:body/>", xml, flags=re.DOTALL),
            OnlyFurniture,
            "<w:body>",
        ),
        (
            lambda xml: xml.replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * 200_001, 1),
            TooComplex,
            "elements",
        ),
        (
            lambda xml: xml.replace(
                b"<w:body>", b"<w:body>" + b"<w:sdt>" * 300 + b"</w:sdt>" * 300, 1
            ),
            Malformed,
            "damaged",
        ),
    ],
)  # fmt: skip
def test_a_hostile_word_document_is_refused(
    change: Callable[[bytes], bytes], error: type[Rejection], says: str
) -> None:
    with pytest.raises(error, match=re.escape(says)):
        formats.read(altered(word(story), _DOCUMENT, change))


def test_a_word_document_with_too_many_parts_or_a_password_is_refused() -> None:
    data = word(story)
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(1_001):
            archive.writestr(f"word/media/{number}.txt", b"")
    with pytest.raises(TooComplex, match="parts"):
        formats.read(out.getvalue())
    locked = bytearray(data)
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = locked.find(mark)
        locked[at + place] |= 1
    with pytest.raises(Malformed, match="encrypted"):
        formats.read(bytes(locked))


@pytest.mark.parametrize(
    ("inside", "says"),
    [("EncryptedPackage", "encrypted Office document"), ("WordDocument", "old Office file")],
)
def test_office_files_that_are_no_docx_say_what_they_are(inside: str, says: str) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + inside.encode("utf-16-le")
    with pytest.raises(UnsupportedFormat, match=says):
        formats.read(data, name="a.doc")


# ---- PDF

_TOP: list[Line] = [
    (40, 8, "Agencia EFE"),
    (72, 20, "El puente reabre"),
    (110, 11, "Lima, 2 may (EFE).- El puente reabrió el martes tras una larga"),
    (124, 11, "obra."),
    (148, 11, "La alcaldesa (Ana Soler) dijo que el coste fue de tres millo-"),
    (162, 11, "nes de euros y que los vecinos no pagarán peaje en los"),
    (800, 8, "Página 1 de 2"),
]
_NEXT: list[Line] = [
    (40, 8, "Agencia EFE"),
    (72, 11, "próximos diez años."),
    (96, 11, "Los taxistas lo celebraron."),
    (800, 8, "Página 2 de 2"),
]
_INFO = "/CreationDate (D:20260502101500-05'00') /Author (x)"


def test_a_pdf_file_is_an_article_without_its_pages() -> None:
    copy = formats.read(pdf([_TOP, _NEXT], info=_INFO, catalog="/Lang (es-PE)"))
    assert (copy.format, copy.headline, copy.language) == ("pdf", "El puente reabre", "es-PE")
    assert copy.body.split("\n") == [
        "El puente reabrió el martes tras una larga obra.",
        "La alcaldesa (Ana Soler) dijo que el coste fue de tres millones de euros y que los "
        "vecinos no pagarán peaje en los próximos diez años.",
        "Los taxistas lo celebraron.",
    ]
    assert copy.dateline is not None
    assert copy.dateline.place == "Lima"
    assert copy.created is not None
    assert copy.created.isoformat() == "2026-05-02T10:15:00-05:00"
    assert {"hyphens_joined", "content_ignored"} <= codes(copy)


def test_a_chinese_pdf_file_is_read() -> None:
    lines: list[Line] = [
        (72, 20, "大桥重新开放"),
        (110, 11, "埃菲社利马5月2日电 经过两年的长期施工，大桥于周二重新开"),
        (124, 11, "放。"),
        (150, 11, "市长表示，今后十年内不收取通行费，居民对此表示欢迎和庆祝。"),
    ]
    copy = formats.read(pdf([lines], unicode=True))
    assert copy.headline == "大桥重新开放"
    assert copy.body.split("\n") == [
        "经过两年的长期施工，大桥于周二重新开放。",
        "市长表示，今后十年内不收取通行费，居民对此表示欢迎和庆祝。",
    ]


def encrypted(password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([_TOP, _NEXT])))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_file_that_only_restricts_its_readers_is_read() -> None:
    assert formats.read(encrypted("")).headline == "El puente reabre"


def _bomb() -> bytes:
    import zlib

    packed = zlib.compress(b"q " * 15_000_000)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
    return file_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            4: stream % (len(packed), packed),
        },
        "/Root 1 0 R",
    )


def _circle() -> bytes:
    return file_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
        },
        "/Root 1 0 R",
    )


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (lambda: encrypted("secret"), Malformed, "encrypted"),
        (lambda: pdf([[]]), NotText, "pictures"),
        (lambda: pdf([[(72, 11, "x")]] * 51), TooComplex, "51 pages"),
        (_bomb, ArticleTooLarge, "20,000,000"),
        (_circle, Malformed, "damaged"),
        (lambda: pdf([_TOP])[:300], Malformed, "damaged"),
        (lambda: b"%PDF-1.7\n" + b"x" * 400, Malformed, "damaged"),
    ],
)
def test_a_pdf_file_that_cannot_be_read_says_why(
    data: Callable[[], bytes], error: type[Rejection], says: str
) -> None:
    with pytest.raises(error, match=re.escape(says)):
        formats.read(data(), content_type="application/pdf")


_WHOLE = {"pdf": pdf([_TOP, _NEXT], info=_INFO), "word": word(story)}


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(sorted(_WHOLE)), st.data())
def test_no_damage_breaks_a_reader(name: str, data: st.DataObject) -> None:
    whole = _WHOLE[name]
    start, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 60))
    inserted = data.draw(st.binary(max_size=8) | st.sampled_from([b"<<", b"]", b"0 R", b"\0"]))
    with contextlib.suppress(Rejection):
        formats.READERS[name].read(whole[:start] + inserted + whole[start + length :])


def test_nothing_of_a_file_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Malformed):
        pdf_reader.read(b"secret words \n" * 400)
    with pytest.raises(Malformed):
        formats.read(pdf([_TOP])[:-200])
    assert caplog.text == ""


def test_a_slow_file_ends_at_the_deadline_even_if_the_library_swallows_the_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("teletipo.deadline.READING_SECONDS", 0.2)
    monkeypatch.setattr("teletipo.deadline._AGAIN_SECONDS", 0.1)

    def slow(page: object) -> list[Any]:
        start = time.process_time()
        with contextlib.suppress(ReadingTooSlow):
            while time.process_time() < start + 8:
                pass
        while time.process_time() < start + 8:
            pass
        return []

    monkeypatch.setattr(pdf_reader, "_lines", slow)
    with pytest.raises(ReadingTooSlow):
        read_article(pdf([_TOP]), Source("articles/a.pdf"), 1_000_000)


# ---- Without the extra


@pytest.mark.parametrize(
    ("library", "data", "what"),
    [("docx", lambda: word(story), "Word document"), ("pypdf", lambda: pdf([_TOP]), "PDF file")],
)
def test_without_the_extra_the_rejection_says_so(
    monkeypatch: pytest.MonkeyPatch, library: str, data: Callable[[], bytes], what: str
) -> None:
    given = data()
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == library else found(name)
    )
    with pytest.raises(UnsupportedFormat, match=f"{what}.*'documents' is not installed"):
        formats.read(given)
