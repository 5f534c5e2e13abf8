"""A model's vocabulary beside weights that have none of their own: row → token."""

import json
from collections.abc import Sequence
from pathlib import Path

VOCABULARY_FILE = "vocabulary.json"


def write_vocabulary(directory: Path, tokens: Sequence[str]) -> None:
    """Put ``vocabulary.json`` beside a model: a list of tokens, in the order of the rows."""
    text = json.dumps(list(tokens), ensure_ascii=False)
    (directory / VOCABULARY_FILE).write_text(text, "utf-8")


def read_vocabulary(directory: Path) -> list[str]:
    """The tokens in order. Raises ``OSError``, ``ValueError``."""
    tokens = json.loads((directory / VOCABULARY_FILE).read_text("utf-8"))
    if not isinstance(tokens, list):
        raise ValueError(f"{directory / VOCABULARY_FILE} is not a list of tokens")
    return [str(token) for token in tokens]
