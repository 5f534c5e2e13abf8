"""Hub snapshots → model directories for either runtime. Needs torch and transformers."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.architectures import MODEL_TYPES
from models.hub import Snapshot
from models.manifest import ArchitectureName, ModelEntry, RuntimeName
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
# Which of a snapshot's files are SentencePiece models, where transformers has no fast tokenizer.
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
) -> None:
    """Write a model, its vocabulary and its tokenizer into ``output_dir``, an empty directory.

    Raises ``UnsupportedModel`` where the snapshot is of another architecture, or its tokenizer
    belongs to another model.
    """
    with tempfile.TemporaryDirectory(prefix="teletipo-staged-", dir=output_dir.parent) as scratch:
        staged = Path(scratch)
        progress(f"reading {name}", 0.0)
        _stage(name, entry, snapshot, staged)
        tokenizer = _tokenizer(name, staged)
        vocabulary = _vocabulary(name, entry, staged, tokenizer)
        progress(f"converting {name} to {quantization}", 0.3)
        if runtime == "ctranslate2":
            _to_ctranslate2(staged, output_dir, quantization, tokenizer)
        else:
            _to_transformers(staged, output_dir, quantization)
            write_vocabulary(output_dir, vocabulary)
        _write_tokenizer(entry.architecture, staged, output_dir, tokenizer)
        progress(f"{name} converted", 1.0)


def _stage(name: str, entry: ModelEntry, snapshot: Snapshot, staged: Path) -> None:
    """The snapshot as transformers wants it: every file in place, weights as safetensors."""
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
            f"{snapshot.directory / 'config.json'} is of a '{model_type}' model, and the catalogue "
            f"calls '{name}' a {entry.architecture} one: mend one of the two."
        )
    # CTranslate2's converter asks for what transformers has left out since.
    if entry.architecture == "bart":
        config.setdefault("normalize_before", False)
    if entry.architecture == "bert":
        config.setdefault("position_embedding_type", "absolute")
    # Remote code is never run, and so it is not even named.
    config.pop("auto_map", None)
    config_file.write_text(json.dumps(config), "utf-8")
    if any(path.name.endswith(".bin") for path in snapshot.weights):
        _rewrite_pickle(snapshot.weights, staged)
    else:
        for path in snapshot.weights:
            (staged / path.name).symlink_to(path.resolve())


def _rewrite_pickle(weights: Sequence[Path], staged: Path) -> None:
    """``pytorch_model.bin`` → safetensors: the one place where a pickle is read, tensors only."""
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
                f"{path} holds more than weights, or is damaged, and is not read. "
                "Choose a revision that has safetensors."
            ) from error
        # Tied weights share their memory, which safetensors cannot write.
        tensors |= {key: tensor.clone().contiguous() for key, tensor in state.items()}
    save_file(tensors, staged / "model.safetensors", metadata={"format": "pt"})


def _tokenizer(name: str, staged: Path) -> Any:
    from transformers import AutoTokenizer
    from transformers.utils import logging

    # We show progress of our own.
    logging.disable_progress_bar()
    try:
        return AutoTokenizer.from_pretrained(staged, trust_remote_code=False)
    except Exception as error:
        # transformers raises whatever the file at fault made it stumble over.
        raise UnsupportedModel(
            f"The tokenizer of '{name}' does not load ({type(error).__name__}: {error}). "
            "Check the list of files in models/catalog.toml."
        ) from error


def _vocabulary(name: str, entry: ModelEntry, staged: Path, tokenizer: Any) -> list[str]:
    """Every row's token, in order. Raises ``UnsupportedModel`` where tokenizer and rows differ."""
    ids = _token_ids(tokenizer)
    rows = json.loads((staged / "config.json").read_bytes())["vocab_size"]
    if max(ids.values()) >= rows:
        raise UnsupportedModel(
            f"The tokenizer of '{name}' has {max(ids.values()) + 1} tokens, the model only {rows} "
            "rows: they do not belong together. Check the revision in models/catalog.toml."
        )
    wanted = [*entry.codes.values(), _end(tokenizer)]
    missing = [token for token in wanted if token not in ids]
    if missing:
        raise UnsupportedModel(
            f"The tokenizer of '{name}' has no token {', '.join(missing)}: it is of another model, "
            "or the codes in models/catalog.toml are wrong."
        )
    by_id = {index: token for token, index in ids.items()}
    # Rows that no text ever uses, called as CTranslate2's converter calls them.
    filler = "madeupword{}" if entry.architecture == "m2m100" else "<extra_id_{}>"
    return [by_id.get(index, filler.format(index - len(ids))) for index in range(rows)]


def _token_ids(tokenizer: Any) -> dict[str, int]:
    # M2M-100's language tokens are in no vocabulary file; their rows follow it.
    return {**tokenizer.get_vocab(), **getattr(tokenizer, "lang_token_to_id", {})}


def _to_ctranslate2(staged: Path, output_dir: Path, quantization: str, tokenizer: Any) -> None:
    from ctranslate2.converters import TransformersConverter

    token_ids = _token_ids(tokenizer)

    class Converter(TransformersConverter):  # type: ignore[misc]
        def load_model(self, *arguments: Any, **options: Any) -> Any:
            model = super().load_model(*arguments, **options)
            if model.config.model_type in MODEL_TYPES["t5"]:
                # CTranslate2 4.8 scales the output where embeddings are tied, as transformers 4
                # did; transformers 5 has another name for it, and says "tied" of every T5.
                scaled = getattr(model.config, "scale_decoder_outputs", False)
                model.config.tie_word_embeddings = scaled
            return model

        def load_tokenizer(self, *_: Any, **__: Any) -> Any:
            # CTranslate2 4.8 looks for language tokens where transformers 5 has them no more.
            tokenizer.get_vocab = lambda: dict(token_ids)
            return tokenizer

    Converter(str(staged)).convert(str(output_dir), quantization=quantization, force=True)
    config_file = output_dir / "config.json"
    config = json.loads(config_file.read_bytes())
    # mBART-50 has no token for the beginning, which CTranslate2 asks for and never uses.
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
    architecture: ArchitectureName, staged: Path, output_dir: Path, tokenizer: Any
) -> None:
    chat = None
    if architecture == "chat":
        chat = _chat_frame(tokenizer)
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
    """What ends a text; BERT has another name for it."""
    return tokenizer.eos_token or tokenizer.sep_token


def _chat_frame(tokenizer: Any) -> ChatFrame:
    """The template is rendered here, once: a Jinja template is a program, and none is shipped."""
    if not tokenizer.chat_template:
        raise UnsupportedModel("The tokenizer has no chat template: it is no instruct model's.")
    rendered = tokenizer.apply_chat_template(
        [{"role": "user", "content": _MESSAGE}], tokenize=False, add_generation_prompt=True
    )
    before, separator, after = rendered.partition(_MESSAGE)
    if not separator:
        raise UnsupportedModel("The tokenizer's chat template changes the message it is given.")
    return ChatFrame(before=before, after=after)
