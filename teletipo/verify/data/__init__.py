"""Words, names and patterns for the readers and checks; README.md names the sources."""

import gzip
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """Return the content of ``data/NAME.toml``."""
    return tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))


def lines(name: str) -> Iterator[str]:
    """Yield the lines of ``data/NAME.tsv.gz``."""
    file = resources.files(__name__).joinpath(f"{name}.tsv.gz")
    yield from gzip.decompress(file.read_bytes()).decode().splitlines()


def words_pattern(alternatives: Iterable[str], language: str) -> re.Pattern[str]:
    """Return a pattern for any of these, as whole words in any case; in Chinese, anywhere."""
    joined = "|".join(alternatives)
    if language == "zh":
        return re.compile(joined)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)


def words_patterns(lists: dict[str, Sequence[str]]) -> dict[str, re.Pattern[str]]:
    """Return the ``words_pattern`` of each language of a table."""
    return {language: words_pattern(each, language) for language, each in lists.items()}


def blank(match: re.Match[str]) -> str:
    """Return NULs of the match's length, which no pattern matches; for ``re.sub``."""
    return "\0" * len(match[0])
