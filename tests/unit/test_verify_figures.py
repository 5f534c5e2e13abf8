"""Figures and dates across Spanish, English and Chinese."""

import datetime

import pytest

from teletipo.verify.checks.dates import check_dates
from teletipo.verify.checks.figures import check_figures
from teletipo.verify.context import Context
from tests.checking import run

_SAME = [
    ("es", "Entre 300 y 400 millones.", "en", "Between 300 million and 400 million."),
    ("en", "Between 20 and 30 million.", "zh-Hans", "2000万至3000万。"),
    ("zh-Hans", "20至30万人。", "en", "From 200,000 to 300,000."),
    ("es", "De 35 a 50 millones.", "zh-Hans", "从3500万增至5000万。"),
    ("es", "De 900.000 a 1,2 millones.", "en", "From 900,000 to 1.2 million."),
    ("es", "A 150 millones de kilómetros.", "en", "93 million miles away."),
    ("en", "Nine out of ten.", "zh-Hans", "九成。"),
    ("es", "Tres de cada cuatro.", "en", "Three-quarters."),
    ("zh-Hans", "前三季度。", "en", "The first three quarters."),
    ("en", "It starts at noon.", "es", "Empieza a las 12.00 horas."),
    ("en", "It ends at midnight.", "zh-Hans", "午夜12点结束。"),
    ("en", "At half past three.", "es", "A las tres y media."),
    ("es", "En la década de los noventa.", "en", "In the 1990s."),
    ("es", "En los ochenta.", "en", "In the 1980s."),
    (
        "en",
        "It rose by half to 3 billion euros.",
        "es",
        "Subió un 50 %, a 3.000 millones de euros.",
    ),
    ("es", "Pasó a los octavos de final.", "en", "They reached the round of 16."),
    ("es", "Pasó a los octavos de final.", "zh-Hans", "晋级16强。"),
    ("zh-Hans", "五一假期，人数增加。", "en", "Numbers rose over the May Day holiday."),
    ("es", "Los años noventa.", "en", "The 1990s."),
    ("es", "Subió un 12,5 %.", "en", "It rose 12.5 percent."),
    ("es", "Subió un 12,5 %.", "zh-Hans", "上涨12.5%。"),
    ("es", "Afecta a dos millones de personas.", "en", "It affects two million people."),
    ("es", "Afecta a dos millones de personas.", "zh-Hans", "影响到200万人。"),
    ("es", "Costó 1.500 millones de euros.", "en", "It cost 1.5 billion euros."),
    ("es", "Costó 1.500 millones de euros.", "zh-Hans", "耗资15亿欧元。"),
    ("es", "Costó 1.500 millones de euros.", "en", "It cost €1.5bn."),
    ("es", "Detuvieron a medio centenar.", "en", "They arrested 50 people."),
    ("es", "Hubo una docena de heridos.", "en", "There were 12 injured."),
    ("es", "Dos millones y medio de votos.", "en", "Two and a half million votes."),
    ("es", "Dos millones y medio de votos.", "zh-Hans", "250万张选票。"),
    ("es", "Ganó por 3-2.", "en", "They won 3-2."),
    ("es", "Ganó por 3-2.", "zh-Hans", "以3比2获胜。"),
    ("es", "Entre 10 y 15 heridos.", "en", "Between 10 and 15 injured."),
    ("es", "Treinta y cinco mil personas.", "en", "35,000 people."),
    ("es", "El siglo XXI.", "en", "The 21st century."),
    ("es", "El cuarto intento.", "en", "The fourth attempt."),
    ("es", "A las 20:30.", "en", "At 8:30 p.m."),
    ("es", "A las ocho de la tarde.", "zh-Hans", "晚上8点。"),
    ("en", "A third of the 1,200 voters.", "zh-Hans", "1200名选民中的三分之一。"),
    ("en", "In the 1990s.", "zh-Hans", "在90年代。"),
    ("en", "Ten years ago.", "es", "Hace una década."),
    ("en", "85 mph winds.", "es", "Vientos de 137 kilómetros por hora."),
    ("en", "30 percent of them.", "zh-Hans", "其中三成。"),
    ("zh-Hans", "一百二十万人。", "en", "1.2 million people."),
    ("zh-Hans", "二〇一九年。", "es", "En 2019."),
    ("zh-Hans", "十分重要的一点。", "en", "A very important point."),
    ("es", "Fue el 30\u00a0de septiembre.", "en", "It was on September 30."),
    ("es", "Llegará a 26 grados.", "zh-Hans", "气温将达80华氏度。"),
    ("en", "A 20-degree difference.", "es", "Una diferencia de 11 grados."),
    ("es", "Lloverá entre 2 y 5 centímetros.", "en", "One to two inches of rain."),
    ("es", "Olas de seis metros.", "zh-Hans", "高达6米（20英尺）的巨浪。"),
    ("es", "Quedó decimosexto.", "zh-Hans", "他获得第十六名。"),
    ("es", "Obtuvo el vigésimo cuarto puesto.", "zh-Hans", "他获得第二十四名。"),
    ("es", "Obtuvo la vigésima cuarta plaza.", "en", "She finished twenty-fourth."),
    ("es", "Su milésimo sello.", "en", "His 1,000th stamp."),
    ("es", "Por más de un milenio.", "zh-Hans", "一千多年来。"),
    ("es", "Durante el siglo X.", "zh-Hans", "在10世纪。"),
    ("es", "Desde el siglo XIX.", "en", "Since the 1800s."),
    ("es", "En los 80 actuó.", "en", "In the 1980s he acted."),
    ("es", "Un espacio tridimensional.", "en", "A three-dimensional space."),
    ("es", "Los 100 metros libres.", "en", "The 100m freestyle."),
    ("en", "The second most successful team.", "zh-Hans", "世界上第二成功的球队。"),
    ("es", "La tregua durará 48 horas.", "zh-Hans", "停火将持续两天。"),
    ("es", "Un parque de 100 megavatios.", "zh-Hans", "一座10万千瓦的电站。"),
    ("en", "After 18 months.", "es", "Tras un año y medio."),
    ("es", "Ardieron 3.000 hectáreas.", "zh-Hans", "30平方公里被烧毁。"),
    ("es", "El gol llegó en el minuto\u00a029.", "zh-Hans", "第29分钟进球。"),
    ("es", "Tiene 45 años.", "zh-Hans", "他今年45岁。"),
    ("es", "En 2018 ha subido.", "zh-Hans", "2018年上涨。"),
    ("es", "En 2018 mi padre votó.", "en", "In 2018 my father voted."),
    ("en", "It has 30 docks.", "zh-Hans", "有30码头。"),
    ("zh-Hans", "在SS19发布会上。", "es", "En el desfile de primavera de 2019."),
    ("es", "A las 20.30 hora local (18.30 GMT).", "en", "At 8:30 pm local time (18:30 GMT)."),
    ("es", "Empieza a las 20.30 horas.", "zh-Hans", "比赛于晚上8点30分开始。"),
    ("en", "It started at 0130 GMT.", "es", "Empezó a las 01.30 GMT."),
    ("zh-Hans", "会议15时30分开始。", "es", "La reunión empieza a las 15.30."),
    ("en", "They met at noon.", "es", "Se reunieron a las 12:00."),
    ("es", "Costó 3.000 millones de pesos.", "zh-Hans", "耗资30亿比索。"),
    ("zh-Hans", "上升2个百分点。", "en", "It rose 2 points."),
    ("es", "Tres cuartas partes votaron.", "en", "Three-quarters voted."),
    ("en", "One in five people agreed.", "zh-Hans", "五分之一的人同意。"),
    ("en", "Pope Leo XIV spoke.", "zh-Hans", "教皇利奥十四世讲话。"),
    ("zh-Hans", "增长１２．５％，达１，２００人。", "en", "It rose 12.5% to 1,200 people."),
    ("zh-Hans", "近3成受访者同意。", "en", "Nearly 30% of respondents agreed."),
    ("es", "Ingresó 12,5 miles de millones de euros.", "en", "It made around 12.5 billion euros."),
    ("es", "Sumó 630 mil 697 dólares.", "en", "It totaled 630,697 dollars."),
    ("es", "Sumó 2 millones 345 mil 697 dólares.", "en", "It totaled 2,345,697 dollars."),
    ("es", "Gastará la mitad del dinero.", "en", "It will spend 50 percent of the money."),
    ("en", "Three-quarters voted.", "es", "Votó el 75 %."),
    ("en", "60 milliards euros.", "es", "60.000 millones de euros."),
    ("es", "Murió una octogenaria.", "en", "An eighty-year-old woman died."),
    ("en", "Two decades later.", "zh-Hans", "二十年后。"),
    ("en", "About a quarter of Japan's.", "zh-Hans", "相当于日本的1/4。"),
    ("en", "A $40 million project.", "zh-Hans", "4，000万美元的项目。"),
    ("en", "Seven or eight people came.", "zh-Hans", "来了七八个人。"),
    ("en", "RMB10 trillion.", "zh-Hans", "10万亿元。"),
    ("en", "It costs KRW1.56 million.", "zh-Hans", "售价156万韩元。"),
    ("en", "Visitors spent £15,001 each.", "zh-Hans", "游客人均花费15，001英镑。"),
    ("en", "It opened its seventieth session.", "zh-Hans", "第七十届会议开幕。"),
    ("en", "A line of ±1100 KV opened.", "zh-Hans", "±1100千伏线路投运。"),
    ("en", "Hundreds of thousands of families fled.", "zh-Hans", "数以十万计的家庭逃离。"),
    ("en", "Rumours spread.", "zh-Hans", "流言四起。"),
    ("en", "He rode a tricycle.", "zh-Hans", "他骑三轮车。"),
    ("en", "Many users were born in the 1990s.", "zh-Hans", "很多用户是90后。"),
    ("en", "The well lost 16 millions litres.", "es", "El pozo perdió 16 millones de litros."),
    (
        "es",
        "Surgió en el siglo IV y cayó a finales del V.",
        "en",
        "It arose in the 4th century and fell late in the 5th.",
    ),
    ("en", "In 2011.", "zh-Hans", "二零一一年。"),
    ("en", "He earns $100,000.", "zh-Hant", "他收入10萬美元。"),
    ("zh-Hans", "“十四五”规划已经完成。", "en", "The 14th Five-Year Plan is complete."),
    ("zh-Hans", "这座桥建于19世纪30年代。", "en", "The bridge dates from the 1830s."),
    ("es", "Se fundó en la década de 1980.", "zh-Hans", "创立于二十世纪八十年代。"),
    ("en", "In the 1950s and 1960s, growth was fast.", "zh-Hans", "20世纪五六十年代增长迅速。"),
    ("zh-Hans", "上世纪50至60年代兴建。", "en", "It was built in the 1950s and '60s."),
    ("zh-Hans", "产量下降约1/3，持续至今。", "en", "Output fell by about 1/3."),
    ("zh-Hans", "全面、立体的报道。", "en", "Comprehensive, three-dimensional coverage."),
    ("zh-Hans", "首次以4K播出。", "en", "It was broadcast in 4K for the first time."),
    ("zh-Hans", "这是四周以来的最低水平。", "es", "Es el nivel más bajo en cuatro semanas."),
    (
        "zh-Hans",
        "着陆前约十分钟，信号消失。",
        "en",
        "The signal was lost ten minutes before landing.",
    ),
    ("es", "Acudió más de una docena de expertos.", "zh-Hans", "来了十多位专家。"),
    (
        "es",
        "Dura nueve minutos y cincuenta segundos.",
        "en",
        "It lasts nine minutes and fifty seconds.",
    ),
    ("es", "Ocupa los primeros dos tercios.", "en", "It takes up the first two-thirds."),
    ("zh-Hans", "历时四十年的谈判。", "en", "The four-decade-old talks."),
    ("zh-Hans", "发布洪水Ⅲ级预警。", "en", "It issued a Level III flood warning."),
    ("en", "The planet GJ 3512b.", "zh-Hans", "行星GJ 3512b。"),
    ("en", "A band of the seventies.", "es", "Una banda de los años 70."),
    ("es", "El período entre 1985 y 87.", "en", "The period 1985-1987."),
    ("en", "The party is divided.", "zh-Hans", "该党四分五裂。"),
]


