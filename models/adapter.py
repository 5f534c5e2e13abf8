"""An adapter: LoRA weights for a base model, and the vocabulary pieces that the model keeps.

``models/adapters/NAME/`` holds ``adapter.safetensors`` (two LoRA factors for each projection, in
float16, named like the base model's weights in transformers), ``pieces.gz`` (one bit for each
piece) and ``manifest.json``. This module does not need torch.
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
    """One data set that an adapter was trained on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    licence: str
    pairs: int = Field(description="Sentence pairs left after cleaning.")


class AdapterManifest(BaseModel):
    """``manifest.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence: str
    base_sha256: str = Field(description="SHA-256 of the base model's published file.")
    files: Mapping[str, str] = Field(description="File name → sha-256 in hexadecimal.")
    command: str = ""
    seed: int = 0
    steps: int = 0
    sources: tuple[DataSource, ...] = ()
    scores: Mapping[str, Any] = Field(default_factory=dict)


class Adapter:
    """An adapter read from its directory.

    Raises ``PackCorrupt`` if a file does not match the manifest.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        try:
            self.manifest = AdapterManifest.model_validate_json(
                (directory / MANIFEST_FILE).read_bytes()
            )
            for name, sha256 in self.manifest.files.items():
                if sha256_of(directory / name) != sha256:
                    raise PackCorrupt(f"{directory / name} does not match its checksum.")
            bits = np.frombuffer(gzip.decompress((directory / PIECES_FILE).read_bytes()), np.uint8)
            with safe_open(directory / WEIGHTS_FILE, "numpy") as file:
                self._scaling = float(file.metadata()["scaling"])
                self._factors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, ValidationError, SafetensorError, KeyError, ValueError, EOFError) as error:
            raise PackCorrupt(f"The adapter in {directory} does not load: {error}") from error
        self._kept = np.unpackbits(bits)

    def check_base(self, sha256: str) -> None:
        """Raise ``UnsupportedModel`` unless the adapter was trained on this base model."""
        if sha256 != self.manifest.base_sha256:
            raise UnsupportedModel(
                f"The adapter was trained on the weights {self.manifest.base_sha256}, not {sha256}."
            )

    def changed(self, name: str, weight: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return a weight with the adapter merged: ``W + scaling · B · A`` (Hu et al. 2021).

        ``name`` is the module's name, such as ``model.layers.0.mlp.up_proj``; ``weight`` has the
        shape (outputs, inputs). A weight without LoRA factors is returned unchanged.
        """
        down = self._factors.get(f"{name}.lora_A.weight")
        up = self._factors.get(f"{name}.lora_B.weight")
        if down is None or up is None:
            return weight
        change = np.float32(self._scaling) * (up.astype(np.float32) @ down.astype(np.float32))
        merged: npt.NDArray[np.float32] = np.add(weight, change, dtype=np.float32)
        return merged

    def pieces(self, size: int) -> npt.NDArray[np.int64]:
        """Return the ids of the kept pieces, in order.

        Raises ``UnsupportedModel`` if the adapter's vocabulary does not have ``size`` pieces.
        """
        if not size <= len(self._kept) < size + 8:
            raise UnsupportedModel(f"The adapter is for {len(self._kept)} pieces, not {size}.")
        return np.flatnonzero(self._kept[:size])
