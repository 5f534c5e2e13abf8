"""Every structured format, field by field, with the oddities that agencies send."""

import datetime
from typing import Any

import pytest

from teletipo import formats
from teletipo.article import Link, Place, Subject, WireCopy
from teletipo.dateline import Dateline
from teletipo.formats import table
from tests.conftest import ARTICLES, ROOT
from tests.pdf import pdf
from tests.word import LEAD, story, word

_FIXTURES = ROOT / "tests" / "data" / "formats"


def inspect(name: str) -> WireCopy:
    return formats.inspect((_FIXTURES / name).read_bytes(), name=name)


def time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


_EXPECTED: dict[str, dict[str, Any]] = {
    "efe.nitf.xml": {
        "format": "nitf",
        "guid": "41027755",
        "language": "es-ES",
        "headline": "El río Lempa inunda tres barrios",
        "headlines": (),
        "slug": "EL SALVADOR INUNDACIONES",
        "keywords": ("EL SALVADOR INUNDACIONES",),
        "byline": None,
        "sign_off": "mcr/rgb",
        "places": (Place("San Salvador", "SLV"),),
        "date": time("2021-10-04T16:12Z"),
        "created": time("2021-10-04T15:40Z"),
        "urgency": 3,
        "subjects": (
            Subject("subj", "03005000", "Flood"),
            Subject("EFE", "C03005000", "DIS:DISASTER"),
            Subject("categoria", "DIS"),
        ),
        "rights": "Agencia EFE",
        "declared_words": 61,
        "dateline": Dateline(
            "San Salvador, 4 oct (EFE).-", "es", "San Salvador", 10, 4, None, "EFE"
        ),
        "body": "El río Lempa se desbordó este lunes e inundó tres barrios del este de la capital, "
        "dijo “Protección Civil”.\nUnas 340 personas pasaron la noche en dos escuelas.\n"
        "El agua bajó al amanecer.",
        "notes": (),
    },
    "nitf-3.5.xml": {
        "format": "nitf",
        "guid": "example.org:20220314:ferry",
        "provider": "example.org",
        "version": "3",
        "language": "en-GB",
        "headline": "Ferry catches fire off Piraeus",
        "headlines": ("All 212 passengers are safe",),
        "slug": "ferry-fire",
        "section": "World",
        "byline": "Eleni Markou, Correspondent",
        "places": (Place("Piraeus", "GR"),),
        "date": time("2022-03-14T09:30Z"),
        "created": time("2022-03-14T08:15+02:00"),
        "embargo": time("2022-03-14T09:30+02:00"),
        "urgency": None,
        "subjects": (Subject("medtop", "20000129", "transport accident"),),
        "rights": "© 2022 Example Agency",
        "change": "correction",
        "links": (
            Link("previous", "example.org:20220313:ferry"),
            Link("corrects", "example.org:20220313:ferry"),
        ),
        "editors_note": "Hold the map until noon. Corrects the number of passengers in the first "
        "paragraph.",
        "declared_words": None,
        "dateline": Dateline("PIRAEUS, Greece, March 14.-", "en", "PIRAEUS, Greece", 3, 14),
        "body": "A ferry with 212 passengers caught fire on Monday.\nOn board\nCrew: 31 people.\n"
        "Cars: 84.\nYear | Fires\n2020 | 4\nThe captain said:\n“Nobody was hurt.”",
    },
    "newsml-g2.xml": {
        "format": "newsml_g2",
        "guid": "urn:newsml:example.org:20230502:strike",
        "provider": "Example",
        "version": "4",
        "language": "en",
        "headline": "Tram strike enters its second day",
        "headlines": ("Service resumes on Thursday",),
        "slug": "strike-trams",
        "byline": "Claire Morel",
        "places": (Place("Lyon", "FR"), Place("France")),
        "date": time("2023-05-02T14:05+02:00"),
        "created": time("2023-05-02T11:00+02:00"),
        "embargo": time("2023-05-02T15:00+02:00"),
        "urgency": 4,
        "subjects": (
            Subject("medtop", "20000533", "strike"),
            Subject("subj", "04016000", "transport"),
        ),
        "keywords": ("trams",),
        "rights": "© 2023 Example Agency. No archive use.",
        "editors_note": "Adds the union's answer.",
        "change": "update",
        "links": (
            Link("previousVersion", "urn:newsml:example.org:20230502:strike", "3"),
            Link("seeAlso", "https://example.org/strike"),
        ),
        "declared_words": 32,
        "dateline": Dateline("LYON, May 2 (Example) -", "en", "LYON", 5, 2, None, "Example"),
        "body": "Tram drivers in Lyon stayed at home for a second day on Tuesday.\n"
        "The union asks for 6 % more pay & shorter shifts.",
    },
    "newsml-g2-message.xml": {
        "guid": "urn:x:main",
        "version": "2",
        "headline": "The main story",
        "urgency": 2,
        "body": "It is the main one.",
    },
    "newsml-1.2.xml": {
        "format": "newsml_1",
        "guid": "urn:newsml:example.org:20080529:TX-SGE-SNK93:2",
        "provider": "example.org",
        "version": "2",
        "language": "es",
        "headline": "Mineros vuelven al trabajo",
        "headlines": ("La huelga duró 18 días",),
        "slug": "chile-minas",
        "byline": "Ana Soto",
        "places": (Place("Calama", "CHL"),),
        "date": time("2008-05-29T19:34-04:00"),
        "created": time("2008-05-29T19:15Z"),
        "embargo": time("2008-05-29T20:00-04:00"),
        "urgency": 2,
        "subjects": (Subject("subj", "09003000"),),
        "keywords": ("cobre",),
        "rights": "© 2008 Ejemplo",
        "change": "correction",
        "links": (
            Link("previous", "TX-SGE-SNK93", "1"),
            Link("associatedWith", "urn:newsml:example.org:20080529:FOTO:1"),
        ),
        "declared_words": 19,
        "dateline": Dateline(
            "Calama, 29 mayo 2008 (Ejemplo).-", "es", "Calama", 5, 29, 2008, "Ejemplo"
        ),
        "body": "Los mineros de Calama volvieron este jueves al trabajo tras 18 días.\n"
        "El acuerdo prevé un bono de 1.200 €.",
    },
    "ninjs-1.3.json": {
        "format": "ninjs",
        "guid": "https://example.org/items/9",
        "version": "2",
        "language": "en",
        "headline": "Glacier loses ice",
        "slug": "glacier",
        "byline": "Jonas Berg",
        "places": (Place("Zermatt"), Place("Switzerland")),
        "date": time("2022-03-14T09:30Z"),
        "created": time("2022-03-14T08:00Z"),
        "embargo": time("2022-03-14T09:00Z"),
        "urgency": 3,
        "subjects": (
            Subject("subj", "06005000", "global warming"),
            Subject("medtop", "20000427", "climate change"),
        ),
        "keywords": ("ice",),
        "declared_words": 8,
        "change": "correction",
        "rights": "© Example No archive.",
        "editors_note": "Adds a figure.",
        "links": (Link("featuremedia", "urn:picture:1"),),
        "body": "The glacier lost a third of its ice.",
    },
    "ninjs-3.1.json": {
        "format": "ninjs",
        "guid": "urn:x:9",
        "provider": "Ejemplo",
        "version": "5",
        "language": "es",
        "headline": "El glaciar pierde hielo",
        "headlines": ("En diez años",),
        "slug": "glaciar",
        "byline": "Ana Soto",
        "places": (Place("Zermatt"),),
        "date": time("2024-03-14T09:30+01:00"),
        "created": time("2024-03-14T08:00+01:00"),
        "embargo": time("2024-03-14T10:00+01:00"),
        "urgency": 1,
        "subjects": (Subject("medtop", "20000427", "cambio climático"),),
        "rights": "Ejemplo",
        "editors_note": "Amplía.",
        "links": (Link("foto", "urn:picture:1"), Link("previous", "urn:x:8")),
        "body": "El glaciar perdió un tercio de su hielo.",
    },
    "rss.xml": {
        "format": "feed",
        "guid": "example-771",
        "language": "en-us",
        "headline": "Glacier loses a third of its ice",
        "byline": "Jonas Berg",
        "date": time("2022-03-14T09:30+01:00"),
        "subjects": (Subject("medtop", "20000427"), Subject(None, None, "Climate")),
        "keywords": ("ice",),
        "rights": "© Example",
        "links": (Link("alternate", "https://example.org/glacier"),),
        "body": "The glacier lost a third of its ice in ten years.\n"
        "It feeds two rivers – both are low.",
    },
    "atom.xml": {
        "format": "feed",
        "guid": "tag:example.org,2022:puente",
        "language": "es",
        "headline": "El puente reabre",
        "byline": "Luis Rey",
        "date": time("2022-03-14T08:00Z"),
        "created": time("2022-03-13T08:00Z"),
        "subjects": (Subject("medtop", "20000553", "puentes"),),
        "rights": "© Ejemplo",
        "links": (Link("alternate", "https://example.org/puente"),),
        "body": "El puente reabrió este lunes.\nLas obras costaron 3 millones.",
    },
    "efe.7901": {
        "format": "iptc_7901",
        "guid": "EFE0412",
        "headline": "El río Lempa inunda tres barrios",
        "slug": "el-salvador-rio",
        "keywords": ("inundaciones",),
        "urgency": 3,
        "subjects": (Subject("category", "i"),),
        "date": time("2021-10-04T16:12Z"),
        "declared_words": 45,
        "dateline": Dateline(
            "San Salvador, 4 oct (EFE).-", "es", "San Salvador", 10, 4, None, "EFE"
        ),
        "body": "El río Lempa se desbordó este lunes e inundó tres barrios de la capital.\n"
        "Unas 340 personas pasaron la noche en dos escuelas.",
    },
    "mail.eml": {
        "format": "mail",
        "guid": "<771@example.org>",
        "language": "es",
        "headline": "El puente reabre",
        "byline": "María López",
        "date": time("2022-03-14T10:15+01:00"),
        "links": (Link("previous", "<770@example.org>"),),
        "body": "El puente reabrió este lunes a los coches y a los peatones.\n"
        "Las obras costaron 3 millones de euros, según la ciudad.",
    },
    "page.html": {
        "format": "html",
        "guid": "https://example.org/bridge",
        "version": "2.5",
        "language": "en-GB",
        "headline": "Bridge reopens",
        "section": "Transport",
        "byline": "Ana Ruiz, Tom Hall",
        "places": (Place("Bristol"),),
        "date": time("2022-03-14T09:00+01:00"),
        "created": time("2022-03-14T08:00+01:00"),
        "subjects": (Subject("medtop", "20000553", "bridges"),),
        "keywords": ("bridge", "traffic"),
        "rights": "© Example",
        "change": "correction",
        "editors_note": "An earlier version gave the wrong cost.",
        "declared_words": 19,
        "body": "The bridge reopened on Monday to cars.\nThe work cost 3 million pounds.",
    },
}


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, fields in _EXPECTED.items() for field in fields]
)
def test_each_field_of_each_format(name: str, field: str) -> None:
    assert getattr(inspect(name), field) == _EXPECTED[name][field]


