"""The console script ``teletipo``: read and summarize articles, show packs, print schemas."""

import argparse
import json
import os
import sys

from pydantic import BaseModel

from cli import backfill, export, ops, packs, read, summarize
from teletipo import __version__
from teletipo.errors import TeletipoError
from teletipo.notice import Notice
from teletipo.review import Reviews
from teletipo.summary import RejectionDocument, Summary

_DOCUMENTS: dict[str, type[BaseModel]] = {
    "summary": Summary,
    "rejection": RejectionDocument,
    "notice": Notice,
    "reviews": Reviews,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Exit codes: 0 done, 1 an article, the pack or AWS is at fault, 2 wrong usage, 3 a summary has
    what ``--fail-on`` names or ``ops`` or ``backfill`` has found something to do, 130 interrupted.
    """
    parser = argparse.ArgumentParser(prog="teletipo", description="Wire summaries.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    summarize.add_command(commands)
    read.add_commands(commands)
    export.add_command(commands)
    packs.add_commands(commands)
    command = commands.add_parser("schema", help="print the JSON Schema of a document")
    command.add_argument("document", choices=_DOCUMENTS)
    command.set_defaults(run=_schema)

    ops.add_commands(commands)
    backfill.add_command(commands)
    options = parser.parse_args(arguments)
    try:
        code = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer has nowhere to go: Python would report it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("The output was closed before all of it was written.", file=sys.stderr)
        return 1
    except TeletipoError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return int(code or 0)


def _sentence(error: OSError) -> str:
    """An error of the operating system without its number."""
    what = f"{error.filename}: " if error.filename else ""
    return f"{what}{error.strerror or error}."


def _schema(options: argparse.Namespace) -> None:
    schema = _DOCUMENTS[options.document].model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print(json.dumps(schema, indent=2, ensure_ascii=False))
