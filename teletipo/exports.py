"""A Summary in other formats: ninjs, plain text."""

from collections.abc import Sequence
from typing import Any

from teletipo.disclosure import Disclosure, disclose
from teletipo.findings import Severity
from teletipo.review import Review
from teletipo.summary import ArticleIdentity, Summary

NINJS_VERSION = "3.1"


def words(
    summary: Summary, language: str, reviews: Sequence[Review] = ()
) -> tuple[str | None, str]:
    """Return headline and text in one language, with the editors' latest corrections."""
    text = summary.summaries[language]
    headline, body = text.headline, text.text
    for review in reviews:
        if correction := review.corrections.get(language):
            headline, body = correction.headline or headline, correction.text or body
    return headline, body


def usable(summary: Summary, reviews: Sequence[Review] = ()) -> bool:
    """Whether it may be published: its last review allows it, or it needs none."""
    if reviews:
        return reviews[-1].decision != "sent_back"
    return summary.status == "ok"


def to_text(summary: Summary, reviews: Sequence[Review] = ()) -> str:
    """Return each language's headline, dateline and text, separated by an empty line."""
    blocks = []
    for language, text in summary.summaries.items():
        headline, body = words(summary, language, reviews)
        line = " ".join(filter(None, [text.dateline, body]))
        blocks.append("\n".join(filter(None, [headline, line])))
    return "\n\n".join(blocks) + "\n"


def to_ninjs(summary: Summary, identifier: str, reviews: Sequence[Review] = ()) -> dict[str, Any]:
    """Return the first language's summary as a ninjs 3.1 item (https://iptc.org/std/ninjs/).

    The other languages are its associations, each named by its language. A summary that awaits an
    editor is ``withheld``; findings go into ``edNote``.
    """
    first, *others = summary.summaries
    uri = summary.article.guid or f"urn:teletipo:{identifier}"
    item = _item(summary, first, f"{uri}#summary-{first}", reviews)
    item["standard"] = {"name": "ninjs", "version": NINJS_VERSION}
    item["altIds"] = [
        {"role": "article", "value": uri},
        {"role": "article-sha256", "value": summary.article.sha256},
    ]
    if others:
        item["associations"] = [
            {
                "name": f"translation-{language}",
                "rel": "translation",
                **_item(summary, language, f"{uri}#summary-{language}", reviews),
            }
            for language in others
        ]
    return item


def _item(summary: Summary, language: str, uri: str, reviews: Sequence[Review]) -> dict[str, Any]:
    headline, body = words(summary, language, reviews)
    note = " ".join(
        finding.message
        for finding in summary.findings
        if finding.language == language and finding.severity is not Severity.INFO
    )
    item: dict[str, Any] = {
        "uri": uri,
        "type": "text",
        "profile": "summary",
        "pubStatus": "usable" if usable(summary, reviews) else "withheld",
        "language": language,
        "headlines": [{"role": "main", "contentType": "text/plain", "value": headline}]
        if headline
        else [],
        "bodies": [
            {
                "role": "main",
                "contentType": "text/plain",
                "charCount": len(body),
                "value": body,
            }
        ],
        **_disclosed(disclose(summary, language, reviews)),
        **_kept(summary.article),
    }
    if note:
        item["edNote"] = note
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
        fields["people"] = [{"name": sign_off.reviewer, "rel": "signed-off-by"}]
        fields["versionCreated"] = sign_off.at
    return fields


def _kept(article: ArticleIdentity) -> dict[str, Any]:
    """What the article says of itself, and every language shares."""
    subjects = [
        {"name": subject.name, "uri": subject.uri, "literal": None if subject.uri else subject.code}
        for subject in article.subjects
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
