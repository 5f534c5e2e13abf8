"""NewsML-G2 items, packages and messages (https://iptc.org/standards/newsml-g2/)."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from teletipo.article import Link, Place, Subject, WireCopy
from teletipo.errors import OnlyFurniture, UnsupportedFormat
from teletipo.formats import nitf, wire
from teletipo.formats.building import (
    Listed,
    Reading,
    byline,
    distinct,
    last_part,
    leave_out,
    line,
    lines,
    newest,
    subject,
)
from teletipo.formats.xml_tree import (
    NEWSML_G2,
    XML_LANG,
    attribute,
    attributes,
    paragraphs,
    paragraphs_of_text,
    parse,
    text_of,
)

_CHANGES = {"correction": "correction", "corrected": "correction", "update": "update"}
"""By signal; of several the first counts."""

SOURCES = {
    "update": "the body's first line, in parentheses",
    "guid": "`newsItem@guid`",
    "provider": "`itemMeta/provider`",
    "version": "`newsItem@version`",
    "language": "`language@tag`, else `xml:lang`",
    "headline": "`headline`, role main",
    "headlines": "`headline`, other roles",
    "slug": "`slugline`",
    "dateline": "the body's opening, else `dateline`",
    "byline": "`by`",
    "sign_off": "the body's last line",
    "places": "`located`, `subject` of type geoArea",
    "date": "`versionCreated`",
    "created": "`firstCreated`, else `contentCreated`",
    "urgency": "`urgency`",
    "subjects": "`subject@qcode` (aliases of an inline `catalog` are resolved)",
    "keywords": "`keyword`",
    "rights": "`copyrightNotice` or `copyrightHolder`, `usageTerms`",
    "editors_note": "`edNote`",
    "embargo": "`embargoed`",
    "status": "`pubStatus`",
    "change": "`signal`",
    "links": "`link`",
    "declared_words": "`inlineXML@wordcount`",
    "body": "`inlineXML` (XHTML or NITF), else `inlineData`",
}
"""Where each field of the copy is read from, for docs/formats.md."""


def read(data: bytes) -> WireCopy:
    """Return a news item's copy and metadata. Of a message, the first item with a text.

    Remote content is told in a note and never fetched.
    Raises ``Malformed``, ``WrongEncoding``, ``UnsupportedFormat`` for other kinds of items or if an
    item that would be left out is not usable, or ``OnlyFurniture`` if a usable item has no text in
    the file.
    """
    reading = Reading()
    root = parse(data, reading, NEWSML_G2)
    item = _item(root, reading)
    schemes = {
        alias: uri
        for scheme in root.iter("scheme")
        if (alias := scheme.get("alias")) and (uri := scheme.get("uri"))
    }
    language = _language(item, reading)
    body, wrapped, words = _body(item, language, reading)
    fields = _metadata(item, language, schemes, reading)
    headlines = _headlines(item, language)
    if wrapped is None:
        found = body if isinstance(body, list) else paragraphs(body, reading)
    else:
        fields, headlines, found = nitf.fill_in(fields, headlines, wrapped, reading)
    return reading.copy(
        next(iter(headlines), None),
        found,
        "contentSet",
        **{**fields, "headlines": headlines[1:], "declared_words": words},
    )


def _item(root: Element, reading: Reading) -> Element:
    if root.tag == "newsItem":
        return root
    if root.tag == "packageItem":
        raise OnlyFurniture(_only_refers(root))
    if root.tag != "newsMessage":
        raise UnsupportedFormat(f"<{root.tag}> of NewsML-G2 is not a news item; send a <newsItem>.")
    items = root.findall("itemSet/newsItem")
    if not items:
        package = root.find("itemSet/packageItem")
        if package is not None:
            raise OnlyFurniture(_only_refers(package))
        raise OnlyFurniture("The NewsML-G2 message has no <newsItem> in <itemSet>.")
    order = [
        reference.get("residref") or reference.get("href")
        for reference in root.iterfind("itemSet/packageItem/groupSet/group/itemRef")
    ]

    def rank(item: Listed) -> tuple[int, bool, int]:
        is_xml = item.element.find("contentSet/inlineXML") is not None
        inline = item.element.iterfind("contentSet/inlineData")
        has_text = is_xml or any(_is_text(data, Reading()) for data in inline)
        place = order.index(item.guid) if item.guid in order else len(order)
        return item.rank(has_text=has_text), not is_xml, place

    listed = [
        Listed(item, item.get("guid"), item.get("version"), _release(item, Reading())["status"])
        for item in items
    ]
    chosen, *others = sorted(newest(listed, reading), key=rank)
    leave_out(others, reading)
    return chosen.element


def _only_refers(package: Element) -> str:
    names = [
        str(reference.get("residref") or reference.get("href"))
        for reference in package.iter("itemRef")
    ]
    shown = ", ".join(names[:3])
    return f"The NewsML-G2 package refers to items ({shown}) but has none; send the items."


def _language(item: Element, reading: Reading) -> str | None:
    tags = [element.get("tag") for element in item.iterfind("contentMeta/language")]
    if len(tags) > 1:
        reading.note(
            "language_assumed", "language", "<language> names several languages; the first counts."
        )
    inner = [
        part.get(XML_LANG) for part in item.iterfind("contentSet/*") if part.tag != "remoteContent"
    ]
    stated = [*tags, *inner, item.get(XML_LANG)]
    return next((tag for each in stated if (tag := reading.language(each, "language"))), None)


def _body(
    item: Element, language: str | None, reading: Reading
) -> tuple[Element | list[str], Element | None, int | None]:
    """The body's element or paragraphs, the NITF document that it is in, and its word count."""
    for remote in item.iterfind("contentSet/remoteContent"):
        where = remote.get("href") or remote.get("residref") or "no address"
        reading.note(
            "content_ignored", "remoteContent", f"<remoteContent> was not fetched: {where}."
        )
    inline = item.findall("contentSet/inlineXML") or [
        data for data in item.iterfind("contentSet/inlineData") if _is_text(data, reading)
    ]
    if not inline:
        return [], None, None
    chosen = next(
        (part for part in inline if language and part.get(XML_LANG) == language), inline[0]
    )
    if len(inline) > 1:
        reading.note(
            "content_ignored",
            chosen.tag,
            f"Of several <{chosen.tag}> the one in '{chosen.get(XML_LANG) or language}' was read.",
        )
    words = reading.count(chosen.get("wordcount"), "wordcount")
    wrapped = chosen.find("nitf")
    if wrapped is not None:
        return [], wrapped, words
    if len(chosen):
        body = chosen.find("html/body")
        return (chosen if body is None else body), None, words
    is_html = "html" in (chosen.get("contenttype") or "")
    found = paragraphs_of_text(chosen.text, lambda text: is_html or text.startswith("<"), reading)
    return found, None, words


