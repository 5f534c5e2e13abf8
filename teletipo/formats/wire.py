"""Agency copy from a feed or pasted from a page: headings, dateline, body, sign-off, furniture.

The patterns are those of EFE's English, Spanish and Chinese services and of other agencies'
datelines. Plain text without any of them is read too.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from teletipo.article import Status, WireCopy
from teletipo.dateline import Dateline
from teletipo.errors import OnlyFurniture, TooComplex
from teletipo.languages import CAPITALS, HAN

# A dateline is near the top; a similar line further down is part of the story.
_HEADER_LINES = 14
_HEADLINE_MAX_CHARACTERS = 240
# A line of this length that ends with a full stop is text, not a heading.
_SENTENCE_CHARACTERS = 50
# The lengths of hard-wrapped lines.
_WRAPPED_LEAST, _WRAPPED_MOST = 40, 100
# A megabyte in lines of twenty characters.
_MAX_LINES = 50_000

_MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september set septiembre setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_SPANISH_MONTHS = frozenset(
    "ene enero febrero marzo abr abril mayo junio julio ago agosto set septiembre setiembre "
    "octubre noviembre dic diciembre".split()
)

_MONTH = r"(?P<month{n}>[A-Za-z]{{3,10}})\.?"
_DAY_FIRST = (
    r"(?P<day1>\d{1,2})(?:\s+de)?\s+" + _MONTH.format(n=1) + r"(?:,?\s+(?:de\s+)?(?P<year1>\d{4}))?"
)
_MONTH_FIRST = _MONTH.format(n=2) + r"\s+(?P<day2>\d{1,2})(?:,?\s+(?P<year2>\d{4}))?"
_ISSUED_BY = r"\((?P<agency>[^\W\d_][^()\d]{1,30})\)"
# A hyphen within a name ends no dateline: "Vitoria-Gasteiz".
_DASH = r"\s*[.:]?\s?(?<=[\s.:)])(?:[-–—]{1,2}))(?:\s*(?=\S)|\s*$)"
_WESTERN_DATELINE = re.compile(
    r"(?P<written>(?P<place>[^\W\d_][^()\d:;!?\"“«]{1,60}?)(?:\s\((?P<country>[^()\d]{2,30})\)(?=,))?"
    rf"(?:(?:,\s*|\s+)(?:{_DAY_FIRST}|{_MONTH_FIRST}))?"
    rf"\s*(?:{_ISSUED_BY})?{_DASH}"
)
# "March 14 (Reuters) -", as in news of companies.
_PLACELESS_DATELINE = re.compile(
    rf"(?P<written>(?P<place>)(?:{_DAY_FIRST}|{_MONTH_FIRST})\s*{_ISSUED_BY}{_DASH}"
)
_CHINESE_DATELINE = re.compile(
    rf"[（(【]?(?P<written>(?P<agency>[{HAN}]{{1,6}}(?:社|网|财经)|本报|[A-Z]{{2,10}})\s*"
    rf"(?P<place>[{HAN}/·]{{1,14}}?)\s*(?:(?P<year>\d{{4}})年)?"
    r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日[^电）)】\n]{0,6}电)[）)】]?"
    r"\s*(?:[（(](?P<byline>[^（）()]{1,40})[）)])?\s*"
)

_UPDATE = re.compile(r"[（(]\s*(?P<note>[^（）()]{3,300})\s*[）)]\.?$")
_TITLE = re.compile(r"题[：:]\s*([^\s。][^。]{2,80})")
_REPORTERS = rf"(?:本[报社]|[{HAN}]{{2,4}}社)?记者[\s：:]*(?P<chinese>\S.{{1,20}})"
_BYLINE = re.compile(rf"(?i:by|por)\s+(?P<western>[{CAPITALS}][^.!?:¿]{{3,60}})$|{_REPORTERS}$")
# Above every other line only with names: "Por primera vez" begins a headline.
_FIRST_BYLINE = re.compile(
    rf"(?:By|BY|Por|POR)\s+(?P<western>[{CAPITALS}][\w.'’-]*(?:\s(?:[{CAPITALS}][\w.'’-]*|de|del|la|y|and)){{1,6}})"
    rf"|{_REPORTERS}"
)
# What a desk tells others, above the text.
_NOTICE = re.compile(
    r"(?:editors?['’]?s?['’]? note|eds|note to (?:editors|readers)"
    r"|nota (?:a|para|de) (?:la )?redacci[oó]n|编者按|编辑注意"
    r"|aviso a los (?:abonados|clientes|medios))\s*[:：].*"
    r"|(?:urgent|urgente|flash|breaking(?: news)?|última hora|快讯|急稿)\W*",
    re.IGNORECASE,
)
# Notices above a text that its publisher kills, or holds back.
_KILLED = re.compile(
    r"\W*(?:(?:(?:news|bulletin|mandatory|story) )?kill(?: notice| advisory|\W+kill)*"
    r"|anulaci[oó]n|anulad[oa]|(?:nota|noticia|informaci[oó]n) anulada|撤稿|毙稿|作废)\W*"
    # With the headline of what is killed behind it.
    r"|(?-i:KILL\s*:|\(WITHDRAWN\)|WITHDRAWN\s*:|ANULAD[AO]\s*:|(?:ATENCI[OÓ]N\W+)?ANULEN\b).*",
    re.IGNORECASE,
)
# "Embargo: firms face new rules" is a headline.
_TIME = (
    r"(?:\d{1,2}[:.h]\d\d|\d{1,2}\s*(?:h\b|horas|[ap]\.?m\b|[时点])"
    r"|\b(?:GMT|UTC|hasta|until|till|noon|midnight|mediodía|medianoche|immediate|inmediat[oa])\b"
    r"|\d{1,2} (?:de )?[^\W\d_]{3,10} (?:de )?\d{4})"
)
_HELD = re.compile(
    r"\W*(?:(?:strictly |under )?embargo(?:ed)?|embargad[oa])(?:\W*$"
    r"|\W+(?:hasta|until|till|for (?:release|publication)|not for (?:release|publication))\b.*"
    rf"|\s*[:：](?=.*{_TIME}).*|\s*[:：]\s*$)|\W*prohibida (?:su|la) (?:difusión|publicación)\b.*"
    r"|[（(]?(?:本稿|此稿|稿件|以下稿件)?请于.{2,20}后(?:播发|发布|刊发|见报).{0,4}"
    r"|\W*(?:no publicar|not for publication|hold for release|禁发|暂不发布)\b.*",
    re.IGNORECASE,
)
_SECTIONS = frozenset(
    "world international politics economy business sports sport culture science health society "
    "environment technology internacional mundo política economía deportes cultura ciencia "
    "salud sociedad medio\u00a0ambiente tecnología españa nacional américa europa portada "
    "国际 政治 经济 财经 体育 文化 科技 科学 健康 社会 环境 国内 世界 要闻".split()
)
_SECTION_MAX_WORDS, _SECTION_MAX_HAN = 3, 4

# The end of the story: everything after it belongs to the page.
_PAGE_BEGINS = re.compile(
    r"(?:related (?:articles?|news|stories|content|topics)|read more|you may also like|most read"
    r"|more (?:news|stories)|see also|noticias relacionadas|art[ií]culos relacionados"
    r"|contenido relacionado|(?:tambi[eé]n )?(?:te|le) puede interesar|lo m[aá]s le[ií]do"
    r"|m[aá]s noticias|相关(?:新闻|文章|阅读|报道|链接)|延伸阅读|更多(?:新闻|报道)"
    r"|热门新闻)\s*[:：]?",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:back to top(?: button)?|home|menu|share(?: this)?(?: (?:on|via) \w+)?|print|e-?mail"
    r"|advertisement|comments?"
    r"|(?:facebook|twitter|whatsapp|linkedin|telegram|x)"
    r"|volver arriba|inicio|men[uú]|compartir(?: en \w+)?|imprimir|publicidad|comentarios?"
    r"|leer m[aá]s|ir al contenido"
    r"|返回顶部|首页|分享(?:到.{0,10})?|打印|广告|评论|阅读原文|扫一扫.{0,20}"
    r"|[（(]?(?:责任)?编辑[：:\s].{1,20}[）)]?"
    r"|(?:©|(?:\(c\)|copyright)\s*(?:©|\(c\)|\d{4})).{0,100}|copyright(?: \S+){0,2}"
    r"|.{0,60}(?:all rights reserved|todos los derechos reservados|版权所有).{0,60})"
    r"\.?",
    re.IGNORECASE,
)
# Also furniture, unless it is a sentence of the story or continues one.
_OPEN_FURNITURE = re.compile(
    r"(?:tags?:.*|subscribe\b.{0,60}|sign up\b.{0,60}|follow us\b.{0,40}|click here\b.{0,60}"
    r"|(?:file )?photo\b(?::.*|.{0,80})|etiquetas:.*|archivado en:?.*"
    r"|suscr[ií]b(?:e|a|ete|ase|ir|irse)\b.{0,60}|s[ií]guenos\b.{0,40}"
    r"|(?:foto|fotograf[ií]a|v[ií]deo|imagen):.*|标签[：:].*|订阅.{0,20}|(?:图|图片)[：:/].*)\.?",
    re.IGNORECASE,
)
# The end is looked at first: a long line without one takes no time.
_A_SENTENCE = re.compile(
    rf"(?:\S+\s+){{6,}}\S+[.!?…][\"'»”’)]*|(?=.*[。！？][”」』）]*$).*?[{HAN}]{{6}}.*"
)
_BEGUN = re.compile(rf"(?:\S+\s+){{3,}}\S+|[{HAN}].{{8,}}")
_AGENCY = (
    r"(?:EFE|Agencia EFE|EFE News|EFECOM|Efe|Reuters|AFP|AP|Xinhua|Europa Press|dpa|ANSA"
    r"|埃菲社|新华社)"
)
# Those that may sign a dateline without a day.
_AGENCIES = re.compile(
    rf"(?:{_AGENCY}|Agence France[- ]Presse|Anadolu|Associated Press|Bloomberg|Colpisa|Kyodo"
    r"|PA(?: Media)?|PTI|SINC|Sputnik|TASS|T[eé]lam|UPI|Yonhap)(?:\s?[/,-].{1,20})?",
    re.IGNORECASE,
)
_INITIALS = r"[a-zñ]{2,5}(?:[/\-][a-zñ]{2,5}){1,6}"
_CLOSING = re.compile(
    rf"[（(]?(?:{_AGENCY}|完)[）)]?\.?(?:\s+(?P<initials>{_INITIALS}|[a-zñ]{{2,5}}))?"
)
# Below the last sentence: who wrote, and where a blog's text is from.
_CREDIT = re.compile(
    rf"Enditem|\((?:Additional )?(?:Reporting|Writing|Editing) by [{CAPITALS}][^()]{{3,200}}\)\.?"
    r"|.{0,60}\bwriters? .{3,100} contributed to this report\."
    rf"|La entrada [“\"«]?[{CAPITALS}].{{3,240}} se publicó primero en .{{2,60}}\."
    rf"|The post [“\"]?[{CAPITALS}].{{3,240}} appeared first on .{{2,60}}\."
)
_SIGN_OFF = re.compile(rf"(?:{_AGENCY}\s+)?(?P<initials>{_INITIALS})")
_RUN_IN_CLOSING = re.compile(
    rf"(?<=[.!?…。！？”»\"])\s*(?:(?:\s{_AGENCY}|[（(]完[）)])\.?(?:\s+(?P<initials>{_INITIALS}))?"
    rf"|\s(?P<bare>[a-zñ]{{2,5}}/[a-zñ/\-]{{2,30}}))$"
)
# A Chinese line may break behind any character.
_FIRST_WORD = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_TERMINAL = re.compile(r"[.!?…:。！？：][\"'»”’」』)）\]]*$")

SOURCES = {
    "headline": "the line above the body",
    "section": "`Internacional`, `World`, `国际`",
    "dateline": "`Madrid, 14 mar (EFE).-`, `（埃菲社北京3月14日电）`",
    "byline": "`By …`, `Por …`, `（记者…）`",
    "sign_off": "`jco/smq-ta/jot`",
    "status": "`EMBARGADO HASTA …`, `KILL KILL KILL`, `（禁发）` above the text",
    "update": "`(Update 1: …)`, `(Actualiza con …)`",
    "editors_note": "`EDITORS' NOTE: …`, `AVISO A LOS ABONADOS: …`, `URGENTE` above the text",
    "body": "the paragraphs",
}
"""Where each field of the copy is read from, for docs/formats.md."""


@dataclass
class _Headings:
    """The parts above the body."""

    headline: str | None = None
    section: str | None = None
    update: str | None = None
    byline: str | None = None
    notices: list[str] = field(default_factory=list)
    status: Status = "usable"


def read(text: str, headline: str | None = None) -> WireCopy:
    """Split wire copy or plain text into its parts.

    With a ``headline`` from elsewhere, no line of a text without a dateline is taken for another.
    ``text`` must come from ``formats.decoding``. Raises ``OnlyFurniture`` if no body is left,
    ``TooComplex`` if the text has too many lines.
    """
    if text.count("\n") > _MAX_LINES:
        raise TooComplex(f"The article has more than {_MAX_LINES:,} lines.")
    if headline:
        text = f"{headline}\n\n{text}"
    blocks = [
        [line.strip() for line in block.split("\n") if line.strip()]
        for block in re.split(r"\n[ ]*\n", text)
    ]
    blocks = [block for block in map(_unfurnished, blocks) if block]
    found = _find_dateline(blocks)
    if found:
        (block, line), dateline, rest, byline = found
        above, lost = _until_a_sentence([*blocks[:block], blocks[block][:line]])
        headings = _headings(above)
        headings.byline = headings.byline or byline
        text_begins = [each for each in (rest, *blocks[block][line + 1 :]) if each]
        below = [text_begins, *blocks[block + 1 :]]
        _take_title(headings, below)
        body_blocks = [*lost, *below]
    else:
        dateline = None
        headings, rest_blocks = _headings_of_plain_text(blocks, headline)
        body_blocks = [
            [line for line in block if line.casefold() not in _SECTIONS] for block in rest_blocks
        ]
    paragraphs, sign_off = _body(body_blocks)
    if not any(char.isalpha() for paragraph in paragraphs for char in paragraph):
        raise OnlyFurniture(
            "The article has only headings or page furniture, and no text to summarize."
        )
    return WireCopy(
        body="\n".join(paragraphs),
        headline=headings.headline,
        section=headings.section,
        update=headings.update,
        dateline=dateline,
        byline=headings.byline,
        sign_off=sign_off,
        editors_note=" ".join(headings.notices) or None,
        status=headings.status,
    )


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of plain text: blank lines part them, hard-wrapped lines are joined."""
    blocks = re.split(r"\n[ ]*\n", text)
    return [
        paragraph
        for block in blocks
        for paragraph in _paragraphs([line.strip() for line in block.split("\n") if line.strip()])
    ]


