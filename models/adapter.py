"""An adapter: what training changed in a base model, and which pieces of its vocabulary are kept.

``models/adapters/NAME/`` holds ``adapter.safetensors`` (LoRA's two factors for each projection, in
float16, named as the base model's weights in transformers), ``pieces.gz`` (a bit a piece) and
``manifest.json``. Nothing here needs torch.
"""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open

from models.packs import sha256_of
from teletipo.errors import PackCorrupt, UnsupportedModel

WEIGHTS_FILE, PIECES_FILE, MANIFEST_FILE = "adapter.safetensors", "pieces.gz", "manifest.json"


class DataSource(BaseModel):
    """What an adapter was trained on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    licence: str
    pairs: int = Field(description="That were left after cleaning.")


class AdapterManifest(BaseModel):
    """``manifest.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence: str
    base_sha256: str = Field(description="Of the base model's file as it was published.")
    files: Mapping[str, str] = Field(description="File name → sha-256 in hexadecimal.")
    command: str = ""
    seed: int = 0
    steps: int = 0
    sources: tuple[DataSource, ...] = ()
    scores: Mapping[str, Any] = Field(default_factory=dict)


class Adapter:
    """Raises ``PackCorrupt`` where a file is not what the manifest says."""

    def __init__(self, directory: Path) -> None:
        try:
            self.manifest = AdapterManifest.model_validate_json(
                (directory / MANIFEST_FILE).read_bytes()
            )
            for name, sha256 in self.manifest.files.items():
                if sha256_of(directory / name) != sha256:
                    raise PackCorrupt(f"{directory / name} is not what its manifest says.")
            bits = np.frombuffer(gzip.decompress((directory / PIECES_FILE).read_bytes()), np.uint8)
            with safe_open(directory / WEIGHTS_FILE, "numpy") as file:
                self._scaling = float(file.metadata()["scaling"])
                self._factors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, ValidationError, SafetensorError, KeyError, ValueError, EOFError) as error:
            raise PackCorrupt(f"The adapter in {directory} does not load: {error}") from error
        self._kept = np.unpackbits(bits)

    def check_base(self, sha256: str) -> None:
        """Raises ``UnsupportedModel`` for another base than it was trained on."""
        if sha256 != self.manifest.base_sha256:
            raise UnsupportedModel(
                f"The adapter is for the weights {self.manifest.base_sha256}, not {sha256}."
            )

    def changed(self, name: str, weight: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """A weight with what training added: ``W + scaling · B · A`` (Hu et al. 2021).

        ``name`` is the module's, such as ``model.layers.0.mlp.up_proj``; ``weight`` has the shape
        (outputs, inputs). What was not trained comes back as it is.
        """
        down = self._factors.get(f"{name}.lora_A.weight")
        up = self._factors.get(f"{name}.lora_B.weight")
        if down is None or up is None:
            return weight
        change = np.float32(self._scaling) * (up.astype(np.float32) @ down.astype(np.float32))
        merged: npt.NDArray[np.float32] = np.add(weight, change, dtype=np.float32)
        return merged

    def pieces(self, size: int) -> npt.NDArray[np.int64]:
        """Which of ``size`` pieces are kept, in order. Raises ``UnsupportedModel``."""
        if not size <= len(self._kept) < size + 8:
            raise UnsupportedModel(f"The adapter knows {len(self._kept)} pieces, not {size}.")
        return np.flatnonzero(self._kept[:size])
