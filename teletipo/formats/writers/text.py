"""Plain text as each language's wire writes it: headline, dateline, text, closing mark."""

from teletipo.formats.writers.edition import Edition

_DRAFT = {
    "es": "BORRADOR — NO PUBLICAR",
    "en": "DRAFT — NOT FOR PUBLICATION",
    "zh-Hans": "草稿——请勿发布",
}

_EMBARGOED = {
    "es": "EMBARGADO HASTA {} — NO PUBLICAR ANTES",
    "en": "EMBARGOED UNTIL {} — NOT FOR PUBLICATION BEFORE",
    "zh-Hans": "禁发至{}——此前请勿发布",
}


def write(edition: Edition) -> str:
    """Return the edition, marked while an embargo holds it, else until a person has released it."""
    is_chinese = edition.language.startswith("zh")
    agency = edition.article.dateline.agency if edition.article.dateline else None
    opening = edition.dateline or ""
    body = f"（{opening}）{edition.text}" if is_chinese and opening else f"{opening} {edition.text}"
    closing = "（完）" if is_chinese else " ".join(filter(None, [agency, edition.article.sign_off]))
    parts = [
        _mark(edition),
        edition.headline,
        edition.correction,
        body.strip() + (closing if is_chinese else ""),
        None if is_chinese else closing,
        edition.line,
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _mark(edition: Edition) -> str | None:
    if edition.is_usable:
        return None
    if edition.embargo:
        return _EMBARGOED.get(edition.language, _EMBARGOED["en"]).format(edition.embargo)
    return _DRAFT.get(edition.language, _DRAFT["en"])