@dataclass(frozen=True)
class Opened:
    """Paragraphs without the dateline, byline and sign-off that stood in them."""

    paragraphs: tuple[str, ...]
    dateline: Dateline | None = None
    byline: str | None = None
    update: str | None = None
    sign_off: str | None = None
    status: Status = "usable"
    ignored: tuple[str, ...] = ()
    """Page furniture."""


def open_paragraphs(paragraphs: Sequence[str]) -> Opened:
    """Split paragraphs that a format has already marked as the body.

    Only the first may be a byline, an update note, a notice that holds the item back, or begin with
    a dateline, and only the last a closing mark. No paragraph is taken for a heading.
    """
    left = [paragraph for paragraph in paragraphs if not _FURNITURE.fullmatch(paragraph)]
    ignored = [paragraph for paragraph in paragraphs if _FURNITURE.fullmatch(paragraph)]
    dateline = byline = update = sign_off = None
    status: Status = "usable"
    while left and dateline is None:
        first = left[0]
        if notice := _status(first):
            status = notice
        elif (note := _UPDATE.fullmatch(first)) and not update:
            update = note["note"].strip()
        elif (by := _BYLINE.fullmatch(first)) and not byline:
            byline = (by["western"] or by["chinese"]).strip()
        else:
            if parsed := _chinese_dateline(first) or _western_dateline(first):
                dateline, left[0], named = parsed
                byline = byline or named
                # Some agencies give it a paragraph of its own.
                left = [each for each in left if each]
            break
        left.pop(0)
    while left and (
        closing := _CLOSING.fullmatch(left[-1])
        or _SIGN_OFF.fullmatch(left[-1])
        or _CREDIT.fullmatch(left[-1])
    ):
        sign_off = sign_off or closing.groupdict().get("initials")
        left.pop()
    if left and (closing := _RUN_IN_CLOSING.search(left[-1])):
        sign_off = sign_off or closing["initials"] or closing["bare"]
        left[-1] = left[-1][: closing.start()].rstrip()
    return Opened(tuple(left), dateline, byline, update, sign_off, status, tuple(ignored))


