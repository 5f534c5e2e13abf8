"""The desk's terms: read from three formats, found in texts, enforced in translations."""

import pytest

from teletipo.errors import TerminologyError
from teletipo.terminology import MAX_BYTES, read_terminology

_CSV = "es,en,zh\nBanco Central,Central Bank,中央银行\nLa Moneda,La Moneda,\n".encode()
_TMX = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header/><body>
<tu><tuv xml:lang="es"><seg>Banco <bpt i="1"/>Central</seg></tuv>
<tuv xml:lang="en-GB"><seg>Central Bank</seg></tuv></tu></body></tmx>"""
_TBX_2 = b"""<?xml version="1.0"?><martif type="TBX"><text><body><termEntry>
<langSet xml:lang="es"><tig><term>Banco Central</term></tig></langSet>
<langSet xml:lang="en"><ntig><termGrp><term>Central Bank</term></termGrp></ntig></langSet>
</termEntry></body></text></martif>"""
_TBX_3 = b"""<tbx xmlns="urn:iso:std:iso:30042:ed-2"><text><body><conceptEntry>
<langSec xml:lang="es"><termSec><term>Banco Central</term></termSec></langSec>
<langSec xml:lang="en"><termSec><term>Central Bank</term></termSec></langSec>
</conceptEntry></body></text></tbx>"""


@pytest.mark.parametrize("data", [_CSV, b"\xef\xbb\xbf" + _CSV, _TMX, _TBX_2, _TBX_3])
def test_every_format_gives_the_same_term(data: bytes) -> None:
    (found,) = read_terminology(data).find("El Banco Central subió los tipos.", "es", "en")
    assert (found.start, found.end, found.rendering) == (3, 16, "Central Bank")


def test_a_term_is_found_as_a_whole_word_in_every_direction() -> None:
    terms = read_terminology(_CSV)
    assert terms.find("Bancos Centrales", "es", "en") == []
    assert [each.rendering for each in terms.find("中央银行宣布加息", "zh-Hans", "es")] == [
        "Banco Central"
    ]
    assert [each.rendering for each in terms.find("En La Moneda.", "es", "en")] == ["La Moneda"]
    assert terms.find("En La Moneda.", "es", "zh-Hans") == []


def test_of_overlapping_terms_the_longest_is_taken() -> None:
    terms = read_terminology(b"es,en\nCorte,Court\nCorte Suprema,Supreme Court\n")
    assert [t.rendering for t in terms.find("La Corte Suprema", "es", "en")] == ["Supreme Court"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no term with names in two languages"),
        (b"es,en\n", "no term with names in two languages"),
        (b"es\nuno\n", "line 1: the row must name two or more languages"),
        (b"es,es\nuno,one\n", "line 1: the row must name two or more languages"),
        (b"es,x?\nuno,one\n", "line 1: 'x.' is not a language tag"),
        (b"es,en\nuno,one\ndos\n", "line 3: the row has 1 columns"),
        (b"es,en\nuno,\n", "line 2: a term needs names in at least two languages"),
        (b'es,en\n"uno,one\n', "line 2: unexpected end of data"),
        (b"es,en\nuno,\xff\n", "line 2: the text is not UTF-8"),
        (b"<tmx>\n<body>", "line 2: no element found"),
        (b"<html/>", "neither TMX nor TBX"),
        (b"<tmx><tu><tuv><seg>uno</seg></tuv></tu></tmx>", "entry 1: a term has no language"),
        (b'<!DOCTYPE t [<!ENTITY a "b">]><tmx>&a;</tmx>', "entities are not allowed"),
        (b'<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx>&a;</tmx>', "entities"),
        (b"a" * (MAX_BYTES + 1), "the limit is"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(TerminologyError, match=message):
        read_terminology(data, "terms")
