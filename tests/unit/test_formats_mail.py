"""Mails: headers as they are written by anybody, within limits."""

import time

import pytest

from teletipo import formats
from teletipo.article import WireCopy
from teletipo.errors import Malformed, TooComplex

_HEAD = "From: Ana Soler <ana@example.org>\nDate: Mon, 4 May 2026 10:00:00 +0000\n"
_WORDS = "The council approved the plan on Monday."


def mail(headers: str, body: str = _WORDS, head: str = _HEAD) -> bytes:
    return f"{head}{headers}\n\n{body}".encode()


def ignored(copy: WireCopy) -> list[str]:
    return [note.element for note in copy.notes if note.code == "header_ignored"]


@pytest.mark.parametrize(
    "sender",
    ['"', "<", ",", "a@", "Undisclosed recipients:;", "=?nope?q?a?=", "=?utf-8?b?a?=", "(" * 900],
)
def test_a_sender_that_cannot_be_read_is_left_out_with_a_note(sender: str) -> None:
    head = f"From: {sender}\nDate: Mon, 4 May 2026 10:00:00 +0000\n"
    copy = formats.read(mail("Subject: Plan", head=head))
    assert (copy.headline, copy.body, copy.byline) == ("Plan", _WORDS, None)
    assert ignored(copy) == ["From"]


@pytest.mark.parametrize("name", ["Message-ID", "In-Reply-To"])
@pytest.mark.parametrize("value", ["<", "<a", "a>", "<a b>", "<>"])
def test_an_identifier_that_is_none_is_left_out_with_a_note(name: str, value: str) -> None:
    copy = formats.read(mail(f"Subject: Plan\n{name}: {value}"))
    assert copy.guid is None
    assert [link.target for link in copy.links if "<" in link.target] == []


@pytest.mark.parametrize(
    ("sender", "byline"),
    [
        ("Ana Soler <ana@example.org>", "Ana Soler"),
        ("ana@example.org", "ana@example.org"),
        ("=?utf-8?q?L=C3=B3pez=2C_Ana?= <ana@example.org>", "López, Ana"),
        ("=?utf-8?q?Ana?= =?utf-8?q?_L=C3=B3pez?= <ana@example.org>", "Ana López"),
        ("Ana López <ana@example.org>", "Ana López"),
    ],
)
def test_a_sender_is_the_byline(sender: str, byline: str) -> None:
    head = f"From: {sender}\nDate: Mon, 4 May 2026 10:00:00 +0000\n"
    copy = formats.read(mail("Subject: Plan", head=head))
    assert (copy.byline, ignored(copy)) == (byline, [])


def test_of_two_texts_the_second_is_told_and_of_alternatives_the_plain_one_is_read() -> None:
    parts = "--b\nContent-Type: text/html\n\n<p>No.</p>\n--b\n\n{}\n--b\n\nMore.\n--b--"
    copy = formats.read(mail("Content-Type: multipart/mixed; boundary=b", parts.format(_WORDS)))
    assert copy.body == _WORDS
    assert [note.message for note in copy.notes] == ["The attachment 'text/plain' was not read."]


@pytest.mark.parametrize(
    "data",
    [
        mail("Subject: " + "=?utf-8?q?a?= " * 20_000),
        mail("Content-Type: text/plain; " + "a*0*=x;" * 20_000),
        mail("Message-ID: <" + "a." * 300_000 + "@b>"),
        mail("x-y: z\n" * 20_000),
        mail("Content-Type: multipart/mixed; boundary=b", "\n--b\n\nx" * 80_000),
        mail("", "x" * 9, head="".join(
            f"Subject: x\nDate: x\nContent-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"
            for n in range(200)
        ) + "x\n" * 400_000),
        mail("Content-Type: message/rfc822", "Content-Type: message/rfc822\n\n" * 30_000),
    ],
    ids=["words", "parameters", "identifier", "headers", "parts", "levels", "mails"],
)  # fmt: skip
def test_a_mail_beyond_any_limit_is_rejected_at_once(data: bytes) -> None:
    started = time.process_time()
    with pytest.raises(TooComplex):
        formats.read(data)
    assert time.process_time() - started < 10.0


@pytest.mark.parametrize("charset", ["punycode", "unicode_escape", "klingon"])
def test_a_charset_that_is_none_is_refused_at_once(charset: str) -> None:
    words = "a" * 300_000
    with pytest.raises(Malformed):
        formats.read(mail(f"Content-Type: text/plain; charset={charset}", f"{words}-{words}"))


@pytest.mark.parametrize(
    "headers",
    [
        "Subject: " + "=?utf-8?q?a?= " * 4_000,
        "Content-Type: text/plain; " + "a*0*=x;" * 8_000,
        "Subject: Plan\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: "
        "text/plain; " + "a*0*=x;" * 100_000,
    ],
)
def test_a_long_header_is_cut(headers: str) -> None:
    started = time.process_time()
    assert formats.read(mail(headers)).body.endswith(_WORDS)
    assert time.process_time() - started < 10.0
