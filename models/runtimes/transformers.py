"""The transformers runtime: the reference implementation, and the one for GPUs.

Needs torch. All decoding parameters are set here and a repository's ``generation_config.json`` is
ignored, so that both runtimes search in the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import GenerationConfig

from models.runtimes import Output, Search, batches
from models.runtimes.vocabulary import read_vocabulary
from teletipo.errors import PackCorrupt, UnsupportedModel

_MAX_BATCH_TOKENS = 1024


class TransformersRuntime:
    """A model in transformers' format, read from safetensors; uses a GPU if there is one."""

    def __init__(
        self, model_dir: Path, quantization: str, threads: int, *, decoder_only: bool
    ) -> None:
        self._model_dir = model_dir
        self._quantization = quantization
        self._threads = threads
        self._decoder_only = decoder_only
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model: Any = None
        self._ids: dict[str, int] = {}
        self._tokens: list[str] = []

    def load(self) -> None:
        """See ``Runtime.load``."""
        if self._model is not None:
            return
        model, self._tokens = _load(self._model_dir, self._quantization, self._threads)
        self._ids = {token: index for index, token in enumerate(self._tokens)}
        # Otherwise its values would replace parameters that a search leaves unset.
        model.generation_config = GenerationConfig()
        self._model = model.to(self._device).eval()

    def generate(
        self, inputs: Sequence[Sequence[str]], max_lengths: Sequence[int], search: Search
    ) -> list[Output]:
        """See ``Runtime.generate``."""
        self.load()
        prompted = [[*search.static_prompt, *tokens] for tokens in inputs]
        outputs: dict[int, Output] = {}
        # One limit per batch: a longer limit can change the result of a beam search.
        for limit in sorted(set(max_lengths)):
            group = [index for index, length in enumerate(max_lengths) if length == limit]
            for batch in batches([len(prompted[index]) for index in group], _MAX_BATCH_TOKENS):
                indices = [group[place] for place in batch]
                results = self._decode([prompted[index] for index in indices], limit, search)
                outputs |= zip(indices, results, strict=True)
        return [outputs[index] for index in range(len(inputs))]

    def _decode(
        self, inputs: Sequence[Sequence[str]], max_length: int, search: Search
    ) -> list[Output]:
        config = self._model.config
        pad = config.pad_token_id or 0
        rows = [[_id(token, self._ids) for token in tokens] for tokens in inputs]
        width = max(map(len, rows))
        # A decoder-only model continues its input, so padding goes on the left.
        fill = [[pad] * (width - len(row)) for row in rows]
        ones = [[1] * len(row) for row in rows]
        none = [[0] * (width - len(row)) for row in rows]
        if self._decoder_only:
            ids = [padding + row for padding, row in zip(fill, rows, strict=True)]
            mask = [absent + present for absent, present in zip(none, ones, strict=True)]
        else:
            ids = [row + padding for padding, row in zip(fill, rows, strict=True)]
            mask = [present + absent for absent, present in zip(none, ones, strict=True)]
        ends = [self._ids[token] for token in search.end_tokens if token in self._ids]
        # Forced as the first token instead of given as decoder input, so that it counts in the
        # length that scores are divided by, like CTranslate2's prefix.
        prefix = [_id(token, self._ids) for token in search.target_prefix]
        if len(prefix) > 1:
            raise UnsupportedModel(
                f"This runtime supports a prefix of one token, not {len(prefix)}."
            )
        with torch.inference_mode():
            generated = self._model.generate(
                input_ids=torch.tensor(ids, device=self._device),
                attention_mask=torch.tensor(mask, device=self._device),
                generation_config=GenerationConfig(
                    do_sample=False,
                    num_beams=search.beam_size,
                    num_return_sequences=search.hypotheses,
                    early_stopping=search.beam_size > 1,
                    length_penalty=search.length_penalty,
                    no_repeat_ngram_size=search.no_repeat_ngram_size,
                    # The probability of suppressed tokens is redistributed to the others.
                    renormalize_logits=True,
                    min_new_tokens=search.min_length + len(prefix),
                    max_new_tokens=max_length + len(prefix),
                    forced_bos_token_id=prefix[0] if prefix else None,
                    pad_token_id=pad,
                    eos_token_id=ends,
                    bos_token_id=getattr(config, "bos_token_id", None),
                    decoder_start_token_id=getattr(config, "decoder_start_token_id", None),
                    # Marian's padding has an output row, which must never be generated.
                    suppress_tokens=[pad] if config.model_type == "marian" else None,
                    return_dict_in_generate=True,
                    output_scores=search.scored,
                ),
            )
        start = width if self._decoder_only else 1 + len(prefix)
        outputs = [self._output(row[start:], ends) for row in generated.sequences.tolist()]
        if search.scored and search.beam_size > 1:
            pairs = zip(outputs, generated.sequences_scores.tolist(), strict=True)
            outputs = [replace(output, score=score) for output, score in pairs]
        count = search.hypotheses
        return [
            replace(outputs[index], others=tuple(outputs[index + 1 : index + count]))
            for index in range(0, len(outputs), count)
        ]

    def score(
        self, inputs: Sequence[Sequence[str]], outputs: Sequence[Sequence[str]], search: Search
    ) -> list[list[float]]:
        """See ``Runtime.score``."""
        self.load()
        return [self._score(*pair, search) for pair in zip(inputs, outputs, strict=True)]

    def _score(self, tokens: Sequence[str], output: Sequence[str], search: Search) -> list[float]:
        config = self._model.config
        tail = [_id(token, self._ids) for token in (*output, *search.end_tokens[:1])]
        before = [_id(token, self._ids) for token in tokens]
        if self._decoder_only:
            prompt = [_id(token, self._ids) for token in search.static_prompt]
            given = {"input_ids": [*prompt, *before, *tail]}
            banned = None
        else:
            start = [config.decoder_start_token_id]
            prefix = [_id(token, self._ids) for token in search.target_prefix]
            given = {"input_ids": before, "decoder_input_ids": [*start, *prefix, *tail[:-1]]}
            # Marian's padding has an output row, which CTranslate2's model leaves out.
            banned = config.pad_token_id if config.model_type == "marian" else None
        with torch.inference_mode():
            tensors = {
                name: torch.tensor([ids], device=self._device) for name, ids in given.items()
            }
            logits = self._model(**tensors).logits[0].float()
        if self._decoder_only:
            logits = logits[:-1]
        if banned is not None:
            logits[:, banned] = -torch.inf
        own = torch.log_softmax(logits[-len(tail) :], dim=-1)
        return [float(own[place, index]) for place, index in enumerate(tail)]

    def _output(self, row: Sequence[int], ends: Sequence[int]) -> Output:
        for place, index in enumerate(row):
            if index in ends:
                return Output(tuple(self._tokens[each] for each in row[:place]), finished=True)
        return Output(tuple(self._tokens[each] for each in row), finished=False)