@pytest.mark.parametrize(("source", "text", "target", "output"), _SAME)
def test_the_same_figure_written_otherwise_is_the_same(
    source: str, text: str, target: str, output: str
) -> None:
    assert run(check_figures, text, output, source, target) == []


@pytest.mark.parametrize(
    ("source", "text", "target", "output", "code"),
    [
        ("es", "Subió un 12,5 %.", "en", "It rose 13.5 percent.", "figure_changed"),
        ("zh-Hans", "这座桥建于19世纪30年代。", "en", "It dates from the 1840s.", "figure_changed"),
        ("zh-Hans", "建于二十世纪80年代。", "en", "It dates from the 1900s.", "figure_changed"),
        ("zh-Hans", "这是四周以来的最低。", "es", "El mínimo en tres semanas.", "figure_changed"),
        ("zh-Hans", "约十分钟后降落。", "en", "It landed 20 minutes later.", "figure_changed"),
        ("zh-Hans", "大楼四周都是水。", "en", "Four towers rose from the water.", "figure_added"),
        ("en", "20 to 30 million fled.", "zh-Hans", "20至3000万人逃离。", "figure_changed"),
        (
            "es",
            "Ganó 2.300 millones, frente a los 1.900.",
            "en",
            "2.3 billion, up from 1,900.",
            "figure_changed",
        ),
        (
            "en",
            "It burned 1.4 million acres.",
            "es",
            "Ardieron 1,4 millones de hectáreas.",
            "unit_changed",
        ),
        ("es", "Cuatro de cada diez votan.", "en", "30% vote.", "figure_changed"),
        ("es", "Costó 1.500 millones.", "en", "It cost 1.5 million.", "figure_changed"),
        ("es", "Costó 1.500 millones.", "zh-Hans", "耗资1500万。", "figure_changed"),
        ("es", "Murieron tres personas.", "en", "Four people died.", "figure_changed"),
        ("es", "El vigésimo cuarto puesto.", "en", "The twenty-third place.", "figure_changed"),
        ("es", "Quedó decimosexto.", "zh-Hans", "他获得第十七名。", "figure_changed"),
        ("es", "Costó 100 euros.", "en", "It cost €100m.", "figure_changed"),
        ("es", "Los 40 heridos llegaron.", "en", "The 1,940 injured came.", "figure_changed"),
        ("en", "The top 500 companies.", "zh-Hans", "300强企业。", "figure_changed"),
        ("es", "Hay 4.892 casos.", "en", "There are 4,892 bn cases.", "figure_changed"),
        ("es", "Entre los 1.400 encuestados.", "en", "Out of 1 people polled.", "figure_changed"),
        ("es", "Fue el sexto intento.", "en", "It was the fifth attempt.", "figure_changed"),
        ("es", "Pagó 30 euros.", "en", "He paid 30 dollars.", "unit_changed"),
        ("es", "Sube un 20 %.", "en", "It rises by 20.", "unit_changed"),
        ("es", "Produce 1.800 litros por segundo.", "zh-Hans", "每秒产1800吨。", "unit_changed"),
        ("en", "It takes five months.", "zh-Hans", "需要五年。", "unit_changed"),
        ("es", "Está a 40 millas.", "en", "It is 40 kilometres away.", "unit_changed"),
        ("es", "En el minuto 29.", "zh-Hans", "在第29小时。", "unit_changed"),
        ("es", "Habló con ellos.", "en", "He talked to 40 of them.", "figure_added"),
        ("es", "Acudieron 300 personas.", "en", "People came.", "figure_missing"),
        ("en", "85 miles away.", "es", "A 190 kilómetros.", "figure_changed"),
        ("zh-Hans", "死亡人数为15人。", "es", "Los muertos son 16.", "figure_changed"),
        ("en", "They met at 1430 GMT.", "es", "Se reunieron a las 16:30 GMT.", "figure_changed"),
        (
            "es",
            "Costó 3.000 millones de pesos.",
            "en",
            "It cost 3 billion dollars.",
            "unit_changed",
        ),
        ("zh-Hans", "他支付了500卢布。", "en", "He paid 500 dollars.", "unit_changed"),
        ("en", "Two-thirds of voters agreed.", "es", "Un tercio aceptó.", "figure_changed"),
        ("en", "Pope Leo XIV spoke.", "es", "El papa León XIII habló.", "figure_changed"),
        ("en", "Three-quarters voted.", "es", "Votó el 25 %.", "figure_changed"),
        ("en", "It rose by 0.5.", "es", "Subió un 50 %.", "figure_changed"),
        ("es", "Sumó 630 mil 697 dólares.", "en", "It totaled 697 dollars.", "figure_changed"),
    ],
)
def test_another_figure_is_found(
    source: str, text: str, target: str, output: str, code: str
) -> None:
    (finding,) = run(check_figures, text, output, source, target)
    assert finding.code == code
    assert finding.severity == ("warning" if code == "figure_missing" else "error")


