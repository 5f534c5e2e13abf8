"""A clause or a quotation that stands twice in the output and once in the source."""

import pytest

from tests.checking import ids, verified

_TWICE = [
    ("en", "es", "“I am so tired.”", "“Estoy harto. Estoy muy harto. Estoy muy harto”."),
    (
        "en",
        "es",
        "He left because the roof fell in.",
        "Se fue porque cayó el techo, porque cayó el techo.",
    ),
    ("es", "en", "El techo se hundió y murió.", "The roof fell in, the roof fell in and he died."),
    ("es", "en", "Dijo: “No hay dinero”.", "He said: “There is no money”, “There is no money”."),
    ("es", "zh-Hans", "El techo se hundió de noche.", "屋顶夜里塌了下来，屋顶夜里塌了下来。"),
    ("en", "zh-Hans", "“We have no money left.”", "“我们已经没有钱了”，“我们已经没有钱了。”"),
    (
        "en",
        "zh-Hans",
        "They will build a bridge over the river.",
        "将在河上建造一座新桥并将在河上建造一座新桥梁。",
    ),
    ("zh-Hans", "es", "屋顶夜里塌了。", "El techo se hundió, el techo se hundió."),
    ("zh-Hans", "en", "他说没有钱。", "There is no money, he said, there is no money."),
    (
        "zh-Hans",
        "en",
        "政府将建造一座新桥。",
        "The government will build a bridge, the government will build a bridge.",
    ),
]
_ONCE = [
    ("en", "es", "He left and she left.", "Él se fue y ella se fue."),
    ("en", "es", "Never again, never again, never again.", "Nunca más, nunca más, nunca más."),
    ("es", "en", "Mañana, mañana lo veré.", "Tomorrow, tomorrow I will see."),
    (
        "es",
        "en",
        "3.000 millones de euros y 5.000 millones de euros.",
        "3 billion euros, 5 billion euros.",
    ),
    ("es", "zh-Hans", "Uno murió y otro murió.", "一人死亡，另一人死亡。"),
    ("en", "zh-Hans", "Day by day, day by day it grew.", "一天天，一天天地增长。"),
    ("en", "zh-Hans", "In the north and in the south of the city.", "在城市的北部和在城市的南部。"),
    ("zh-Hans", "es", "北部下雨，南部下雨。", "Llueve en el norte, llueve en el sur."),
    ("zh-Hans", "en", "没有钱，没有钱。", "No money, no money."),
    ("zh-Hans", "en", "我们要和平，我们要和平。", "We want peace, we want peace."),
]


@pytest.mark.parametrize(
    ("source", "target", "text", "output"),
    _TWICE,
    ids=ids(_TWICE),
)
def test_what_stands_twice_is_reported_at_both_places(
    source: str, target: str, text: str, output: str
) -> None:
    (found,) = [
        each for each in verified(text, output, source, target) if each.code == "said_twice"
    ]
    one, other = (output[span.start : span.end].lower() for span in found.output_spans)
    assert (found.severity, one) == ("warning", other)


@pytest.mark.parametrize(
    ("source", "target", "text", "output"),
    _ONCE,
    ids=ids(_ONCE),
)
def test_what_the_source_says_twice_too_is_none(
    source: str, target: str, text: str, output: str
) -> None:
    assert "said_twice" not in [each.code for each in verified(text, output, source, target)]
