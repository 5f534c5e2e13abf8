"""Convert hub snapshots to model directories for both runtimes. Needs torch and transformers."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models import prompts
from models.architectures import MODEL_TYPES
from models.converters.trim import trim
from models.converters.words import Texts
from models.hub import Snapshot
from models.manifest import ArchitectureName, ModelEntry, RuntimeName, Trimming
from models.runtimes.vocabulary import write_vocabulary
from models.tokenization import (
    SOURCE_SENTENCEPIECE_FILE,
    TARGET_SENTENCEPIECE_FILE,
    TOKENIZERS_FILE,
    ChatFrame,
    TokenizationFile,
    write_tokenization,
)
from teletipo.errors import UnsupportedModel
from teletipo.progress import Progress

_MESSAGE = "⟦message⟧"
# A snapshot's SentencePiece files, for architectures without a fast tokenizer in transformers.
_SENTENCEPIECE_FILES: Mapping[ArchitectureName, Mapping[str, str]] = {
    "marian": {
        SOURCE_SENTENCEPIECE_FILE: "source.spm",
        TARGET_SENTENCEPIECE_FILE: "target.spm",
    },
    "m2m100": {SOURCE_SENTENCEPIECE_FILE: "sentencepiece.bpe.model"},
}


def convert(
    name: str,
    entry: ModelEntry,
    snapshot: Snapshot,
    output_dir: Path,
    runtime: RuntimeName,
    quantization: str,
    progress: Progress,
    texts: Texts | None = None,
) -> Trimming | None:
    """Write a model, its vocabulary and its tokenizer into the empty directory ``output_dir``.

    With ``texts``, keep only the vocabulary pieces that they need, and return what was kept.

    Raises ``UnsupportedModel`` if the snapshot has another architecture, the tokenizer does not
    match the model, or the vocabulary cannot be trimmed.
    """
    with tempfile.TemporaryDirectory(prefix="teletipo-staged-", dir=output_dir.parent) as scratch:
        staged, tokenizer_dir = Path(scratch) / "model", Path(scratch) / "tokenizer"
        staged.mkdir()
        tokenizer_dir.mkdir()
        progress(f"reading {name}", 0.0)
        _stage(name, entry, snapshot, staged)
        tokenizer = _tokenizer(name, staged)
        vocabulary = _vocabulary(name, entry, staged, tokenizer)
        chat = _chat_frame(tokenizer) if entry.architecture == "chat" else None
        _write_tokenizer(entry.architecture, staged, tokenizer_dir, tokenizer, chat)
        rows = _token_ids(tokenizer)
        trimming = None
        if texts:
            progress(f"trimming {name}", 0.2)
            special = (*_special_tokens(tokenizer), *entry.codes.values())
            own_texts = _own_texts(entry, chat) if chat else ()
            vocabulary, trimming = trim(
                name, staged, tokenizer_dir, rows, special, texts, own_texts
            )
            rows = {token: row for row, token in enumerate(vocabulary)}
        progress(f"converting {name} to {quantization}", 0.3)
        if runtime == "ctranslate2":
            _to_ctranslate2(staged, output_dir, quantization, tokenizer, rows, vocabulary)
        else:
            _to_transformers(staged, output_dir, quantization)
            write_vocabulary(output_dir, vocabulary)
        shutil.copytree(tokenizer_dir, output_dir, dirs_exist_ok=True)
        progress(f"{name} converted", 1.0)
    return trimming


def _stage(name: str, entry: ModelEntry, snapshot: Snapshot, staged: Path) -> None:
    """Copy the snapshot in the layout that transformers expects, with weights as safetensors."""
    for path in snapshot.directory.iterdir():
        if path.is_file() and not path.name.endswith((".safetensors", ".bin")):
            shutil.copyfile(path, staged / path.name)
    config_file = staged / "config.json"
    try:
        config = json.loads(config_file.read_bytes())
        model_type = config["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnsupportedModel(
            f"The configuration {snapshot.directory / 'config.json'} cannot be read: {error}"
        ) from error
    if model_type not in MODEL_TYPES[entry.architecture]:
        raise UnsupportedModel(
            f"{snapshot.directory / 'config.json'} is for a '{model_type}' model, but the "
            f"catalogue says '{name}' is {entry.architecture}: correct one of them."
        )
    # CTranslate2's converter reads fields that newer transformers versions no longer write.
    if entry.architecture == "bart":
        config.setdefault("normalize_before", False)
    if entry.architecture == "bert":
        config.setdefault("position_embedding_type", "absolute")
    # Remote code must never run, so remove the reference to it.
    config.pop("auto_map", None)
    config_file.write_text(json.dumps(config), "utf-8")
    if any(path.name.endswith(".bin") for path in snapshot.weights):
        _rewrite_pickle(snapshot.weights, staged)
    else:
        for path in snapshot.weights:
            (staged / path.name).symlink_to(path.resolve())


def _rewrite_pickle(weights: Sequence[Path], staged: Path) -> None:
    """Convert ``pytorch_model.bin`` to safetensors. Only here is a pickle read, tensors only."""
    import pickle

    import torch
    from safetensors.torch import save_file

    tensors: dict[str, Any] = {}
    for path in weights:
        if not path.name.endswith(".bin"):
            continue
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
            raise UnsupportedModel(
                f"{path} is damaged or contains more than weights, and is not loaded. "
                "Choose a revision that has safetensors."
            ) from error
        # Tied weights share memory, which safetensors cannot save.
        tensors |= {key: tensor.clone().contiguous() for key, tensor in state.items()}
    save_file(tensors, staged / "model.safetensors", metadata={"format": "pt"})


def _tokenizer(name: str, staged: Path) -> Any:
    from transformers import AutoTokenizer
    from transformers.utils import logging

    # Teletipo shows its own progress.
    logging.disable_progress_bar()
    try:
        return AutoTokenizer.from_pretrained(staged, trust_remote_code=False)
    except Exception as error:
        # transformers raises any kind of exception for a faulty file.
        raise UnsupportedModel(
            f"The tokenizer of '{name}' does not load ({type(error).__name__}: {error}). "
            "Check the list of files in models/catalog.toml."
        ) from error


def _vocabulary(name: str, entry: ModelEntry, staged: Path, tokenizer: Any) -> list[str]:
    """Return the token of each row. Raises ``UnsupportedModel`` if the tokenizer does not match."""
    ids = _token_ids(tokenizer)
    rows = json.loads((staged / "config.json").read_bytes())["vocab_size"]
    if max(ids.values()) >= rows:
        raise UnsupportedModel(
            f"The tokenizer of '{name}' has {max(ids.values()) + 1} tokens, but the model has only "
            f"{rows} rows. Check the revision in models/catalog.toml."
        )
    wanted = [*entry.codes.values(), _end(tokenizer)]
    missing = [token for token in wanted if token not in ids]
    if missing:
        raise UnsupportedModel(
            f"The tokenizer of '{name}' has no token {', '.join(missing)}. Check the files, the "
            "revision and the codes in models/catalog.toml."
        )
    by_id = {index: token for token, index in ids.items()}
    # Unused rows get the names that CTranslate2's converter gives them.
    filler = "madeupword{}" if entry.architecture == "m2m100" else "<extra_id_{}>"
    return [by_id.get(index, filler.format(index - len(ids))) for index in range(rows)]


def _token_ids(tokenizer: Any) -> dict[str, int]:
    # M2M-100's language tokens are not in the vocabulary file; their rows follow it.
    return {**tokenizer.get_vocab(), **getattr(tokenizer, "lang_token_to_id", {})}


def _special_tokens(tokenizer: Any) -> set[str]:
    """Return the tokens that stand for no text of their own, such as all language tokens."""
    added = {str(token.content) for token in tokenizer.added_tokens_decoder.values()}
    languages = getattr(tokenizer, "lang_token_to_id", {})
    return {*tokenizer.all_special_tokens, *added, *languages}


def _own_texts(entry: ModelEntry, chat: ChatFrame) -> list[str]:
    """Return the prompts of a chat model."""
    translations = [prompts.translation_request(pair.source, pair.target) for pair in entry.pairs]
    summaries = [prompts.summary_request(language) for language in entry.summarizes]
    return [chat.before, chat.after, *translations, *summaries]


def _to_ctranslate2(
    staged: Path,
    output_dir: Path,
    quantization: str,
    tokenizer: Any,
    rows: Mapping[str, int],
    vocabulary: Sequence[str],
) -> None:
    from ctranslate2.converters import TransformersConverter

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, *arguments: Any, **options: Any) -> Any:
            model = super().load_model(*arguments, **options)
            if model.config.model_type in MODEL_TYPES["t5"]:
                # CTranslate2 4.8 scales the output if embeddings are tied, as transformers 4
                # did. transformers 5 sets "tied" for every T5 and has another field for scaling.
                scaled = getattr(model.config, "scale_decoder_outputs", False)
                model.config.tie_word_embeddings = scaled
            return model

        def load_tokenizer(self, *_: Any, **__: Any) -> Any:
            # CTranslate2 4.8 expects language tokens in the vocabulary; transformers 5 moved them.
            tokenizer.get_vocab = lambda: dict(rows)
            # The converter adds names for rows that have none, and asks for tokens by number.
            if hasattr(tokenizer, "num_madeup_words"):
                tokenizer.num_madeup_words = len(vocabulary) - len(rows)
            tokenizer.convert_ids_to_tokens = vocabulary.__getitem__
            return tokenizer

    Converter(str(staged)).convert(str(output_dir), quantization=quantization, force=True)
    config_file = output_dir / "config.json"
    config = json.loads(config_file.read_bytes())
    # CTranslate2 requires a BOS token, though it never uses it; mBART-50 has none.
    if config.get("bos_token", "") is None:
        config["bos_token"] = _end(tokenizer)
        config_file.write_text(json.dumps(config, indent=2), "utf-8")


def _to_transformers(staged: Path, output_dir: Path, quantization: str) -> None:
    import torch
    import transformers

    config = transformers.AutoConfig.from_pretrained(staged, trust_remote_code=False)
    (architecture,) = config.architectures or (None,)
    kind = getattr(transformers, str(architecture), None)
    if kind is None:
        raise UnsupportedModel(f"transformers does not know the architecture '{architecture}'.")
    model = kind.from_pretrained(staged, dtype=getattr(torch, quantization), use_safetensors=True)
    model.save_pretrained(output_dir)


def _write_tokenizer(
    architecture: ArchitectureName,
    staged: Path,
    output_dir: Path,
    tokenizer: Any,
    chat: ChatFrame | None,
) -> None:
    files = _SENTENCEPIECE_FILES.get(architecture)
    if files:
        for name, published in files.items():
            shutil.copyfile(staged / published, output_dir / name)
    else:
        tokenizer.backend_tokenizer.save(str(output_dir / TOKENIZERS_FILE))
    write_tokenization(
        output_dir,
        TokenizationFile(
            library="sentencepiece" if files else "tokenizers",
            bos=tokenizer.bos_token or tokenizer.cls_token,
            eos=_end(tokenizer),
            chat=chat,
        ),
    )


def _end(tokenizer: Any) -> Any:
    """Return the token that ends a text; BERT calls it the separator."""
    return tokenizer.eos_token or tokenizer.sep_token


def _chat_frame(tokenizer: Any) -> ChatFrame:
    """Render the chat template at build time: a Jinja template is a program, so none is shipped."""
    if not tokenizer.chat_template:
        raise UnsupportedModel(
            "The tokenizer has no chat template, so the model is not an instruct model."
        )
    rendered = tokenizer.apply_chat_template(
        [{"role": "user", "content": _MESSAGE}], tokenize=False, add_generation_prompt=True
    )
    before, separator, after = rendered.partition(_MESSAGE)
    if not separator:
        raise UnsupportedModel("The tokenizer's chat template changes the user's message.")
    return ChatFrame(before=before, after=after)
