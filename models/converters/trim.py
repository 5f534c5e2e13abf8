"""Drop the vocabulary pieces that a model's languages do not need.

A decoder scores its whole vocabulary for every piece that it writes, and a multilingual one has
rows for a hundred languages. Kept are the pieces that occur often enough in texts of the model's
languages, the pieces that byte-pair merging makes these of, special tokens, bytes and the single
characters of the languages' scripts. So a text in which no dropped piece occurs has the same tokens
as before, and a dropped piece is written in smaller ones.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from models.converters.words import Texts
from models.manifest import Trimming
from models.tokenization import (
    SOURCE_SENTENCEPIECE_FILE,
    TOKENIZERS_FILE,
    Tokenization,
    open_tokenization,
)
from teletipo.errors import PackCorrupt, UnsupportedModel
from teletipo.languages import Language

LEAST = 3
"""Pieces that occur less often are dropped."""
_BATCH = 20_000
_BYTE = re.compile(r"<0x[0-9A-F]{2}>")
# Latin letters, punctuation, currency signs, Chinese punctuation, full-width forms.
CHARACTERS = (
    (0x20, 0x24F), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2122, 0x2122), (0x3000, 0x303F),
    (0xFF00, 0xFFEF),
)  # fmt: skip
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
_CONFIGURATIONS = ("config.json", "generation_config.json")
_TOKEN_LISTS = ("bad_words_ids", "suppress_tokens", "begin_suppress_tokens", "forced_decoder_ids")


def trim(
    name: str,
    staged: Path,
    tokenizer_dir: Path,
    rows: Mapping[str, int],
    special: Iterable[str],
    texts: Texts,
    own_texts: Sequence[str],
) -> tuple[list[str], Trimming]:
    """Trim the weights in ``staged`` and the tokenizer in ``tokenizer_dir``.

    Parameters
    ----------
    name: the model's name, for messages.
    rows: each token's row in the model.
    special: tokens that are always kept.
    texts: what the model reads and writes.
    own_texts: prompts, whose pieces are always kept.

    Returns the token of each row that is left, and what the manifest says about it.
    Raises ``UnsupportedModel`` if the vocabulary or the weights cannot be trimmed.
    """
    try:
        tokenization = open_tokenization(tokenizer_dir)
        vocabulary = _open(tokenizer_dir)
        used = _frequent(tokenization, texts.counted())
        used.update(token for text in own_texts for token in tokenization.encode_template(text))
        used |= set(special) | vocabulary.fixed
        used |= _characters(tokenization, vocabulary.pieces, texts.languages)
        kept = used | vocabulary.parts(used)
        before = json.loads((staged / "config.json").read_bytes())["vocab_size"]
        # Some rows have only a number in the configuration, and some have no token at all.
        numbers = {rows[token] for token in kept if token in rows} | _special_rows(staged)
        numbers = {number for number in numbers if number < before}
        by_row = {row: token for token, row in rows.items()}
        order = sorted(number for number in numbers if number in by_row)
        vocabulary.write(kept)
        open_tokenization(tokenizer_dir)
        _trim_configuration(staged, {number: place for place, number in enumerate(order)})
        _trim_weights(staged, before, order)
    except (KeyError, TypeError, ValueError, PackCorrupt) as error:
        raise UnsupportedModel(
            f"The vocabulary of '{name}' cannot be trimmed ({type(error).__name__}: {error}). "
            "Remove 'trim' from its entry in models/catalog.toml, or correct its files."
        ) from error
    trimming = Trimming(pieces=len(order), of=before, least=LEAST, texts_sha256=texts.sha256)
    return [by_row[number] for number in order], trimming


def _frequent(tokenization: Tokenization, counted: Iterable[tuple[str, int]]) -> set[str]:
    counts: Counter[str] = Counter()
    waiting = iter(counted)
    while batch := list(islice(waiting, _BATCH)):
        encoded = tokenization.encode([text for text, _ in batch])
        for tokens, (_, number) in zip(encoded, batch, strict=True):
            for token in tokens:
                counts[token] += number
    return {token for token, number in counts.items() if number >= LEAST}


def _characters(
    tokenization: Tokenization, pieces: Sequence[str], languages: Sequence[str]
) -> set[str]:
    """Return the pieces that are white space, or one character of the languages' scripts."""
    ranges = [*CHARACTERS]
    if any(Language(language).is_chinese for language in languages):
        ranges += _HAN
    written = tokenization.decode([[piece.removeprefix("##")] for piece in pieces])
    return {
        piece
        for piece, text in zip(pieces, written, strict=True)
        if not text or (len(text) == 1 and any(low <= ord(text) <= high for low, high in ranges))
    }


