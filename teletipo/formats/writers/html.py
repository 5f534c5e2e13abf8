"""HTML with schema.org's NewsArticle, for a page or a mail."""

import json
from html import escape
from typing import Any

from teletipo.formats.writers.edition import Edition


def write(edition: Edition) -> str:
    """Return a page without scripts that run, styles or anything that is fetched.

    The machine-readable data say what a machine made, and so does the last line if the edition has
    one. The page of an unreleased or embargoed summary asks not to be indexed.
    """
    title = escape(edition.headline or edition.guid)
    opening = f"<b>{escape(edition.dateline)}</b> " if edition.dateline else ""
    correction = f"<p><em>{escape(edition.correction)}</em></p>\n" if edition.correction else ""
    line = f"\n<p><small>{escape(edition.line)}</small></p>" if edition.line else ""
    robots = "" if edition.is_usable else '\n<meta name="robots" content="noindex">'
    # In a script "</" would end it.
    data = json.dumps(_data(edition), ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return f"""<!DOCTYPE html>
<html lang="{escape(edition.language)}">
<head>
<meta charset="utf-8">{robots}
<title>{title}</title>
<meta name="generator" content="Teletipo">
<script type="application/ld+json">
{data}
</script>
</head>
<body>
<article>
<h1>{title}</h1>
{correction}<p>{opening}{escape(edition.text)}</p>
</article>{line}
</body>
</html>
"""


def _data(edition: Edition) -> dict[str, Any]:
    article, disclosure = edition.article, edition.disclosure
    sign_off = disclosure.sign_off
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": edition.guid,
        "identifier": edition.guid,
        "headline": edition.headline,
        "inLanguage": edition.language,
        "creativeWorkStatus": "Published" if edition.is_usable else "Draft",
        "digitalSourceType": disclosure.source_type,
        "isBasedOn": article.guid,
        "correction": edition.correction,
        "creator": {"@type": "SoftwareApplication", "name": f"Teletipo, models {disclosure.pack}"},
        "editor": {"@type": "Person", "name": sign_off.reviewer}
        if sign_off and sign_off.reviewer
        else None,
        "datePublished": sign_off.released_at if sign_off else None,
        "about": [
            _stated({"@type": "Thing", "@id": subject.uri, "name": subject.name})
            for subject in edition.subjects
        ],
        "copyrightNotice": article.rights,
    }
    return _stated(data)


def _stated(data: dict[str, Any]) -> dict[str, Any]:
    """The fields that have a value: JSON-LD refuses an ``@id`` of null."""
    return {name: value for name, value in data.items() if value}
