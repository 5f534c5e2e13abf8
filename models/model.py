"""One model of a pack: texts in, hypotheses out, for every architecture and runtime."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

from models import prompts
from models.architectures import DECODER_ONLY, Frame, summary_frame, translation_frame
from models.embedding import EmbeddingModel
from models.manifest import ESTIMATOR_FILE, PackedModel, RuntimeName
from models.runtimes import Encoder, Output, Runtime, Search
from models.tokenization import Tokenization, open_tokenization
from teletipo.confidence import Estimator, read_estimator
from teletipo.errors import PackCorrupt, UnsupportedModel
from teletipo.ports import Hop, Hypothesis
from teletipo.spans import Span

# Added to the limit because a short text's translation can exceed any length ratio.
_EXTRA_TOKENS = 20


class Model:
    """A model's tokenizer, its runtime, and its architecture's frames around a text."""

    def __init__(
        self, directory: Path, packed: PackedModel, runtime: Runtime, *, hops: Sequence[Hop]
    ) -> None:
        self.packed = packed
        self.hops = tuple(hops)
        self._directory = directory
        self._runtime = runtime
        self._tokenization: Tokenization | None = None
        self._translation_frame = cache(self._make_translation_frame)
        self._summary_frame = cache(self._make_summary_frame)

    def load(self) -> None:
        """Read tokenizer and weights now. Raises ``PackCorrupt``, ``UnsupportedModel``."""
        self._tokenizer()
        self._runtime.load()

    @cached_property
    def estimator(self) -> Estimator | None:
        """What makes a confidence of the model's scores; None if it has none.

        Raises ``PackCorrupt`` if it is damaged or belongs to another model.
        """
        path = self._directory / ESTIMATOR_FILE
        if not path.exists():
            return None
        try:
            estimator = read_estimator(path.read_bytes())
        except (OSError, ValueError) as error:
            raise PackCorrupt(f"{path}: {error}") from error
        if estimator.model != self.packed.name:
            raise PackCorrupt(
                f"{path} belongs to the model '{estimator.model}', not '{self.packed.name}'."
            )
        return estimator

    @property
    def can_widen(self) -> bool:
        """Whether the model has a wider search for decoding again after a failed check."""
        return self.packed.decoding.retry_beam_size > 0

    def translate(self, asked: Sequence[tuple[str, Hop]], *, wider: bool) -> list[Hypothesis]:
        """Return the best hypothesis for each text, in order; see ``teletipo.ports.Pack``."""
        decoding = self.packed.decoding
        beams = decoding.retry_beam_size if wider else decoding.beam_size
        hypotheses = self._generate(
            [(text, self._translation_frame(hop)) for text, hop in asked],
            beams=beams,
            hypotheses=beams,
        )
        if self.packed.architecture != "few-shot":
            return hypotheses

        def judged(hypothesis: Hypothesis, text: str, target: str) -> Hypothesis:
            return replace(
                hypothesis,
                echoes_prompt=prompts.echoes_examples(hypothesis.text, text, target),
                others=tuple(judged(other, text, target) for other in hypothesis.others),
            )

        return [
            judged(each, text, hop.target)
            for each, (text, hop) in zip(hypotheses, asked, strict=True)
        ]

    def score(self, asked: Sequence[tuple[str, str, Hop]]) -> list[tuple[float, ...] | None]:
        """Return how likely each output's tokens are after its source, and the end token's last.

        None if a pair is empty or too long for the model.
        """
        frames = [self._translation_frame(hop) for *_, hop in asked]
        inputs = self._inputs(
            [(text, frame) for (text, *_), frame in zip(asked, frames, strict=True)]
        )
        outputs = self._tokenizer().encode(
            [
                frame.answer_before + output
                for (_, output, _), frame in zip(asked, frames, strict=True)
            ]
        )
        calls: defaultdict[Search, list[int]] = defaultdict(list)
        for index, frame in enumerate(frames):
            longest = self.packed.max_input_tokens - len(frame.static_prompt)
            if outputs[index] and len(inputs[index]) + len(outputs[index]) <= longest:
                search = Search(
                    target_prefix=frame.target_prefix,
                    static_prompt=frame.static_prompt,
                    end_tokens=frame.end_tokens,
                )
                calls[search].append(index)
        found: list[tuple[float, ...] | None] = [None] * len(asked)
        for search, own in calls.items():
            scores = self._runtime.score(
                [inputs[index] for index in own], [outputs[index] for index in own], search
            )
            for index, each in zip(own, scores, strict=True):
                found[index] = tuple(each)
        return found

    def _inputs(self, asked: Sequence[tuple[str, Frame]]) -> list[list[str]]:
        """The tokens of each text in its frame, without the static prompt."""
        framed = [f"{frame.text_before}{text}{frame.text_after}" for text, frame in asked]
        return [
            [*frame.before, *tokens, *frame.after]
            for (_, frame), tokens in zip(asked, self._tokenizer().encode(framed), strict=True)
        ]

    def spans(self, output: str, hop: Hop) -> tuple[Span, ...]:
        """Return where each token that ``score`` scores stands in an output."""
        before = self._translation_frame(hop).answer_before
        return tuple(
            Span(max(0, span.start - len(before)), max(0, span.end - len(before)))
            for span in self._tokenizer().spans(before + output)
        )

    def summarize(self, texts: Sequence[str], language: str) -> list[Hypothesis]:
        """Return a summary of each text, in order; see ``teletipo.ports.Abstracter``."""
        frame = self._summary_frame(language)
        beams = self.packed.decoding.beam_size
        return self._generate([(text, frame) for text in texts], beams=beams)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens in each text, without the frame."""
        return [len(tokens) for tokens in self._tokenizer().encode(texts)]

    def window_tokens(self, language: str) -> int:
        """Return the longest text that can be summarized, in tokens without the frame."""
        frame = self._summary_frame(language)
        return self.packed.max_input_tokens - len(frame.static_prompt) - _framing(frame)

    def _generate(
        self, asked: Sequence[tuple[str, Frame]], *, beams: int, hypotheses: int = 1
    ) -> list[Hypothesis]:
        """Return the best hypothesis for each text; a text that is too long gets an empty one."""
        decoding = self.packed.decoding
        tokenizer = self._tokenizer()
        inputs = self._inputs(asked)
        # Frames that differ only in the text around an input are decoded in one call.
        calls: defaultdict[Search, list[int]] = defaultdict(list)
        for index, (_, frame) in enumerate(asked):
            if len(inputs[index]) > self.packed.max_input_tokens - len(frame.static_prompt):
                continue
            search = Search(
                beam_size=beams,
                hypotheses=hypotheses,
                length_penalty=decoding.length_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram_size,
                min_length=decoding.min_length,
                target_prefix=frame.target_prefix,
                static_prompt=frame.static_prompt,
                end_tokens=frame.end_tokens,
                scored=hypotheses > 1 and decoding.coverage_weight > 0,
            )
            calls[search].append(index)
        outputs: dict[int, Output] = {}
        for search, own in calls.items():
            lengths = [self._max_length(len(inputs[index])) for index in own]
            generated = self._runtime.generate([inputs[index] for index in own], lengths, search)
            outputs |= zip(own, generated, strict=True)
        found = [Hypothesis("", finished=False)] * len(asked)
        ranked = {index: (output, *output.others) for index, output in outputs.items()}
        decoded = iter(
            tokenizer.decode([each.tokens for group in ranked.values() for each in group])
        )
        for index, group in ranked.items():
            best, *others = [
                Hypothesis(next(decoded), output.finished, score=output.score) for output in group
            ]
            found[index] = replace(best, others=tuple(others))
        return found

    def _max_length(self, input_tokens: int) -> int:
        decoding = self.packed.decoding
        return decoding.max_length or int(input_tokens * decoding.max_length_ratio) + _EXTRA_TOKENS

    def _make_translation_frame(self, hop: Hop) -> Frame:
        return translation_frame(self.packed, self._tokenizer(), hop)

    def _make_summary_frame(self, language: str) -> Frame:
        return summary_frame(self.packed, self._tokenizer(), language)

    def _tokenizer(self) -> Tokenization:
        if self._tokenization is None:
            self._tokenization = open_tokenization(self._directory)
        return self._tokenization