# ── The tokenizer's own file ────────────────────────────────────────────────────────────────────


class _Vocabulary(Protocol):
    """A tokenizer's file that can be written with fewer pieces."""

    pieces: Sequence[str]
    fixed: set[str]
    """Pieces that the tokenizer needs for any text."""

    def parts(self, kept: set[str]) -> set[str]:
        """Return the pieces that ``kept`` are merged from, step by step."""

    def write(self, kept: set[str]) -> None:
        """Write the file with these pieces only."""


def _open(directory: Path) -> _Vocabulary:
    if (directory / TOKENIZERS_FILE).exists():
        return _TokenizersVocabulary(directory / TOKENIZERS_FILE)
    return _SentencePieceVocabulary(directory / SOURCE_SENTENCEPIECE_FILE)


class _TokenizersVocabulary:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = json.loads(path.read_bytes())
        self._model = self._file["model"]
        self._added = sorted(self._file["added_tokens"], key=lambda token: token["id"])
        vocabulary = self._model["vocab"]
        self.pieces: Sequence[str]
        added = {token["content"] for token in self._added}
        match self._model["type"]:
            case "Unigram":
                self.pieces = [piece for piece, _ in vocabulary]
                unknown = {self.pieces[self._model["unk_id"]]}
                self.fixed = added | unknown | _extremes(vocabulary)
            case "BPE" | "WordPiece":
                self.pieces = sorted(vocabulary, key=vocabulary.__getitem__)
                self.fixed = added | {self._model.get("unk_token")} & vocabulary.keys()
            case kind:
                raise ValueError(f"its tokenizer has the unknown type {kind}")
        layers = json.dumps([self._file["pre_tokenizer"], self._file["decoder"]])
        is_byte_level = '"ByteLevel"' in layers
        self.fixed |= {
            piece
            for piece in self.pieces
            if _BYTE.fullmatch(piece) or (is_byte_level and len(piece) == 1)
        }

    def parts(self, kept: set[str]) -> set[str]:
        if self._model["type"] != "BPE":
            return set()
        order = {merge: place for place, merge in enumerate(self._merges())}
        known = set(self.pieces)
        return parts_of(kept & known, known, lambda left, right: order.get((left, right)))

    def write(self, kept: set[str]) -> None:
        pieces = [piece for piece in self.pieces if piece in kept]
        ids = {piece: place for place, piece in enumerate(pieces)}
        if self._model["type"] == "Unigram":
            unknown = self.pieces[self._model["unk_id"]]
            scored = [entry for entry in self._model["vocab"] if entry[0] in kept]
            self._model |= {"vocab": scored, "unk_id": ids[unknown]}
        else:
            self._model["vocab"] = dict(ids)
        if self._model["type"] == "BPE":
            self._model["merges"] = [
                merge for merge in self._merges() if {*merge, "".join(merge)} <= ids.keys()
            ]
        for token in self._added:
            token["id"] = ids.setdefault(token["content"], len(ids))
        self._file |= {
            "added_tokens": self._added,
            "post_processor": _renumbered(self._file["post_processor"], ids),
            # Both may hold numbers, and nothing is padded or cut.
            "padding": None,
            "truncation": None,
        }
        self._path.write_text(json.dumps(self._file, ensure_ascii=False), "utf-8")

    def _merges(self) -> Iterator[tuple[str, str]]:
        for merge in self._model["merges"]:
            left, right = merge.split(" ") if isinstance(merge, str) else merge
            yield left, right


class _SentencePieceVocabulary:
    def __init__(self, path: Path) -> None:
        from sentencepiece import sentencepiece_model_pb2

        self._path = path
        self._model = sentencepiece_model_pb2.ModelProto.FromString(path.read_bytes())  # type: ignore[attr-defined]
        self.pieces: Sequence[str] = [piece.piece for piece in self._model.pieces]
        normal = self._model.SentencePiece.NORMAL
        self._scores = {
            piece.piece: piece.score for piece in self._model.pieces if piece.type == normal
        }
        self.fixed = {*self.pieces} - self._scores.keys() | _extremes(self._scores.items())

    def parts(self, kept: set[str]) -> set[str]:
        if self._model.trainer_spec.model_type != self._model.trainer_spec.BPE:
            return set()

        def order(left: str, right: str) -> float | None:
            score = self._scores.get(left + right)
            return None if score is None else -score

        return parts_of(kept & self._scores.keys(), {*self._scores}, order)

    def write(self, kept: set[str]) -> None:
        left = [piece for piece in self._model.pieces if piece.piece in kept]
        del self._model.pieces[:]
        self._model.pieces.extend(left)
        self._model.trainer_spec.vocab_size = len(left)
        self._path.write_bytes(self._model.SerializeToString(deterministic=True))


