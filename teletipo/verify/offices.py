"""Is a ministry, and whoever heads it, the one of which the article speaks?"""

import re
from dataclasses import dataclass

from teletipo.article import Span
from teletipo.verify.fault import Fault


@dataclass(frozen=True)
class _Portfolio:
    """What a ministry is for: in its name, and by whatever else speaks of it."""

    name: dict[str, str]
    topic: dict[str, str]


def _portfolio(es: tuple[str, str], en: tuple[str, str], zh: tuple[str, str]) -> _Portfolio:
    languages = {"es": es, "en": en, "zh": zh}
    return _Portfolio(
        {language: name for language, (name, _) in languages.items()},
        {language: f"{name}|{more}" for language, (name, more) in languages.items()},
    )


_PORTFOLIOS = (
    _portfolio(
        ("hacienda|finanzas", r"tesoro|econ[oó]m\w+|fiscal\w*|presupuest\w+|financ\w+|bono\w*"),
        ("finance", r"treasury|chancellor|exchequer|econom\w+|fiscal|budget\w*|financ\w+|bonds?"),
        ("财政|财务", "财|经济|预算|国库|金融"),
    ),
    _portfolio(
        ("defensa", r"defen\w+|militar\w*|ej[eé]rcit\w+|pent[aá]gono|guerra|armad\w+|soldad\w+"),
        (
            "defen[cs]e",
            r"defen\w+|dod|mod|pentagon|militar\w*|army|war|armed|troops|soldier\w*|navy",
        ),
        ("国防", "防|五角大楼|军|战|武装"),
    ),
    _portfolio(
        (
            r"(?:asuntos |relaciones )?exteriores",
            r"exterior\w*|canciller\w*|diplom\w+|extranjer\w+",
        ),
        ("foreign(?: affairs)?", r"diplom\w+|state|external|foreign\w*|abroad|embass\w+"),
        ("外交", "外|国务|使馆|大使"),
    ),
    _portfolio(
        ("interior", r"gobernación|segurid\w+|polic\w+|migra\w+|inmigra\w+"),
        ("interior", r"home|homeland|internal|police|security|\w*migra\w+"),
        ("内政|内务", "内|公安|安全|警|移民"),
    ),
    _portfolio(
        ("salud|sanidad", r"salu\w+|sanit\w+|médic\w+|hospital\w*|enferm\w+|vacun\w+|virus"),
        ("health", r"health\w*|medic\w+|hospital\w*|disease\w*|vaccin\w+|virus"),
        ("卫生", "健康|医|病|疫"),
    ),
    _portfolio(
        ("educación", r"educa\w+|enseñanza|escol\w+|escuel\w+|universi\w+|colegi\w+|alumn\w+"),
        ("education", r"educat\w+|school\w*|universit\w+|student\w*|teacher\w*|pupils?"),
        ("教育", "教|学"),
    ),
    _portfolio(
        ("justicia", r"judicial\w*|fiscal\w*|juez\w*|juec\w+|tribunal\w*|ley\w*"),
        ("justice", r"doj|attorney\w*|judicial|judges?|prosecut\w+|courts?|laws?|legal"),
        ("司法|法务", "法|检察|律"),
    ),
    _portfolio(
        ("trabajo|empleo", r"labora\w*|trabaj\w+|emple\w+|paro|sindica\w+"),
        ("labou?r|employment", r"employ\w+|work\w*|jobs?|unions?"),
        ("劳工|劳动", "劳|就业|工"),
    ),
    _portfolio(
        ("agricultura", r"agr[ií]\w+|ganader\w+|aliment\w+|rural\w*|campo|campesin\w+|pesca"),
        ("agriculture", r"agri\w+|farm\w*|rural|food|crops?|fisher\w+"),
        ("农业", "农|食|渔"),
    ),
    _portfolio(
        (
            "(?:medio )?ambiente",
            r"(?:medio)?ambient\w+|ecol[oó]\w+|clim[aá]\w*|transición|contamina\w+",
        ),
        ("environment", r"environment\w*|climate|ecolog\w+|pollut\w+|emissions?"),
        ("环境|环保", "环|生态|气候|污染"),
    ),
    _portfolio(
        (
            "transportes?",
            r"transport\w+|tr[aá]fico|ferrovi\w+|movilidad|fomento|tren\w*|carretera\w*",
        ),
        ("transport(?:ation)?", r"traffic|rail\w*|roads?|trains?|aviation|flights?"),
        ("交通|运输", "交|运|铁|路|航"),
    ),
    _portfolio(
        ("energía", r"energ\w+|eléctric\w+|petr[oó]l\w+|minas|miner\w+|nuclear\w*|gas"),
        ("energy", r"power|electric\w*|oil|mining|nuclear|gas"),
        ("能源", "能|电|油|矿|核|气"),
    ),
    _portfolio(
        ("cultura", r"cultur\w+|deport\w+|art\w+|muse\w+"),
        ("culture", r"cultur\w+|sports?|arts?|museum\w*"),
        ("文化", "文|体育|艺"),
    ),
    _portfolio(
        ("vivienda", r"viviend\w+|urban\w+|alquiler\w*|hipotec\w+"),
        ("housing", r"hous\w+|homes?|urban|rent\w*|mortgage\w*"),
        ("住房|住建", "住|房|城"),
    ),
)
_OFFICES = {
    "es": r"\bminist(?:eri)?(?:o|ra|ro)s? (?:de (?:la |los |las |el )?|del )({})\b",
    "en": r"\b(?:minist(?:ry|er)|secretary|department) (?:of|for) (?:the )?({})\b"
    r"|\b({}) (?:minist(?:ry|er)|secretary|department)\b",
    "zh": r"({})部(?!队|署|分|门)",
}


def check_offices(source_text: str, output_text: str, source: str, target: str) -> list[Fault]:
    """A ministry or minister of whose portfolio nothing in the source speaks.

    What it cannot see: a portfolio that is not in its list, and one of which the sentence speaks
    beside the office ("water" where the ministry lost its name).
    """
    one, other = source[:2], target[:2]
    if one not in _OFFICES or other not in _OFFICES:
        return []
    return [
        Fault(
            "name_added",
            f"The article does not speak of “{match[0]}” here.",
            output=(Span(*match.span()),),
        )
        for portfolio in _PORTFOLIOS
        for match in _find(_OFFICES[other].replace("{}", portfolio.name[other]), output_text)
        if not any(_find(_word(portfolio.topic[one], one), source_text))
    ]


def _find(pattern: str, text: str) -> list[re.Match[str]]:
    return list(re.finditer(pattern, text, re.IGNORECASE))


def _word(pattern: str, language: str) -> str:
    return pattern if language == "zh" else rf"\b(?:{pattern})\b"