def test_percentage_points_that_became_percent_are_a_warning() -> None:
    (finding,) = run(
        check_figures, "Subió 2 puntos porcentuales.", "It rose 2 percent.", "es", "en"
    )
    assert (finding.code, finding.severity) == ("unit_changed", "warning")


def test_a_clock_time_gets_no_suggestion() -> None:
    text, output = "Será a las 20.30 horas.", "It will be at 7:30 pm."
    found = run(check_figures, text, output, "es", "en")
    assert found
    assert {finding.suggestion for finding in found} == {None}


def test_a_fault_points_at_both_figures() -> None:
    text, output = "Costó 1.500 millones de euros.", "It cost 1.5 million euros."
    (finding,) = run(check_figures, text, output, "es", "en")
    assert [text[span.start : span.end] for span in finding.source_spans] == ["1.500 millones"]
    assert [output[span.start : span.end] for span in finding.output_spans] == ["1.5 million"]


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("es", "El 24 de febrero de 2022.", "en", "On February 24, 2022."),
        ("zh-Hans", "9月9日至10日举行。", "en", "On Sept. 9-10."),
        ("zh-Hans", "5月8日、9日举行。", "es", "Los días 8 y 9 de mayo."),
        ("es", "Los días 5, 6 y 7 de mayo.", "en", "On May 5, 6 and 7."),
        (
            "es",
            "El sábado 3 y domingo 4 de junio.",
            "en",
            "On Saturday, June 3, and Sunday, June 4.",
        ),
        ("es", "Vence el 31/12/2021.", "en", "It expires on December 31, 2021."),
        ("es", "Los atentados del 11-M.", "en", "The attacks of March 11."),
        ("es", "El 24 de febrero de 2022.", "zh-Hans", "2022年2月24日。"),
        ("en", "On Tuesday.", "es", "El martes."),
        ("en", "On Tuesday.", "zh-Hans", "周二。"),
        ("en", "Last night.", "es", "Anoche."),
        ("en", "She may leave.", "es", "Puede irse."),
        ("zh-Hans", "一周四天工作制。", "en", "A four-day week."),
        ("zh-Hans", "三个月后。", "es", "Tres meses después."),
        ("es", "En “Sunday Morning”.", "zh-Hans", "在《星期天上午》节目中。"),
        ("zh-Hans", "统计局14日发布数据。", "en", "The bureau released data on March 14."),
        ("zh-Hans", "统计局14日发布数据。", "en", "The bureau released data on Monday."),
        ("zh-Hans", "1至2月份，出口增长。", "en", "In January and February, exports grew."),
        ("es", "En el segundo y tercer trimestre.", "en", "In the second and third quarters."),
        ("es", "En el segundo trimestre.", "en", "In the April-June quarter."),
        ("es", "Ganó más en el 3T25.", "zh-Hans", "第三季度利润增长。"),
        ("en", "Sales fell in the past 4 quarters.", "es", "Cayeron en cuatro trimestres."),
        ("zh-Hans", "销售额近四季度下降。", "en", "Sales fell over four quarters."),
        ("es", "En el primer trimestre.", "en", "In the first three months of the year."),
        ("en", "In the first half of the year.", "es", "En los seis primeros meses."),
        ("en", "In the first half of the year.", "zh-Hans", "前六个月。"),
        (
            "zh-Hans",
            "上季度增长，前三季度下降。",
            "es",
            "Subió el trimestre pasado y cayó en tres.",
        ),
        ("en", "It fell for a third quarter in a row.", "es", "Cae por tercer trimestre seguido."),
        ("en", "In the first half of the year.", "zh-Hans", "上半年。"),
        ("en", "They lost in the second half.", "es", "Perdieron en la segunda parte."),
        ("es", "Se reunirá mañana con ellos.", "zh-Hans", "明天将与他们会面。"),
        ("es", "Llegó por la mañana, y a la mañana siguiente.", "en", "He came in the morning."),
        ("en", "He waited a quarter of an hour.", "es", "Esperó un cuarto de hora."),
    ],
)
def test_the_same_date_written_otherwise_is_the_same(
    source: str, text: str, target: str, output: str
) -> None:
    assert run(check_dates, text, output, source, target) == []


