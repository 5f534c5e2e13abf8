"""A deployed or local stack, for the commands that look after it.

The AWS client is imported when a command runs, because the other commands do without.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from teletipo.errors import BadKey, TeletipoError, WrongBucket
from teletipo.keys import ARTICLES, summary_key


class OpsError(TeletipoError):
    """AWS refused, or the stack is not what it should be."""


class Stack:
    """The stack's outputs, and clients for its services."""

    def __init__(self, name: str, endpoint_url: str | None, region: str | None) -> None:
        import boto3

        self._session = boto3.Session(region_name=region)
        self._endpoint_url = endpoint_url
        self._clients: dict[str, Any] = {}
        self.name = name
        found = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        self.outputs: Mapping[str, str] = {
            output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])
        }

    def client(self, service: str) -> Any:
        """A client, at the endpoint that was given; made once."""
        if service not in self._clients:
            self._clients[service] = self._session.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self._endpoint_url,
            )
        return self._clients[service]

    def output(self, name: str) -> str:
        """An output's value. Raises ``OpsError``."""
        if name not in self.outputs:
            raise OpsError(f"The stack '{self.name}' has no output {name}; is it up to date?")
        return self.outputs[name]

    def intake(self) -> list[dict[str, Any]]:
        """The event sources of the summarize function."""
        found = self.client("lambda").list_event_source_mappings(
            FunctionName=self.output("SummarizeFunction")
        )
        return list(found["EventSourceMappings"])

    def require_articles_bucket(self, bucket: str) -> None:
        """Raise ``OpsError`` unless it is the stack's own."""
        own = self.output("ArticlesBucket")
        if bucket != own:
            raise OpsError(f"'{bucket}' is not the stack's articles bucket, {own}.")

    def articles(self, bucket: str, prefix: str) -> Iterator[Mapping[str, Any]]:
        """The objects below a prefix whose keys name articles, as S3 lists them."""
        for item in self.objects(bucket, prefix):
            if is_article(item["Key"]):
                yield item

    def objects(self, bucket: str, prefix: str) -> Iterator[Mapping[str, Any]]:
        """All objects below a prefix, as S3 lists them."""
        pages = self.client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            yield from page.get("Contents", [])


Command = Callable[[Stack, argparse.Namespace], int]


def add_stack_command(commands: Any, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    """Add a command that works on a stack. AWS's errors become ``OpsError``."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.add_argument("--stack", default="teletipo", help="its name; default: %(default)s")
    command.add_argument("--region", help="default: your AWS configuration's")
    command.add_argument(
        "--endpoint-url", type=_web_address, help="of the local stack, as `make serve` prints it"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument(
        "--dry-run", action="store_true", help="change nothing; say what would be done"
    )
    command.set_defaults(run=lambda options: _run(run, options))
    return command


def _web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"'{text}' does not begin with http:// or https://")
    return text


def articles_address(text: str) -> tuple[str, str]:
    """The bucket and the prefix of ``s3://BUCKET/articles/…``, for argparse."""
    scheme, _, rest = text.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme != "s3" or not bucket or not prefix.startswith(ARTICLES):
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form s3://BUCKET/{ARTICLES}…")
    return bucket, prefix


def add_yes(command: argparse.ArgumentParser) -> None:
    """Add ``--yes`` to a command that asks."""
    command.add_argument("--yes", action="store_true", help="start without asking")


def ask(options: argparse.Namespace, question: str) -> None:
    """Ask on the terminal. Raises ``OpsError`` if the answer is no, or if there is no terminal."""
    if options.yes:
        return
    if not sys.stdin.isatty():
        raise OpsError("Nothing was started: add --yes, or --dry-run to see what would be done.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() not in {"y", "yes"}:
        raise OpsError("Nothing was started.")


def say(options: argparse.Namespace, document: Mapping[str, Any], sentence: str) -> None:
    """Print the document with ``--json``, otherwise the sentence."""
    if options.json:
        print_json(document)
    else:
        print(sentence)


def print_json(document: Mapping[str, Any]) -> None:
    """Print a document as JSON."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def _run(command: Command, options: argparse.Namespace) -> int:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return command(Stack(options.stack, options.endpoint_url, options.region), options)
    except (BotoCoreError, ClientError) as error:
        raise OpsError(f"AWS: {error}") from None


def is_article(key: str) -> bool:
    """Whether the key names an article, as the summarize function sees it."""
    try:
        summary_key(key)
    except (BadKey, WrongBucket):
        return False
    return True
