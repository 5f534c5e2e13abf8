"""``teletipo summarize``: files, folders and standard input, with one loaded model."""

import argparse
import itertools
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cli import view
from cli.inputs import Input, InputError, files, read_inputs
from models.packs import OpenPack, open_pack
from models.settings import PackSettings
from teletipo.article import Source
from teletipo.errors import Rejection
from teletipo.findings import Severity
from teletipo.options import SummaryOptions, parse_targets
from teletipo.progress import progress_display
from teletipo.summary import RejectionDocument, Summary, to_json
from teletipo.terminology import NO_TERMS, read_terminology

REJECTED, FAILED_ON = 1, 3
# Articles that the models see together: as in the function, half again as fast as one by one.
_TOGETHER = 4


class _Settings(PackSettings, SummaryOptions):
    """What the command reads from the environment."""


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("summarize", help="summarize articles, without the stack")
    command.add_argument(
        "articles",
        nargs="*",
        metavar="ARTICLE",
        help="files and folders, or - for standard input (also where nothing is named)",
    )
    command.add_argument(
        "--to", type=_targets, metavar="TAGS", help="target languages, such as en,zh-Hans"
    )
    command.add_argument("--language", help="the articles' language (default: detected)")
    command.add_argument("--pack", help="default: the setting TELETIPO_PACK, or embedded")
    command.add_argument("--terminology", type=Path, help="a terminology file (CSV, TMX, TBX)")
    command.add_argument(
        "--json", action="store_true", help="print JSON; of several articles one a line"
    )
    command.add_argument(
        "--out",
        type=Path,
        help="write to this file; of several articles to this folder, a file each, or to a "
        "file whose name ends in .jsonl",
    )
    command.add_argument(
        "--fail-on",
        choices=("error", "review"),
        help="exit code 3 if a summary has an error, or needs review",
    )
    command.set_defaults(run=_summarize, usage=command.error)


def _targets(text: str) -> tuple[str, ...]:
    try:
        return parse_targets(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _summarize(options: argparse.Namespace) -> int:
    # The other commands start in a third of the time without it.
    from teletipo.pipeline import Request, summarize_articles

    arguments = options.articles or ["-"]
    if not options.articles and sys.stdin.isatty():
        options.usage("name an article, or pipe one in")
    settings = _Settings.load()
    found = _without(options.out, files(arguments))
    count = len(found)
    writer = _writer(options, [key for key, _ in found])
    terms = options.terminology
    terminology = read_terminology(terms.read_bytes(), terms.name) if terms else NO_TERMS
    inputs = read_inputs(found, settings.max_article_bytes)
    # Read first: a file that cannot be read is said before a model is loaded.
    first = list(itertools.islice(inputs, _TOGETHER))
    pack = _open(options.pack, settings)
    code = 0
    with progress_display("Summarizing") as progress:
        done = 0
        for together in _batches(itertools.chain(first, inputs)):
            if count > 1:
                progress(together[0].name, done / count)
            requests = [
                Request(each.data, Source(each.key, declared_language=options.language), options.to)
                for each in together
            ]
            results = summarize_articles(requests, pack, settings, terminology=terminology)
            for each, result in zip(together, results, strict=True):
                writer.write(each, result)
                code = _worse(code, _code(result, options.fail_on))
            done += len(together)
    return code


def _without(
    out: Path | None, found: list[tuple[str, Path | None]]
) -> list[tuple[str, Path | None]]:
    """The articles without what an earlier run has written into one of the folders."""
    if out is None or not out.is_file() or len(found) == 1:
        return found
    return [(key, path) for key, path in found if path is None or not out.samefile(path)]


def _code(result: Summary | Rejection, fail_on: Literal["error", "review"] | None) -> int:
    if isinstance(result, Rejection):
        return REJECTED
    has_error = any(finding.severity is Severity.ERROR for finding in result.findings)
    if fail_on == "review" and result.status == "needs_review":
        return FAILED_ON
    return FAILED_ON if fail_on and has_error else 0


def _worse(one: int, other: int) -> int:
    """A rejection counts before a finding."""
    return REJECTED if REJECTED in {one, other} else max(one, other)


def _batches(inputs: Iterable[Input]) -> Iterator[list[Input]]:
    iterator = iter(inputs)
    while together := list(itertools.islice(iterator, _TOGETHER)):
        yield together


def _open(name: str | None, settings: PackSettings) -> OpenPack:
    from models.build import prepare_pack

    with progress_display("Preparing the pack") as progress:
        directory = prepare_pack(settings, progress, name)
    return open_pack(directory, settings.threads)


@dataclass
class _Writer:
    """Where results go, and in which form."""

    as_json: bool
    several: bool
    folder: Path | None = None
    file: Path | None = None
    is_new: bool = True

    def write(self, article: Input, result: Summary | Rejection) -> None:
        if isinstance(result, Rejection):
            where = f"{article.path or article.name}: " if self.several else ""
            print(f"{where}{result}", file=sys.stderr)
            if not self.several:
                return
        if self.folder:
            self._into(self.folder, article, result)
            return
        text = self._text(article, result)
        if self.file:
            # What an earlier run has written stays until there is something else.
            with self.file.open("wb" if self.is_new else "ab") as file:
                file.write(text)
            self.is_new = False
        else:
            sys.stdout.buffer.write(text)
            sys.stdout.buffer.flush()

    def _into(self, folder: Path, article: Input, result: Summary | Rejection) -> None:
        """One file an article: its name with .json or .txt added, in its folder's folder."""
        if isinstance(result, Rejection):
            place, data = f"{article.key}.rejected.json", to_json(_document(article, result))
        elif self.as_json:
            place, data = f"{article.key}.json", to_json(result)
        else:
            place, data = f"{article.key}.summary.txt", view.render(result).encode()
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def _text(self, article: Input, result: Summary | Rejection) -> bytes:
        if isinstance(result, Rejection):
            return _line(_document(article, result)) if self.as_json else b""
        if self.as_json:
            return _line(result) if self.several else to_json(result)
        return view.render(result).encode() + (b"\n" if self.several else b"")


def _document(article: Input, rejection: Rejection) -> RejectionDocument:
    return RejectionDocument(
        key=article.key, version_id=None, code=rejection.code, reason=str(rejection)
    )


def _line(document: Summary | RejectionDocument) -> bytes:
    return document.model_dump_json().encode() + b"\n"


def _writer(options: argparse.Namespace, keys: Sequence[str]) -> _Writer:
    """Raises ``InputError`` if the output cannot be what was named."""
    out: Path | None = options.out
    lines = out is not None and out.suffix == ".jsonl"
    several = len(keys) > 1 or lines or any(Path(each).is_dir() for each in options.articles)
    if out is None:
        return _Writer(options.json, several)
    if any(
        out.exists() and Path(each).exists() and out.samefile(each) for each in options.articles
    ):
        raise InputError(f"{out} is an article; name another file to write to.")
    if lines or not (several or out.is_dir()):
        if out.is_dir():
            raise InputError(f"{out} is a folder; name a file in it.")
        if not out.parent.is_dir():
            raise InputError(f"There is no folder {out.parent} to write {out.name} into.")
        out.open("ab").close()
        return _Writer(options.json or lines, several, file=out)
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; several summaries need a folder, or a .jsonl file.")
    if twice := [key for key, count in Counter(keys).items() if count > 1]:
        raise InputError(
            f"Two articles have the name {twice[0]}, and one file in {out}: name a folder that "
            "holds both, or a .jsonl file."
        )
    return _Writer(options.json, True, folder=out)
