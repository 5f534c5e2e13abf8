"""Translations that people rated or a rule perturbed, and how well a number tells bad from good.

A file has a JSON object a line: ``source_language``, ``target_language``, ``source``, ``target``,
``label`` (``none``, ``minor``, ``major`` or ``perturbed``), ``kind``, and ``spans`` (``start``,
``end``, ``severity``) in the target.
"""

import json
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from models.packs import OpenPack
from teletipo.confidence import PairScores
from teletipo.progress import Progress

_CHUNK = 64
_SCORES: TypeAdapter[PairScores | None] = TypeAdapter(PairScores | None)


class RatedSpan(BaseModel):
    """A place in the target that an annotator marked."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    severity: str = ""
    category: str = ""


class Rating(BaseModel):
    """A translation, and what people or a rule say about it."""

    model_config = ConfigDict(frozen=True)

    source_language: str
    target_language: str
    source: str
    target: str
    label: Literal["none", "minor", "major", "perturbed"]
    kind: str = ""
    spans: tuple[RatedSpan, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.source_language, self.target_language, self.source, self.target

    @property
    def direction(self) -> str:
        return f"{self.source_language}-{self.target_language}"


def read_ratings(path: Path) -> list[Rating]:
    """Read a file. Raises ``OSError``; ``ValueError`` names the line."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            found.append(Rating.model_validate_json(line))
        except ValidationError as error:
            fault = error.errors()[0]
            raise ValueError(f"{path}, line {number}: {fault['msg']}") from None
    return found


@dataclass
class ScoreCache:
    """A pack's scores of pairs, kept in a file so that a run can be continued."""

    path: Path | None
    known: dict[tuple[str, str, str, str], PairScores | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path and self.path.exists():
            for line in self.path.read_text("utf-8").splitlines():
                key, scores = json.loads(line)
                self.known[tuple(key)] = _SCORES.validate_python(scores)

    def score(self, pack: OpenPack, rows: Sequence[Rating], progress: Progress) -> None:
        """Score what is not known yet."""
        new = list({row.key: row for row in rows if row.key not in self.known}.values())
        # Pairs of one direction and like lengths go together.
        new.sort(key=lambda row: (row.direction, len(row.source)))
        for start in range(0, len(new), _CHUNK):
            progress("scoring", start / len(new))
            chunk = new[start : start + _CHUNK]
            for direction in dict.fromkeys(row.direction for row in chunk):
                own = [row for row in chunk if row.direction == direction]
                pairs = [(row.source, row.target) for row in own]
                found = pack.score(pairs, own[0].source_language, own[0].target_language)
                for row, scores in zip(own, found, strict=True):
                    self.known[row.key] = scores
                    self._write(row, scores)

    def _write(self, row: Rating, scores: PairScores | None) -> None:
        if self.path:
            with self.path.open("a", encoding="utf-8") as file:
                content = [row.key, _SCORES.dump_python(scores)]
                file.write(json.dumps(content, ensure_ascii=False) + "\n")


def auc(good: Sequence[float], bad: Sequence[float]) -> float | None:
    """Return the probability that a bad one's number exceeds a good one's; ties count half."""
    if not good or not bad:
        return None
    ordered = sorted(good)
    wins = sum(bisect_left(ordered, each) + bisect_right(ordered, each) for each in bad)
    return wins / (2 * len(good) * len(bad))


def mcc(marked: Sequence[bool], bad: Sequence[bool]) -> float | None:
    """Return Matthews' correlation coefficient; None if one side is constant."""
    pairs = [*zip(marked, bad, strict=True)]
    tp, fp = pairs.count((True, True)), pairs.count((True, False))
    fn, tn = pairs.count((False, True)), pairs.count((False, False))
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else None


def recall_at(good: Sequence[float], bad: Sequence[float], share: float) -> float | None:
    """Return the share of bad ones above the threshold that this share of good ones exceeds."""
    if not good or not bad:
        return None
    ordered = sorted(good, reverse=True)
    threshold = ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return sum(number > threshold for number in bad) / len(bad)
