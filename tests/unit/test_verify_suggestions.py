"""Acronyms that became another, figures said twice for two, and what the checks suggest."""

import itertools

import pytest

from tests.checking import ids, verified

_ACRONYMS = [
    ("es", "en", "La ONU acusa a la UE.", "The UN accuses the UN.", None),
    ("es", "en", "El BBVA multó a la CIA y al FMI.", "BBVA fined the CIA and the WTO.", "IMF"),
    ("es", "en", "La UE pactó con la ONU.", "The UN made a deal with NATO.", "EU"),
    ("es", "en", "Lo dijeron la OMC y la OMS.", "The WTO and the WTO said so.", None),
    ("es", "en", "La OPEP pactó con la ONU.", "The UN made a deal with NATO.", "OPEC"),
    ("en", "es", "The EU and UN agreed.", "La ONU y la ONU coincidieron.", None),
    ("en", "es", "The EU agreed with the UN.", "La ONU coincidió con la OTAN.", "UE"),
    ("en", "es", "The WHO met the UN.", "La ONU se reunió con la OMC.", "OMS"),
    ("en", "es", "The IMF and the ECB agreed.", "El BCE y el BCE coincidieron.", None),
    ("en", "es", "The UN met OPEC.", "La ONU se reunió con la OEA.", "OPEP"),
    ("en", "zh-Hans", "The NBA said so.", "NFL如此表示。", "NBA"),
    ("en", "zh-Hans", "A GPU costs more.", "CPU价格更高。", "GPU"),
    ("en", "zh-Hans", "The CEO resigned.", "CFO辞职。", "CEO"),
    ("en", "zh-Hans", "LVMH bought it.", "BMW将其收购。", "LVMH"),
    ("en", "zh-Hans", "BHP sold the mine.", "BASF出售了该矿。", "BHP"),
    ("zh-Hans", "en", "NBA如此表示。", "The NFL said so.", "NBA"),
    ("zh-Hans", "en", "GPU价格上涨。", "The price of a CPU rose.", "GPU"),
    ("zh-Hans", "en", "CFO辞职。", "The CEO resigned.", "CFO"),
    ("zh-Hans", "en", "BMW将其收购。", "LVMH bought it.", "BMW"),
    ("zh-Hans", "en", "BASF出售了该矿。", "BHP sold the mine.", "BASF"),
    ("es", "zh-Hans", "La UE multó a la CIA y al FMI.", "欧盟对CIA和FBI处以罚款。", "国际货币基金"),
    ("zh-Hans", "es", "FBI如此表示。", "Lo dijo la CIA.", "FBI"),
]
_KEPT = [
    ("es", "en", "Lo dijo la UE.", "The EU said so."),
    ("es", "en", "La OTAN se reunió con la ONU.", "NATO met the UN."),
    ("es", "en", "Lo dijo la DGT.", "The Directorate-General for Traffic said so."),
    ("es", "en", "El PSOE gobierna.", "The PSOE governs."),
    ("es", "en", "Sube el PIB.", "GDP is rising."),
    ("en", "es", "The UK left the EU.", "El Reino Unido dejó la UE."),
    ("en", "es", "He was in the ICU.", "Estuvo en la UCI."),
    ("en", "es", "The NHS is short of staff.", "Al NHS le falta personal."),
    ("en", "es", "The WHO said so.", "Lo dijo la Organización Mundial de la Salud."),
    ("en", "es", "UFOs were seen.", "Se vieron ovnis."),
    ("en", "zh-Hans", "NATO and the UN agreed.", "北约和联合国达成一致。"),
    ("en", "zh-Hans", "The NBA said so.", "NBA如此表示。"),
    ("en", "zh-Hans", "The IMF warned the EU.", "国际货币基金组织警告欧盟。"),
    ("en", "zh-Hans", "AI is useful.", "人工智能很有用。"),
    ("en", "zh-Hans", "The CEO of IBM resigned.", "IBM首席执行官辞职。"),
    ("zh-Hans", "en", "北约表示。", "NATO said so."),
    ("zh-Hans", "en", "世卫组织警告联合国。", "The WHO warned the UN."),
    ("zh-Hans", "en", "GDP增长。", "GDP grew."),
    ("zh-Hans", "en", "IBM首席执行官辞职。", "The CEO of IBM resigned."),
    ("zh-Hans", "en", "新冠疫情。", "The COVID pandemic."),
    ("es", "zh-Hans", "La UE lo condenó.", "欧盟对此表示谴责。"),
    ("es", "zh-Hans", "Sube el PIB.", "国内生产总值上升。"),
    ("es", "zh-Hans", "La OIEA y la OMS hablaron.", "国际原子能机构和世卫组织进行了会谈。"),
    ("es", "zh-Hans", "El FMI habló.", "国际货币基金组织发言。"),
    ("es", "zh-Hans", "Lo dijo el BBVA.", "BBVA如此表示。"),
    ("zh-Hans", "es", "欧盟对此表示谴责。", "La UE lo condenó."),
    ("zh-Hans", "es", "北约表示。", "Lo dijo la OTAN."),
    ("zh-Hans", "es", "GDP增长。", "Crece el PIB."),
    ("zh-Hans", "es", "英国退出欧盟。", "El Reino Unido dejó la UE."),
    ("zh-Hans", "es", "HIV感染者。", "Personas con VIH."),
]