def _is_text(data: Element, reading: Reading) -> bool:
    """Whether <inlineData> is a text; what is encoded or of another type is told."""
    kind = (data.get("contenttype") or "").partition(";")[0].strip().casefold()
    encoding = data.get("encoding")
    is_text = not kind or kind.startswith("text/") or kind.endswith(("xml", "html"))
    if not is_text or encoding:
        reading.ignore("inlineData", f"{encoding or kind} is not read")
    return is_text and not encoding


def _headlines(item: Element, language: str | None) -> tuple[str, ...]:
    """The main headline first; those in other languages are left out."""
    elements = [
        element
        for element in item.iterfind("contentMeta/headline")
        if element.get(XML_LANG) in {None, language} or language is None
    ] or item.findall("contentMeta/headline")
    elements.sort(key=lambda element: not _is_main(element.get("role")))
    return lines(map(text_of, elements))


def _is_main(role: str | None) -> bool:
    return role is None or role.rpartition(":")[2].casefold() in {"main", "title", "headline"}


def _metadata(
    item: Element, language: str | None, schemes: Mapping[str, str], reading: Reading
) -> dict[str, Any]:
    namespace_is_known = item.get("standard") in {None, "NewsML-G2"}
    if not namespace_is_known:
        reading.note(
            "standard_unknown",
            "newsItem",
            f"'standard' is '{item.get('standard')}', not NewsML-G2; it was read as NewsML-G2.",
        )
    signals = {
        last_part(code)
        for name in ("qcode", "uri")
        for code in attributes(item, "itemMeta/signal", name)
    }
    places = tuple(dict.fromkeys(_places(item)))
    date = reading.time(text_of(item.find("itemMeta/versionCreated")), "versionCreated")
    written = text_of(item.find("contentMeta/dateline"))
    return {
        "guid": line(item.get("guid")),
        "provider": _provider(item),
        "version": line(item.get("version")),
        "language": language,
        "slug": line(text_of(item.find("contentMeta/slugline"))),
        "byline": byline(text_of(item.find("contentMeta/by"))),
        "dateline": wire.read_dateline(written, places[0].name if places else None, date)
        if written
        else None,
        "places": places,
        "date": date,
        "created": reading.time(text_of(item.find("itemMeta/firstCreated")), "firstCreated")
        or reading.time(text_of(item.find("contentMeta/contentCreated")), "contentCreated"),
        "urgency": reading.urgency(text_of(item.find("contentMeta/urgency")), "urgency"),
        "subjects": distinct(_subjects(item, language, schemes)),
        "keywords": lines(map(text_of, item.iterfind("contentMeta/keyword"))),
        "rights": _rights(item),
        "editors_note": " ".join(lines(map(text_of, item.iterfind("itemMeta/edNote")))) or None,
        "change": next((_CHANGES[name] for name in _CHANGES if name in signals), None),
        "links": tuple(_links(item)),
        **_release(item, reading),
    }


