"""Convert Gemma 3 text models from GGUF to CTranslate2 with numpy, without torch or transformers.

(``convert_for_transformers`` writes the same weights for the reference runtime and needs both.)

A GGUF file contains the weights and the tokenizer. The layer mapping follows CTranslate2's own
``Gemma3Loader`` with three differences. Tensors have llama.cpp's names. The RMS norms already
include the ``1 +`` that Gemma adds to them. The local layers' sliding window (512 tokens) is left
out: results for shorter contexts are the same, and CTranslate2 4.8 corrupts memory if a static
prompt is longer than the window.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ctranslate2.converters.utils import fuse_linear
from ctranslate2.specs import attention_spec, common_spec, transformer_spec
from gguf import GGUFReader
from gguf.quants import dequantize
from sentencepiece import sentencepiece_model_pb2

from models.adapter import Adapter
from models.runtimes.vocabulary import write_vocabulary
from models.tokenization import SOURCE_SENTENCEPIECE_FILE, TokenizationFile, write_tokenization
from teletipo.errors import UnsupportedModel
from teletipo.progress import Progress

# Five local layers, then one global layer (Gemma 3 technical report, 2025, section 2).
_SLIDING_WINDOW_PATTERN = 6
# GGUF stores the RoPE base of the global layers; the architecture fixes that of the local ones.
_LOCAL_ROPE_BASE = 10_000.0


# llama.cpp's names of a layer's projections → transformers' names, which adapters use.
_PROJECTIONS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def convert(
    gguf_file: Path,
    output_dir: Path,
    quantization: str,
    progress: Progress,
    adapter: Adapter | None = None,
) -> None:
    """Write a CTranslate2 model and its SentencePiece tokenizer into ``output_dir``.

    Parameters
    ----------
    gguf_file: a Gemma 3 text model; any quantization that the ``gguf`` package can read.
    output_dir: an existing, empty directory.
    quantization: a CTranslate2 weight type, such as ``int8`` or ``float32``.
    adapter: merged into the weights; only its vocabulary pieces are kept.

    Raises
    ------
    UnsupportedModel: the file has another architecture or kind of tokenizer.
    """
    progress("reading weights", 0.0)
    reader = _open(gguf_file)
    tokens = _write_tokenizer(reader, gguf_file.name, output_dir, adapter)
    spec = _model_spec(reader, progress, adapter)
    spec.register_vocabulary(tokens)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<bos>", "<eos>", "<unk>"
    spec.config.layer_norm_epsilon = float(
        reader.fields["gemma3.attention.layer_norm_rms_epsilon"].contents()
    )
    progress(f"converting to {quantization}", 0.8)
    spec.validate()
    spec.optimize(quantization=quantization)
    progress("writing", 0.9)
    spec.save(str(output_dir))
    progress("written", 1.0)


def convert_for_transformers(
    gguf_file: Path,
    output_dir: Path,
    quantization: str,
    progress: Progress,
    adapter: Adapter | None = None,
) -> None:
    """Write a transformers model and its tokenizer into ``output_dir``; see ``convert``.

    ``quantization`` is a torch type, such as ``float32``. transformers reads the GGUF itself.
    """
    import torch
    from transformers import Gemma3ForCausalLM

    tokens = _write_tokenizer(_open(gguf_file), gguf_file.name, output_dir, adapter)
    progress("reading weights", 0.1)
    model = Gemma3ForCausalLM.from_pretrained(
        gguf_file.parent, gguf_file=gguf_file.name, dtype=torch.float32
    )
    if adapter:
        _adapt(model, adapter)
    model.to(getattr(torch, quantization))
    # No sliding window, as in ``convert``.
    model.config.sliding_window = model.config.max_position_embeddings
    # The weights are no longer quantized, but transformers would refuse to save them as read.
    model.hf_quantizer = None
    model.is_quantized = False
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    progress("writing", 0.9)
    model.save_pretrained(output_dir)
    write_vocabulary(output_dir, tokens)
    progress("written", 1.0)


def _adapt(model: Any, adapter: Adapter) -> None:
    """Merge the adapter and keep only its vocabulary pieces, as ``_model_spec`` does."""
    import torch

    with torch.no_grad():
        for name, module in model.named_modules():
            if isinstance(module, torch.nn.Linear):
                weight = adapter.changed(name, module.weight.numpy())
                module.weight.copy_(torch.from_numpy(weight))
        embedding = model.get_input_embeddings()
        kept = torch.from_numpy(adapter.pieces(embedding.weight.shape[0]))
        rows = embedding.weight[kept].clone()
        model.resize_token_embeddings(len(kept), mean_resizing=False)
        model.get_input_embeddings().weight.copy_(rows)


def _open(gguf_file: Path) -> GGUFReader:
    reader = GGUFReader(gguf_file)
    architecture = reader.fields["general.architecture"].contents()
    if architecture != "gemma3":
        raise UnsupportedModel(f"{gguf_file.name} contains a {architecture} model, not gemma3.")
    return reader


def _write_tokenizer(
    reader: GGUFReader, name: str, output_dir: Path, adapter: Adapter | None
) -> list[str]:
    """Write the tokenizer's files into ``output_dir`` and return the vocabulary."""
    tokens, tokenizer = _tokenizer(reader, name, adapter)
    (output_dir / SOURCE_SENTENCEPIECE_FILE).write_bytes(tokenizer)
    write_tokenization(
        output_dir, TokenizationFile(library="sentencepiece", bos="<bos>", eos="<eos>")
    )
    return tokens


