"""Sentence embeddings: sentences with the same meaning get similar vectors."""

import math
from collections.abc import Sequence
from pathlib import Path

from models.manifest import PackedModel
from models.runtimes import Encoder
from models.tokenization import Tokenization, open_tokenization

_FRAME_TOKENS = 2


class EmbeddingModel:
    """A model's tokenizer and runtime. Implements ``teletipo.ports.Embedder``.

    A text's vector is the mean of its tokens' last hidden states, as in sentence-transformers
    (Reimers and Gurevych 2019). A text longer than the model's input limit is embedded in pieces
    and their weighted mean is returned, so no text is truncated.
    """

    def __init__(self, directory: Path, packed: PackedModel, encoder: Encoder) -> None:
        self.packed = packed
        self._directory = directory
        self._encoder = encoder
        self._tokenization: Tokenization | None = None

    def load(self) -> None:
        """Read tokenizer and weights now. Raises ``PackCorrupt``, ``UnsupportedModel``."""
        self._tokenizer()
        self._encoder.load()

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """See ``teletipo.ports.Embedder.embed``."""
        tokenizer = self._tokenizer()
        first, last = tokenizer.file.bos, tokenizer.file.eos
        room = self.packed.max_input_tokens - _FRAME_TOKENS
        pieces: list[list[str]] = []
        owners: list[int] = []
        for owner, tokens in enumerate(tokenizer.encode(texts)):
            for start in range(0, max(1, len(tokens)), room):
                pieces.append([*([first] if first else []), *tokens[start : start + room], last])
                owners.append(owner)
        sums: list[list[float]] = [[] for _ in texts]
        for owner, piece, mean in zip(owners, pieces, self._encoder.encode(pieces), strict=True):
            weighted = [len(piece) * value for value in mean]
            so_far = sums[owner] or [0.0] * len(weighted)
            sums[owner] = [one + other for one, other in zip(so_far, weighted, strict=True)]
        return [_of_length_1(each) for each in sums]

    def _tokenizer(self) -> Tokenization:
        if self._tokenization is None:
            self._tokenization = open_tokenization(self._directory)
        return self._tokenization


def _of_length_1(values: Sequence[float]) -> list[float]:
    norm = math.hypot(*values)
    return [value / norm for value in values] if norm else list(values)