@pytest.mark.parametrize("name", _EXPECTED)
def test_every_item_is_usable_and_times_have_their_zone(name: str) -> None:
    copy = formats.read((_FIXTURES / name).read_bytes())
    assert copy.status == "usable"
    for each in (copy.date, copy.created, copy.embargo):
        assert each is None or each.tzinfo is not None


@pytest.mark.parametrize(
    ("name", "code", "element"),
    [
        ("nitf-3.5.xml", "zone_assumed", "date.issue"),
        ("nitf-3.5.xml", "urgency_ignored", "urgency"),
        ("nitf-3.5.xml", "count_ignored", "pubdata"),
        ("nitf-3.5.xml", "content_ignored", "media"),
        ("nitf-3.5.xml", "content_ignored", "p"),
        ("nitf-3.5.xml", "content_ignored", "tagline"),
        ("nitf-3.5.xml", "table_flattened", "table"),
        ("newsml-g2.xml", "content_ignored", "remoteContent"),
        ("newsml-g2.xml", "content_ignored", "script"),
        ("newsml-g2-message.xml", "content_ignored", "newsItem"),
        ("newsml-1.2.xml", "content_ignored", "ContentItem"),
        ("rss.xml", "content_ignored", "item"),
        ("mail.eml", "content_ignored", "attachment"),
        ("mail.eml", "content_ignored", "text/plain"),
    ],
)
def test_what_was_assumed_or_left_out_is_told(name: str, code: str, element: str) -> None:
    assert (code, element) in {(note.code, note.element) for note in inspect(name).notes}