def _provider(item: Element) -> str | None:
    element = item.find("itemMeta/provider")
    if element is None:
        return None
    named = (element.get(name) for name in ("qcode", "literal", "uri"))
    return next((found for each in named if (found := line(each))), None) or line(
        text_of(element.find("name"))
    )


def _release(item: Element, reading: Reading) -> dict[str, Any]:
    stated = [attribute(item, "itemMeta/pubStatus", name) for name in ("qcode", "uri", "literal")]
    element = item.find("itemMeta/embargoed")
    return reading.release(
        (next(filter(None, stated), None), "pubStatus"),
        (text_of(element), "embargoed"),
        is_embargoed=element is not None,
    )


def _places(item: Element) -> Iterator[Place]:
    for element in item.iterfind("contentMeta/located"):
        country = next(
            (
                code.rpartition(":")[2]
                for broader in element.iterfind("broader")
                if (code := broader.get("qcode") or "").startswith(("iso3166", "country"))
            ),
            None,
        )
        if name := line(text_of(element.find("name")) or element.get("literal")):
            yield Place(name, line(country))
    for element in item.iterfind("contentMeta/subject"):
        if (element.get("type") or "").endswith((":geoArea", ":poi", ":place")) and (
            name := line(text_of(element.find("name")))
        ):
            yield Place(name)


def _subjects(
    item: Element, language: str | None, schemes: Mapping[str, str]
) -> Iterator[Subject | None]:
    for element in item.iterfind("contentMeta/subject"):
        if (element.get("type") or "").endswith((":geoArea", ":poi", ":place")):
            continue
        names = element.findall("name")
        name = next((each for each in names if each.get(XML_LANG) == language), None)
        if name is None and names:
            name = names[0]
        code = element.get("qcode") or element.get("uri") or element.get("literal")
        alias, _, rest = (code or "").partition(":")
        if element.get("qcode") and alias in schemes:
            resolved = subject(None, f"{schemes[alias]}{rest}", text_of(name))
            if resolved and resolved.scheme:
                yield resolved
                continue
        yield subject(None, code, text_of(name))


def _rights(item: Element) -> str | None:
    holder = attribute(item, "rightsInfo/copyrightHolder", "literal")
    return (
        " ".join(
            lines(
                [
                    text_of(item.find("rightsInfo/copyrightNotice"))
                    or text_of(item.find("rightsInfo/copyrightHolder/name"))
                    or holder,
                    text_of(item.find("rightsInfo/usageTerms")),
                ]
            )
        )
        or None
    )


def _links(item: Element) -> Iterator[Link]:
    for element in item.iterfind("itemMeta/link"):
        if target := line(element.get("residref") or element.get("href")):
            relation = (element.get("rel") or "link").rpartition(":")[2]
            yield Link(relation, target, line(element.get("version")))
