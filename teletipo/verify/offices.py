"""Is a ministry, and whoever heads it, the one of which the article speaks?"""

import re
from collections.abc import Mapping
from functools import cache

from teletipo.article import Span
from teletipo.verify.fault import Fault

# What a ministry is for: in its name, and by whatever else speaks of it.
_PORTFOLIOS: tuple[Mapping[str, tuple[str, str]], ...] = (
    {
        "es": (
            "hacienda|finanzas",
            r"tesoro|econ[oó]m\w+|fiscal\w*|presupuest\w+|financ\w+|bono\w*",
        ),
        "en": (
            "finance",
            r"treasury|chancellor|exchequer|econom\w+|fiscal|budget\w*|financ\w+|bonds?",
        ),
        "zh": ("财政|财务", "财|经济|预算|国库|金融"),
    },
    {
        "es": (
            "defensa",
            r"defen\w+|militar\w*|ej[eé]rcit\w+|pent[aá]gono|guerra|armad\w+|soldad\w+",
        ),
        "en": (
            "defen[cs]e",
            r"defen\w+|dod|mod|pentagon|militar\w*|army|war|armed|troops|soldier\w*|navy",
        ),
        "zh": ("国防", "防|五角大楼|军|战|武装"),
    },
    {
        "es": (
            r"(?:asuntos |relaciones )?exteriores",
            r"exterior\w*|canciller\w*|diplom\w+|extranjer\w+",
        ),
        "en": ("foreign(?: affairs)?", r"diplom\w+|state|external|foreign\w*|abroad|embass\w+"),
        "zh": ("外交", "外|国务|使馆|大使"),
    },
    {
        "es": ("interior", r"gobernación|segurid\w+|polic\w+|migra\w+|inmigra\w+"),
        "en": ("interior", r"home|homeland|internal|police|security|\w*migra\w+"),
        "zh": ("内政|内务", "内|公安|安全|警|移民"),
    },
    {
        "es": ("salud|sanidad", r"salu\w+|sanit\w+|médic\w+|hospital\w*|enferm\w+|vacun\w+|virus"),
        "en": ("health", r"health\w*|medic\w+|hospital\w*|disease\w*|vaccin\w+|virus"),
        "zh": ("卫生", "健康|医|病|疫"),
    },
    {
        "es": (
            "educación",
            r"educa\w+|enseñanza|escol\w+|escuel\w+|universi\w+|colegi\w+|alumn\w+",
        ),
        "en": ("education", r"educat\w+|school\w*|universit\w+|student\w*|teacher\w*|pupils?"),
        "zh": ("教育", "教|学"),
    },
    {
        "es": ("justicia", r"judicial\w*|fiscal\w*|juez\w*|juec\w+|tribunal\w*|ley\w*"),
        "en": ("justice", r"doj|attorney\w*|judicial|judges?|prosecut\w+|courts?|laws?|legal"),
        "zh": ("司法|法务", "法|检察|律"),
    },
    {
        "es": ("trabajo|empleo", r"labora\w*|trabaj\w+|emple\w+|paro|sindica\w+"),
        "en": ("labou?r|employment", r"employ\w+|work\w*|jobs?|unions?"),
        "zh": ("劳工|劳动", "劳|就业|工"),
    },
    {
        "es": ("agricultura", r"agr[ií]\w+|ganader\w+|aliment\w+|rural\w*|campo|campesin\w+|pesca"),
        "en": ("agriculture", r"agri\w+|farm\w*|rural|food|crops?|fisher\w+"),
        "zh": ("农业", "农|食|渔"),
    },
    {
        "es": (
            "(?:medio )?ambiente",
            r"(?:medio)?ambient\w+|ecol[oó]\w+|clim[aá]\w*|transición|contamina\w+",
        ),
        "en": ("environment", r"environment\w*|climate|ecolog\w+|pollut\w+|emissions?"),
        "zh": ("环境|环保", "环|生态|气候|污染"),
    },
    {
        "es": (
            "transportes?",
            r"transport\w+|tr[aá]fico|ferrovi\w+|movilidad|fomento|tren\w*|carretera\w*",
        ),
        "en": ("transport(?:ation)?", r"traffic|rail\w*|roads?|trains?|aviation|flights?"),
        "zh": ("交通|运输", "交|运|铁|路|航"),
    },
    {
        "es": ("energía", r"energ\w+|eléctric\w+|petr[oó]l\w+|minas|miner\w+|nuclear\w*|gas"),
        "en": ("energy", r"power|electric\w*|oil|mining|nuclear|gas"),
        "zh": ("能源", "能|电|油|矿|核|气"),
    },
    {
        "es": ("cultura", r"cultur\w+|deport\w+|art\w+|muse\w+"),
        "en": ("culture", r"cultur\w+|sports?|arts?|museum\w*"),
        "zh": ("文化", "文|体育|艺"),
    },
    {
        "es": ("vivienda", r"viviend\w+|urban\w+|alquiler\w*|hipotec\w+"),
        "en": ("housing", r"hous\w+|homes?|urban|rent\w*|mortgage\w*"),
        "zh": ("住房|住建", "住|房|城"),
    },
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
        for office, topic in zip(_offices(other), _topics(one), strict=True)
        for match in office.finditer(output_text)
        if not topic.search(source_text)
    ]


@cache
def _offices(language: str) -> list[re.Pattern[str]]:
    """Each portfolio's ministry and minister."""
    names = [portfolio[language][0] for portfolio in _PORTFOLIOS]
    return [re.compile(_OFFICES[language].replace("{}", name), re.IGNORECASE) for name in names]


@cache
def _topics(language: str) -> list[re.Pattern[str]]:
    """Whatever speaks of each portfolio's matter."""
    words = ["|".join(portfolio[language]) for portfolio in _PORTFOLIOS]
    edge = "" if language == "zh" else r"\b"
    return [re.compile(f"{edge}(?:{each}){edge}", re.IGNORECASE) for each in words]
