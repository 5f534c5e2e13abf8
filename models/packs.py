"""Packs on disk: found, checked against their checksums, and opened."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from models.manifest import MANIFEST_FILE, LanguagePair, Manifest, catalog_entry
from teletipo.errors import PackCorrupt, PackNotFound
from teletipo.ports import Hop, ModelInfo, ModelRuntime, Quality


class OpenPack:
    """A pack whose files are what its manifest says. Implements ``teletipo.ports.Pack``."""

    def __init__(self, manifest: Manifest, runtime: ModelRuntime) -> None:
        self._manifest = manifest
        self._pairs = {(pair.source, pair.target): pair for pair in manifest.pairs}
        self.runtime = runtime
        self.name = manifest.name
        self.version = manifest.version
        self.models = tuple(ModelInfo(model.name, model.sha256) for model in manifest.models)
        self.sources = frozenset(pair.source for pair in manifest.pairs)

    def route(self, source: str, target: str) -> tuple[Hop, ...] | None:
        """The steps from one language to another; None where there is no way."""
        pair = self._pairs.get((source, target))
        if pair is None:
            return None
        if pair.via is None:
            return (Hop(source, target),)
        return Hop(source, pair.via), Hop(pair.via, target)

    def quality(self, source: str, target: str) -> Quality | None:
        """As measured; None where nobody has."""
        pair: LanguagePair | None = self._pairs.get((source, target))
        if pair is None or pair.quality is None:
            return None
        return Quality(**pair.quality.model_dump())


def pack_dir(name: str, cache_dir: Path) -> Path:
    """Where the cache keeps the catalogue's current version of a pack."""
    return cache_dir / "packs" / f"{name}-{catalog_entry(name).version}"


def open_pack(directory: Path, threads: int = 0) -> OpenPack:
    """Check a pack and make it ready; weights are read at first use, or by ``runtime.load()``.

    ``threads`` is how many cores one decoding may use; 0 takes all there are.

    Raises ``PackNotFound``, ``PackCorrupt``.
    """
    from models.runtimes.ctranslate2 import PromptedGenerator

    manifest = verify_pack(directory)
    runtime = PromptedGenerator(directory, manifest.quantization, threads or os.cpu_count() or 1)
    return OpenPack(manifest, runtime)


def read_manifest(directory: Path) -> Manifest:
    """A pack's manifest. Raises ``PackNotFound``, ``PackCorrupt``."""
    path = directory / MANIFEST_FILE
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise PackNotFound(
            f"No pack is prepared in {directory}. Prepare one with: python -m models build"
        ) from None
    except (OSError, ValidationError) as error:
        raise PackCorrupt(f"{path} cannot be read as a manifest: {error}") from error


def verify_pack(directory: Path) -> Manifest:
    """Check every file of a pack against its sha-256. Raises ``PackNotFound``, ``PackCorrupt``."""
    manifest = read_manifest(directory)
    present = set(files_of(directory)) - {MANIFEST_FILE}
    for unlisted in sorted(present - manifest.files.keys()):
        raise PackCorrupt(f"{directory / unlisted} does not belong to the pack; build it again.")
    for name, expected in manifest.files.items():
        try:
            actual = sha256_of(directory / name)
        except OSError as error:
            raise PackCorrupt(
                f"{directory / name} cannot be read ({error.strerror}); build the pack again."
            ) from error
        if actual != expected:
            raise PackCorrupt(
                f"{directory / name} is not the file that the manifest lists "
                f"(sha-256 {actual[:12]}…, not {expected[:12]}…); build the pack again."
            )
    return manifest


def files_of(directory: Path) -> Iterator[str]:
    """The files below a directory, as relative POSIX paths."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield path.relative_to(directory).as_posix()


def sha256_of(path: Path) -> str:
    """A file's sha-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
