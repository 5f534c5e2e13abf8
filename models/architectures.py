"""The tokens that each architecture expects around a text: language codes, prompts, end tokens."""

from collections.abc import Mapping
from dataclasses import dataclass

from models import prompts
from models.manifest import ArchitectureName, PackedModel
from models.tokenization import Tokenization
from teletipo.errors import UnsupportedModel
from teletipo.ports import Hop

# The `model_type` values in a repository's configuration for each architecture.
MODEL_TYPES: Mapping[ArchitectureName, frozenset[str]] = {
    "marian": frozenset({"marian"}),
    "m2m100": frozenset({"m2m_100"}),
    "nllb": frozenset({"m2m_100"}),
    "mbart50": frozenset({"mbart"}),
    "t5": frozenset({"t5", "mt5"}),
    "bart": frozenset({"bart"}),
    "pegasus": frozenset({"pegasus"}),
    "chat": frozenset({"qwen2", "qwen3", "llama", "mistral", "gemma2", "gemma3_text"}),
    "few-shot": frozenset({"gemma3_text"}),
    "prompted": frozenset({"gemma3_text"}),
    "bert": frozenset({"bert"}),
}
DECODER_ONLY: frozenset[ArchitectureName] = frozenset({"chat", "few-shot", "prompted"})


@dataclass(frozen=True)
class Frame:
    """The tokens and text around an input, the same for every input of one task."""

    static_prompt: tuple[str, ...] = ()
    """Tokens before every input. A decoder-only model computes their keys and values once."""
    text_before: str = ""
    text_after: str = ""
    before: tuple[str, ...] = ()
    """Tokens between the static prompt and the text."""
    after: tuple[str, ...] = ()
    target_prefix: tuple[str, ...] = ()
    """Tokens that start an encoder-decoder model's output."""
    answer_before: str = ""
    """Text before an answer that is given rather than generated."""
    end_tokens: tuple[str, ...] = ()
    """Any of them ends the output. An encoder-decoder model has its own end token."""


def translation_frame(model: PackedModel, tokenization: Tokenization, hop: Hop) -> Frame:
    """Return the frame for one translation direction. Raises ``UnsupportedModel``."""
    eos = tokenization.file.eos
    match model.architecture:
        case "marian":
            code = model.codes.get(hop.target)
            return Frame(before=(code,) if code else (), after=(eos,), end_tokens=(eos,))
        case "m2m100" | "nllb" | "mbart50":
            try:
                source, target = model.codes[hop.source], model.codes[hop.target]
            except KeyError as error:
                raise UnsupportedModel(
                    f"The model '{model.name}' has no code for the language {error}."
                ) from None
            return Frame(before=(source,), after=(eos,), target_prefix=(target,), end_tokens=(eos,))
        case "t5" | "pegasus":
            return Frame(after=(eos,), end_tokens=(eos,))
        case "chat":
            return _chat_frame(tokenization, prompts.translation_request(hop.source, hop.target))
        case "few-shot" | "prompted":
            bos = tokenization.file.bos
            examples: list[str] = []
            if model.architecture == "few-shot":
                (examples,) = tokenization.encode([prompts.examples_prompt(hop.source, hop.target)])
            return Frame(
                static_prompt=(*((bos,) if bos else ()), *examples),
                text_before=f"{prompts.LANGUAGE_NAMES[hop.source]}: ",
                text_after=f"\n{prompts.LANGUAGE_NAMES[hop.target]}:",
                answer_before=prompts.answer("", hop.target),
                end_tokens=(prompts.ANSWER_END, 2 * prompts.ANSWER_END, eos),
            )
        case "bart" | "bert":
            raise UnsupportedModel(f"The model '{model.name}' does not translate.")


def summary_frame(model: PackedModel, tokenization: Tokenization, language: str) -> Frame:
    """Return the frame for summarizing in ``language``. Raises ``UnsupportedModel``."""
    bos, eos = tokenization.file.bos, tokenization.file.eos
    match model.architecture:
        case "t5" | "pegasus":
            return Frame(after=(eos,), end_tokens=(eos,))
        case "bart" if bos:
            return Frame(before=(bos,), after=(eos,), target_prefix=(bos,), end_tokens=(eos,))
        case "mbart50" if language in model.codes:
            code = model.codes[language]
            return Frame(before=(code,), after=(eos,), target_prefix=(code,), end_tokens=(eos,))
        case "chat":
            return _chat_frame(tokenization, prompts.summary_request(language))
        case _:
            raise UnsupportedModel(f"The model '{model.name}' cannot summarize in '{language}'.")


def _chat_frame(tokenization: Tokenization, request: str) -> Frame:
    chat = tokenization.file.chat
    if chat is None:
        raise UnsupportedModel("The tokenizer has no chat template.")
    return Frame(
        static_prompt=tuple(tokenization.encode_template(f"{chat.before}{request}\n\n")),
        after=tuple(tokenization.encode_template(chat.after)),
        end_tokens=(tokenization.file.eos,),
    )
