"""Catalogue entries for the tiny models of ``tests.hub_models``, and their way through the hub."""

from pathlib import Path

from models.manifest import (
    ArchitectureName,
    Catalog,
    Decoding,
    HubOrigin,
    ModelEntry,
    PackEntry,
    Pair,
)
from tests.hub_models import BUILDERS, REVISION, hub_snapshot

ARCHITECTURES: tuple[ArchitectureName, ...] = (
    "marian",
    "m2m100",
    "nllb",
    "mbart50",
    "t5",
    "bart",
    "pegasus",
    "chat",
)
_CODES: dict[str, dict[str, str]] = {
    "marian": {"zh-Hans": ">>cmn_Hans<<"},
    "m2m100": {"es": "__es__", "en": "__en__", "zh-Hans": "__zh__"},
    "nllb": {"es": "spa_Latn", "en": "eng_Latn", "zh-Hans": "zho_Hans"},
    "mbart50": {"es": "es_XX", "en": "en_XX", "zh-Hans": "zh_CN"},
}
_PAIRS = (Pair(source="es", target="en"), Pair(source="es", target="zh-Hans"))


def tiny_entry(architecture: ArchitectureName, **changes: object) -> ModelEntry:
    """A tiny model's catalogue entry."""
    entry = ModelEntry(
        origin=HubOrigin(
            repository=f"tiny/{architecture}",
            revision=REVISION,
            files=("config.json",),
        ),
        licence="none",
        architecture=architecture,
        pairs=() if architecture in {"bart", "pegasus", "bert"} else _PAIRS,
        summarizes=("es",) if architecture in {"t5", "bart", "pegasus", "chat"} else (),
        embeds=("es",) if architecture == "bert" else (),
        codes=_CODES.get(architecture, {}),
        max_input_tokens=64 if architecture == "bert" else 256,
        decoding=Decoding(beam_size=1, retry_beam_size=4, max_length=24),
    )
    return entry.model_copy(update=changes)


def put_in_hub_cache(architecture: ArchitectureName, cache_dir: Path) -> ModelEntry:
    """Save a tiny model where huggingface_hub's cache would have it; its catalogue entry."""
    snapshot = hub_snapshot(cache_dir / "hub", f"tiny/{architecture}")
    BUILDERS[architecture](snapshot)
    files = tuple(
        path.name
        for path in sorted(snapshot.iterdir())
        if not path.name.endswith((".safetensors", ".bin"))
    )
    entry = tiny_entry(architecture)
    assert isinstance(entry.origin, HubOrigin)
    return entry.model_copy(update={"origin": entry.origin.model_copy(update={"files": files})})


def tiny_catalog(entries: dict[str, ModelEntry]) -> Catalog:
    """Each model in a pack of its own, of the same name."""
    return Catalog(
        models=entries,
        packs={name: PackEntry(version="1", summary="tiny", models=(name,)) for name in entries},
    )