def read_dateline(
    text: str, place: str | None = None, date: datetime.datetime | None = None
) -> Dateline:
    """Return the dateline of a format's own element, with what its text lacks from the others."""
    bare = text.rstrip(" .-–—")
    for written in (text, f"{bare}.-"):
        if parsed := _chinese_dateline(f"{written} x") or _western_dateline(f"{written} x"):
            return replace(parsed[0], written=f"{bare}.-" if bare == text else text)
    return Dateline(
        written=f"{bare}.-" if bare == text else text,
        language="",
        place=place or bare or None,
        month=date.month if date else None,
        day=date.day if date else None,
    )


def is_sign_off(text: str) -> bool:
    """Whether a text is only the initials of its writers and editors: "gr/bp"."""
    return bool(_SIGN_OFF.fullmatch(text))


def _unfurnished(block: Sequence[str]) -> list[str]:
    return [
        line
        for before, line in zip(["", *block], block, strict=False)
        if not _is_furniture(line, before)
    ]


def _is_furniture(line: str, before: str) -> bool:
    """Whether a line of plain text belongs to the page; ``before`` is the one above it, if any."""
    if _FURNITURE.fullmatch(line):
        return True
    is_begun = _BEGUN.fullmatch(before) or (before and line[0].islower())
    goes_on = is_begun and not _TERMINAL.search(before)
    return bool(_OPEN_FURNITURE.fullmatch(line) and not goes_on and not _A_SENTENCE.fullmatch(line))


