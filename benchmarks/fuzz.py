"""Hostile input: ``python -m benchmarks.fuzz --inputs N --seed S [--json]``.

Generated and mutated articles go through every reader and through the whole pipeline with a pack
without models, and generated messages through the event parser. Two hundred adversarial inputs of
up to a megabyte come first, each in a process of its own: what is quadratic shows there. No input
may raise anything outside the error tree, or take more than 2 seconds or 200 MB.
"""

import argparse
import io
import itertools
import json
import multiprocessing
import random
import resource
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.command import print_result, progress_unless, reports_errors
from benchmarks.fastpack import FastPack
from handlers.events import parse_notification
from teletipo import formats
from teletipo.article import Source
from teletipo.errors import Rejection, TeletipoError, UnreadableArticle
from teletipo.options import SummaryOptions
from teletipo.pipeline import summarize_article

_ROOT = Path(__file__).parents[1]
SECONDS, MEGABYTES = 2.0, 200.0
_SIZE = 1_000_000
_ADVERSARIAL = 200
_GIVE_UP_SECONDS = 120
_STORY = "El Consejo aprobó este lunes el plan de la ministra. La oposición votó en contra de él. "

# Units that cost more than linear time somewhere, or might: marks, tags, quotations, patterns.
_UNITS = (
    "\u0301\u0327\u0323",
    "\u0f73",
    "\u0344",
    "\u200d\u0301",
    "\u0378",
    "<nav>",
    "<!--",
    "<a ",
    "</",
    "<![CDATA[",
    "<![ x",
    "<p>",
    "<b>",
    "<div>",
    "<a href='",
    "&#",
    "&amp",
    "<script>",
    "<?",
    "-->",
    "<table><tr><td>",
    "<svg></p>",
    "<h1>",
    "<x a=",
    "<article>",
    "<br>",
    "<!doctype",
    "<p>x ",
    "“ x",
    "«",
    '"a." ',
    "'",
    ". ",
    ".)",
    "(a) ",
    "A. ",
    "EE. UU. y ",
    "Sr. ",
    "!?",
    "…",
    "1.",
    "1,0",
    "12.345,6 ",
    "14 de marzo de 2022 ",
    "March 14, ",
    "3月14日",
    "Madrid, 14 mar (EFE).- ",
    "Madrid, ",
    "（完",
    "新华社",
    "。",
    "“",
    "他说：“",
    "俄罗斯",
    "all rights ",
    "Tags: ",
    "EFE\n",
    "a\n",
    "a\n\n",
    "\r",
    "\n \n",
    "ab/cd/",
    "x" * 239 + "\n",
    "Por ",
    "no ",
    "not ",
    "según ",
    "García ",
    "García de la ",
    "https://a.b/",
    "\u00e9",
    "hijo de ",
    "{",
    "[",
    "[{",
    '{"a":',
    '"',
    "\\u0301",
    "\\",
    "A",
    "a ",
    "A b ",
    "five hundred ",
    "dos mil ",
    "百万",
    "%",
    "$1 ",
    "-",
    "–",
    "1-",
    "\t",
    "\u00a0",
    "😀",
    "\ufeff",
)


def _plain(unit: str) -> str:
    return unit * (_SIZE // len(unit.encode()))


def _document(text: str) -> bytes:
    """A Word document of one paragraph."""
    office = "http://schemas.openxmlformats.org"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship '
        f'Id="r1" Type="{office}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{office}/wordprocessingml/2006/main"><w:body>'
        f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:body></w:document>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content.encode("utf-8", "replace"))
    return packed.getvalue()


