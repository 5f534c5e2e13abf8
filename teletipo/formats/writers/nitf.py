"""NITF 3.6 (https://iptc.org/std/NITF/)."""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element

from teletipo.article import Subject
from teletipo.formats.writers.edition import Edition
from teletipo.formats.writers.xml import add, document
from teletipo.formats.xml_tree import NITF, XML_LANG
from teletipo.subjects import label, path

_LEVELS = ("tobject.subject.type", "tobject.subject.matter", "tobject.subject.detail")
_TIME = "%Y%m%dT%H%M%S%z"
_VERSION = "-//IPTC//DTD NITF 3.6//EN"
# An NMTOKEN, of ASCII characters.
_CODE = re.compile(r"[A-Za-z0-9._:-]+")


def write(edition: Edition) -> str:
    """Return the edition as a document, ``withheld`` if it is unreleased or embargoed.

    The disclosure is in ``meta``, ``revision-history`` and, for readers, the ``tagline``.
    """
    article, disclosure = edition.article, edition.disclosure
    root = Element("nitf", {"xmlns": NITF, "version": _VERSION, XML_LANG: edition.language})
    head = add(root, "head")
    add(head, "title", edition.headline or "")
    add(head, "meta", name="generator", content=f"Teletipo, models {disclosure.pack}")
    add(head, "meta", name="digitalSourceType", content=disclosure.source_type)
    if disclosure.sign_off:
        decision = "corrected" if disclosure.sign_off.corrected else "approved"
        add(head, "meta", name="review", content=decision)
    tobject = add(head, "tobject", **{"tobject.type": "news"})
    add(tobject, "tobject.property", **{"tobject.property.type": "summary"})
    coded = [each for each in edition.subjects if each.code and _CODE.fullmatch(each.code)]
    for subject in coded:
        _subject(tobject, subject, edition.language)
    docdata = add(
        head,
        "docdata",
        **{
            "management-status": "usable" if edition.is_usable else "withheld",
            "management-doc-idref": article.guid,
        },
    )
    if edition.correction:
        add(docdata, "correction", info=edition.correction, **{"id-string": edition.guid})
    add(docdata, "doc-id", **{"id-string": edition.guid})
    add(docdata, "urgency", **{"ed-urg": str(article.urgency) if article.urgency else None})
    at = disclosure.sign_off.released_at if disclosure.sign_off else None
    issued = at or (article.date.isoformat() if article.date else None)
    if issued:
        moment = datetime.fromisoformat(issued)
        add(docdata, "date.issue", norm=moment.strftime(_TIME))
    if edition.embargo:
        add(docdata, "date.release", norm=datetime.fromisoformat(edition.embargo).strftime(_TIME))
    if article.slug:
        add(docdata, "du-key", key=article.slug)
    if article.keywords:
        keywords = add(docdata, "key-list")
        for keyword in article.keywords:
            add(keywords, "keyword", key=keyword)
    _classify(docdata, [each for each in edition.subjects if each not in coded])
    if disclosure.sign_off:
        add(
            head,
            "revision-history",
            name=disclosure.sign_off.reviewer,
            function="editor",
            norm=disclosure.sign_off.at,
        )
    body = add(root, "body")
    body_head = add(body, "body.head")
    if edition.headline:
        add(add(body_head, "hedline"), "hl1", edition.headline)
    if article.rights:
        add(add(body_head, "rights"), "rights.owner", article.rights)
    opening = f"{edition.dateline} " if edition.dateline else ""
    content = add(body, "body.content")
    add(content, "p", f"{opening}{edition.text}")
    if edition.correction:
        add(content, "p", edition.correction)
    add(add(body, "body.end"), "tagline", disclosure.line(edition.language))
    return document(root)


def _classify(docdata: Element, subjects: Sequence[Subject]) -> None:
    """Add the subjects whose code <tobject.subject> cannot hold, or that have none."""
    if subjects:
        content = add(docdata, "identified-content")
        for each in subjects:
            value, name = (each.code, each.name) if each.code else (each.name, None)
            add(content, "classifier", name, type="subject", idsrc=each.scheme, value=value)


def _subject(tobject: Element, subject: Subject, language: str) -> None:
    """Add a subject with the names of its first two levels and its own, the most special last."""
    *above, _ = [label(each, language) for each in path(subject)]
    names = dict(zip(_LEVELS, [*above[:2], subject.name], strict=False))
    owner = "IPTC" if subject.scheme in {"medtop", "subj"} else subject.scheme or "none"
    add(
        tobject,
        "tobject.subject",
        **{
            "tobject.subject.ipr": owner,
            "tobject.subject.refnum": subject.code or "",
            **names,
        },
    )
