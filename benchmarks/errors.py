"""Detection rate and false alarms of the checks: ``python -m benchmarks.errors``.

Seeded rules insert errors into aligned reference translations: a changed figure, a name replaced by
another from the same article, a dropped "not", … An error is *caught* if it gets a finding of
severity error, and *marked* if it gets any finding that needs a review. *False alarms* are unchanged
references with a finding of severity error.
"""

import argparse
import itertools
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from opencc import OpenCC

from benchmarks.command import reports_errors
from benchmarks.quality import read_lines
from teletipo.findings import Severity
from teletipo.progress import Progress, progress_display
from teletipo.verify import verify
from teletipo.verify.pair import SentencePair
from teletipo.verify.phonetics import CHARACTERS

Report = dict[str, float | int | None]
"""A share and its counts."""


class Results(TypedDict):
    """``caught`` by kind of error and language pair; ``false_alarms`` by language pair."""

    caught: dict[str, dict[str, Report]]
    false_alarms: dict[str, Report]


OWN_SENTENCES = Path(__file__).parent / "data" / "errors"
# Lines that count as one article if there is no news.docs.
_LINES_AN_ARTICLE = 10


@dataclass(frozen=True)
class Place:
    """One line of the data, in which an error is inserted."""

    lines: Mapping[str, Sequence[str]]
    documents: Sequence[str]
    index: int
    source: str
    target: str
    names: Sequence[str]
    """Names in the same article, in the target language, that are not in this line."""
    small: frozenset[str]
    """See ``small_words``."""

    @property
    def reference(self) -> str:
        return self.lines[self.target][self.index]


Maker = Callable[[Place, random.Random], str | None]
"""Returns the reference with an error in it, or None if the rule does not apply."""


def _pick(
    pattern: str, change: Callable[[re.Match[str], random.Random], str | None]
) -> Callable[[str, random.Random], str | None]:
    """Return a function that changes one random match of the pattern."""
    compiled = re.compile(pattern)

    def make(text: str, chance: random.Random) -> str | None:
        matches = list(compiled.finditer(text))
        chance.shuffle(matches)
        for match in matches:
            changed = change(match, chance)
            if changed is not None and changed != match[0]:
                return text[: match.start()] + changed + text[match.end() :]
        return None

    return make


_NUMBER_WORDS = {
    "en": "three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty",
    "es": "tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cuarenta",
}


def _other_digits(match: re.Match[str], chance: random.Random) -> str:
    """Return the figure with one digit changed."""
    written = match[0]
    places = [index for index, char in enumerate(written) if char.isdigit()]
    place = places[0] if len(places) == 1 else chance.choice(places[: max(1, len(places) - 1)])
    choices = [digit for digit in "123456789" if digit != written[place]]
    return written[:place] + chance.choice(choices) + written[place + 1 :]


def _figure_changed(place: Place, chance: random.Random) -> str | None:
    digits = r"(?<![\w.,:/-])\d+(?:[.,]\d+)*(?![\w:/-]|[.,]\d)"
    if place.target.startswith("zh"):
        digits = r"(?<![A-Za-z\d.,:/-])\d+(?:[.,]\d+)*(?![A-Za-z\d:/-]|[.,]\d)"
    changed = _pick(digits, _other_digits)(place.reference, chance)
    if changed or place.target.startswith("zh"):
        return changed
    words = _NUMBER_WORDS[place.target].split()
    return _pick(
        rf"\b(?:{'|'.join(words)})\b",
        lambda match, chance: chance.choice([word for word in words if word != match[0]]),
    )(place.reference, chance)


_MAGNITUDES = {
    "en": {"thousand": "million", "million": "billion", "billion": "million", "hundred": "thousand"}
    | {"m": "bn", "bn": "m", "trillion": "billion"},
    "es": {
        "mil": "cien mil",
        "millones": "mil millones",
        "millón": "billón",
        "billones": "millones",
    },
    "zh-Hans": {"万": "亿", "亿": "万", "千": "万", "百": "千"},
}