def _model_spec(
    reader: GGUFReader, progress: Progress, adapter: Adapter | None
) -> transformer_spec.TransformerDecoderModelSpec:
    tensors = {tensor.name: tensor for tensor in reader.tensors}

    def weight(name: str) -> npt.NDArray[np.float32]:
        tensor = tensors[f"{name}.weight"]
        # Quantization works in place, but tensors that the file stores unquantized are read-only.
        return np.require(dequantize(tensor.data, tensor.tensor_type), np.float32, ["C", "W"])

    def hyperparameter(name: str) -> Any:
        return reader.fields[f"gemma3.{name}"].contents()

    layers = hyperparameter("block_count")
    head_dim = hyperparameter("attention.key_length")
    spec = transformer_spec.TransformerDecoderModelSpec.from_config(
        layers,
        hyperparameter("attention.head_count"),
        activation=common_spec.Activation.GELUTanh,
        pre_norm=True,
        ffn_glu=True,
        rms_norm=True,
        rotary_dim=head_dim,
        rotary_interleave=False,
        rotary_base=_LOCAL_ROPE_BASE,
        num_heads_kv=hyperparameter("attention.head_count_kv"),
        head_dim=head_dim,
        pre_post_layer_norm=True,
        qk_norm=True,
    )
    decoder = spec.decoder
    decoder.scale_embeddings = True
    decoder.start_from_zero_embedding = False
    embeddings = weight("token_embd")
    if adapter:
        embeddings = np.ascontiguousarray(embeddings[adapter.pieces(len(embeddings))])
    decoder.embeddings.weight = decoder.projection.weight = embeddings
    decoder.layer_norm.gamma = weight("output_norm")

    for index, layer in enumerate(decoder.layer):
        progress("reading weights", 0.3 + 0.5 * index / layers)
        block = f"blk.{index}"

        def projection(name: str, index: int = index) -> npt.NDArray[np.float32]:
            own = weight(f"blk.{index}.{name}")
            return (
                adapter.changed(f"model.layers.{index}.{_PROJECTIONS[name]}", own)
                if adapter
                else own
            )

        attention: attention_spec.MultiHeadAttentionSpec = layer.self_attention
        if (index + 1) % _SLIDING_WINDOW_PATTERN == 0:
            attention.rotary_base = np.float32(hyperparameter("rope.freq_base"))
        layer.input_layer_norm.gamma = weight(f"{block}.attn_norm")
        layer.post_attention_layer_norm.gamma = weight(f"{block}.post_attention_norm")
        layer.pre_feedforward_layer_norm.gamma = weight(f"{block}.ffn_norm")
        layer.post_feedforward_layer_norm.gamma = weight(f"{block}.post_ffw_norm")
        attention.q_norm.gamma = weight(f"{block}.attn_q_norm")
        attention.k_norm.gamma = weight(f"{block}.attn_k_norm")
        fuse_linear(attention.linear[0], [_linear(projection(f"attn_{name}")) for name in "qkv"])
        attention.linear[1].weight = projection("attn_output")
        layer.ffn.linear_0.weight = projection("ffn_gate")
        layer.ffn.linear_0_noact.weight = projection("ffn_up")
        layer.ffn.linear_1.weight = projection("ffn_down")
    return spec


def _linear(weight: npt.NDArray[np.float32]) -> common_spec.LinearSpec:
    spec = common_spec.LinearSpec()
    spec.weight = weight
    return spec


def _tokenizer(reader: GGUFReader, name: str, adapter: Adapter | None) -> tuple[list[str], bytes]:
    """Return the vocabulary and a SentencePiece model rebuilt from GGUF's fields."""
    kind = reader.fields["tokenizer.ggml.model"].contents()
    if kind != "llama":
        raise UnsupportedModel(f"{name} contains a {kind} tokenizer, not SentencePiece.")
    tokens: list[str] = reader.fields["tokenizer.ggml.tokens"].contents()
    scores: list[float] = reader.fields["tokenizer.ggml.scores"].contents()
    types: list[int] = reader.fields["tokenizer.ggml.token_type"].contents()
    roles = {}
    for role in ("bos", "eos", "unk", "pad"):
        field = {"unk": "unknown", "pad": "padding"}.get(role, role)
        roles[role] = tokens[reader.fields[f"tokenizer.ggml.{field}_token_id"].contents()]
    if adapter:
        kept = adapter.pieces(len(tokens)).tolist()
        tokens, scores, types = ([row[index] for index in kept] for row in (tokens, scores, types))

    model = sentencepiece_model_pb2.ModelProto()  # type: ignore[attr-defined]
    # GGUF's token types have the same numbers as SentencePiece's piece types.
    for token, score, type_ in zip(tokens, scores, types, strict=True):
        model.pieces.add(piece=token, score=score, type=type_)
    trainer, normalizer = model.trainer_spec, model.normalizer_spec
    trainer.model_type = trainer.BPE
    trainer.vocab_size = len(tokens)
    trainer.byte_fallback = True
    for role, token in roles.items():
        setattr(trainer, f"{role}_id", tokens.index(token))
        setattr(trainer, f"{role}_piece", token)
    normalizer.name = "identity"
    normalizer.add_dummy_prefix = reader.fields["tokenizer.ggml.add_space_prefix"].contents()
    normalizer.remove_extra_whitespaces = False
    normalizer.escape_whitespaces = True
    return tokens, model.SerializeToString()