_Found = tuple[tuple[int, int], Dateline, str, str | None]


def _find_dateline(blocks: Sequence[Sequence[str]]) -> _Found | None:
    """The dateline's place (block, line), the dateline, the text after it, and a byline in it."""
    seen = 0
    for block_index, block in enumerate(blocks):
        for line_index, line in enumerate(block):
            # A hard-wrapped line may be short, but the dateline itself is on one line.
            parsed = _chinese_dateline(line) or _western_dateline(line)
            if parsed:
                dateline, rest, byline = parsed
                return (block_index, line_index), dateline, rest, byline
            seen += 1
            if seen >= _HEADER_LINES:
                return None
    return None


def _western_dateline(line: str) -> tuple[Dateline, str, None] | None:
    match = _PLACELESS_DATELINE.match(line) or _WESTERN_DATELINE.match(line)
    if not match:
        return None
    month_name = (match["month1"] or match["month2"] or "").casefold()
    day = match["day1"] or match["day2"]
    if month_name and month_name not in _MONTHS:
        return None
    place, agency = match["place"].strip(" ,."), match["agency"]
    if not day and not _signs_without_a_day(agency, match["place"]):
        return None
    if not agency and not match["written"].rstrip("-–—").rstrip().endswith((".", ":")):
        return None
    is_agency = not agency or agency[0].isupper() or _AGENCIES.fullmatch(agency)
    if not is_agency or not (match["place"] or "X")[0].isupper():
        return None
    if not _is_day(_MONTHS.get(month_name), day):
        return None
    year = match["year1"] or match["year2"]
    spanish = bool(match["day1"]) or month_name in _SPANISH_MONTHS
    dateline = Dateline(
        written=match["written"],
        # Unknown without a date; the pipeline fills in the article's language.
        language="" if not month_name else "es" if spanish else "en",
        place=place or None,
        month=_MONTHS.get(month_name),
        day=int(day) if day else None,
        year=int(year) if year else None,
        agency=agency.strip() if agency else None,
    )
    return dateline, line[match.end() :], None


