"""``teletipo read`` and ``teletipo formats``: an article as it is read, and from what."""

import argparse
import dataclasses
import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.inputs import InputError, read_input
from models.settings import EnvironmentSettings
from teletipo import formats, languages
from teletipo.article import WireCopy
from teletipo.errors import ArticleTooLarge, LanguageUnknown, Rejection
from teletipo.formats import table
from teletipo.options import SummaryOptions
from teletipo.vectors import word_count


class _Settings(EnvironmentSettings, SummaryOptions):
    """What the command reads from the environment."""


def add_commands(commands: Any) -> None:
    """Add the two commands to the parser's."""
    command = commands.add_parser("read", help="show an article as it is read, without a model")
    command.add_argument("article", help="a file, or - for standard input")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=_read)

    command = commands.add_parser("formats", help="print the table of fields and formats")
    command.add_argument("--write", type=Path, metavar="FILE", help="update it in this page")
    command.set_defaults(run=_formats)


def _read(options: argparse.Namespace) -> None:
    limit = _Settings.load().max_article_bytes
    article = read_input(options.article, limit)
    if len(article.data) > limit:
        raise ArticleTooLarge(f"{article.name} is larger than the limit of {limit:,} bytes.")
    copy = formats.inspect(article.data, name=article.name, limit=limit)
    if options.json:
        document = json.dumps(_document(copy), indent=2, ensure_ascii=False)
        sys.stdout.write(f"{document}\n")
    else:
        sys.stdout.write("\n".join(_lines(copy)) + "\n")


def _formats(options: argparse.Namespace) -> None:
    if options.write:
        try:
            page = table.inserted(options.write.read_text("utf-8"))
        except ValueError as error:
            raise InputError(f"{options.write}: {error}") from error
        options.write.write_text(page, "utf-8")
    else:
        print(table.markdown())


def _document(copy: WireCopy) -> dict[str, Any]:
    """Every field at the top level, in the order of docs/formats.md."""
    values = dataclasses.asdict(copy)
    dateline = copy.dateline
    values["dateline"] = dateline and {
        "written": dateline.written,
        "place": dateline.place,
        "date": dateline.date,
        "agency": dateline.agency,
    }
    refused = _refusal(copy)
    try:
        values["language"] = _language(copy)
    except LanguageUnknown as unknown:
        values["language"], refused = None, refused or str(unknown)
    document = {"format": copy.format, "refused": refused}
    document |= {name: _plain(values[name]) for name in table.FIELDS}
    return {**document, "word_count": word_count(copy.body), "notes": values["notes"]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def _language(copy: WireCopy) -> str:
    if copy.language:
        return languages.normalize_tag(copy.language, copy.body)
    return languages.identify(copy.body)


def _refusal(copy: WireCopy) -> str | None:
    """Why the article would not be summarized, whatever the pack; None if it would."""
    try:
        formats.check_usable(copy)
    except Rejection as rejection:
        return str(rejection)
    return None


def _lines(copy: WireCopy) -> Iterator[str]:
    document = _document(copy)
    if document["refused"]:
        yield f"NOT SUMMARIZED: {document['refused']}"
    for name, value in document.items():
        if name not in {"body", "notes", "refused"} and value not in (None, (), ""):
            yield f"{name:15} {_shown(value)}"
    yield ""
    yield copy.body
    if copy.notes:
        yield ""
    for note in copy.notes:
        yield f"NOTE {note.code}: {note.message}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name} {each}" for name, each in value.items() if each is not None)
    if isinstance(value, tuple):
        return "; ".join(_shown(each) for each in value)
    return str(value)
