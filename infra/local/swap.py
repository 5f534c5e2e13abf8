"""Adapt template.yaml for the emulator: each function's code becomes a bootstrap script.

The script runs the real handler with ``awslambdaric`` in this interpreter, so no Docker engine is
needed. Only the functions' code, runtime and architecture change, and the timeout of the one with
models; alarms with metric math, which the emulator refuses, are left out. The state machine of the
back catalogue sends its keys one at a time: the emulator makes no batches of a Distributed Map.
"""

import json
import shlex
import sys
from pathlib import Path
from typing import Any

from cfnlint.decode.cfn_yaml import load

ROOT = Path(__file__).parents[2]
MODEL_SECONDS = 600
"""The timeout of the function with models: this machine may be slower than Lambda's, and busy."""


def swap(template: Path, environment: dict[str, str], output_dir: Path) -> Path:
    """Write the adapted template and its bootstraps below ``output_dir``; return the template.

    The bootstraps export ``environment``: the emulator passes only the template's variables to
    custom runtimes.
    """
    document: dict[str, Any] = json.loads(json.dumps(load(str(template))))
    for name, resource in [*document["Resources"].items()]:
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            del document["Resources"][name]
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            _send_one_at_a_time(resource["Properties"])
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        if properties.pop("PackageType", "Zip") == "Image":
            (handler,) = properties.pop("ImageConfig")["Command"]
            properties["Timeout"] = MODEL_SECONDS
        else:
            handler = properties["Handler"]
        resource.pop("Metadata", None)
        properties |= {
            "Runtime": "provided.al2023",
            "Handler": handler,
            "CodeUri": str(_bootstrap(output_dir / name, handler, environment)),
            # The emulator checks the architecture; the function runs on this machine's.
            "Architectures": ["x86_64"],
        }
    path = output_dir / "template.json"
    path.write_text(json.dumps(document, indent=2), "utf-8")
    return path


def _send_one_at_a_time(machine: dict[str, Any]) -> None:
    """Give each article to an execution of its own, as a batch of one.

    The rate stays the same, up to 600 articles a minute: an emulated wait takes whole seconds, too.
    """
    (mapped,) = machine["Definition"]["States"].values()
    batch_size = mapped.pop("ItemBatcher")["MaxItemsPerBatch"]
    mapped["ItemReader"]["Arguments"]["Prefix.$"] = "$.prefix"
    del mapped["ItemReader"]["Arguments"]["Prefix"]
    mapped["ItemSelector"] = {
        "Items.$": "States.Array($$.Map.Item.Value)",
        "BatchInput": {"run.$": "$"},
    }
    mapped["MaxConcurrency"] = batch_size
    states = mapped["ItemProcessor"]["States"]
    # It cannot send batches for a state machine either.
    machine["DefinitionSubstitutions"]["SendMessageBatch"] = "arn:aws:states:::sqs:sendMessage"
    states["Send"]["Arguments"] |= {"MessageBody": "{% $entries[0].MessageBody %}"}
    states["KeepTheRate"]["Seconds"] = "{% $ceil($wait_seconds / $concurrency) %}"


def _bootstrap(directory: Path, handler: str, environment: dict[str, str]) -> Path:
    directory.mkdir(parents=True)
    exports = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
    script = directory / "bootstrap"
    script.write_text(
        "\n".join(
            [
                "#!/bin/sh",
                *exports,
                f"cd {shlex.quote(str(ROOT))}",
                f"exec {shlex.quote(sys.executable)} -m awslambdaric {shlex.quote(handler)}",
                "",
            ]
        ),
        "utf-8",
    )
    script.chmod(0o755)
    return directory
