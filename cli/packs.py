"""``teletipo models``: the packs in the catalogue and on this machine."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.manifest import MANIFEST_FILE, PackEntry, Pair, Route, catalog
from models.packs import check_pack, pack_dir, verified
from models.settings import PackSettings
from models.ways import Way, ways
from teletipo import languages

_MEGABYTE = 1_000_000


def add_commands(commands: Any) -> None:
    """Add ``models`` and its commands to the parser's."""
    parser = commands.add_parser("models", help="list, compare and verify model packs")
    inner = parser.add_subparsers(required=True, metavar="COMMAND")

    command = inner.add_parser("list", help="list the packs, and which of them are prepared here")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=_list)

    command = inner.add_parser("info", help="show packs, and compare them where that can be done")
    command.add_argument("packs", nargs="+", metavar="PACK")
    command.set_defaults(run=_info)

    command = inner.add_parser("verify", help="verify checksums and decode a sentence")
    command.add_argument("pack", nargs="?", help="a pack's name or its folder (default: this one)")
    command.set_defaults(run=_verify)


def _list(options: argparse.Namespace) -> None:
    settings = PackSettings.load()
    rows = [_facts(name, entry, settings) for name, entry in catalog().packs.items()]
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        mark = "*" if row["default"] else " "
        size = f"{row['bytes'] / _MEGABYTE:,.0f} MB here" if row["bytes"] else "not prepared"
        spoken = ", ".join(row["languages"])
        use = "" if row["commercial_use"] else " (not for commercial use)"
        licences = ", ".join(row["licences"]) + use
        print(f"{mark} {row['name']:14} {row['version']:3} {size:13} {spoken:16} {licences}")
        print(f"    {row['summary']}")
    print("\n* is the pack that is used here; the setting TELETIPO_PACK chooses another.")


def _facts(name: str, entry: PackEntry, settings: PackSettings) -> dict[str, Any]:
    models = catalog().models_of(entry).values()
    directory = pack_dir(settings, name)
    served = ways(tuple(models), entry.routes)
    return {
        "name": name,
        "version": entry.version,
        "default": name == settings.pack,
        "directory": str(directory) if (directory / MANIFEST_FILE).exists() else None,
        "bytes": sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()),
        "licences": list(dict.fromkeys(model.licence for model in models)),
        "commercial_use": all(model.commercial_use for model in models),
        "languages": sorted({language for pair in served for language in pair}),
        "summary": entry.summary,
    }


def _info(options: argparse.Namespace) -> None:
    settings = PackSettings.load()
    entries = {name: catalog().pack(name) for name in dict.fromkeys(options.packs)}
    for name, entry in entries.items():
        facts = _facts(name, entry, settings)
        print(f"{name} {entry.version}: {entry.summary}")
        print(f"  licences   {', '.join(facts['licences'])}")
        print(f"  prepared   {facts['directory'] or 'no'}")
        served = ways(tuple(catalog().models_of(entry).values()), entry.routes)
        for pair in _pairs(entry):
            way = served[pair.source, pair.target]
            said = f"{_quality(pair)}{_via(pair)}{_use(pair, way)}"
            print(f"  {_direction(pair.source, pair.target):38} {said}")
        print()
    if len(entries) > 1:
        print("\n".join(_comparison(entries)))


def _pairs(entry: PackEntry) -> list[Pair]:
    models = catalog().models_of(entry).values()
    return [*(pair for model in models for pair in model.pairs), *entry.routes]


def _direction(source: str, target: str) -> str:
    return f"{languages.name(source)} → {languages.name(target)}"


def _via(pair: Pair) -> str:
    return f", via {languages.name(pair.via)}" if isinstance(pair, Route) else ""


def _use(pair: Pair, way: Way) -> str:
    """Which of two ways is used, where there are two."""
    if way.detour is None:
        return ""
    is_first = isinstance(pair, Route) == (len(way.hops) > 1)
    return "; used" if is_first else "; only for sentences that fail the other way"


def _quality(pair: Pair) -> str:
    quality = pair.quality
    if quality is None:
        return "not measured"
    return f"BLEU {quality.bleu}, chrF {quality.chrf} on {quality.test_set}"


def _comparison(entries: dict[str, PackEntry]) -> Iterator[str]:
    """Compare only what was measured on the same test set: scores on two sets say nothing."""
    served = {
        name: ways(tuple(catalog().models_of(entry).values()), entry.routes)
        for name, entry in entries.items()
    }
    yield "Compared"
    for pair in sorted({pair for found in served.values() for pair in found}):
        measured = {
            name: quality
            for name, found in served.items()
            if pair in found and (quality := found[pair].quality)
        }
        sets = {quality.test_set for quality in measured.values()}
        if len(measured) < 2:
            said = "cannot be compared: measured for " + (", ".join(measured) or "none of them")
        elif len(sets) > 1:
            said = "cannot be compared: measured on different test sets"
        else:
            ranked = sorted(measured.items(), key=lambda each: -each[1].chrf)
            scores = ", ".join(f"{name} {each.chrf}" for name, each in ranked)
            said = f"chrF on {sets.pop()}: {scores}"
        yield f"  {_direction(*pair):38} {said}"


def _verify(options: argparse.Namespace) -> None:
    settings = PackSettings.load()
    given = options.pack
    is_folder = given is not None and Path(given).is_dir()
    directory = Path(given) if is_folder else pack_dir(settings, given)
    print(verified(check_pack(directory, settings.threads)))
