"""``make run`` and ``make serve``: the deployed path, run on this machine."""

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from cli import view
from infra.local.front import front, require_free
from infra.local.stack import CREDENTIALS, NOT_HONOURED, LocalStack, StackError, local_stack
from infra.local.swap import MODEL_SECONDS
from models.build import prepare_pack
from models.settings import PackSettings
from teletipo.errors import TeletipoError
from teletipo.keys import rejection_key, summary_key
from teletipo.options import parse_targets
from teletipo.progress import Progress, progress_display
from teletipo.summary import RejectionDocument, Summary

_SAMPLE = Path("events/articles/es-desalinizadora.txt")
_WAIT_SECONDS = MODEL_SECONDS + 60
# Typical wait; the progress bar slows down as it passes this.
_TYPICAL_SECONDS = 12


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 rejected or failed, 2 wrong usage, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "run", help="summarize one article through the stack, then stop it"
    )
    command.add_argument("--article", type=Path, default=_SAMPLE, help="default: %(default)s")
    command.add_argument(
        "--to", default="", metavar="TAGS", help="target languages, such as es,en,zh-Hans"
    )
    command.add_argument("--json", action="store_true", help="print the summary as JSON")
    command.set_defaults(run=_run)
    command = commands.add_parser("serve", help="run the stack until Ctrl-C")
    command.add_argument(
        "--port", type=int, default=8000, help="the desk's port; default: %(default)s"
    )
    command.add_argument(
        "--endpoint-port", type=int, default=0, help="the AWS endpoint's port; default: a free one"
    )
    command.add_argument(
        "--callback-hosts", default="", metavar="HOSTS", help="allowed callback hosts"
    )
    command.add_argument(
        "--cors-origin", default="", metavar="ORIGIN", help="origin of a page that may call the API"
    )
    command.set_defaults(run=_serve)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return int(options.run(options))
    except (TeletipoError, OSError, ValueError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    data = options.article.read_bytes()
    metadata = {"targets": ",".join(parse_targets(options.to))} if options.to else {}
    with progress_display("Teletipo") as progress:
        pack_dir = prepare_pack(PackSettings.load(), progress)
        with local_stack(pack_dir, progress) as stack:
            result = _summarize(stack, options.article.name, data, metadata, progress)
    if "reason" in result:
        rejection = RejectionDocument.model_validate_json(result["reason"])
        print(
            f"{rejection.key} was rejected ({rejection.code}): {rejection.reason}", file=sys.stderr
        )
        return 1
    if options.json:
        print(result["summary"].decode(), end="")
    else:
        print(view.render(Summary.model_validate_json(result["summary"])), end="")
        print("The local emulator does not honour: " + "; ".join(NOT_HONOURED) + ".")
    return 0


def _serve(options: argparse.Namespace) -> int:
    # Said before anything is deployed.
    require_free(options.port)
    require_free(options.endpoint_port)
    with progress_display("Teletipo") as progress:
        pack_dir = prepare_pack(PackSettings.load(), progress)
        parameters = {
            "CallbackHosts": options.callback_hosts,
            "CorsOrigin": options.cors_origin,
        }
        with (
            local_stack(pack_dir, progress, options.endpoint_port, lambda _: parameters) as stack,
            front(stack.api_url, options.port) as address,
        ):
            progress("ready", 1.0)
            print(_instructions(stack, address), flush=True)
            while True:
                signal.pause()


def _instructions(stack: LocalStack, address: str) -> str:
    key = stack.api_key()
    articles = stack.outputs["ArticlesBucket"]
    summaries = stack.outputs["SummariesBucket"]
    keys = " ".join(f"{name}={value}" for name, value in CREDENTIALS.items())
    aws = f"{keys} aws --endpoint-url {stack.endpoint_url}"
    return "\n".join(
        [
            "",
            f"Desk       {address}/#key={key}",
            f"API        {address}/docs#key={key}",
            f"Key        {key}",
            f"Endpoint   {stack.endpoint_url}",
            f"Articles   s3://{articles}/articles/",
            f"Summaries  s3://{summaries}/summaries/   (or rejected/)",
            f"Log        {stack.log_file}",
            "",
            "Try:",
            f"  curl -H 'x-api-key: {key}' -H 'Prefer: wait=20' --data-binary @{_SAMPLE} "
            f"{address}/summaries",
            f"  {aws} s3 cp {_SAMPLE} s3://{articles}/articles/{_SAMPLE.name}",
            f"  {aws} s3 cp s3://{summaries}/summaries/{_SAMPLE.name}.json -",
            "",
            "Differences from AWS:",
            *(f"  - {what}" for what in NOT_HONOURED),
            "",
            "Press Ctrl-C to stop the stack.",
        ]
    )


def _summarize(
    stack: LocalStack, name: str, data: bytes, metadata: dict[str, str], progress: Progress
) -> dict[str, bytes]:
    """Upload an article and return its summary or its rejection (``reason``), as JSON bytes."""
    s3 = stack.client("s3")
    key = f"articles/{name}"
    s3.put_object(
        Bucket=stack.outputs["ArticlesBucket"],
        Key=key,
        Body=data,
        Metadata={field: quote(value, safe=",") for field, value in metadata.items()},
    )
    places = {"summary": summary_key(key), "reason": rejection_key(key)}
    started = time.monotonic()
    while (waited := time.monotonic() - started) < _WAIT_SECONDS:
        progress("waiting for the summary", 1 - 1 / (1 + waited / _TYPICAL_SECONDS))
        for kind, place in places.items():
            body = _get(s3, stack.outputs["SummariesBucket"], place)
            if body is not None:
                return {kind: body}
        time.sleep(0.2)
    raise StackError(
        f"No summary or rejection within {_WAIT_SECONDS} s. The emulator's log ends with:\n"
        + stack.log_tail()
    )


def _get(s3: Any, bucket: str, key: str) -> bytes | None:
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        return None


if __name__ == "__main__":
    sys.exit(main())
