"""Hostile articles: linear time, limits, and a rejection for whatever a reader cannot read."""

import contextlib
import json
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest

from teletipo import formats
from teletipo.article import Source, WireCopy
from teletipo.errors import (
    LanguageUnknown,
    OnlyFurniture,
    ReadingTooSlow,
    Rejection,
    TooComplex,
    UnreadableArticle,
)
from teletipo.pipeline import read_article

_STORY = "El Consejo aprobó este lunes el plan. La oposición votó en contra."
# What takes quadratic time takes minutes; what is linear, well under a second.
_SECONDS = 30.0
_SIZE = 1_000_000
_DOT = "\u0323"


def _outcome(data: bytes) -> WireCopy | str:
    started = time.process_time()
    try:
        return formats.read(data)
    except Rejection as rejection:
        return rejection.code
    finally:
        assert time.process_time() - started < _SECONDS


def _filled(unit: str) -> str:
    return unit * (_SIZE // len(unit.encode()))


@pytest.mark.parametrize("marks", ["\u0301\u0327\u0323", "\u0f73", "\u0344\u0323", "\u0301\u200d"])
def test_a_run_of_combining_marks_ends_after_thirty(marks: str) -> None:
    copy = _outcome(f"{_STORY} e{_filled(marks)} Fin.".encode())
    assert isinstance(copy, WireCopy)
    assert copy.body.startswith(_STORY)
    assert copy.body.endswith(" Fin.")
    assert unicodedata.is_normalized("NFC", copy.body)
    # Thirty as written; a mark may decompose into two.
    assert len(copy.body) <= len(_STORY) + 70


@pytest.mark.parametrize(
    "unit", ["汉", "汉。」", "汉汉汉汉汉汉,", "a. ", "'.", "EMBARGO: ", "12 de "]
)
@pytest.mark.parametrize("start", ["图：", "标签：", "Photo: ", "Embargo: ", "KILL", "Por A"])
def test_a_long_line_that_begins_as_a_notice_or_furniture_takes_no_time(
    start: str, unit: str
) -> None:
    _outcome(f"{_STORY}\n\n{start}{_filled(unit)}x\n\n{_STORY}".encode())


def test_up_to_thirty_marks_stay() -> None:
    copy = formats.read(f"{_STORY} x{_DOT * 30} Fin.".encode())
    assert copy.body.count(_DOT) == 30


_PAGES = {
    "nested": "<nav>" * (_SIZE // 11) + "</svg>" * (_SIZE // 11),
    **{
        unit: _filled(unit)
        for unit in (
            "<!--", "<a ", "</", "<![CDATA[", "<![ x", "<p>", "<b>", "<div>", "<a href='", "&#",
            "<script>", "<?", "<table><tr><td>", "<svg></p>", "<b><i></b>", "-->", "<h1>", "<x a=",
            "<body>", "&amp", "<article>", "</p>", "<br>", "<!doctype", "<p>x",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("page", _PAGES.values(), ids=_PAGES)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda page: f"<html><body><p>{_STORY}</p>{page}".encode(),
        lambda page: json.dumps({"uri": "x", "body_html": page + f"<p>{_STORY}</p>"}).encode(),
    ],
    ids=["html", "ninjs"],
)
def test_a_hostile_page_takes_linear_time(page: str, wrap: Callable[[str], bytes]) -> None:
    _outcome(wrap(page))


def test_a_page_nested_too_deep_is_rejected() -> None:
    with pytest.raises(TooComplex, match="deep"):
        formats.read(f"<html><body>{'<div>' * 5_000}<p>{_STORY}".encode())
    assert formats.read(f"<html><body>{'<div>' * 100}<p>{_STORY}".encode()).body == _STORY


def test_character_references_are_cleaned_like_the_text_itself() -> None:
    body = formats.read(f"<p>{_STORY} Cafe&#x301;&#x200b;&#7; x{'&#x323;' * 99}.</p>".encode()).body
    assert body.startswith(f"{_STORY} Café x")
    assert unicodedata.is_normalized("NFC", body)
    assert body.count(_DOT) <= 30


def test_a_declared_encoding_does_not_undo_the_decoding() -> None:
    page = f'<html><head><meta charset="iso-8859-1"></head><body><p>{_STORY}</p></body></html>'
    assert formats.read(page.encode()).body == _STORY


def test_a_text_of_more_lines_than_any_article_has_is_rejected() -> None:
    with pytest.raises(TooComplex, match="lines"):
        formats.read(b"a\n" * 60_000)


def test_an_article_of_more_sentences_than_any_has_is_rejected() -> None:
    source = Source("articles/a.txt", declared_language="en")
    with pytest.raises(TooComplex, match="sentences"):
        read_article(b"It is so. " * 60_000, source, _SIZE)


def test_markup_that_the_standard_parser_asserts_on_is_read() -> None:
    assert formats.read(f"<html><body><p>{_STORY}</p><![ x".encode()).body == _STORY


@pytest.mark.parametrize("status", [{"a": 1}, 7, True, ["usable", 7]])
def test_a_status_that_is_not_text_withholds_the_item(status: object) -> None:
    item = {"uri": "x", "pubStatus": status, "body_text": _STORY}
    assert formats.inspect(json.dumps(item).encode()).status == "withheld"


def test_an_exception_of_a_reader_is_a_rejection(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: bytes) -> WireCopy:
        raise AssertionError(f"unexpected {text!r}")

    reader = replace(formats.READERS["wire"], read=broken)
    monkeypatch.setattr(formats, "READERS", {"wire": reader})
    with pytest.raises(UnreadableArticle) as caught:
        formats.read(_STORY.encode())
    assert _STORY not in str(caught.value)
    assert "AssertionError" in str(caught.value)


def test_an_article_that_takes_all_memory_is_too_complex(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(text: bytes) -> WireCopy:
        raise MemoryError

    reader = replace(formats.READERS["wire"], read=greedy)
    monkeypatch.setattr(formats, "READERS", {"wire": reader})
    with pytest.raises(TooComplex, match="memory"):
        formats.read(_STORY.encode())


def test_reading_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(text: bytes) -> WireCopy:
        while True:
            text = text.swapcase()

    monkeypatch.setattr(
        formats, "READERS", {"wire": replace(formats.READERS["wire"], read=endless)}
    )
    monkeypatch.setattr("teletipo.deadline.READING_SECONDS", 0.2)
    with pytest.raises(ReadingTooSlow):
        read_article(_STORY.encode(), Source("articles/a.txt"), 1_000_000)


@pytest.mark.parametrize(
    "text",
    [
        _filled("a\n"), _filled("a\n\n"), _filled("EFE\n"), _filled("(a) "), _filled(". "),
        _filled(".)"), _filled("«"), _filled("“ x"), _filled("Madrid, "), _filled("Tags: "),
        _filled("x" * 239 + "\n"), _filled("ab/cd/"), _filled("A. "), _filled("\u00b7"),
        _filled("Madrid, 14 mar (EFE).- "), _filled("（完"), _filled("1."), _filled("all rights "),
        _filled("A"), _filled("。"), _filled("新华社"), _filled('"a." '), _filled("EE. UU. y "),
        _filled("https://a.b/"), _filled("\u00e9"), _filled("hijo de "), _filled("!?"),
    ],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_hostile_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(LanguageUnknown, OnlyFurniture, TooComplex):
        read_article(text.encode(), Source("articles/a.txt", declared_language="es"), 2 * _SIZE)
    assert time.process_time() - started < _SECONDS


@pytest.mark.parametrize("root", ["nitf", "newsMessage", "NewsML", "rss", "html"])
@pytest.mark.parametrize("space", ["\n", "\r", " "])
def test_a_megabyte_of_spaces_in_an_xml_file(root: str, space: str) -> None:
    assert _outcome(f"<{root}>{_filled(space)}{_STORY}</svg>".encode())