def _signs_without_a_day(agency: str | None, place: str) -> bool:
    """Whether an agency is known, or its place is in capitals.

    So "(CBI) - which represents firms" is no dateline.
    """
    if not agency:
        return False
    return bool(_AGENCIES.fullmatch(agency.strip())) or place.partition(",")[0].isupper()


def _chinese_dateline(line: str) -> tuple[Dateline, str, str | None] | None:
    match = _CHINESE_DATELINE.match(line)
    if not match or not _is_day(int(match["month"]), match["day"]):
        return None
    byline = re.sub(r"^(?:本[报社])?记者[\s：:]*", "", match["byline"]) if match["byline"] else None
    dateline = Dateline(
        written=match["written"],
        language="zh-Hans",
        place=match["place"],
        month=int(match["month"]),
        day=int(match["day"]),
        year=int(match["year"]) if match["year"] else None,
        agency=match["agency"],
    )
    return dateline, line[match.end() :], byline


def _is_day(month: int | None, day: str | None) -> bool:
    if month is None or day is None:
        return month is None and day is None
    longest = 29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31
    return 1 <= month <= 12 and 1 <= int(day) <= longest


def _take_title(headings: _Headings, blocks: Sequence[list[str]]) -> None:
    """Take the title and the byline off that Xinhua puts behind the dateline of a feature."""
    if not blocks[0] or not (title := _TITLE.fullmatch(blocks[0][0])):
        return
    del blocks[0][0]
    headings.headline = headings.headline or title[1]
    lines = next(filter(None, blocks), [])
    if lines and (by := _BYLINE.fullmatch(lines[0])):
        headings.byline = headings.byline or (by["western"] or by["chinese"]).strip()
        del lines[0]


