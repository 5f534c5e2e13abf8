"""The CTranslate2 runtime: fast on a CPU, and no torch in the process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
from sentencepiece import SentencePieceProcessor

from models import prompts
from models.manifest import TOKENIZER_FILE
from teletipo.errors import PackCorrupt, UnsupportedModel
from teletipo.ports import Hop, Hypothesis

_END_TOKENS = ["\n", "\n\n", "<eos>"]
# A translation seldom needs so many of its source's tokens; what needs more has run away.
_MAX_LENGTH_RATIO, _MAX_LENGTH_EXTRA = 1.6, 20
# More sentences at once are no faster on two cores, and take more memory for the keys and values.
_MAX_BATCH_SIZE = 16


class PromptedGenerator:
    """A decoder-only model that translates by continuing a few-shot prompt."""

    def __init__(self, model_dir: Path, compute_type: str, threads: int) -> None:
        self._model_dir = model_dir
        self._compute_type = compute_type
        self._threads = threads
        self._loaded: tuple[ctranslate2.Generator, SentencePieceProcessor] | None = None

    def load(self) -> None:
        """Read weights and tokenizer. Raises ``PackCorrupt``, ``UnsupportedModel``."""
        self._model()

    def translate(self, texts: Sequence[str], hop: Hop, *, beam_size: int) -> list[Hypothesis]:
        """The best hypothesis for each text, in order.

        Deterministic: greedy for ``beam_size`` 1, beam search above; never sampled.
        """
        if not texts:
            return []
        generator, tokenizer = self._model()
        examples = prompts.examples_prompt(hop.source, hop.target)
        static_prompt = ["<bos>", *tokenizer.encode(examples, out_type=str)]
        questions = [
            tokenizer.encode(prompts.sentence_prompt(text, hop.source, hop.target), out_type=str)
            for text in texts
        ]
        # By length: the limit of a batch is its longest sentence's.
        order = sorted(range(len(texts)), key=lambda index: len(questions[index]))
        hypotheses: dict[int, Hypothesis] = {}
        for start in range(0, len(order), _MAX_BATCH_SIZE):
            batch = order[start : start + _MAX_BATCH_SIZE]
            max_length = int(len(questions[batch[-1]]) * _MAX_LENGTH_RATIO) + _MAX_LENGTH_EXTRA
            results = generator.generate_batch(
                [questions[index] for index in batch],
                static_prompt=static_prompt,
                cache_static_prompt=True,
                include_prompt_in_result=False,
                beam_size=beam_size,
                max_length=max_length,
                end_token=_END_TOKENS,
            )
            for index, result in zip(batch, results, strict=True):
                tokens = result.sequences[0]
                text = tokenizer.decode(tokens).strip()
                hypotheses[index] = Hypothesis(
                    text,
                    finished=len(tokens) < max_length,
                    echoes_prompt=prompts.echoes_examples(text, texts[index], hop.target),
                )
        return [hypotheses[index] for index in range(len(texts))]

    def _model(self) -> tuple[Any, Any]:
        if self._loaded is None:
            try:
                tokenizer = SentencePieceProcessor(model_file=str(self._model_dir / TOKENIZER_FILE))
                generator = ctranslate2.Generator(
                    str(self._model_dir),
                    compute_type=self._compute_type,
                    inter_threads=1,
                    intra_threads=self._threads,
                )
            except ValueError as error:
                raise UnsupportedModel(
                    f"This machine cannot compute in {self._compute_type}: {error}"
                ) from error
            except (OSError, RuntimeError) as error:
                raise PackCorrupt(
                    f"The model in {self._model_dir} does not load: {error}"
                ) from error
            self._loaded = generator, tokenizer
        return self._loaded
