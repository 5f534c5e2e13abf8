"""Opposites: what rose may not fall, in all six directions."""

import pytest

from teletipo.verify.checks.directions import check_directions
from tests.checking import ids, run

_OPPOSITE = [
    ("es", "en", "Los precios subirán en marzo.", "Prices will fall in March."),
    ("es", "en", "El paro está en su nivel más bajo.", "Unemployment is at its highest level."),
    ("es", "en", "El Betis ganó el partido.", "Betis lost the match."),
    ("es", "en", "El sindicato apoya la reforma.", "The union opposes the reform."),
    ("en", "es", "Prices rose in March.", "Los precios bajaron en marzo."),
    ("en", "es", "Output is at its lowest level.", "La producción está en su nivel más alto."),
    ("en", "es", "Imports are growing.", "Las exportaciones están creciendo."),
    ("en", "es", "The jury found him guilty.", "El jurado lo declaró inocente."),
    ("es", "zh-Hans", "Las ventas aumentaron en abril.", "四月份销售额下降。"),
    ("es", "zh-Hans", "Es el precio más alto del año.", "这是今年的最低价格。"),
    ("es", "zh-Hans", "La ley prohíbe fumar en el parque.", "法律允许在公园吸烟。"),
    ("es", "zh-Hans", "Hay más de 30 heridos.", "受伤人数不到30人。"),
    ("en", "zh-Hans", "Output fell in May.", "五月份产量上升。"),
    ("en", "zh-Hans", "The party opposes the bill.", "该党支持该法案。"),
    ("en", "zh-Hans", "The trade surplus is a record.", "贸易逆差创下纪录。"),
    ("en", "zh-Hans", "Police released two men.", "警方逮捕了两名男子。"),
    ("zh-Hans", "es", "油价上涨。", "El petróleo bajó de precio."),
    ("zh-Hans", "es", "失业率降至最低水平。", "El paro está en su nivel más alto."),
    ("zh-Hans", "es", "多数议员出席。", "Asistió una minoría de los diputados."),
    ("zh-Hans", "es", "工会反对这项计划。", "El sindicato apoya este plan."),
    ("zh-Hans", "es", "进口增长。", "Las exportaciones crecen."),
    ("zh-Hans", "en", "油价下跌。", "Oil prices rose."),
    ("zh-Hans", "en", "政府禁止集会。", "The government allowed gatherings."),
    ("zh-Hans", "en", "这里气候寒冷。", "It is hot here."),
    ("zh-Hans", "en", "谈判失败了。", "The talks were a success."),
    # As many words on both sides, one of them turned round.
    ("es", "en", "Subió el pan y bajó la leche.", "Bread rose and milk rose."),
    ("en", "es", "Wheat fell and rice rose.", "El trigo subió y el arroz subió."),
    ("en", "zh-Hans", "Wheat fell and rice rose.", "小麦下跌，大米下跌。"),
]
# Pairs whose words have more meanings, or are said the other way round: a warning.
_DOUBTFUL = [
    ("es", "en", "La empresa compró 40 aviones.", "The company sold 40 planes."),
    ("es", "en", "Cerraron tres fábricas.", "Three factories opened."),
    ("en", "es", "The senator rejected the plan.", "El senador aceptó el plan."),
    ("es", "zh-Hans", "Rechazaron la propuesta.", "他们接受了这一提议。"),
    ("en", "zh-Hans", "The museum closed on Monday.", "博物馆周一开放。"),
    ("zh-Hans", "en", "公司收购了这家工厂。", "The company sold the factory."),
]
_SAME = [
    ("es", "en", "Los precios subirán en marzo.", "Prices will rise in March."),
    ("es", "en", "Los precios no subieron.", "Prices fell."),
    ("es", "en", "El pan sube y la leche baja.", "Milk is falling while bread rises."),
    ("es", "en", "Redujo el aumento de sueldo.", "It cut the pay rise."),
    ("es", "en", "Viajó a Nueva York.", "He visited the old city of New York."),
    ("es", "en", "Ganó 300 euros menos.", "He earned 300 euros less."),
    ("en", "es", "Prices did not rise.", "Los precios bajaron."),
    ("en", "es", "He went to Niagara Falls.", "Subió a las cataratas del Niágara."),
    ("en", "es", "The dam failed to open.", "La presa quedó cerrada."),
    ("en", "es", "Smoking is not allowed.", "Se prohíbe fumar."),
    ("en", "es", "They support the fight against fraud.", "Apoyan la lucha contra el fraude."),
    ("es", "zh-Hans", "Las ventas aumentaron en abril.", "四月份销售额上升。"),
    ("es", "zh-Hans", "No se permite fumar.", "禁止吸烟。"),
    ("es", "zh-Hans", "Es una ciudad insegura.", "这是一个不安全的城市。"),
    ("es", "zh-Hans", "Aceptó sin dudar.", "他没有拒绝。"),
    ("es", "zh-Hans", "Subió el gas y bajó la luz.", "电价下降，气价上涨。"),
    ("en", "zh-Hans", "Foreign trade grew.", "进出口增长。"),
    ("en", "zh-Hans", "Output fell in May.", "五月份产量没有上升。"),
    ("en", "zh-Hans", "Unsafe food was sold.", "不安全的食品被出售。"),
    ("en", "zh-Hans", "She won and he lost.", "他输了，她赢了。"),
    ("en", "zh-Hans", "The door is closed.", "门没有打开。"),
    ("zh-Hans", "es", "油价上涨。", "El petróleo subió de precio."),
    ("zh-Hans", "es", "禁止吸烟。", "No está permitido fumar."),
    ("zh-Hans", "es", "少数人反对。", "Se opuso una minoría."),
    ("zh-Hans", "es", "他没有拒绝。", "Aceptó."),
    ("zh-Hans", "es", "出口增加，进口减少。", "Bajan las importaciones y suben las exportaciones."),
    ("zh-Hans", "en", "油价下跌。", "Oil prices fell."),
    ("zh-Hans", "en", "他不接受。", "He refused."),
    ("zh-Hans", "en", "这里不安全。", "It is dangerous here."),
    ("zh-Hans", "en", "失业率没有下降。", "Unemployment rose."),
    ("zh-Hans", "en", "公司赢利，对手亏损。", "The company made a profit and its rival a loss."),
]


@pytest.mark.parametrize(("source", "target", "text", "output"), _OPPOSITE, ids=ids(_OPPOSITE))
def test_an_opposite_is_an_error(source: str, target: str, text: str, output: str) -> None:
    (finding,) = run(check_directions, text, output, source, target)
    assert (finding.code, finding.severity) == ("direction_changed", "error")
    assert all(output[span.start : span.end].strip() for span in finding.output_spans)


@pytest.mark.parametrize(("source", "target", "text", "output"), _DOUBTFUL, ids=ids(_DOUBTFUL))
def test_an_opposite_with_other_meanings_is_a_warning(
    source: str, target: str, text: str, output: str
) -> None:
    (finding,) = run(check_directions, text, output, source, target)
    assert (finding.code, finding.severity) == ("direction_changed", "warning")


@pytest.mark.parametrize(("source", "target", "text", "output"), _SAME, ids=ids(_SAME))
def test_what_says_the_same_is_no_finding(source: str, target: str, text: str, output: str) -> None:
    assert run(check_directions, text, output, source, target) == []


def test_a_sentence_in_the_same_language_is_not_judged() -> None:
    assert run(check_directions, "Prices rose.", "Prices fell.", "en", "en") == []