def _until_a_sentence(
    blocks: Sequence[Sequence[str]],
) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """Split what stands above a dateline before the first paragraph of text below the headline."""
    is_first = True
    for index, block in enumerate(blocks):
        for place, line in enumerate(block):
            is_text = len(line) >= _SENTENCE_CHARACTERS and re.search(r"[.。][\"”」』»)）]*$", line)
            if is_text and not is_first and not _is_aside(line):
                return [*blocks[:index], block[:place]], [block[place:], *blocks[index + 1 :]]
            is_first = False
    return list(blocks), []


def _is_aside(line: str) -> bool:
    """Whether a line above the text is neither heading nor text: a note, a byline, a notice."""
    is_other = any(pattern.fullmatch(line) for pattern in (_UPDATE, _BYLINE, _CLOSING, _NOTICE))
    return is_other or _status(line) is not None


def _status(line: str) -> Status | None:
    """The status that a notice gives to the text below it."""
    if _KILLED.fullmatch(line):
        return "cancelled"
    return "withheld" if _HELD.fullmatch(line) else None


def _headings(blocks: Sequence[Sequence[str]]) -> _Headings:
    """Classify the lines above the dateline."""
    headings = _Headings()
    lines: list[str] = []
    for line in (line for block in blocks for line in block):
        if status := _status(line):
            headings.status = status
        elif update := _UPDATE.fullmatch(line):
            headings.update = headings.update or update["note"].strip()
        elif _NOTICE.fullmatch(line):
            headings.notices.append(line)
        elif byline := (_BYLINE if lines else _FIRST_BYLINE).fullmatch(line):
            headings.byline = (byline["western"] or byline["chinese"]).strip()
        elif not (_CLOSING.fullmatch(line) or _AGENCIES.fullmatch(line)):
            lines.append(line)
    if lines and (len(lines) > 1 or lines[0].casefold() in _SECTIONS) and _is_section(lines[0]):
        headings.section = lines.pop(0)
    if lines:
        headings.headline = _unwrapped_headline(lines)
    return headings


def _unwrapped_headline(lines: Sequence[str]) -> str:
    """The headline with its wrapped lines: those that follow and start in lower case."""
    headline = lines[0]
    for line in lines[1:]:
        if not line[0].islower() or _TERMINAL.search(headline):
            break
        headline = f"{headline} {line}"
    return headline


