"""Small but real fixtures: a two-layer Gemma 3 that is built, verified and run like any pack."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter, TokenType
from hypothesis import HealthCheck, settings
from safetensors.numpy import save_file

import models.build
from models.adapter import MANIFEST_FILE, PIECES_FILE, WEIGHTS_FILE, Adapter, AdapterManifest
from models.manifest import PackageOrigin
from models.packs import OpenPack, open_pack, pack_dir, sha256_of
from models.settings import PackSettings

# How long an example takes depends on the machine; what matters is what it finds.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "events" / "articles"


def write_tiny_gemma(path: Path, *, layers: int = 2, architecture: str = "gemma3") -> Path:
    """A GGUF file with Gemma 3's structure, random weights, and a tokenizer of bytes."""
    random = np.random.default_rng(7)
    dim, heads, head_dim, ffn = 32, 2, 16, 64
    tokens = ["<pad>", "<eos>", "<bos>", "<unk>", "\n", "\n\n", "▁"]
    types = [TokenType.CONTROL] * 3 + [TokenType.UNKNOWN] + [TokenType.USER_DEFINED] * 2
    types += [TokenType.NORMAL] + [TokenType.BYTE] * 256
    tokens += [f"<0x{byte:02X}>" for byte in range(256)]
    writer = GGUFWriter(path, architecture)
    writer.add_block_count(layers)
    writer.add_embedding_length(dim)
    writer.add_feed_forward_length(ffn)
    writer.add_head_count(heads)
    writer.add_head_count_kv(1)
    writer.add_key_length(head_dim)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_sliding_window(512)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(2)
    writer.add_eos_token_id(1)
    writer.add_unk_token_id(3)
    writer.add_pad_token_id(0)
    writer.add_add_space_prefix(False)

    def tensor(name: str, *shape: int) -> None:
        values = random.normal(0, 0.3, shape) if len(shape) > 1 else np.ones(shape)
        writer.add_tensor(f"{name}.weight", values.astype(np.float32))

    tensor("token_embd", len(tokens), dim)
    tensor("output_norm", dim)
    for index in range(layers):
        block = f"blk.{index}"
        for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            tensor(f"{block}.{norm}", dim)
        for norm in ("attn_q_norm", "attn_k_norm"):
            tensor(f"{block}.{norm}", head_dim)
        tensor(f"{block}.attn_q", heads * head_dim, dim)
        tensor(f"{block}.attn_k", head_dim, dim)
        tensor(f"{block}.attn_v", head_dim, dim)
        tensor(f"{block}.attn_output", dim, heads * head_dim)
        tensor(f"{block}.ffn_gate", ffn, dim)
        tensor(f"{block}.ffn_up", ffn, dim)
        tensor(f"{block}.ffn_down", dim, ffn)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_tiny_adapter(directory: Path, *, kept: Sequence[int] | None = None) -> Path:
    """An adapter for the tiny Gemma: changes some projections; keeps all pieces by default."""
    directory.mkdir(parents=True)
    base = write_tiny_gemma(directory / "base.gguf")
    random = np.random.default_rng(8)
    factors = {}
    for index in range(2):
        for module, inputs in (("self_attn.q_proj", 32), ("mlp.down_proj", 64)):
            for factor, shape in (("lora_A", (4, inputs)), ("lora_B", (32, 4))):
                name = f"model.layers.{index}.{module}.{factor}.weight"
                factors[name] = random.normal(0, 0.1, shape).astype(np.float16)
    save_file(factors, directory / WEIGHTS_FILE, {"scaling": "2.0"})
    bits = np.zeros(263, np.uint8)
    bits[list(kept) if kept is not None else slice(None)] = 1
    (directory / PIECES_FILE).write_bytes(gzip.compress(np.packbits(bits).tobytes()))
    manifest = AdapterManifest(
        licence="Apache-2.0",
        base_sha256=sha256_of(base),
        files={name: sha256_of(directory / name) for name in (WEIGHTS_FILE, PIECES_FILE)},
    )
    (directory / MANIFEST_FILE).write_text(manifest.model_dump_json(), "utf-8")
    return directory


def assemble_tiny_gemma(origin: PackageOrigin, directory: Path) -> tuple[Path, str, Adapter | None]:
    """Replaces the assembly of the package's 237 MB of weights; everything after it is real."""
    path = write_tiny_gemma(directory / "tiny.gguf")
    adapter = Adapter(write_tiny_adapter(directory / "adapter")) if origin.adapter else None
    return path, sha256_of(path), adapter


def silent(step: str, share: float) -> None:
    """A progress display that shows nothing."""


@pytest.fixture(scope="session")
def tiny_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory in which `embedded` is a tiny model."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.build, "assemble_gemma", assemble_tiny_gemma)
        models.build.prepare_pack(PackSettings(cache_dir=cache), silent, "embedded")
    return cache


@pytest.fixture(scope="session")
def tiny_pack_dir(tiny_cache: Path) -> Path:
    return pack_dir(PackSettings(cache_dir=tiny_cache), "embedded")


@pytest.fixture(scope="session")
def tiny_pack(tiny_pack_dir: Path) -> OpenPack:
    return open_pack(tiny_pack_dir)


@pytest.fixture(scope="session")
def embedded_pack_dir() -> Path:
    """The embedded pack itself, as `make run` prepares it."""
    return models.build.prepare_pack(PackSettings(), silent, "embedded")


@pytest.fixture(scope="session")
def embedded_pack(embedded_pack_dir: Path) -> OpenPack:
    return open_pack(embedded_pack_dir)
