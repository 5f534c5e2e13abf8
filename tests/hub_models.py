"""Tiny models of each architecture, as in the hub's cache: real classes, random weights, and
tokenizers trained here on our own sample articles."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sentencepiece

ROOT = Path(__file__).parents[1]
REVISION = "0123456789abcdef0123456789abcdef01234567"
END_BIAS, END_FACTOR = 7.0, 2.0
_DIM = 32
_SMALL = {
    "d_model": _DIM,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 256,
    # Wide enough that no two hypotheses lie close together.
    "init_std": 0.6,
}


def corpus() -> list[str]:
    """The sample articles' lines."""
    paths = sorted((ROOT / "events" / "articles").glob("*.txt"))
    return [line for path in paths for line in path.read_text("utf-8").splitlines() if line]


def train_sentencepiece(path: Path, size: int, **options: Any) -> list[str]:
    """A SentencePiece model of our articles at ``path``; its pieces."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus()),
        model_prefix=str(path.with_suffix("")),
        vocab_size=size,
        character_coverage=1.0,
        hard_vocab_limit=False,
        minloglevel=2,
        **options,
    )
    path.with_suffix(".model").rename(path)
    path.with_suffix(".vocab").unlink(missing_ok=True)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [processor.id_to_piece(index) for index in range(len(processor))]


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")


def _save(model: Any, directory: Path, *, pickled: bool = False) -> None:
    import torch

    # Random weights seldom end a sentence; these do now and then.
    bias = getattr(model, "final_logits_bias", None)
    if bias is not None:
        bias[0, model.config.eos_token_id] = END_BIAS
    else:
        with torch.no_grad():
            model.get_output_embeddings().weight[model.config.eos_token_id] *= END_FACTOR
    model.save_pretrained(directory)
    if pickled:
        torch.save(model.state_dict(), directory / "pytorch_model.bin")
        (directory / "model.safetensors").unlink()


def marian(directory: Path, *, pickled: bool = False) -> None:
    import torch
    from transformers import MarianConfig, MarianMTModel

    pieces = train_sentencepiece(directory / "source.spm", 700)
    shutil.copy(directory / "source.spm", directory / "target.spm")
    # Marian's own order: </s>, <unk>, the rest, and the <pad> that transformers adds.
    words = ["</s>", "<unk>", ">>cmn_Hans<<"]
    words += [piece for piece in pieces if piece not in {"<s>", "</s>", "<unk>"}]
    _write_json(
        directory / "vocab.json", {word: index for index, word in enumerate([*words, "<pad>"])}
    )
    _write_json(directory / "tokenizer_config.json", {"source_lang": "es", "target_lang": "en"})
    torch.manual_seed(1)
    config = MarianConfig(
        vocab_size=len(words) + 1,
        pad_token_id=len(words),
        decoder_start_token_id=len(words),
        eos_token_id=0,
        forced_eos_token_id=0,
        activation_function="swish",
        scale_embedding=True,
        **_SMALL,
    )
    _save(MarianMTModel(config), directory, pickled=pickled)


def m2m100(directory: Path) -> None:
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer

    pieces = train_sentencepiece(directory / "sentencepiece.bpe.model", 700)
    words = ["<s>", "<pad>", "</s>", "<unk>"]
    words += [piece for piece in pieces if piece not in {"<s>", "</s>", "<unk>"}]
    _write_json(directory / "vocab.json", {word: index for index, word in enumerate(words)})
    tokenizer = M2M100Tokenizer(
        str(directory / "vocab.json"), str(directory / "sentencepiece.bpe.model")
    )
    tokenizer.save_pretrained(directory)
    torch.manual_seed(2)
    config = M2M100Config(
        # As in the published ones: the languages' rows, and some that mean nothing.
        vocab_size=len(words) + len(tokenizer.lang_token_to_id) + tokenizer.num_madeup_words,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        **_SMALL,
    )
    _save(M2M100ForConditionalGeneration(config), directory)


def nllb(directory: Path) -> None:
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer

    train_sentencepiece(directory / "sentencepiece.bpe.model", 700, model_type="bpe")
    codes = ["eng_Latn", "spa_Latn", "zho_Hans"]
    _write_json(
        directory / "tokenizer_config.json",
        {"tokenizer_class": "NllbTokenizer", "additional_special_tokens": codes},
    )
    tokenizer = NllbTokenizer.from_pretrained(directory)
    tokenizer.save_pretrained(directory)
    torch.manual_seed(3)
    config = M2M100Config(
        vocab_size=len(tokenizer),
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        **_SMALL,
    )
    _save(M2M100ForConditionalGeneration(config), directory)


def mbart50(directory: Path) -> None:
    import torch
    from transformers import MBart50Tokenizer, MBartConfig, MBartForConditionalGeneration

    train_sentencepiece(directory / "sentencepiece.bpe.model", 700)
    _write_json(directory / "tokenizer_config.json", {"tokenizer_class": "MBart50Tokenizer"})
    tokenizer = MBart50Tokenizer.from_pretrained(directory)
    tokenizer.save_pretrained(directory)
    torch.manual_seed(4)
    config = MBartConfig(
        vocab_size=len(tokenizer),
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        scale_embedding=True,
        normalize_before=True,
        normalize_embedding=True,
        tokenizer_class="MBart50Tokenizer",
        **_SMALL,
    )
    _save(MBartForConditionalGeneration(config), directory)


def mt5(directory: Path) -> None:
    import torch
    from transformers import MT5Config, MT5ForConditionalGeneration

    pieces = train_sentencepiece(
        directory / "spiece.model", 700, pad_id=0, eos_id=1, unk_id=2, bos_id=-1
    )
    _write_json(
        directory / "tokenizer_config.json", {"tokenizer_class": "T5Tokenizer", "extra_ids": 0}
    )
    torch.manual_seed(5)
    config = MT5Config(
        # As in the published ones, rows beyond the tokenizer's.
        vocab_size=len(pieces) + 12,
        d_model=_DIM,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        initializer_factor=2.0,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
    )
    model = MT5ForConditionalGeneration(config)
    # In the published ones input and output have embeddings of their own.
    model.lm_head.weight = torch.nn.Parameter(torch.randn(config.vocab_size, _DIM) / 3)
    _save(model, directory)


def bart(directory: Path) -> None:
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import BartConfig, BartForConditionalGeneration

    tokenizer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        corpus(), vocab_size=700, special_tokens=special, show_progress=False
    )
    tokenizer.save_model(str(directory))
    _write_json(directory / "tokenizer_config.json", {"tokenizer_class": "BartTokenizer"})
    torch.manual_seed(6)
    config = BartConfig(
        vocab_size=tokenizer.get_vocab_size(),
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_bos_token_id=0,
        **_SMALL,
    )
    _save(BartForConditionalGeneration(config), directory)


def pegasus(directory: Path) -> None:
    import torch
    from transformers import PegasusConfig, PegasusForConditionalGeneration, PegasusTokenizer

    train_sentencepiece(directory / "spiece.model", 700, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    _write_json(directory / "tokenizer_config.json", {"tokenizer_class": "PegasusTokenizer"})
    tokenizer = PegasusTokenizer.from_pretrained(directory)
    tokenizer.save_pretrained(directory)
    torch.manual_seed(7)
    config = PegasusConfig(
        vocab_size=len(tokenizer),
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
        scale_embedding=True,
        normalize_before=True,
        normalize_embedding=False,
        **_SMALL,
    )
    _save(PegasusForConditionalGeneration(config), directory)


_CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def chat(directory: Path) -> None:
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(corpus(), vocab_size=700, show_progress=False)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=trained._tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>"],
        chat_template=_CHAT_TEMPLATE,
    )
    tokenizer.save_pretrained(directory)
    torch.manual_seed(8)
    config = Qwen2Config(
        # As in the published ones, rows beyond the tokenizer's.
        vocab_size=len(tokenizer) + 9,
        hidden_size=_DIM,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        initializer_range=0.6,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=True,
    )
    _save(Qwen2ForCausalLM(config), directory)


def bert(directory: Path) -> None:
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    trained = BertWordPieceTokenizer()
    trained.train_from_iterator(corpus(), vocab_size=700, min_frequency=1, show_progress=False)
    trained.save_model(str(directory))
    BertTokenizerFast.from_pretrained(directory).save_pretrained(directory)
    torch.manual_seed(9)
    config = BertConfig(
        vocab_size=trained.get_vocab_size(),
        hidden_size=_DIM,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=64,
        initializer_range=0.6,
        pad_token_id=0,
    )
    BertModel(config).save_pretrained(directory)


BUILDERS: dict[str, Callable[[Path], None]] = {
    "marian": marian,
    "m2m100": m2m100,
    "nllb": nllb,
    "mbart50": mbart50,
    "t5": mt5,
    "bart": bart,
    "pegasus": pegasus,
    "chat": chat,
    "bert": bert,
}


def hub_snapshot(hub_dir: Path, repository: str) -> Path:
    """An empty snapshot of a repository, where the hub's cache would have put it."""
    repo = hub_dir / f"models--{repository.replace('/', '--')}"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text(REVISION)
    snapshot = repo / "snapshots" / REVISION
    snapshot.mkdir(parents=True)
    return snapshot