@pytest.mark.parametrize(
    ("source", "target", "text", "output", "suggestion"),
    _ACRONYMS,
    ids=ids(_ACRONYMS),
)
def test_an_acronym_that_became_another_is_an_error(
    source: str, target: str, text: str, output: str, suggestion: str | None
) -> None:
    found = [each for each in verified(text, output, source, target) if each.code == "name_changed"]
    assert [str(each.severity) for each in found] == ["error"]
    assert found[0].suggestion == suggestion


@pytest.mark.parametrize(
    ("source", "target", "text", "output"),
    _KEPT,
    ids=ids(_KEPT),
)
def test_an_acronym_that_is_kept_rendered_or_spelled_out_is_none(
    source: str, target: str, text: str, output: str
) -> None:
    assert "name_changed" not in [each.code for each in verified(text, output, source, target)]


def test_an_unknown_acronym_from_spanish_may_be_translated_so_that_is_a_warning() -> None:
    (found,) = [
        each
        for each in verified("La CNMV multó al BBVA.", "The CNMC fined BBVA.", "es", "en")
        if each.code == "name_changed"
    ]
    assert (found.severity, found.suggestion) == ("warning", None)


@pytest.mark.parametrize(
    ("source", "target", "text", "output", "suggestion"),
    [
        ("zh-Hans", "en", "成交额达357亿元。", "Turnover was 3.57 billion yuan.", "35.7 billion"),
        ("zh-Hans", "es", "成交额达357亿元。", "Fueron 3.570 yuanes.", "35.700 millones de"),
        ("zh-Hans", "en", "周二", "On Wednesday.", "Tuesday"),
        ("zh-Hans", "es", "5月3日", "El 3 de junio.", "3 de mayo"),
        ("en", "zh-Hans", "Turnover was 35.7 billion yuan.", "成交额达35.7亿元。", "357亿"),
        ("en", "zh-Hans", "He came on Tuesday.", "他星期四来了。", "星期二"),
        ("en", "es", "It rose 4.8 %.", "Subió un 48 %.", "4,8 %"),
        ("en", "es", "It has 12,345 seats.", "Tiene 12.354 plazas.", "12.345"),
        ("en", "es", "It closed in 2021.", "Cerró en 2012.", "2021"),
        ("es", "en", "Costó 1.500 millones de euros.", "It cost 1.5 million euros.", "1.5 billion"),
        ("es", "en", "El 24 de febrero.", "On February 25.", "February 24"),
        ("es", "en", "Viajó a Alemania.", "He travelled to Poland.", "Germany"),
        ("en", "zh-Hans", "He travelled to Germany.", "他前往波兰。", "德国"),
        ("en", "es", "The German team came.", "Vino el equipo de Polonia.", None),
        ("es", "zh-Hans", "Costó 1.500 millones de euros.", "耗资1.5亿欧元。", "15亿"),
        # What is not sure has no suggestion: another unit, an ordinal, two that changed, "seven".
        ("en", "es", "It cost $30.", "Costó 40 euros.", None),
        ("en", "es", "He was 3rd.", "Fue 5.º.", None),
        ("en", "es", "It sold 30 cars and 40 bikes.", "Vendió 31 coches y 41 bicis.", None),
        ("en", "es", "He has seven dogs.", "Tiene ocho perros.", None),
    ],
    ids=itertools.count(),
)
def test_the_right_figure_or_date_is_suggested_where_it_is_known(
    source: str, target: str, text: str, output: str, suggestion: str | None
) -> None:
    changed = [
        each
        for each in verified(text, output, source, target)
        if each.code in ("figure_changed", "date_changed", "name_changed")
    ]
    assert changed
    assert changed[0].suggestion == suggestion
    if suggestion:
        (span,) = changed[0].output_spans
        mended = output[: span.start] + suggestion + output[span.end :]
        codes = [each.code for each in verified(text, mended, source, target)]
        assert not {code for code in codes if code.endswith(("_changed", "_added"))}


_TWICE = [
    ("en", "es", "The rate rose to 5.2 % from 4.8 %.", "La tasa subió al 5,2 % del 5,2 %."),
    ("es", "en", "El paro subió del 4,8 % al 5,2 %.", "Unemployment rose from 5.2% to 5.2%."),
    ("zh-Hans", "en", "失业率从4.8%上升到5.2%。", "Unemployment rose to 5.2% from 5.2%."),
    ("zh-Hans", "es", "产量从3万吨增至5万吨。", "La producción pasó de 50.000 a 50.000 toneladas."),
    ("en", "zh-Hans", "Sales rose from 3 million to 5 million.", "销量从500万增至500万。"),
    ("es", "zh-Hans", "De 2019 a 2021 creció.", "2019年至2019年有所增长。"),
]


@pytest.mark.parametrize(
    ("source", "target", "text", "output"), _TWICE, ids=[f"{row[0]}-{row[1]}" for row in _TWICE]
)
def test_a_figure_said_twice_for_two_is_an_error_at_both_places_without_a_suggestion(
    source: str, target: str, text: str, output: str
) -> None:
    (found,) = [
        each for each in verified(text, output, source, target) if each.code == "figure_changed"
    ]
    assert (found.severity, len(found.output_spans), found.suggestion) == ("error", 2, None)