def _magnitude_changed(place: Place, chance: random.Random) -> str | None:
    other = _MAGNITUDES[place.target]
    if place.target.startswith("zh"):
        pattern = rf"(?<=[\d一二三四五六七八九十])\s?[{''.join(other)}](?![{''.join(other)}])"
        return _pick(pattern, lambda match, _: other[match[0].strip()])(place.reference, chance)
    changed = _pick(
        rf"(?:(?<=\d[\s\u00a0])|(?<=\d)|(?<=\b(?:two|six|ten|dos|uno|mil) ))(?:{'|'.join(other)})\b",
        lambda match, _: other[match[0]],
    )(place.reference, chance)
    return changed or _pick(
        r"(?<![\w.,])\d{1,3}[.,]\d{3}(?![\w]|[.,]\d)", lambda match, _: match[0][:-4]
    )(place.reference, chance)


_UNITS: dict[str, dict[str, str]] = {
    "en": {"hours": "days", "days": "weeks", "months": "years", "years": "months"}
    | {"miles": "kilometres", "kilometres": "miles", "feet": "metres", "metres": "feet"}
    | {"kilometers": "miles", "meters": "feet", "minutes": "hours", "weeks": "months"},
    "es": {"horas": "días", "días": "semanas", "meses": "años", "años": "meses"}
    | {"millas": "kilómetros", "kilómetros": "millas", "pies": "metros", "metros": "pies"}
    | {"minutos": "horas", "semanas": "meses"},
    "zh-Hans": {"小时": "天", "天": "周", "个月": "年", "年": "个月", "分钟": "小时", "周": "个月"}
    | {"英里": "公里", "公里": "英里", "英尺": "米", "米": "英尺"},
}


def _unit_changed(place: Place, chance: random.Random) -> str | None:
    """Change the unit after a figure of three or more: hours become days."""
    other = _UNITS[place.target]
    units = f"(?P<unit>{'|'.join(other)})"
    pattern = rf"(?<![\d.,:-])(?:[3-9]|[1-9]\d{{1,2}}) {units}\b"
    if place.target.startswith("zh"):
        figure = r"(?<![\d.,:几数-])(?:[3-9]|[1-9]\d{1,2}|[三四五六七八九]十?)"
        pattern = rf"{figure}\s?{units}(?![代级轮度份年])"

    def change(match: re.Match[str], _: random.Random) -> str:
        unit = match["unit"]
        return match[0].removesuffix(unit) + other[unit]

    return _pick(pattern, change)(place.reference, chance)


