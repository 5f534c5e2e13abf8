"""The command line for packs: ``python -m models``."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, get_args

from models import hub
from models.build import prepare_pack
from models.manifest import HubOrigin, Manifest, RuntimeName, catalog
from models.packs import check_pack, verified
from models.settings import PackSettings
from teletipo.errors import TeletipoError
from teletipo.progress import progress_display


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python -m models", description="Model packs.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    lock_help = "the lock file (default: models/catalog.lock)"

    command = commands.add_parser("list", help="list the packs in the catalogue")
    command.set_defaults(run=_list)
    command = commands.add_parser("info", help="show a pack's models and their sources")
    command.add_argument("pack")
    command.set_defaults(run=_info)
    command = commands.add_parser("pull", help="download a pack's models from the hub")
    command.add_argument("pack")
    command.add_argument("--lock", type=Path, metavar="FILE", help=lock_help)
    command.set_defaults(run=_pull)
    command = commands.add_parser("build", help="build a pack unless it is already built")
    command.add_argument("pack", nargs="?", help="default: the setting TELETIPO_PACK, or embedded")
    command.add_argument("--runtime", choices=get_args(RuntimeName), help="default: ctranslate2")
    command.add_argument(
        "--quantization", metavar="TYPE", help="default: int8, or float32 for transformers"
    )
    command.add_argument("--out", type=Path, metavar="DIR", help="default: in the cache")
    command.add_argument("--lock", type=Path, metavar="FILE", help=lock_help)
    command.add_argument(
        "--accept-licence",
        action="store_true",
        help="confirms that your use is non-commercial",
    )
    command.add_argument(
        "--corpus",
        type=Path,
        metavar="FILE",
        help="texts, one a line, that say which vocabulary pieces a trimmed model keeps "
        "(default: the word lists that ship)",
    )
    command.set_defaults(run=_build)
    command = commands.add_parser("verify", help="verify checksums and decode a sentence")
    command.add_argument("directory", type=Path)
    command.set_defaults(run=_verify)
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="print JSON")

    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (TeletipoError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; downloaded files are kept.", file=sys.stderr)
        return 130
    return 0


def _list(options: argparse.Namespace) -> None:
    if options.json:
        _print_json({name: entry.model_dump() for name, entry in catalog().packs.items()})
        return
    for name, entry in catalog().packs.items():
        models = catalog().models_of(entry).values()
        free = all(model.commercial_use for model in models)
        print(f"{name:12} {entry.version:4} {'' if free else '(nc) '}{entry.summary}")


def _info(options: argparse.Namespace) -> None:
    entry = catalog().pack(options.pack)
    models = catalog().models_of(entry)
    if options.json:
        dumped = {name: model.model_dump() for name, model in models.items()}
        _print_json({**entry.model_dump(), "models": dumped})
        return
    print(f"{options.pack} {entry.version}: {entry.summary}")
    for name, model in models.items():
        origin = model.origin
        where = (
            f"{origin.repository} at {origin.revision}"
            if isinstance(origin, HubOrigin)
            else f"the package {origin.package} {origin.version}"
        )
        print(f"\n{name} ({model.architecture}), {model.licence}")
        if not model.commercial_use:
            print("  not for commercial use: building requires --accept-licence")
        print(f"  from {where}")
        if model.trim:
            print(f"  vocabulary trimmed at build to {', '.join(model.languages)}")
        if model.summarizes:
            print(f"  summarizes {', '.join(model.summarizes)}")
        if model.embeds:
            print(f"  embeds sentences in {', '.join(model.embeds)}")
        if model.quality_note:
            print(f"  quality: {model.quality_note}")
        for pair in model.pairs:
            print(f"  {pair.source} → {pair.target}{_quality(pair)}")
    for route in entry.routes:
        print(f"\n{route.source} → {route.target} via {route.via}{_quality(route)}")


def _quality(pair: Any) -> str:
    quality = pair.quality
    if quality is None:
        return ": not measured"
    return f": BLEU {quality.bleu}, chrF {quality.chrf} on {quality.test_set} ({quality.source})"


def _pull(options: argparse.Namespace) -> None:
    settings = PackSettings.load()
    models = catalog().models_of(catalog().pack(options.pack))
    pulled = {}
    with progress_display(f"Pulling the pack '{options.pack}'") as progress:
        for name, model in models.items():
            if isinstance(model.origin, HubOrigin):
                snapshot = hub.pull(model.origin, settings.cache_dir, progress, options.lock)
                pulled[name] = {"directory": str(snapshot.directory), "sha256": snapshot.sha256}
    if options.json:
        _print_json(pulled)
    elif not pulled:
        print(f"The pack '{options.pack}' needs nothing from the hub.")
    else:
        for name, facts in pulled.items():
            print(f"{name}  {facts['sha256'][:12]}  {facts['directory']}")


def _build(options: argparse.Namespace) -> None:
    settings = PackSettings.load()
    chosen = {"runtime": options.runtime, "quantization": options.quantization}
    settings = settings.model_copy(update={name: value for name, value in chosen.items() if value})
    name = options.pack or settings.pack
    with progress_display(f"Preparing the pack '{name}'") as progress:
        directory = prepare_pack(
            settings,
            progress,
            name,
            out=options.out,
            accept_licence=options.accept_licence,
            lock_file=options.lock,
            corpus=options.corpus,
        )
    if options.json:
        _print_json({"directory": str(directory)})
    else:
        print(directory)


def _verify(options: argparse.Namespace) -> None:
    manifest = check_pack(options.directory, PackSettings.load().threads)
    if options.json:
        _print_json(manifest.model_dump())
    else:
        print(_verified(manifest))


def _verified(manifest: Manifest) -> str:
    lines = [verified(manifest)]
    for model in manifest.models:
        if trimmed := model.trimmed:
            lines.append(
                f"{model.name}: vocabulary trimmed to {trimmed.pieces} of {trimmed.of} pieces"
            )
    return "\n".join(lines)


def _print_json(document: object) -> None:
    print(json.dumps(document, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