def _is_section(line: str) -> bool:
    if line.casefold() in _SECTIONS:
        return True
    han = len(re.findall(f"[{HAN}]", line))
    if han:
        return len(line) <= _SECTION_MAX_HAN
    return len(line.split()) <= _SECTION_MAX_WORDS and not _TERMINAL.search(line)


def _headings_of_plain_text(
    blocks: Sequence[Sequence[str]], headline: str | None
) -> tuple[_Headings, Sequence[Sequence[str]]]:
    """Without a dateline, the lines above the first that ends like a sentence are headings."""
    lines = [(index, line) for index, block in enumerate(blocks) for line in block]
    above: list[str] = []
    for position, (index, line) in enumerate(lines[:_HEADER_LINES]):
        heading = line == headline or (
            len(line) <= _HEADLINE_MAX_CHARACTERS
            and (not _TERMINAL.search(line) or _is_aside(line))
        )
        begins_a_wrapped_paragraph = (
            position + 1 < len(lines)
            and lines[position + 1][0] == index
            and (
                lines[position + 1][1][:1].islower()
                # Only from its first line, and not at the top.
                or (position and lines[position - 1][0] != index and _is_wrapped(blocks[index]))
            )
        )
        is_another = headline is not None and not (
            line == headline or line.casefold() in _SECTIONS or _is_aside(line)
        )
        if not heading or begins_a_wrapped_paragraph or is_another:
            break
        above.append(line)
    if not above or len(above) == len(lines):
        return _Headings(), blocks
    headings = _headings([above])
    rest: list[list[str]] = [[] for _ in blocks]
    for block_index, line in lines[len(above) :]:
        rest[block_index].append(line)
    return headings, [block for block in rest if block]


def _is_wrapped(block: Sequence[str]) -> bool:
    """Whether a block is a hard-wrapped paragraph: every line but the last is full.

    Two lines are not enough to tell: they may be a headline and a lead.
    """
    longest = max(map(len, block))
    return (
        len(block) > 2
        and _WRAPPED_LEAST <= longest <= _WRAPPED_MOST
        and bool(_TERMINAL.search(block[-1]))
        and not any(_is_aside(line) or _TERMINAL.search(line) for line in block[1:-1])
        and all(
            len(line) + 1 + len(_FIRST_WORD.findall(following, 0, _WRAPPED_MOST)[0]) > longest
            for line, following in pairwise(block)
        )
    )


def _body(blocks: Sequence[Sequence[str]]) -> tuple[list[str], str | None]:
    """The paragraphs before the page's furniture, and the sign-off's initials."""
    paragraphs: list[str] = []
    sign_off = None
    for block in blocks:
        lines: list[str] = []
        ended = False
        for line in block:
            closing = _CLOSING.fullmatch(line) or _SIGN_OFF.fullmatch(line)
            if closing:
                sign_off = closing["initials"] or sign_off
            elif _PAGE_BEGINS.fullmatch(line):
                ended = True
                break
            elif not _is_furniture(line, lines[-1] if lines else ""):
                lines.append(line)
        paragraphs += _paragraphs(lines)
        if ended:
            break
    while len(paragraphs) > 1 and _CREDIT.fullmatch(paragraphs[-1]):
        paragraphs.pop()
    if paragraphs and (closing := _RUN_IN_CLOSING.search(paragraphs[-1])):
        sign_off = closing["initials"] or closing["bare"] or sign_off
        paragraphs[-1] = paragraphs[-1][: closing.start()].rstrip()
    return paragraphs, sign_off


# A list's next item, also without a blank line above it.
_ITEM = re.compile(r"(?:[-–—•*·▪]|\d{1,2}[.)])\s")


def _begins_item(line: str, begun: str) -> bool:
    """Whether a line begins a list's item, or the text behind the last one."""
    return bool(_ITEM.match(line) or (_ITEM.match(begun) and line[0].isupper()))


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """One block's lines as paragraphs: a line that does not end a sentence is continued."""
    paragraphs: list[list[str]] = []
    goes_on = False
    for line in lines:
        if goes_on and not _begins_item(line, paragraphs[-1][0]):
            if not re.search(f"[{HAN}，、]$", paragraphs[-1][-1]):
                paragraphs[-1].append(" ")
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        goes_on = not _TERMINAL.search(line)
    return ["".join(parts) for parts in paragraphs]
