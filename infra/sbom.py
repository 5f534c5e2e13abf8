"""The software bill of materials of the image, in CycloneDX: ``python -m infra.sbom TREE FILE``.

TREE is what ``infra/image/assemble.sh`` makes: Python packages below ``var/task``, and the model
pack below ``opt/pack``. The same tree gives the same document, but for its timestamp.
"""

import argparse
import hashlib
import sys
import uuid
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.contrib.this.builders import this_component
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from models.manifest import Manifest
from models.packs import read_manifest
from teletipo import __version__
from teletipo.errors import TeletipoError

_LICENSES = LicenseFactory()


def bill(tree: Path) -> str:
    """The document for a tree. Raises ``PackError``, ``OSError`` if the tree is not whole."""
    task = tree / "var" / "task"
    if not task.is_dir():
        raise FileNotFoundError(2, "is not there; run infra/image/assemble.sh first", str(task))
    bom = Bom()
    service = Component(
        name="teletipo",
        version=__version__,
        type=ComponentType.APPLICATION,
        bom_ref="teletipo",
        licenses=[_LICENSES.make_from_string("Apache-2.0")],
    )
    bom.metadata.component = service
    bom.metadata.tools.components.add(this_component())
    parts = [*_packages(task), _pack(read_manifest(tree / "opt" / "pack"), tree / "opt" / "pack")]
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(service, parts)
    # What differs from run to run would hide what differs between images.
    names = "\n".join(sorted(str(part.bom_ref) for part in parts))
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, names)
    text: str = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(
        indent=2
    )
    return text


def _packages(task: Path) -> Iterator[Component]:
    found = {each.metadata["Name"]: each for each in distributions(path=[str(task)])}
    for name in sorted(found, key=str.casefold):
        yield _package(name, found[name])


def _package(name: str, found: Distribution) -> Component:
    address = PackageURL("pypi", name=name.lower().replace("_", "-"), version=found.version)
    return Component(
        name=name,
        version=found.version,
        type=ComponentType.LIBRARY,
        purl=address,
        bom_ref=str(address),
        licenses=_licences(found.metadata),
    )


def _licences(metadata: Any) -> list[Any]:
    """An SPDX expression if there is one, otherwise what the package says in words."""
    fields: Message = metadata
    if expression := fields.get("License-Expression"):
        return [_LICENSES.make_from_string(expression)]
    words = [
        line.rpartition(" :: ")[2]
        for line in fields.get_all("Classifier") or []
        if line.startswith("License :: ") and line.count(" :: ") > 1
    ]
    if not words and (text := (fields.get("License") or "").strip()):
        words = [text.splitlines()[0][:100]]
    return [DisjunctiveLicense(name=word) for word in words]


def _pack(manifest: Manifest, directory: Path) -> Component:
    digest = hashlib.sha256((directory / "manifest.json").read_bytes()).hexdigest()
    return Component(
        name=manifest.name,
        version=manifest.version,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=f"pack/{manifest.name}@{manifest.version}",
        description=manifest.summary,
        licenses=[DisjunctiveLicense(name=licence) for licence in manifest.licences],
        # The manifest has the hash of each of the pack's files.
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
        properties=[
            Property(name="teletipo:runtime", value=manifest.runtime),
            Property(name="teletipo:quantization", value=manifest.quantization),
        ],
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the file. Exit codes: 0 done, 1 the tree is not whole, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m infra.sbom", description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    try:
        options.file.write_text(bill(options.tree) + "\n", "utf-8")
    except (TeletipoError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