def test_ntbs_item_without_a_body_is_read_by_its_description() -> None:
    copy = formats.read((ROOT / "tests/data/iptc/ntb_text.json").read_bytes())
    assert copy.body.startswith("IT-giganten Google har kjøpt en tomt")
    assert (copy.slug, copy.urgency, copy.version) == ("skien-google", 5, "6")
    assert Subject("subj", "13010000", "Teknologi") in copy.subjects
    assert [note.code for note in copy.notes] == ["body_assumed"]


# In a text that may be in any format.
_IN_THE_TEXT = {"section", "dateline", "byline", "editors_note", "sign_off", "update"}


def test_the_table_says_what_is_read() -> None:
    filled: dict[str, set[str]] = {reader.name: {"status"} for reader in formats.READERS.values()}
    files = {path.name: path.read_bytes() for path in (*_FIXTURES.iterdir(), *ARTICLES.iterdir())}
    dates = "/CreationDate (D:20260502101500Z) /ModDate (D:20260502111500Z)"
    files["a.pdf"] = pdf([[(72, 20, "Titular"), (99, 9, LEAD)]], info=dates, catalog="/Lang (es)")
    files["a.docx"] = word(story)
    for name, data in files.items():
        copy = formats.inspect(data, name=name)
        filled[copy.format] |= {each for each in table.FIELDS if getattr(copy, each)}
    for reader in formats.READERS.values():
        told = set(reader.sources)
        assert filled[reader.name] - told <= {"status"}, reader.name
        assert told - filled[reader.name] <= _IN_THE_TEXT, reader.name


def test_the_page_has_the_current_table() -> None:
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    assert table.inserted(page) == page, "run: make schemas"