_SHAPES: dict[str, Callable[[str], str | bytes]] = {
    "alone": _plain,
    "after a story": lambda unit: _STORY + _plain(unit),
    "in one sentence": lambda unit: f"{_STORY}El plan {_plain(unit)} fue aprobado este lunes.",
    "between sentences": lambda unit: (
        (_STORY + unit * 40 + " ") * (_SIZE // len((_STORY + unit * 40 + " ").encode()))
    ),
    "as a page": lambda unit: f"<html><body><article><p>{_STORY}</p>{_plain(unit)}",
    "as a headline": lambda unit: f"<h1>{_plain(unit)}</h1><p>{_STORY}</p>",
    "in an item": lambda unit: json.dumps({"uri": "x", "body_html": f"<p>{_STORY}{_plain(unit)}"}),
    "in an items fields": lambda unit: json.dumps(
        {"uri": unit * 9000, "language": unit * 9000, "headline": unit * 9000, "body_text": _STORY}
    ),
    "opened and closed": lambda unit: (
        f"<html>{_STORY}{_plain(unit)[: _SIZE // 2]}" + "</svg>" * (_SIZE // 12)
    ),
    "in a header": lambda unit: (
        f"From: {_plain(unit)[:20_000]}\nSubject: {_plain(unit)[:20_000]}\n"
        f"Message-ID: <{_plain(unit)[:9_000]}\nContent-Type: text/plain; {_plain(unit)[:9_000]}\n\n"
        f"{_STORY}"
    ),
    "as parts of a mail": lambda unit: (
        "From: a@b.c\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n"
        + f"\n--b\nContent-Type: text/html; {unit}\n\n{_STORY}" * (_SIZE // 200)
    ),
    "as NITF": lambda unit: (
        f"<nitf><body><body.content><p>{_STORY}</p><table><tr><td>{_plain(unit)}"
    ),
    "as G2": lambda unit: (
        f"<newsItem><contentMeta><headline>{escape(unit * 3_000)}</headline></contentMeta>"
        f"<contentSet><inlineData>{_STORY}{escape(_plain(unit))}</inlineData></contentSet></newsItem>"
    ),
    "as a feed": lambda unit: (
        f"<rss><channel><item><title>{escape(unit * 3_000)}</title><description>&lt;p&gt;{_STORY}"
        f"{escape(_plain(unit))}</description></item></channel></rss>"
    ),
    "in 7901": lambda unit: (
        f"\x16\x01EFE0412 3 i 45 {unit * 90}\r\n{unit * 90}\r\n\x02{_STORY}{_plain(unit)}\r\n"
        "\x03041612 GMT OCT 21\x04"
    ),
    "in a Word document": lambda unit: _document(_STORY + _plain(unit)),
}
_PARTS = (
    "<p>",
    "</p>",
    "<h1>",
    "<article>",
    "<!--",
    "&#x301;",
    "&nbsp;",
    "\u0301",
    "“",
    "”",
    "«",
    "\n\n",
    "\r\n",
    "Madrid, 14 mar (EFE).- ",
    "（埃菲社北京3月14日电）",
    "29 feb 2023",
    "EFE",
    "\0",
    "\ufeff",
    "{",
    '"pubStatus": ["canceled"],',
    '"bodies": [',
    "[]",
    "null",
    "1e999",
    "\ud800",
    "<![ x",
    "]]>",
    "。",
    "…",
    "1.234,5",
    "50 %",
    "(EFE)",
    "By ",
    "Por ",
    "\u2028",
    "<nitf>",
    "<?xml version='1.0'?>",
    "{\\rtf1",
    "\x01",
    "\x02",
    "\x03",
    "=?utf-8?b?",
    "?=",
    "From: ",
    "Message-ID: <",
    "Content-Type: ",
    "boundary=",
    "charset=x",
    "Content-Transfer-Encoding: base64",
    'norm="',
    'version="',
    'qcode=":"',
    'xmlns=""',
    'xml:lang=""',
    "9999-12-31T23:59:59+14:00",
    "0001-01-01",
    "24:00",
    "&lt;p&gt;",
    "<tr><td>",
    "<newsItem>",
    "<item>",
)


@dataclass
class Report:
    """What the inputs did."""

    inputs: int = 0
    adversarial: int = 0
    summarized: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    """The input and what it did: an exception outside the tree, too long, too much memory."""
    slowest_seconds: float = 0.0
    largest_megabytes: float = 0.0


def adversarial(seed: int, count: int = _ADVERSARIAL) -> Iterator[tuple[str, bytes]]:
    """Yield each input's name and bytes: every unit at least once, in shapes drawn by the seed."""
    pairs = list(itertools.product(_UNITS, _SHAPES))
    random.Random(seed).shuffle(pairs)  # noqa: S311
    first = {unit: (unit, shape) for unit, shape in reversed(pairs)}
    rest = [pair for pair in pairs if first[pair[0]] != pair]
    for unit, shape in [*first.values(), *rest][:count]:
        made = _SHAPES[shape](unit)
        data = made if isinstance(made, bytes) else made.encode("utf-8", "replace")
        yield f"{unit[:12]!r} {shape}", data[:_SIZE]


def small(seed: int) -> Iterator[bytes]:
    """Yield samples that are cut, spliced, repeated and mixed with what readers look for."""
    random_ = random.Random(seed)  # noqa: S311
    folders = [_ROOT / "events", *(_ROOT / "tests" / "data" / name for name in ("formats", "iptc"))]
    places = [place for folder in folders for place in folder.rglob("*")]
    samples = [path.read_bytes()[:4000] for path in sorted(places) if path.is_file()]
    while True:
        data = bytearray(random_.choice(samples))
        for _ in range(random_.randint(1, 12)):
            start = random_.randrange(len(data) + 1)
            end = min(len(data), start + random_.choice((0, 1, 5, 50, 500)))
            match random_.randrange(5):
                case 0:
                    data[start:end] = b""
                case 1:
                    part = random_.choice(_PARTS).encode("utf-8", "surrogatepass")
                    data[start:end] = part * random_.choice((1, 1, 3, 40))
                case 2:
                    data[start:end] = random_.randbytes(end - start)
                case 3:
                    data[start:start] = random_.choice(samples)[start:end]
                case _:
                    data[start:start] = data[start:end] * random_.randint(1, 5)
        yield bytes(data[:20_000])


@dataclass
class Outcome:
    """What an input did: "summarized", a rejection's code, or what failed."""

    result: str
    failure: str | None = None
    seconds: float = 0.0
    """Of the longest step: a reader, the event parser, the pipeline."""
    megabytes: float = 0.0


def take(data: bytes, pack: FastPack) -> Outcome:
    """Put an input through the event parser, every reader and the pipeline."""
    text = data.decode("utf-8", "replace")
    outcome = Outcome("")

    def step(work: Callable[[], object]) -> str:
        started = time.process_time()
        try:
            work()
        except UnreadableArticle as rejection:
            outcome.failure = _place(rejection.__cause__ or rejection)
            return rejection.code
        except TeletipoError as error:
            return error.code if isinstance(error, Rejection) else ""
        except Exception as error:
            outcome.failure = _place(error)
            return "failed"
        finally:
            outcome.seconds = max(outcome.seconds, time.process_time() - started)
        return "summarized"

    step(lambda: parse_notification(text))
    for reader in formats.READERS.values():
        step(partial(reader.read, data))
    options = SummaryOptions(targets=("es", "en"))
    outcome.result = step(lambda: summarize_article(data, Source("articles/a"), pack, options))
    return outcome


def _place(error: BaseException) -> str:
    """The exception's name and where it was raised; its message may be a megabyte."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def run(inputs: int, seed: int, progress: Any, adversarial_inputs: int = _ADVERSARIAL) -> Report:
    """Take the adversarial inputs, then small ones up to ``inputs`` in all."""
    report, pack = Report(), FastPack()
    for sample in ("es-desalinizadora.txt", "en-heatwave-trains.txt", "zh-metro.txt"):
        take((_ROOT / "events" / "articles" / sample).read_bytes(), pack)
    for name, data in adversarial(seed, min(inputs, adversarial_inputs)):
        report.adversarial += 1
        _note(report, name, _apart(data, pack))
        progress("adversarial inputs", report.adversarial / max(inputs, 1))
    for data in itertools.islice(small(seed), max(0, inputs - report.adversarial)):
        _note(report, repr(data[:200]), take(data, pack))
        progress("small inputs", report.inputs / inputs)
    return report


def _note(report: Report, name: str, outcome: Outcome) -> None:
    report.inputs += 1
    report.slowest_seconds = max(report.slowest_seconds, round(outcome.seconds, 2))
    report.largest_megabytes = max(report.largest_megabytes, round(outcome.megabytes, 1))
    if outcome.failure:
        report.failures.append(f"{name}: {outcome.failure}")
    elif outcome.result == "summarized":
        report.summarized += 1
    else:
        report.rejected[outcome.result] = report.rejected.get(outcome.result, 0) + 1
    if outcome.seconds > SECONDS or outcome.megabytes > MEGABYTES:
        report.failures.append(
            f"{name}: {outcome.seconds:.1f} s, {outcome.megabytes:.0f} MB ({outcome.result})"
        )


def _apart(data: bytes, pack: FastPack) -> Outcome:
    """Take an input in a process of its own, and measure the memory too."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)

    def child() -> None:
        before = _resident_megabytes()
        outcome = take(data, pack)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        outcome.megabytes = max(0.0, peak - before)
        sending.send(outcome)

    process = context.Process(target=child)
    process.start()
    found: Outcome = (
        receiving.recv() if receiving.poll(_GIVE_UP_SECONDS) else Outcome("", "no answer")
    )
    process.kill()
    process.join()
    return found


def _resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1_000_000


@reports_errors
def main(arguments: list[str] | None = None) -> int:
    """Run the command; exit code 1 if an input failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    with progress_unless(chosen.json, "fuzz") as progress:
        report = run(chosen.inputs, chosen.seed, progress)
    print_result(report, as_json=chosen.json, width=18)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