@pytest.mark.parametrize(
    ("source", "text", "target", "output", "code"),
    [
        ("es", "El 24 de febrero.", "en", "On February 25.", "date_changed"),
        ("es", "El 24 de febrero.", "zh-Hans", "3月24日。", "date_changed"),
        ("es", "El martes.", "en", "On Thursday.", "date_changed"),
        ("en", "Yesterday.", "es", "Por la mañana o ayer, el lunes.", "date_added"),
        ("en", "It happened.", "zh-Hans", "事情发生在周五。", "date_added"),
        ("es", "El primer trimestre.", "en", "The third quarter.", "date_changed"),
        ("es", "El segundo trimestre.", "zh-Hans", "三季度。", "date_changed"),
        ("es", "El segundo trimestre.", "en", "He left.", "date_missing"),
        ("en", "First-half profit fell.", "es", "Cayó en el segundo semestre.", "date_changed"),
        ("zh-Hans", "下半年。", "en", "The first half of 2025.", "date_changed"),
        ("en", "It happened on Friday.", "es", "Ocurrió.", "date_missing"),
    ],
)
def test_another_date_is_found(source: str, text: str, target: str, output: str, code: str) -> None:
    assert [finding.code for finding in run(check_dates, text, output, source, target)] == [code]


def test_yesterday_is_the_weekday_that_the_dateline_makes_it() -> None:
    monday = datetime.date(2022, 3, 14)
    texts = "El presidente dimitió ayer.", "The president resigned on Sunday.", "es", "en"
    assert run(check_dates, *texts, Context(monday)) == []
    wednesday = datetime.date(2022, 3, 16)
    found = [finding.code for finding in run(check_dates, *texts, Context(wednesday))]
    assert found == ["date_added", "date_missing"]


