"""What its publisher does not allow stays back: status and embargo, however they are written."""

import json
from typing import Any

import pytest

from teletipo import formats
from teletipo.article import WireCopy
from teletipo.errors import UnsupportedFormat
from tests.unit.test_formats_bad_input import g2, nitf

_WORDS = "The council approved the plan on Monday."
_STATUSES = "http://cv.iptc.org/newscodes/pubstatusg2"
_G2 = "http://iptc.org/std/nar/2006-10-01/"


def ninjs(**fields: Any) -> bytes:
    return json.dumps({"uri": "urn:1", "body_text": _WORDS, **fields}).encode()


def codes(copy: WireCopy) -> list[str]:
    return [note.code for note in copy.notes]


# ---- Embargo


def released(norm: str = "", text: str = "") -> bytes:
    attribute = f' norm="{norm}"' if norm else ""
    return nitf(head=f"<docdata><date.release{attribute}>{text}</date.release></docdata>")


@pytest.mark.parametrize(
    "data",
    [
        released("20990230T100000Z"),
        released("99-01-01"),
        released("20990101T1000 CET"),
        released("Fri, 02 Jan 2099 10:00:00 CET"),
        released(text="January 1, 2099"),
        ninjs(embargoed=1999999999),
        ninjs(embargoed=True),
        ninjs(embargoed=["2099-01-01T00:00:00Z"]),
        ninjs(embargoed={"until": "2099-01-01T00:00:00Z"}),
        ninjs(embargoed=""),
        ninjs(embargoedUntil="tomorrow"),
        ninjs(embargoedUntil="Fri, 02 Jan 2099 10:00:00 CET"),
        g2("<embargoed>Fri, 02 Jan 2099 10:00:00 CET</embargoed>"),
    ],
)
def test_an_embargo_whose_time_cannot_be_read_holds_the_item_back(data: bytes) -> None:
    copy = formats.inspect(data)
    assert (copy.status, copy.embargo) == ("withheld", None)
    assert "embargo_open" in codes(copy)


def test_null_is_no_embargo_and_hides_none() -> None:
    copy = formats.inspect(ninjs(embargoedUntil=None, embargoed="2099-01-01T00:00:00Z"))
    assert copy.embargo is not None
    assert copy.embargo.year == 2099
    for nothing in (None, False):
        copy = formats.inspect(ninjs(embargoedUntil=None, embargoed=nothing))
        assert (copy.status, copy.embargo) == ("usable", None)


def test_the_nitf_in_a_ninjs_item_says_too_whether_it_may_be_shown() -> None:
    inner = (
        '<nitf><head><docdata management-status="canceled"><date.release norm="20990101T000000Z"/>'
        f"</docdata></head><body><body.content><p>{_WORDS}</p></body.content></body></nitf>"
    )
    body = {"contenttype": "application/nitf+xml", "value": inner}
    copy = formats.inspect(ninjs(body_text=None, bodies=[body]))
    assert (copy.status, copy.body) == ("cancelled", _WORDS)
    assert copy.embargo is not None


@pytest.mark.parametrize("norm", ["19990101T100000Z", "20990101T100000+0100"])
def test_a_time_of_release_that_can_be_read_is_the_embargo(norm: str) -> None:
    copy = formats.inspect(released(norm, "some time"))
    assert copy.status == "usable"
    assert copy.embargo is not None
    assert copy.embargo.year == int(norm[:4])


# ---- Status


@pytest.mark.parametrize("status", [{"a": "usable"}, 0, 7, True, [], ["usable", "usable"], [7]])
def test_a_status_that_is_no_text_holds_the_item_back(status: object) -> None:
    copy = formats.inspect(ninjs(pubStatus=status))
    assert copy.status == "withheld"
    assert codes(copy) == ["status_unknown"]


def test_a_status_in_a_list_of_its_own_is_read() -> None:
    assert formats.inspect(ninjs(pubStatus=["canceled"])).status == "cancelled"
    assert formats.inspect(ninjs(pubStatus=["usable"])).status == "usable"
    assert formats.inspect(ninjs(pubStatus=["correct"])).change == "correction"
    assert formats.inspect(ninjs(pubStatus=None)).status == "usable"


@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("start", [f"{_STATUSES}/", f"{_STATUSES}#", "stat:"])
@pytest.mark.parametrize(
    ("word", "status"), [("usable", "usable"), ("withheld", "withheld"), ("canceled", "cancelled")]
)
def test_a_status_is_read_from_an_address(start: str, end: str, word: str, status: str) -> None:
    code = f"{start}{word}{end}"
    for data in (
        ninjs(pubStatus=code),
        g2(f'<pubStatus qcode="{code}"/>'),
        g2(f'<pubStatus uri="{code}"/>'),
        nitf(head=f'<docdata management-status="{code}"/>'),
    ):
        copy = formats.inspect(data)
        assert copy.status == status
        assert "status_unknown" not in codes(copy)


@pytest.mark.parametrize("outer", ["usable", "withheld", "canceled"])
@pytest.mark.parametrize("inner", ["usable", "withheld", "canceled"])
def test_of_an_items_status_and_that_of_the_nitf_in_it_the_stricter_counts(
    outer: str, inner: str
) -> None:
    wrapped = nitf(head=f'<docdata management-status="{inner}"/>').decode()
    copy = formats.inspect(
        g2(f'<pubStatus qcode="stat:{outer}"/>', f"<inlineXML>{wrapped}</inlineXML>")
    )
    strictest = max(outer, inner, key=["usable", "withheld", "canceled"].index)
    assert copy.status == strictest.replace("canceled", "cancelled")


