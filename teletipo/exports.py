"""A Summary, as `edited` returns it, as ninjs."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from teletipo.disclosure import Disclosure, disclose
from teletipo.findings import Severity
from teletipo.formats.building import line
from teletipo.formats.decoding import clean
from teletipo.story import held_until, is_public
from teletipo.subjects import named
from teletipo.summary import ArticleIdentity, LanguageSummary, Summary

NINJS_VERSION = "3.1"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
# A percent sign that begins no code of a character.
_NO_CODE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def is_usable(summary: Summary, language: str, now: datetime) -> bool:
    """Whether it may be published: an editor has released this language, and no embargo holds."""
    return _is_released(summary.summaries[language]) and is_public(summary, now)


def _is_released(words: LanguageSummary) -> bool:
    return words.status in {"approved", "corrected"}


def to_uri(guid: str) -> str:
    """Return a guid as a URI (RFC 3986): percent-encoded, and without a scheme as a URN."""
    quoted = _NO_CODE.sub("%25", quote(guid, safe="!$%&'()*+,/:;=?@"))
    return quoted if _SCHEME.match(quoted) else f"urn:teletipo:{quoted}"


def guid_of(summary: Summary, identifier: str) -> str:
    """Return the article's guid; one made of ``identifier`` if it has none."""
    return summary.article.guid or f"urn:teletipo:{identifier}"


def uri_of(summary: Summary, identifier: str, language: str) -> str:
    """Return the URI of one language's summary; ``identifier`` is for an article without guid."""
    return f"{to_uri(guid_of(summary, identifier))}#summary-{language}"


def to_ninjs(
    summary: Summary, identifier: str, only: str | None = None, *, now: datetime
) -> dict[str, Any]:
    """Return the first language's summary as a ninjs 3.1 item (https://iptc.org/std/ninjs/).

    The other languages are its associations, each named by its language; with ``only``, that
    language is returned alone. A language that no editor has approved is ``withheld``, and so is
    all that is embargoed at the time ``now``. Who approved it is one of its ``people`` and, with
    the findings, in its ``edNote``.
    """
    first, *others = (only,) if only else summary.summaries
    item = _item(summary, first, uri_of(summary, identifier, first), now)
    item["standard"] = {"name": "ninjs", "version": NINJS_VERSION}
    item["altIds"] = [
        {"role": "article", "value": guid_of(summary, identifier)},
        {"role": "article-sha256", "value": summary.article.sha256},
    ]
    if others:
        item["associations"] = [
            {
                "name": f"translation-{language}",
                "rel": "translation",
                **_item(summary, language, uri_of(summary, identifier, language), now),
            }
            for language in others
        ]
    return item


def _item(summary: Summary, language: str, uri: str, now: datetime) -> dict[str, Any]:
    words = summary.summaries[language]
    notes = [
        finding.message
        for finding in summary.findings
        if finding.language == language and finding.severity is not Severity.INFO
    ]
    # A model or an editor can produce any character; readers refuse control characters.
    headline, text = line(words.headline), clean(words.text)
    item: dict[str, Any] = {
        "uri": uri,
        "type": "text",
        "profile": "summary",
        "pubStatus": "usable" if is_usable(summary, language, now) else "withheld",
        "language": language,
        "headlines": [{"role": "main", "contentType": "text/plain", "value": headline}]
        if headline
        else [],
        "bodies": [
            {
                "role": "main",
                "contentType": "text/plain",
                "charCount": len(text),
                "value": text,
            }
        ],
        **_disclosed(disclose(summary, language)),
        **_kept(summary.article, language),
    }
    if until := held_until(summary, now):
        item["embargoedUntil"] = until
    if words.draft:
        notes.insert(0, "Machine translation in draft quality.")
    if words.review and _is_released(words):
        who = words.review.reviewer or "an editor"
        notes.insert(
            0, f"{words.review.decision.capitalize()} by {who}, {words.review.reviewed_at}."
        )
    if words.correction:
        notes.insert(0, words.correction)
    if notes:
        item["edNote"] = " ".join(notes)
    dateline = summary.article.dateline
    if dateline and dateline.place:
        item["located"] = dateline.place
    return item


def _disclosed(disclosure: Disclosure) -> dict[str, Any]:
    """What a machine made, and who answers for it; docs/disclosure.md."""
    fields: dict[str, Any] = {
        "digitalSourceType": {"uri": disclosure.source_type},
        "infoSources": [
            {"name": f"Teletipo, models {disclosure.pack}", "role": "generator"},
        ],
        "genres": [{"name": "Summary", "uri": "http://cv.iptc.org/newscodes/genre/Summary"}],
    }
    if sign_off := disclosure.sign_off:
        if sign_off.reviewer:
            fields["people"] = [{"name": sign_off.reviewer, "rel": "signed-off-by"}]
        fields["versionCreated"] = sign_off.at
    return fields


def _kept(article: ArticleIdentity, language: str) -> dict[str, Any]:
    """What the article says of itself, with its subjects named in the language."""
    subjects = [
        {"name": subject.name, "uri": subject.uri, "literal": None if subject.uri else subject.code}
        for subject in named(article.subjects, language)
    ]
    fields = {
        "urgency": article.urgency,
        "slugline": article.slug,
        "copyrightNotice": article.rights,
        "subjects": [
            {name: value for name, value in subject.items() if value} for subject in subjects
        ],
    }
    return {name: value for name, value in fields.items() if value}