def open_model(
    directory: Path, packed: PackedModel, runtime: RuntimeName, quantization: str, threads: int
) -> Model:
    """Return the generating model in ``directory``; its files are read at first use.

    Raises ``UnsupportedModel`` if the runtime's library is not installed.
    """
    writer, _ = _runtime(runtime)
    decoder_only = packed.architecture in DECODER_ONLY
    return Model(
        directory,
        packed,
        writer(directory, quantization, threads, decoder_only=decoder_only),
        hops=[Hop(pair.source, pair.target) for pair in packed.pairs],
    )


def open_embedding_model(
    directory: Path, packed: PackedModel, runtime: RuntimeName, quantization: str, threads: int
) -> EmbeddingModel:
    """Return the embedding model in ``directory``; see ``open_model``."""
    _, encoder = _runtime(runtime)
    return EmbeddingModel(directory, packed, encoder(directory, quantization, threads))


def _runtime(name: RuntimeName) -> tuple[type[Runtime], type[Encoder]]:
    try:
        if name == "ctranslate2":
            from models.runtimes.ctranslate2 import CTranslate2Encoder, CTranslate2Runtime

            return CTranslate2Runtime, CTranslate2Encoder
        from models.runtimes.transformers import TransformersEncoder, TransformersRuntime
    except ImportError as error:
        raise UnsupportedModel(
            f"The pack needs the {name} runtime, which is not installed ({error}). Run: make hub"
        ) from error
    return TransformersRuntime, TransformersEncoder


def _framing(frame: Frame) -> int:
    return len(frame.before) + len(frame.after)
