"""The table of docs/formats.md: where each field of an article is read from in each format."""

from teletipo.formats import READERS

BEGIN = "<!-- Made by `teletipo formats --write docs/formats.md`; do not edit by hand. -->"
END = "<!-- End of the table. -->"

FIELDS = {
    "guid": "identifier",
    "provider": "agency that the identifier belongs to",
    "version": "version",
    "language": "language",
    "headline": "headline",
    "headlines": "further headlines",
    "slug": "slug",
    "section": "section",
    "dateline": "dateline",
    "byline": "byline",
    "sign_off": "sign-off",
    "update": "update note",
    "places": "places",
    "date": "date of this version",
    "created": "date of the first version",
    "urgency": "urgency",
    "subjects": "subjects",
    "keywords": "keywords",
    "rights": "rights",
    "editors_note": "editor's note",
    "embargo": "embargo",
    "status": "status",
    "change": "update or correction",
    "links": "links",
    "declared_words": "stated word count",
    "body": "body",
}
"""The fields in the table's order, and what they are."""


def markdown() -> str:
    """Return the table, a row for each field and a column for each format."""
    rows = [
        ["field", *(reader.title for reader in READERS.values())],
        ["---"] * (len(READERS) + 1),
        *(
            [f"`{name}`: {title}", *(reader.sources.get(name, "") for reader in READERS.values())]
            for name, title in FIELDS.items()
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def inserted(page: str) -> str:
    """Return a page with the current table between its marks, or raise ``ValueError``."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("The page has no marks for the table.")
    return f"{before}{BEGIN}\n\n{markdown()}\n\n{END}{after}"