class TransformersEncoder:
    """A BERT in transformers' format, read from safetensors; uses a GPU if there is one."""

    def __init__(self, model_dir: Path, quantization: str, threads: int) -> None:
        self._model_dir = model_dir
        self._quantization = quantization
        self._threads = threads
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model: Any = None
        self._ids: dict[str, int] = {}

    def load(self) -> None:
        """See ``Encoder.load``."""
        if self._model is None:
            model, tokens = _load(self._model_dir, self._quantization, self._threads)
            self._ids = {token: index for index, token in enumerate(tokens)}
            self._model = model.to(self._device).eval()

    def encode(self, inputs: Sequence[Sequence[str]]) -> list[list[float]]:
        """See ``Encoder.encode``."""
        self.load()
        means: list[list[float]] = []
        with torch.inference_mode():
            for tokens in inputs:
                ids = torch.tensor([[_id(token, self._ids) for token in tokens]])
                states = self._model(input_ids=ids.to(self._device)).last_hidden_state
                means.append(states[0].float().mean(dim=0).tolist())
        return means


def _load(model_dir: Path, quantization: str, threads: int) -> tuple[Any, list[str]]:
    """Return a model and the token of each vocabulary row."""
    torch.set_num_threads(threads)
    transformers.utils.logging.disable_progress_bar()
    try:
        tokens = read_vocabulary(model_dir)
        config = transformers.AutoConfig.from_pretrained(model_dir, trust_remote_code=False)
        kind = getattr(transformers, config.architectures[0])
        model = kind.from_pretrained(
            model_dir,
            dtype=getattr(torch, quantization),
            use_safetensors=True,
            local_files_only=True,
        )
    except AttributeError as error:
        raise UnsupportedModel(f"transformers cannot run {model_dir}: {error}") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise PackCorrupt(f"The model in {model_dir} does not load: {error}") from error
    return model, tokens


def _id(token: str, ids: Mapping[str, int]) -> int:
    for each in (token, "<unk>", "[UNK]"):
        if each in ids:
            return ids[each]
    return 0