@pytest.mark.parametrize(
    ("signals", "change"),
    [
        ('<signal qcode="sig:correction"/>', "correction"),
        ('<signal uri="http://cv.iptc.org/newscodes/signal/correction/"/>', "correction"),
        ('<signal qcode="x:photo"/><signal qcode="sig:update"/>', "update"),
        ('<signal qcode="sig:update"/><signal qcode="sig:correction"/>', "correction"),
        ('<signal qcode="x:photo"/>', None),
    ],
)
def test_every_signal_of_an_item_counts(signals: str, change: str | None) -> None:
    assert formats.inspect(g2(signals)).change == change


def test_a_correction_of_ninjs_may_be_an_address() -> None:
    copy = formats.inspect(ninjs(pubStatus="http://cv.iptc.org/newscodes/pubstatus/corrected"))
    assert (copy.status, copy.change) == ("usable", "correction")


# ---- Several items in a file


def g2_item(guid: str, version: int = 1, status: str = "usable", words: str = _WORDS) -> str:
    text = f"<inlineXML><p>{words}</p></inlineXML>" if words else ""
    return (
        f'<newsItem guid="{guid}" version="{version}"><itemMeta><pubStatus qcode="stat:{status}"/>'
        f"</itemMeta><contentSet>{text}</contentSet></newsItem>"
    )


def g2_message(*items: str) -> bytes:
    inside = "".join(items)
    return f'<newsMessage xmlns="{_G2}"><itemSet>{inside}</itemSet></newsMessage>'.encode()


def test_the_text_is_read_and_not_the_picture_before_it() -> None:
    picture = (
        '<newsItem guid="p"><contentSet><inlineData contenttype="image/jpeg" encoding="base64">'
    )
    picture += "/9j/4AAQ</inlineData></contentSet></newsItem>"
    for kind in ("text/plain", "Text/Plain; charset=UTF-8", "application/xhtml+xml; charset=x", ""):
        data = f'<inlineData contenttype="{kind}">{_WORDS}</inlineData>'
        story = f'<newsItem guid="s"><contentSet>{data}</contentSet></newsItem>'
        assert formats.inspect(g2_message(picture, story)).body == _WORDS


def newsml_item(guid: str, version: int = 1, status: str = "usable", words: str = _WORDS) -> str:
    text = f"<ContentItem><DataContent>{words}</DataContent></ContentItem>" if words else ""
    return (
        "<NewsItem><Identification><NewsIdentifier><ProviderId>efe.com</ProviderId>"
        f"<DateId>20260314</DateId><NewsItemId>{guid}</NewsItemId><RevisionId>{version}</RevisionId>"
        f"</NewsIdentifier></Identification><NewsManagement><Status FormalName='{status}'/>"
        f"</NewsManagement><NewsComponent>{text}</NewsComponent></NewsItem>"
    )


def newsml_message(*items: str) -> bytes:
    return f"<NewsML>{''.join(items)}</NewsML>".encode()


_MESSAGES = pytest.mark.parametrize(
    ("message", "item"),
    [(g2_message, g2_item), (newsml_message, newsml_item)],
    ids=["NewsML-G2", "NewsML 1"],
)


@_MESSAGES
@pytest.mark.parametrize("status", ["canceled", "withheld"])
@pytest.mark.parametrize("words", ["", _WORDS])
def test_a_kill_beside_another_item_is_not_lost(
    message: Any, item: Any, status: str, words: str
) -> None:
    with pytest.raises(UnsupportedFormat, match=r"urn:killed.* send that item alone"):
        formats.inspect(message(item("urn:1"), item("urn:killed", status=status, words=words)))


@_MESSAGES
def test_a_kill_beside_an_item_without_text_is_read(message: Any, item: Any) -> None:
    copy = formats.inspect(
        message(item("urn:picture", words=""), item("urn:1", status="canceled", words=""))
    )
    assert (copy.guid, copy.status) == ("urn:1", "cancelled")


@_MESSAGES
@pytest.mark.parametrize("order", [(2, 10), (10, 2)])
def test_of_two_versions_in_a_message_the_newest_is_read(
    message: Any, item: Any, order: tuple[int, int]
) -> None:
    items = [item("urn:1", version, words=f"This is version {version}.") for version in order]
    copy = formats.inspect(message(*items))
    assert (copy.version, copy.body) == ("10", "This is version 10.")
    assert codes(copy) == ["content_ignored"]


@_MESSAGES
def test_a_kill_is_final_in_a_message_too(message: Any, item: Any) -> None:
    copy = formats.inspect(message(item("urn:1", 1, "canceled", ""), item("urn:1", 2)))
    assert copy.status == "cancelled"


def test_a_feed_that_deletes_an_entry_is_not_read_without_it() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:at="http://purl.org/atompub/tombstones/1.0">'
        '<at:deleted-entry ref="tag:1" when="2026-01-01T00:00:00Z"/>'
        f"<entry><id>tag:2</id><title>Plan</title><content>{_WORDS}</content></entry></feed>"
    )
    with pytest.raises(UnsupportedFormat, match="tag:1"):
        formats.inspect(feed.encode())
