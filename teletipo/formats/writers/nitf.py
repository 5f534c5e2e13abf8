"""NITF 3.6 (https://iptc.org/std/NITF/)."""

import re
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from teletipo.article import Subject
from teletipo.formats.writers.edition import Edition
from teletipo.formats.xml_tree import NITF, XML_LANG

_VERSION = "-//IPTC//DTD NITF 3.6//EN"
# What XML 1.0 cannot hold, not even as a reference.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(edition: Edition) -> str:
    """Return the edition as a document. One that nobody has released is ``withheld``.

    The disclosure is in ``meta``, ``revision-history`` and, for readers, the ``tagline``.
    """
    article, disclosure = edition.article, edition.disclosure
    root = Element("nitf", {"xmlns": NITF, "version": _VERSION, XML_LANG: edition.language})
    head = SubElement(root, "head")
    _text(head, "title", edition.headline or "")
    _add(head, "meta", name="generator", content=f"Teletipo, models {disclosure.pack}")
    _add(head, "meta", name="digitalSourceType", content=disclosure.source_type)
    tobject = _add(head, "tobject", **{"tobject.type": "news"})
    _add(tobject, "tobject.property", **{"tobject.property.type": "summary"})
    for subject in article.subjects:
        _subject(tobject, subject)
    docdata = _add(
        head,
        "docdata",
        **{
            "management-status": "usable" if edition.is_usable else "withheld",
            "management-doc-idref": article.guid,
        },
    )
    _add(docdata, "doc-id", **{"id-string": edition.guid})
    _add(docdata, "urgency", **{"ed-urg": str(article.urgency) if article.urgency else None})
    at = disclosure.sign_off.at if disclosure.sign_off else None
    issued = at or (article.date.isoformat() if article.date else None)
    if issued:
        moment = datetime.fromisoformat(issued)
        _add(docdata, "date.issue", norm=moment.strftime("%Y%m%dT%H%M%S%z"))
    if article.slug:
        _add(docdata, "du-key", key=article.slug)
    if article.keywords:
        keywords = SubElement(docdata, "key-list")
        for keyword in article.keywords:
            _add(keywords, "keyword", key=keyword)
    if disclosure.sign_off:
        _add(
            head,
            "revision-history",
            name=disclosure.sign_off.reviewer,
            function="corrected" if disclosure.sign_off.corrected else "approved",
            norm=disclosure.sign_off.at,
        )
    body = SubElement(root, "body")
    body_head = SubElement(body, "body.head")
    if edition.headline:
        _text(SubElement(body_head, "hedline"), "hl1", edition.headline)
    if article.rights:
        _text(SubElement(body_head, "rights"), "rights.owner", article.rights)
    opening = f"{edition.dateline} " if edition.dateline else ""
    _text(SubElement(body, "body.content"), "p", f"{opening}{edition.text}")
    _text(SubElement(body, "body.end"), "tagline", disclosure.line(edition.language))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _subject(tobject: Element, subject: Subject) -> None:
    owner = "IPTC" if subject.scheme in {"medtop", "subj"} else subject.scheme or "none"
    _add(
        tobject,
        "tobject.subject",
        **{
            "tobject.subject.ipr": owner,
            "tobject.subject.refnum": subject.code or "",
            "tobject.subject.type": subject.name,
        },
    )


def _add(parent: Element, tag: str, /, **attributes: str | None) -> Element:
    """Add an element with those attributes that have a value."""
    given = {
        name: _NOT_XML.sub("", value) for name, value in attributes.items() if value is not None
    }
    return SubElement(parent, tag, given)


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = _NOT_XML.sub("", text)
