"""HTML and ninjs: the story is kept, the page around it is dropped."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teletipo import formats
from teletipo.errors import NotUsable, OnlyFurniture, Rejection, UnsupportedFormat
from tests.conftest import ROOT

_STORY = "El Consejo aprobó este lunes el plan. La oposición votó en contra."
_IPTC = ROOT / "tests" / "data" / "iptc"


def page(body: str, lang: str = "es") -> bytes:
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><title>x</title></head>{body}</html>'.encode()
    )


def test_of_a_page_the_story_is_left() -> None:
    copy = formats.read(
        page(
            "<body><nav><ul><li>Portada</li></ul></nav><header><h1>Aprobado\n el <em>plan</em></h1>"
            "</header><article><p>Madrid, 14 mar (EFE).- El Consejo aprobó este lunes el plan.</p>"
            "<script>alert('x')</script><aside><p>Lea además.</p></aside>"
            "<figure><img src='a.png'><figcaption>Una foto.</figcaption></figure>"
            "<p>La oposición&nbsp;votó en contra &amp; pidió <b>otro</b>.</p></article>"
            "<article><p>Otra noticia de la página.</p></article><footer>© x</footer></body>"
        )
    )
    assert copy.headline == "Aprobado el plan"
    assert copy.body == (
        "El Consejo aprobó este lunes el plan.\nLa oposición votó en contra & pidió otro."
    )
    assert copy.dateline is not None
    assert (copy.dateline.place, copy.language) == ("Madrid", "es")


def test_a_fragment_without_html_and_body_is_read_too() -> None:
    assert formats.read(b"<p>One thing happened on Monday.</p><p>Then another did.").body == (
        "One thing happened on Monday.\nThen another did."
    )


@pytest.mark.parametrize(
    "body",
    ["<body></body>", "<body><script>var a = 'Hola a todos.'</script></body>", "<body><nav>Hola."],
)
def test_a_page_without_a_story_is_rejected(body: str) -> None:
    with pytest.raises(OnlyFurniture):
        formats.read(page(body))


@given(st.text(alphabet="<>/!-\"'= aph1rticlescriptnav&;\n", max_size=300))
def test_no_markup_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(Rejection):
        assert formats.read(page(text)).body


def item(**fields: Any) -> bytes:
    return json.dumps({"uri": "urn:x:1", "type": "text", **fields}).encode()


def test_a_ninjs_3_item() -> None:
    copy = formats.read(
        item(
            language="es",
            headlines=[{"value": "Aprobado el plan"}],
            bodies=[
                {"contentType": "text/html", "value": f"<p>{_STORY}</p>"},
                {"contentType": "text/plain", "value": f"Lima, 2 may (EFE).- {_STORY}"},
            ],
        )
    )
    assert (copy.headline, copy.body, copy.language, copy.guid) == (
        "Aprobado el plan",
        _STORY,
        "es",
        "urn:x:1",
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [("ninjsExSimpleText1.json", "GROSSETO"), ("dpa_text.json", "Lucien Favre")],
)
def test_the_iptcs_own_examples(name: str, words: str) -> None:
    data = (_IPTC / name).read_bytes()
    copy = formats.read(data)
    # The first is wire copy: its dateline is not part of the body.
    assert words.casefold() in f"{copy.dateline and copy.dateline.written}{copy.body}".casefold()
    assert "<" not in copy.body
    assert copy.headline == " ".join(
        (json.loads(data).get("headline") or json.loads(data)["headlines"][0]["value"]).split()
    )


def test_an_item_with_only_a_description_has_no_story() -> None:
    with pytest.raises(UnsupportedFormat, match="not a ninjs item"):
        formats.read(b'{"headlines": [{"value": "x"}]}')
    with pytest.raises(OnlyFurniture):
        formats.read(item())


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_what_its_publisher_took_back_is_not_summarized(status: str) -> None:
    with pytest.raises(NotUsable, match=status):
        formats.read(item(pubStatus=status, bodies=[{"value": _STORY}]))


@pytest.mark.parametrize(
    "data",
    [b"{", b"{]", b'{"a": 1}', b"[{}]", b'{"a":' * 50_000, b'{"uri": 1, "bodies": ' + b"[" * 99],
)
def test_other_json_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat):
        formats.read(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["value", "contentType"]), inner)
    ),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.sampled_from("bodies headlines headline language by body_html".split()), _JSON
    )
)
def test_no_type_of_field_breaks_the_reader(fields: dict[str, Any]) -> None:
    with contextlib.suppress(Rejection):
        assert formats.read(item(**fields)).body


def test_the_examples_have_their_licence_beside_them() -> None:
    assert "MIT" in Path(_IPTC / "LICENSE").read_text("utf-8")
