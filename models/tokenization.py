"""Tokenize and detokenize with a model's own tokenizer, without transformers.

Tokens are strings, so both runtimes use the same ones. ``tokenization.json`` in a model's directory
names the library and the special tokens.
"""

import json
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from teletipo.errors import PackCorrupt
from teletipo.spans import Span

TOKENIZATION_FILE = "tokenization.json"
SOURCE_SENTENCEPIECE_FILE = "source.spm"
TARGET_SENTENCEPIECE_FILE = "target.spm"
TOKENIZERS_FILE = "tokenizer.json"


class ChatFrame(BaseModel):
    """The text that a chat template puts around a user's message."""

    model_config = ConfigDict(frozen=True)

    before: str
    after: str


class TokenizationFile(BaseModel):
    """``tokenization.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    library: Literal["sentencepiece", "tokenizers"]
    bos: str | None
    eos: str
    chat: ChatFrame | None = None


class Tokenization(Protocol):
    """A model's tokenizer."""

    file: TokenizationFile

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Return each text's tokens; special tokens in a text are treated as plain text."""

    def spans(self, text: str) -> list[Span]:
        """Return where each of ``encode``'s tokens stands in the text."""

    def encode_template(self, text: str) -> list[str]:
        """Return the tokens of one of our templates, in which special tokens are recognized."""

    def decode(self, sequences: Sequence[Sequence[str]]) -> list[str]:
        """Return the texts, without special tokens."""


class SentencePieceTokenization:
    """A SentencePiece tokenizer: one model, or one each for source and target."""

    def __init__(self, directory: Path, file: TokenizationFile) -> None:
        from sentencepiece import SentencePieceProcessor

        self.file = file
        source = directory / SOURCE_SENTENCEPIECE_FILE
        target = directory / TARGET_SENTENCEPIECE_FILE
        self._source = SentencePieceProcessor(model_file=str(source))
        self._target = (
            SentencePieceProcessor(model_file=str(target)) if target.exists() else self._source
        )

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """See ``Tokenization.encode``."""
        return list(self._source.encode(list(texts), out_type=str))

    def spans(self, text: str) -> list[Span]:
        """See ``Tokenization.spans``."""
        # Where the model's normalization changed a piece, the span is empty: SentencePiece tells
        # offsets only with protobuf, which the function does without.
        found, place = [], 0
        for piece in self.encode([text])[0]:
            written = piece.replace("▁", " ").strip()
            start = text.find(written, place, place + len(written) + 2) if written else -1
            found.append(Span(start, start + len(written)) if start >= 0 else Span(place, place))
            place = found[-1].end
        return found

    def encode_template(self, text: str) -> list[str]:
        """See ``Tokenization.encode_template``."""
        return list(self._source.encode(text, out_type=str))

    def decode(self, sequences: Sequence[Sequence[str]]) -> list[str]:
        """See ``Tokenization.decode``."""
        special = {self.file.bos, self.file.eos, "<unk>", "<pad>"}
        return [
            str(self._target.decode([token for token in tokens if token not in special])).strip()
            for tokens in sequences
        ]


class TokenizersTokenization:
    """A tokenizer from Hugging Face's ``tokenizers`` library."""

    def __init__(self, directory: Path, file: TokenizationFile) -> None:
        from tokenizers import Tokenizer

        self.file = file
        self._read = partial(Tokenizer.from_file, str(directory / TOKENIZERS_FILE))
        self._plain: Any = self._read()
        self._plain.no_truncation()
        self._plain.no_padding()
        self._plain.encode_special_tokens = True
        added = self._plain.get_added_tokens_decoder().values()
        self._special = {token.content for token in added if token.special}

    @cached_property
    def _template(self) -> Any:
        # Read at first use: a large vocabulary takes 100 MB, and few models have templates.
        return self._read()

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """See ``Tokenization.encode``."""
        encodings = self._plain.encode_batch(list(texts), add_special_tokens=False)
        return [encoding.tokens for encoding in encodings]

    def spans(self, text: str) -> list[Span]:
        """See ``Tokenization.spans``."""
        offsets = self._plain.encode(text, add_special_tokens=False).offsets
        return [Span(start, end) for start, end in offsets]

    def encode_template(self, text: str) -> list[str]:
        """See ``Tokenization.encode_template``."""
        return list(self._template.encode(text, add_special_tokens=False).tokens)

    def decode(self, sequences: Sequence[Sequence[str]]) -> list[str]:
        """See ``Tokenization.decode``."""
        return [
            self._plain.decoder.decode(
                [token for token in tokens if token not in self._special]
            ).strip()
            for tokens in sequences
        ]


def open_tokenization(directory: Path) -> Tokenization:
    """Return the tokenizer in a model's directory. Raises ``PackCorrupt``."""
    path = directory / TOKENIZATION_FILE
    try:
        file = TokenizationFile.model_validate_json(path.read_bytes())
        if file.library == "sentencepiece":
            return SentencePieceTokenization(directory, file)
        return TokenizersTokenization(directory, file)
    except ImportError as error:
        raise PackCorrupt(f"{directory} needs a library that is not installed: {error}") from error
    except (OSError, ValidationError, RuntimeError, ValueError) as error:
        raise PackCorrupt(f"The tokenizer in {directory} does not load: {error}") from error
    except Exception as error:
        # The tokenizers library raises a bare Exception if it cannot read a file.
        if type(error) is not Exception:
            raise
        raise PackCorrupt(f"The tokenizer in {directory} does not load: {error}") from error


def write_tokenization(directory: Path, file: TokenizationFile) -> None:
    """Write ``tokenization.json`` next to the tokenizer's files."""
    text = json.dumps(file.model_dump(), indent=2, ensure_ascii=False) + "\n"
    (directory / TOKENIZATION_FILE).write_text(text, "utf-8")