def _extremes(scored: Iterable[tuple[str, float]]) -> set[str]:
    """Return the pieces with the lowest and highest score: others' costs are relative to these."""
    ranked = sorted(scored, key=lambda entry: entry[1])
    return {piece for piece, _ in (ranked[:1] + ranked[-1:])}


def parts_of(
    kept: Iterable[str], known: set[str], order: Callable[[str, str], float | None]
) -> set[str]:
    """Return the pieces that the kept ones are merged from, step by step.

    The adjacent pair that comes first in ``order`` is merged first, the leftmost if equal
    (Sennrich et al. 2016; SentencePiece's ``bpe_model.cc``).
    """
    parts: set[str] = set()
    for piece in kept:
        symbols = list(piece)
        parts.update(symbols)
        while len(symbols) > 1:
            merges = [
                (rank, place)
                for place in range(len(symbols) - 1)
                if (rank := order(symbols[place], symbols[place + 1])) is not None
            ]
            if not merges:
                break
            _, place = min(merges)
            symbols[place : place + 2] = [symbols[place] + symbols[place + 1]]
            parts.add(symbols[place])
    return parts & known


def _renumbered(processor: Any, ids: Mapping[str, int]) -> Any:
    """Return a post-processor of the tokenizers library with the tokens' new numbers."""
    if isinstance(processor, list):
        return [_renumbered(each, ids) for each in processor]
    if not isinstance(processor, dict):
        return processor
    if "ids" in processor and "tokens" in processor:
        return {**processor, "ids": [ids[token] for token in processor["tokens"]]}
    return {
        key: [value[0], ids[value[0]]] if key in {"sep", "cls"} else _renumbered(value, ids)
        for key, value in processor.items()
    }


# ── Configuration and weights ───────────────────────────────────────────────────────────────────


def _special_rows(staged: Path) -> set[int]:
    """Return the rows that the configuration names by number."""
    return {
        row
        for configuration in _configurations(staged).values()
        for key, value in configuration.items()
        if key.endswith("_token_id")
        for row in (value if isinstance(value, list) else [value])
        if isinstance(row, int) and row >= 0
    }


def _configurations(staged: Path) -> dict[Path, dict[str, Any]]:
    paths = [staged / name for name in _CONFIGURATIONS]
    return {path: json.loads(path.read_bytes()) for path in paths if path.exists()}


def _trim_configuration(staged: Path, places: Mapping[int, int]) -> None:
    def renumbered(value: Any) -> Any:
        if isinstance(value, list):
            return [renumbered(each) for each in value]
        return places[value] if isinstance(value, int) and value >= 0 else value

    for path, configuration in _configurations(staged).items():
        lists = [key for key in _TOKEN_LISTS if configuration.get(key)]
        if lists:
            raise ValueError(f"{path.name} has {lists[0]}, which are not renumbered")
        for key in configuration:
            if key.endswith("_token_id"):
                configuration[key] = renumbered(configuration[key])
        if "vocab_size" in configuration:
            configuration["vocab_size"] = len(places)
        path.write_text(json.dumps(configuration), "utf-8")


def _trim_weights(staged: Path, before: int, order: Sequence[int]) -> None:
    """Keep these rows of every tensor that has one for each piece."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import save_file

    kept = torch.tensor(order)
    found = False
    for path in sorted(staged.glob("*.safetensors")):
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            metadata = file.metadata()
        long = {name: own for name, own in tensors.items() if before in own.shape}
        for name, own in long.items():
            # Rows come first, except in a bias of the shape (1, pieces).
            axis = own.shape.index(before)
            tensors[name] = own.index_select(axis, kept).contiguous()
        if long:
            found = True
            path.unlink()
            save_file(tensors, path, metadata=metadata)
    if not found:
        raise ValueError(f"no tensor has {before} rows, one for each piece")