_MONTHS = {
    "en": "January February March April June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}


def _other_word(words: str) -> Callable[[str, random.Random], str | None]:
    choices = words.split()
    return _pick(
        rf"\b(?:{'|'.join(choices)})\b(?! (?:Times|Telegraph|Night|Morning))",
        lambda match, chance: chance.choice([word for word in choices if word != match[0]]),
    )


def _date_moved(place: Place, chance: random.Random) -> str | None:
    if place.target.startswith("zh"):
        return _pick(
            r"(?<=周|期)[一二三四五六日](?!天|年|泰晤士|电讯|夜现场)|\d{1,2}(?=\s?月)|(?<=月)\d{1,2}(?=日)",
            lambda match, chance: chance.choice(
                [other for other in "一二三四五六日" if other != match[0]]
                if not match[0].isdigit()
                else [str(other) for other in range(1, 13) if str(other) != match[0]]
            ),
        )(place.reference, chance)
    makers = [_other_word(_MONTHS[place.target]), _other_word(_WEEKDAYS[place.target])]
    chance.shuffle(makers)
    return makers[0](place.reference, chance) or makers[1](place.reference, chance)


_NAMES = {
    "western": r"(?<=[a-záéíóúñ,] )[A-ZÁÉÍÓÚÑ][^\W\d_]+(?:[ -][A-ZÁÉÍÓÚÑ][^\W\d_]+)*",
    "chinese": rf"[{CHARACTERS}]{{1,6}}(?:·[{CHARACTERS}]{{1,6}})+|(?<![A-Za-z])[A-Z][a-z]+(?: [A-Z][a-z]+)*"
    "|美国|英国|中国|法国|德国|俄罗斯|日本|韩国|朝鲜|印度|西班牙|意大利|墨西哥|巴西|土耳其|伊朗|马其顿|希腊|北京"
    "|上海|伦敦|巴黎|纽约|华盛顿|特朗普|金正恩|普京|默克尔",
}
_CALENDAR = frozenset(" ".join((*_MONTHS.values(), *_WEEKDAYS.values())).split())


def names_in(text: str, language: str, small: frozenset[str]) -> list[str]:
    """Return the names in a text, recognized by form.

    These are capitalized words inside a sentence that are never in lower case in the data; in
    Chinese, words with ``·``, words in Latin letters, and a list of places.
    """
    if language.startswith("zh"):
        return re.findall(_NAMES["chinese"], text)
    longer = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    if sum(word[0].isupper() for word in longer) * 2 > len(longer):
        return []
    return [
        name
        for name in re.findall(_NAMES["western"], text)
        if not any(part in _CALENDAR or part.casefold() in small for part in re.split("[ -]", name))
    ]


def small_words(lines: Sequence[str]) -> frozenset[str]:
    """Return the words that are in lower case somewhere in the data, so are not names."""
    return frozenset(
        word for line in lines for word in re.findall(r"[^\W\d_]+", line) if word[0].islower()
    )


def _name_swapped(place: Place, chance: random.Random) -> str | None:
    here = names_in(place.reference, place.target, place.small)
    if not here or not place.names:
        return None
    return place.reference.replace(chance.choice(here), chance.choice(list(place.names)), 1)


def _name_dropped(place: Place, chance: random.Random) -> str | None:
    here = names_in(place.reference, place.target, place.small)
    if not here:
        return None
    return re.sub(r"\s{2,}", " ", place.reference.replace(chance.choice(here), "", 1))


_NEGATIONS = {
    "en": [(r"n['’]t\b", ""), (r" not\b", ""), (r"\bnever ", ""), (r"\bno (?=[a-z])", "a ")],
    "es": [
        (r"\b[Nn]o (?!obstante|s[oó]lo)(?=[a-zé])", ""),
        (r"\bnunca ", ""),
        (r"\bsin (?!embargo|duda|olvidar)", "con "),
    ],
    "zh-Hans": [
        ("没有", "有"),
        ("不(?=会|能|是|想|再|愿|应|可)", ""),
        ("否认", "承认"),
        ("未(?=能|曾)", ""),
    ],
}
_AFFIRMATIONS = {
    "en": [(r"\b(is|are|was|were|will|would|could|should|has|have|had)\b(?! not)", r"\1 not")],
    "es": [
        (
            r" (es|son|fue|fueron|era|está|están|ha|han|había|será|puede|pueden|tiene|quiere)\b",
            r" no \1",
        )
    ],
    "zh-Hans": [
        ("可以", "不可以"),
        ("将(?![军领不近来要])", "将不会"),
        ("能够", "不能够"),
        ("(?<!不)应该", "不应该"),
    ],
}


def _negation_changed(place: Place, chance: random.Random) -> str | None:
    rules = list(_NEGATIONS[place.target])
    chance.shuffle(rules)
    for pattern, replacement in rules:
        if re.search(pattern, place.reference):
            return re.sub(pattern, replacement, place.reference, count=1)
    for pattern, replacement in _AFFIRMATIONS[place.target]:
        if re.search(pattern, place.reference):
            return re.sub(pattern, replacement, place.reference, count=1)
    return None


# Words and their opposites, written without a look at the lists of the checks.
_OPPOSITES = {
    "en": "rose fell, rises falls, rise fall, rising falling, increase decrease, increased decreased, "
    "increases decreases, grew shrank, growth decline, higher lower, highest lowest, more less, "
    "most least, best worst, better worse, largest smallest, bigger smaller, strong weak, "
    "won lost, win lose, victory defeat, buy sell, bought sold, before after, support oppose, "
    "supported opposed, supports opposes, supporters opponents, accepted rejected, open close, "
    "opened closed, allow ban, allowed banned, start end, started ended, began ended, "
    "majority minority, success failure, north south, northern southern, "
    "east west, eastern western, men women, man woman, father mother, public private, rich poor, "
    "young old, easy difficult, safe dangerous, good bad, war peace, "
    "friend enemy, dead alive, born killed, arrested released, guilty innocent, legal illegal",
    "es": "subió bajó, sube baja, aumentó disminuyó, aumento descenso, aumentar disminuir, "
    "creció cayó, crecimiento retroceso, más menos, mayor menor, mayores menores, mejor peor, "
    "mejores peores, alto bajo, alta baja, fuerte débil, ganó perdió, "
    "ganar perder, victoria derrota, comprar vender, compró vendió, antes después, "
    "apoya rechaza, apoyó rechazó, apoyo rechazo, apoyar rechazar, aceptó rechazó, abrir cerrar, "
    "abrió cerró, abierto cerrado, permite prohíbe, permitir prohibir, comenzó terminó, "
    "empezó acabó, mayoría minoría, éxito fracaso, norte sur, oriental occidental, "
    "hombres mujeres, hombre mujer, padre madre, público privado, pública privada, ricos pobres, "
    "fácil difícil, seguro peligroso, bueno malo, buena mala, "
    "guerra paz, amigo enemigo, muertos vivos, detenido liberado, culpable inocente",
    "zh-Hans": "上升 下降, 上涨 下跌, 增加 减少, 增长 下降, 提高 降低, 最高 最低, 更高 更低, 最大 最小, "
    "更多 更少, 最好 最差, 更好 更差, 加强 削弱, 强大 弱小, 赢得 输掉, 获胜 失败, 胜利 失败, 购买 出售, "
    "之前 之后, 支持 反对, 接受 拒绝, 打开 关闭, 开放 关闭, 允许 禁止, 开始 结束, 多数 少数, 成功 失败, "
    "北部 南部, 东部 西部, 男性 女性, 男子 女子, 父亲 母亲, 公共 私人, 富人 穷人, 年轻 年老, 容易 困难, "
    "安全 危险, 战争 和平, 朋友 敌人, 逮捕 释放, 有罪 无罪, 合法 非法, 超过 不到",
}


def _opposite_said(place: Place, chance: random.Random) -> str | None:
    """Put a word's opposite: "rose" becomes "fell"."""
    other: dict[str, str] = {}
    for pair in _OPPOSITES[place.target].split(", "):
        one, two = pair.split()
        other |= {one: two, two: one}
    pattern = "|".join(other)
    if not place.target.startswith("zh"):
        pattern = rf"(?<![\w-])(?:{pattern})(?![\w'’-])"
    return _pick(pattern, lambda match, _: other[match[0]])(place.reference, chance)


def _clause_dropped(place: Place, chance: random.Random) -> str | None:
    clauses = re.split(r"(?<=[,，;；])", place.reference)
    least = 8 if place.target.startswith("zh") else 25
    long = [index for index, clause in enumerate(clauses) if len(clause.strip()) >= least]
    if len(clauses) < 2 or not long:
        return None
    chosen = chance.choice(long)
    kept = "".join(clause for index, clause in enumerate(clauses) if index != chosen).strip()
    end = place.reference.rstrip()[-1]
    return kept if kept.endswith(end) else re.sub(r"[,，;；]$", "", kept) + end


def _quotation_lost(place: Place, chance: random.Random) -> str | None:
    return _pick(r"[“”«»\"「」]", lambda *_: "")(place.reference, chance)


_QUOTATION = r"([“«「\"])([^“”«»「」\"]+)([”»」\"])"
_WORDS_MOVED = 3


def _quotation_moved(place: Place, chance: random.Random) -> str | None:
    """Close the quotation some words too early."""

    def shortened(match: re.Match[str], chance: random.Random) -> str | None:
        opening, quoted, closing = match.groups()
        unit = r"(?<=.)" if place.target.startswith("zh") else r"(?<=\S)(?=\s)"
        places = [space.start() for space in re.finditer(unit, quoted)]
        places = places[_WORDS_MOVED:-_WORDS_MOVED]
        if not places:
            return None
        end = chance.choice(places)
        return f"{opening}{quoted[:end]}{closing}{quoted[end:]}"

    return _pick(_QUOTATION, shortened)(place.reference, chance)


def _foreign_sentence(place: Place, chance: random.Random) -> str | None:
    others = [
        index
        for index, document in enumerate(place.documents)
        if document != place.documents[place.index]
    ]
    return place.lines[place.target][chance.choice(others)] if others else None


def _untranslated(place: Place, _: random.Random) -> str | None:
    return place.lines[place.source][place.index]


def _wrong_script(place: Place, _: random.Random) -> str | None:
    if not place.target.startswith("zh"):
        chinese = place.lines.get("zh-Hans")
        return chinese[place.index] if chinese else None
    return str(OpenCC("s2t").convert(place.reference))


MAKERS: Mapping[str, Maker] = {
    "figure_changed": _figure_changed,
    "magnitude_changed": _magnitude_changed,
    "unit_changed": _unit_changed,
    "date_moved": _date_moved,
    "name_swapped": _name_swapped,
    "name_dropped": _name_dropped,
    "negation_changed": _negation_changed,
    "opposite_said": _opposite_said,
    "clause_dropped": _clause_dropped,
    "quotation_lost": _quotation_lost,
    "quotation_moved": _quotation_moved,
    "foreign_sentence": _foreign_sentence,
    "untranslated": _untranslated,
    "wrong_script": _wrong_script,
}


@dataclass
class Count:
    """Counts sentences, those with an error, and those with an error or warning."""

    of: int = 0
    caught: int = 0
    marked: int = 0

    def add(self, severities: set[Severity]) -> None:
        """Count a sentence with findings of these severities."""
        self.of += 1
        self.caught += Severity.ERROR in severities
        self.marked += bool(severities - {Severity.INFO})

    def report(self) -> Report:
        """Return the shares (None without sentences) and their counts."""
        return {
            "share": round(self.caught / self.of, 6) if self.of else None,
            "count": self.caught,
            "of": self.of,
            "marked_share": round(self.marked / self.of, 6) if self.of else None,
            "marked": self.marked,
        }


def pair_name(source: str, target: str) -> str:
    """Return the pair's short name, such as ``es-zh``."""
    return f"{source[:2]}-{target[:2]}"


def places(
    lines: Mapping[str, Sequence[str]], documents: Sequence[str], source: str, target: str
) -> Iterator[Place]:
    """Yield every line with the names in the rest of its article."""
    small = small_words(lines[target])
    by_document: dict[str, set[str]] = {}
    for document, line in zip(documents, lines[target], strict=True):
        by_document.setdefault(document, set()).update(names_in(line, target, small))
    for index, document in enumerate(documents):
        line = lines[target][index]
        others = [
            name
            for name in sorted(by_document[document])
            if not any(part in line for part in re.split("[ ·-]", name))
        ]
        yield Place(lines, documents, index, source, target, others, small)


def measure(
    lines: Mapping[str, Sequence[str]], documents: Sequence[str], seed: int, progress: Progress
) -> Results:
    """Return ``caught[kind][pair]`` and ``false_alarms[pair]``: shares and counts."""
    caught: dict[str, dict[str, Report]] = {kind: {} for kind in MAKERS}
    alarms: dict[str, Report] = {}
    pairs = list(itertools.permutations(lines, 2))
    for number, (source, target) in enumerate(pairs):
        pair = pair_name(source, target)
        counts = {kind: Count() for kind in MAKERS}
        untouched = Count()
        for place in places(lines, documents, source, target):
            progress(pair, (number + place.index / len(documents)) / len(pairs))
            source_text = lines[source][place.index]
            untouched.add(_severities(source_text, place.reference, source, target))
            for kind, make in MAKERS.items():
                # A generator for each kind, so that a new kind does not change the others.
                chance = random.Random(f"{seed} {kind} {pair} {place.index}")  # noqa: S311
                made = make(place, chance)
                if made is not None and made != place.reference:
                    counts[kind].add(_severities(source_text, made, source, target))
        alarms[pair] = untouched.report()
        for kind, count in counts.items():
            caught[kind][pair] = count.report()
    return {"caught": caught, "false_alarms": alarms}


def _severities(source_text: str, text: str, source: str, target: str) -> set[Severity]:
    pair = SentencePair.of(source_text, text, source, target)
    return {finding.severity for finding in verify(pair)}


def read_data(folder: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Return the aligned lines of two or three languages, and each line's document.

    A document is as ``news.docs`` says, or ten lines.

    Raises ``OSError``, ``ValueError``.
    """
    lines = read_lines(folder, None)
    count = len(next(iter(lines.values())))
    file = folder / "news.docs"
    if file.exists():
        documents = file.read_text("utf-8").splitlines()
        if len(documents) != count:
            raise ValueError(f"{file} has {len(documents)} lines, but the texts have {count}.")
        return lines, documents
    return lines, [str(index // _LINES_AN_ARTICLE) for index in range(count)]


def table(results: Results) -> str:
    """Return a table of percentages: caught, and marked in parentheses."""
    pairs = list(results["false_alarms"])
    rows = [["", *pairs]]

    def cell(count: Report) -> str:
        share, marked = count["share"], count["marked_share"]
        if share is None or marked is None:
            return "–"
        return f"{share:.1%} ({marked:.0%}) of {count['of']}"

    for kind, counts in results["caught"].items():
        rows.append([kind.replace("_", " "), *(cell(counts[pair]) for pair in pairs)])
    rows.append(["false alarms", *(cell(results["false_alarms"][pair]) for pair in pairs)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def draw(results: Results, path: Path) -> None:
    """Draw the shares caught, and the shares of false alarms below, by language pair."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    kinds = list(results["caught"])
    pairs = list(results["false_alarms"])
    figure, (axis, alarms) = pyplot.subplots(
        2, 1, figsize=(13, 7), gridspec_kw={"height_ratios": [3, 1]}
    )
    width = 0.8 / len(pairs)
    for place, pair in enumerate(pairs):
        shares = [results["caught"][kind][pair]["share"] or 0 for kind in kinds]
        offsets = [index + place * width for index in range(len(kinds))]
        axis.bar(offsets, [100 * share for share in shares], width, label=pair)
        share = results["false_alarms"][pair]["share"] or 0
        alarms.bar(place, 100 * share, 0.6)
    axis.set_xticks(
        [index + 0.4 - width / 2 for index in range(len(kinds))],
        [kind.replace("_", "\n") for kind in kinds],
    )
    axis.set_ylabel("% of the errors made\nwith a finding of severity error")
    axis.legend(frameon=False, ncols=len(pairs), loc="lower right", bbox_to_anchor=(1, 1))
    alarms.set_xticks(range(len(pairs)), pairs)
    alarms.set_ylabel("% of untouched\nsentences flagged")
    for each in (axis, alarms):
        each.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


@reports_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark. Exit codes: 0 measured, 1 the data cannot be read, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.errors", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=OWN_SENTENCES, help="a folder with news.es, news.en, news.zh"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chart", type=Path, help="write a chart to this file (PNG)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    lines, documents = read_data(options.data)
    with progress_display("Errors") as progress:
        results = measure(lines, documents, options.seed, progress)
    if options.chart:
        draw(results, options.chart)
    print(json.dumps(results, indent=2) if options.json else table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
