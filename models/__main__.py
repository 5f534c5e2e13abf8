"""The command line for packs: ``python -m models``."""

import argparse
import json
import sys
from pathlib import Path

from models.build import build_pack
from models.manifest import catalog, catalog_entry
from models.packs import verify_pack
from teletipo.errors import TeletipoError
from teletipo.progress import progress_display
from teletipo.settings import load_settings


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 refused or failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m models", description="Model packs.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("list", help="the catalogue, a line a pack")
    command.set_defaults(run=_list)
    command = commands.add_parser("info", help="one pack of the catalogue, as JSON")
    command.add_argument("pack")
    command.set_defaults(run=_info)
    command = commands.add_parser("build", help="prepare a pack, unless it is prepared")
    command.add_argument("pack", nargs="?", help="default: the setting TELETIPO_PACK, or embedded")
    command.add_argument("--out", type=Path, help="the cache to prepare it in")
    command.set_defaults(run=_build)
    command = commands.add_parser("verify", help="check a prepared pack's files")
    command.add_argument("directory", type=Path)
    command.set_defaults(run=_verify)

    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except TeletipoError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _list(_: argparse.Namespace) -> None:
    for name, entry in catalog().items():
        print(f"{name:12} {entry.version:4} {entry.licence:24} {entry.summary}")


def _info(options: argparse.Namespace) -> None:
    entry = catalog_entry(options.pack).model_dump()
    print(json.dumps(entry, indent=2, ensure_ascii=False))


def _build(options: argparse.Namespace) -> None:
    settings = load_settings()
    name = options.pack or settings.pack
    with progress_display(f"Preparing the pack '{name}'") as progress:
        directory = build_pack(name, options.out or settings.cache_dir, progress)
    print(directory)


def _verify(options: argparse.Namespace) -> None:
    manifest = verify_pack(options.directory)
    print(f"{manifest.name} {manifest.version}: {len(manifest.files)} files as listed")


if __name__ == "__main__":
    sys.exit(main())
