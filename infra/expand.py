"""template.yaml as CloudFormation gets it: ``python -m infra.expand FILE`` writes it as JSON."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cfnlint.decode.cfn_yaml import load
from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform

_ROOT = Path(__file__).parents[1]


def expand() -> dict[str, Any]:
    """The template with AWS SAM's resources written out."""
    document = json.loads(json.dumps(load(str(_ROOT / "template.yaml"))))
    # The translator wants what `sam package` uploads: the image and the code.
    document["Resources"]["SummarizeFunction"]["Properties"]["ImageUri"] = "1.dkr.ecr/x:y"
    document["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    with patch.dict("os.environ", {"AWS_DEFAULT_REGION": "eu-west-1"}):
        expanded: dict[str, Any] = transform(document, {}, ManagedPolicyLoader(None))
    # What checkov need not find on an API is about the stage that SAM makes of it.
    expanded["Resources"]["Apiv1Stage"]["Metadata"] = document["Resources"]["Api"]["Metadata"]
    return expanded


def main(arguments: list[str] | None = None) -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(prog="python -m infra.expand", description=__doc__)
    parser.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text(json.dumps(expand(), indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
