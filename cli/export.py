"""``teletipo export``: a summary document in other formats."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.inputs import InputError, read_input
from teletipo.edited import edited, reviews_of
from teletipo.exports import to_ninjs
from teletipo.formats.writers import WRITERS, edition
from teletipo.keys import ARTICLES, article_id
from teletipo.review import Reviews
from teletipo.story import is_public
from teletipo.summary import Summary

_MAX_BYTES = 50_000_000


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("export", help="print a summary in another format")
    command.add_argument("summary", help="a summary in JSON, or - for standard input")
    command.add_argument(
        "--format", choices=("ninjs", *WRITERS), default="text", help="default: %(default)s"
    )
    command.add_argument(
        "--language",
        metavar="TAG",
        help="one of its languages (default: its first; for ninjs all of them)",
    )
    command.add_argument(
        "--embargoed", action="store_true", help="also before the end of its embargo, for editors"
    )
    command.add_argument("--reviews", type=Path, help="the article's reviews in JSON")
    command.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> None:
    given = read_input(options.summary, _MAX_BYTES)
    try:
        summary = Summary.model_validate_json(given.data)
    except ValidationError:
        raise InputError(f"{options.summary} is not a summary in JSON.") from None
    now = datetime.now(UTC)
    if not options.embargoed and not is_public(summary, now):
        raise InputError(
            f"{options.summary} is embargoed until {summary.article.embargo}; editors may export "
            "it with --embargoed."
        )
    if options.reviews:
        reviews = _reviews(options.reviews)
        if reviews.key != summary.article.key:
            raise InputError(
                f"{options.reviews} holds the reviews of {reviews.key}, not of "
                f"{summary.article.key}."
            )
        summary = edited(summary, reviews_of(reviews, summary))
    language = options.language or next(iter(summary.summaries))
    if language not in summary.summaries:
        served = ", ".join(summary.summaries)
        raise InputError(f"There is no summary in '{language}'; it has {served}.")
    # As the API and the feeds name it.
    key = summary.article.key
    identifier = article_id(key) if key.startswith(ARTICLES) else key
    if options.format == "ninjs":
        item = to_ninjs(summary, identifier, options.language, now=now)
        sys.stdout.write(json.dumps(item, ensure_ascii=False, indent=2) + "\n")
        return
    _, write = WRITERS[options.format]
    sys.stdout.write(write(edition(summary, language, identifier, now=now)))


def _reviews(path: Path) -> Reviews:
    given = read_input(str(path), _MAX_BYTES)
    try:
        return Reviews.model_validate_json(given.data)
    except ValidationError:
        raise InputError(f"{path} does not hold reviews in JSON.") from None
