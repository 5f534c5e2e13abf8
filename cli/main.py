"""The console script ``teletipo``: summarize one article, print a JSON Schema."""

import argparse
import json
import sys
from pathlib import Path

from pydantic import BaseModel

from cli import read, view
from models.build import prepare_pack
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from teletipo import __version__
from teletipo.article import Source
from teletipo.errors import TeletipoError
from teletipo.notice import Notice
from teletipo.options import SummaryOptions, parse_targets
from teletipo.pipeline import summarize_article
from teletipo.progress import progress_display
from teletipo.review import Reviews
from teletipo.summary import RejectionDocument, Summary, to_json
from teletipo.terminology import NO_TERMS, read_terminology

_DOCUMENTS: dict[str, type[BaseModel]] = {
    "summary": Summary,
    "rejection": RejectionDocument,
    "notice": Notice,
    "reviews": Reviews,
}


class _Settings(PackSettings, SummaryOptions):
    """What the commands read from the environment."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 the article or the pack is at fault, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="teletipo", description="Wire summaries.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("summarize", help="summarize one article, without the stack")
    command.add_argument("article", help="a file, or - for standard input")
    command.add_argument(
        "--to", type=_targets, metavar="TAGS", help="target languages, such as en,zh-Hans"
    )
    command.add_argument("--language", help="the article's language (default: detected)")
    command.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    command.add_argument("--terminology", type=Path, help="a terminology file (CSV, TMX, TBX)")
    command.add_argument("--json", action="store_true", help="print the summary as JSON")
    command.add_argument("--out", type=Path, help="write the output to this file")
    command.set_defaults(run=_summarize)

    read.add_commands(commands)

    command = commands.add_parser("schema", help="print the JSON Schema of a document")
    command.add_argument("document", choices=_DOCUMENTS)
    command.set_defaults(run=_schema)

    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (TeletipoError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _targets(text: str) -> tuple[str, ...]:
    try:
        return parse_targets(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _summarize(options: argparse.Namespace) -> None:
    settings = _Settings.load()
    is_stdin = options.article == "-"
    # One byte over the limit is enough to reject an article that is too large.
    limit = settings.max_article_bytes + 1
    if is_stdin:
        data = sys.stdin.buffer.read(limit)
    else:
        with Path(options.article).open("rb") as file:
            data = file.read(limit)
    source = Source(
        key="stdin" if is_stdin else Path(options.article).name,
        declared_language=options.language,
    )
    terms = options.terminology
    terminology = read_terminology(terms.read_bytes(), terms.name) if terms else NO_TERMS
    pack = _open(options.pack, settings)
    summary = summarize_article(data, source, pack, settings, options.to, terminology=terminology)
    output = to_json(summary) if options.json else view.render(summary).encode()
    if options.out:
        options.out.write_bytes(output)
    else:
        sys.stdout.buffer.write(output)


def _open(name: str | None, settings: PackSettings) -> OpenPack:
    with progress_display("Preparing the pack") as progress:
        directory = prepare_pack(settings, progress, name)
    return open_pack(directory, settings.threads)


def _schema(options: argparse.Namespace) -> None:
    schema = _DOCUMENTS[options.document].model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print(json.dumps(schema, indent=2, ensure_ascii=False))