@pytest.mark.parametrize(
    ("written", "text", "output"),
    [
        ("2022-01-01", "Murió ayer.", "He died on December 31."),
        ("2021-12-31", "Murió hoy.", "He died on December 31."),
        ("2022-01-03", "Cayó el 31 de diciembre.", "It fell on Friday."),
    ],
)
def test_a_day_beyond_new_year_is_in_another_year(written: str, text: str, output: str) -> None:
    context = Context(written=datetime.date.fromisoformat(written))
    assert run(check_dates, text, output, "es", "en", context) == []


def test_a_day_without_its_month_is_compared_with_the_articles_date() -> None:
    context = Context(written=datetime.date(2026, 3, 14))
    text = "统计局14日发布数据。"
    assert run(check_dates, text, "It released data on Saturday.", "zh-Hans", "en", context) == []
    (finding,) = run(check_dates, text, "It released data on March 15.", "zh-Hans", "en", context)
    assert finding.code == "date_added"


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("zh-Hans", "８月９日至２３日举行。", "en", "It runs from August 9 to 23."),
        ("en", "They met on 8 and 9 December.", "zh-Hans", "会议于12月8日至9日举行。"),
        ("en", "It ran from 28 to 30 April.", "zh-Hans", "4月28日至30日举行。"),
        ("en", "It is on the 9th and the 10th of April.", "es", "Será el 9 y el 10 de abril."),
        ("es", "Publica un informe semanal.", "zh-Hans", "每周一次发布报告。"),
        ("zh-Hans", "整个二月都在下雨。", "es", "Llovió todo el mes de febrero."),
        ("zh-Hans", "采用DP-3T方案。", "es", "Usa el protocolo DP-3T."),
        ("zh-Hans", "今年1-9月份增速回升。", "en", "It recovered in the first nine months."),
        ("zh-Hans", "“9·11”袭击之前。", "en", "Before the attacks of September 11."),
        ("en", "SARS-CoV-2 may play a role.", "es", "Puede influir el SARS-CoV-2."),
    ],
)
def test_a_day_in_another_languages_form_is_the_same(
    source: str, text: str, target: str, output: str
) -> None:
    assert run(check_dates, text, output, source, target) == []


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("en", "They met on 8 and 9 December.", "zh-Hans", "会议于12月8日至10日举行。"),
        ("en", "It ran from 28 to 30 April.", "es", "Duró del 27 al 30 de abril."),
        ("zh-Hans", "周一次日公布。", "es", "Se publicará el martes."),
    ],
)
def test_another_day_of_a_range_is_an_error(
    source: str, text: str, target: str, output: str
) -> None:
    codes = {each.code for each in run(check_dates, text, output, source, target)}
    assert codes & {"date_added", "date_changed"}
