"""Read and write a model's vocabulary for weight formats without one: row → token."""

import json
from collections.abc import Sequence
from pathlib import Path

VOCABULARY_FILE = "vocabulary.json"


def write_vocabulary(directory: Path, tokens: Sequence[str]) -> None:
    """Write ``vocabulary.json``: the tokens in row order."""
    text = json.dumps(list(tokens), ensure_ascii=False)
    (directory / VOCABULARY_FILE).write_text(text, "utf-8")


def read_vocabulary(directory: Path) -> list[str]:
    """Return the tokens in row order. Raises ``OSError``, ``ValueError``."""
    tokens = json.loads((directory / VOCABULARY_FILE).read_text("utf-8"))
    if not isinstance(tokens, list):
        raise ValueError(f"{directory / VOCABULARY_FILE} is not a list of tokens")
    return [str(token) for token in tokens]
