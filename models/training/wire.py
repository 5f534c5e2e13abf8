"""Random wire-style sentences and headlines in three languages, generated from templates.

They train what small models get wrong first and a desk minds most: figures, money, dates and names.
Countries, months and weekdays come from CLDR through Babel; templates, names and their
transliterations are ours.
"""

import datetime
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache

from babel import Locale

from models.training.headlines import in_capitals
from models.training.pairs import Pair

ORIGIN = "wire"
"""What the sentences by rule have for an origin."""
HEADLINE_ORIGIN = "wire-headline"
"""What the headlines by rule have."""
_SHARE_IN_CAPITALS = 1 / 3

_TAGS = ("es", "en", "zh-Hans")
Text = Mapping[str, str]
_Fill = Callable[[random.Random], Text]

# Templates, Spanish | English | Chinese; a slot is named for its content.
_FRAMES = """\
{who} anunció {weekday} una inversión de {money}.|{who} announced an investment of {money} {weekday}.|{who}{weekday}宣布投资{money}。
El proyecto costará {money}, según {who}.|The project will cost {money}, according to {who}.|{who}表示，该项目将耗资{money}。
La inflación subió al {percent} en {month}, frente al {percent2} del mes anterior.|Inflation rose to {percent} in {month}, from {percent2} the previous month.|{month}通货膨胀率升至{percent}，前一个月为{percent2}。
La tasa de desempleo bajó al {percent} en {month}.|The unemployment rate fell to {percent} in {month}.|{month}失业率降至{percent}。
Al menos {count} personas murieron y {count2} resultaron heridas en {country}, informaron las autoridades.|At least {count} people died and {count2} were injured in {country}, authorities said.|当局表示，{country}至少有{count}人死亡，{count2}人受伤。
{country} registró {people} nuevos casos y {count} muertes en las últimas 24 horas.|{country} reported {people} new cases and {count} deaths in the past 24 hours.|{country}过去24小时新增{people}例病例、{count}例死亡病例。
{person} no asistirá a la reunión del {date}.|{person} will not attend the meeting on {date}.|{person}将不出席{date}的会议。
{person} negó {weekday} haber recibido {money}.|{person} denied {weekday} having received {money}.|{person}{weekday}否认收到过{money}。
"No vamos a aceptar ese acuerdo", dijo {person}.|"We are not going to accept that agreement," said {person}.|“我们不会接受那项协议，”{person}说。
La economía de {country} creció un {percent} en {year}, su mejor dato desde {year2}.|The economy of {country} grew {percent} in {year}, its best figure since {year2}.|{country}经济在{year}增长了{percent}，为{year2}以来的最好数据。
El presidente de {country} viajará a {country2} el {date}.|The president of {country} will travel to {country2} on {date}.|{country}总统将于{date}前往{country2}。
{country} y {country2} firmaron {weekday} un acuerdo comercial por valor de {money}.|{country} and {country2} signed a trade agreement worth {money} {weekday}.|{country}和{country2}{weekday}签署了一项价值{money}的贸易协定。
La planta dará agua potable a {people} personas a partir de {year}.|The plant will provide drinking water to {people} people from {year}.|从{year}起，该厂将为{people}人提供饮用水。
Unas {people} personas se manifestaron {weekday} en la capital de {country}.|Some {people} people demonstrated {weekday} in the capital of {country}.|{weekday}约有{people}人在{country}首都示威。
Las elecciones se celebrarán el {fulldate}.|The elections will be held on {fulldate}.|选举将于{fulldate}举行。
El accidente ocurrió el {fulldate} y dejó {count} heridos.|The accident happened on {fulldate} and left {count} people injured.|事故发生在{fulldate}，造成{count}人受伤。
{who} rebajó su previsión de crecimiento para {country} del {percent} al {percent2}.|{who} cut its growth forecast for {country} from {percent} to {percent2}.|{who}将{country}的增长预期从{percent}下调至{percent2}。
{who} pidió {weekday} a {country} que respete el alto el fuego.|{who} called on {country} {weekday} to respect the ceasefire.|{who}{weekday}呼吁{country}遵守停火协议。
{who} no ha confirmado la información.|{who} has not confirmed the information.|{who}尚未证实这一消息。
Las ventas cayeron un {percent}, hasta {money}, en el tercer trimestre.|Sales fell {percent} to {money} in the third quarter.|第三季度销售额下降{percent}，至{money}。
La empresa ganó {money} en {year}, un {percent} más que un año antes.|The company earned {money} in {year}, {percent} more than a year earlier.|该公司{year}盈利{money}，比上年增长{percent}。
El déficit se situó en {money}, el {percent} del PIB.|The deficit stood at {money}, {percent} of GDP.|赤字为{money}，占国内生产总值的{percent}。
{person}, de {age} años, fue detenido {weekday} en {country}.|{person}, {age}, was arrested {weekday} in {country}.|{age}岁的{person}{weekday}在{country}被捕。
{person} ganó las elecciones con el {percent} de los votos.|{person} won the election with {percent} of the vote.|{person}以{percent}的得票率赢得选举。
El ministro de Exteriores de {country}, {person}, se reunirá con {person2}.|The foreign minister of {country}, {person}, will meet with {person2}.|{country}外交部长{person}将会见{person2}。
La ministra de Obras Públicas, {person}, dijo que las obras costaron {money}.|The minister of public works, {person}, said the works cost {money}.|公共工程部长{person}说，这项工程耗资{money}。
El alcalde, {person}, aseguró que no dimitirá.|The mayor, {person}, said he would not resign.|市长{person}表示不会辞职。
La portavoz del Gobierno, {person}, no quiso comentar la noticia.|The government spokeswoman, {person}, declined to comment on the news.|政府发言人{person}拒绝就这一消息置评。
El terremoto, de magnitud {magnitude}, sacudió {country} {weekday}.|The magnitude {magnitude} earthquake shook {country} {weekday}.|{weekday}，{country}发生{magnitude}级地震。
La obra se retrasó {few} años y estará lista en {month} de {year}.|The work was delayed {few} years and will be ready in {month} {year}.|该工程推迟了{few}年，将于{year}{month}完工。
El Gobierno reducirá en un {percent} el consumo de agua antes de {year}.|The government will reduce water consumption by {percent} before {year}.|政府将在{year}之前把用水量减少{percent}。
{country} importó {tons} toneladas de trigo en {year}.|{country} imported {tons} tonnes of wheat in {year}.|{country}{year}进口了{tons}吨小麦。
El incendio quemó {hectares} hectáreas y obligó a evacuar a {people} personas.|The fire burned {hectares} hectares and forced the evacuation of {people} people.|大火烧毁了{hectares}公顷土地，迫使{people}人撤离。
El equipo de {country} ganó a {country2} por {score}.|The team of {country} beat {country2} {score}.|{country}队以{score}战胜{country2}队。
El Congreso aprobó {weekday} la ley por {count} votos a favor y {count2} en contra.|Congress passed the law {weekday} by {count} votes in favor and {count2} against.|国会{weekday}以{count}票赞成、{count2}票反对通过了该法案。
El petróleo subió un {percent}, hasta los {price} dólares por barril.|Oil rose {percent} to {price} dollars a barrel.|油价上涨{percent}，至每桶{price}美元。
{country} anuncia una inversión de {money}|{country} announces investment of {money}|{country}宣布投资{money}
La inflación de {country} baja al {percent}|Inflation in {country} falls to {percent}|{country}通胀率降至{percent}
{person} viaja a {country} para reunirse con {person2}|{person} travels to {country} to meet {person2}|{person}前往{country}会见{person2}
Mueren {count} personas en un accidente en {country}|{count} people die in accident in {country}|{country}发生事故，{count}人死亡
{country} y {country2} firman un acuerdo de libre comercio|{country} and {country2} sign free trade agreement|{country}与{country2}签署自由贸易协定
{who} pide a {country} que ponga fin a la violencia|{who} calls on {country} to end violence|{who}呼吁{country}停止暴力
"""

# The same in headline style: no articles in English, the present tense, no full stop.
_HEADLINES = """\
{place} anuncia una inversión de {money} en {sector}|{place} announces {money} investment in {sector}|{place}宣布向{sector}投资{money}
{place} inaugura {work}|{place} inaugurates {work}|{place}启用{work}
{place} aprueba la construcción de {work}|{place} approves construction of {work}|{place}批准建设{work}
{desk} alerta del riesgo de recesión en {place}|{desk} warns of recession risk in {place}|{desk}警告{place}有衰退风险
{desk} rebaja al {percent} su previsión de crecimiento para {place}|{desk} cuts growth forecast for {place} to {percent}|{desk}将{place}增长预期下调至{percent}
{desk} eleva los tipos de interés al {percent}|{desk} raises interest rates to {percent}|{desk}将利率上调至{percent}
{desk} niega negociaciones con {place}|{desk} denies negotiations with {place}|{desk}否认与{place}谈判
{desk} no descarta nuevas sanciones contra {place}|{desk} does not rule out new sanctions against {place}|{desk}不排除对{place}实施新制裁
{place} rechaza las acusaciones de {place2}|{place} rejects {place2}'s accusations|{place}驳斥{place2}的指控
{place} expulsa a dos diplomáticos de {place2}|{place} expels two diplomats from {place2}|{place}驱逐{place2}两名外交官
{place} cierra su frontera con {place2}|{place} closes border with {place2}|{place}关闭与{place2}的边境
{place} y {place2} reanudan las relaciones diplomáticas|{place} and {place2} resume diplomatic relations|{place}与{place2}恢复外交关系
{place} y {place2} acuerdan un alto el fuego|{place} and {place2} agree to ceasefire|{place}与{place2}同意停火
Un terremoto de magnitud {magnitude} sacude {place}|Magnitude {magnitude} earthquake shakes {place}|{place}发生{magnitude}级地震
Las inundaciones dejan {count} muertos en {place}|Floods leave {count} dead in {place}|{place}洪灾致{count}人死亡
Mueren {count} personas al hundirse un barco frente a {place}|{count} people die as boat sinks off {place}|{place}沿海沉船，{count}人死亡
Un incendio obliga a evacuar a {people} personas en {place}|Fire forces evacuation of {people} people in {place}|{place}火灾迫使{people}人撤离
La inflación sube al {percent} en {place}|Inflation rises to {percent} in {place}|{place}通胀率升至{percent}
El paro cae al {percent} en {month}|Unemployment falls to {percent} in {month}|{month}失业率降至{percent}
El petróleo cae un {percent}|Oil falls {percent}|油价下跌{percent}
Las exportaciones de {place} crecen un {percent} en {year}|Exports from {place} grow {percent} in {year}|{year}{place}出口增长{percent}
{person} gana las elecciones en {place}|{person} wins election in {place}|{person}赢得{place}选举
{person} renuncia como ministro de Hacienda|{person} resigns as finance minister|{person}辞去财政部长职务
{person}, nuevo embajador de {place} en {place2}|{person} named {place}'s ambassador to {place2}|{person}任{place}驻{place2}大使
{person} niega haber recibido {money}|{person} denies receiving {money}|{person}否认收取{money}
Detenido en {place} un hombre acusado de fraude|Man accused of fraud arrested in {place}|{place}逮捕一名被控欺诈的男子
Miles de personas protestan en {place} contra los recortes|Thousands protest against cuts in {place}|{place}数千人抗议削减开支
El Congreso de {place} aprueba la reforma fiscal|Congress of {place} passes tax reform|{place}国会通过税收改革
El Parlamento de {place} rechaza el presupuesto|Parliament of {place} rejects budget|{place}议会否决预算案
Huelga de médicos en {place} por los bajos salarios|Doctors strike over low pay in {place}|{place}医生因工资低罢工
{place} vence a {place2} por {score}|{place} beat {place2} {score}|{place}{score}战胜{place2}
{place} prohíbe la importación de carne de {place2}|{place} bans meat imports from {place2}|{place}禁止进口{place2}肉类
{place} recibe {people} vacunas donadas por {place2}|{place} receives {people} vaccines donated by {place2}|{place}收到{place2}捐赠的{people}剂疫苗
Hallan restos de una ciudad antigua en {place}|Remains of ancient city found in {place}|{place}发现古城遗址
Se aplaza la cumbre entre {place} y {place2}|Summit between {place} and {place2} postponed|{place}与{place2}峰会推迟
Muere a los {age} años la escritora {person}|Writer {person} dies at {age}|作家{person}去世，享年{age}岁
"""

_WORKS = """\
una planta desaladora|desalination plant|一座海水淡化厂
un parque eólico|wind farm|一座风电场
una central solar|solar power plant|一座太阳能电站
un puente sobre el río|bridge over river|一座跨河大桥
un hospital infantil|children's hospital|一家儿童医院
una línea de tren de alta velocidad|high-speed rail line|一条高速铁路
un aeropuerto internacional|international airport|一座国际机场
un puerto de aguas profundas|deep-water port|一座深水港
una fábrica de baterías|battery factory|一家电池厂
una mina de litio|lithium mine|一座锂矿
"""
_SECTORS = """\
energía solar|solar energy|太阳能
sanidad|health|医疗卫生
educación|education|教育
infraestructuras|infrastructure|基础设施
vivienda|housing|住房
defensa|defence|国防
agricultura|agriculture|农业
"""

_ORGANIZATIONS = """\
La ONU|The UN|联合国
La Unión Europea|The European Union|欧盟
El Gobierno|The government|政府
El Ministerio de Sanidad|The Ministry of Health|卫生部
El Ministerio de Obras Públicas|The Ministry of Public Works|公共工程部
El Ministerio de Hacienda|The Ministry of Finance|财政部
El Ministerio del Interior|The Ministry of the Interior|内政部
El Banco Central Europeo|The European Central Bank|欧洲中央银行
El Fondo Monetario Internacional|The International Monetary Fund|国际货币基金组织
El Banco Mundial|The World Bank|世界银行
La OMS|The WHO|世卫组织
La OTAN|NATO|北约
La Comisión Europea|The European Commission|欧盟委员会
El Banco de España|The Bank of Spain|西班牙央行
La Reserva Federal|The Federal Reserve|美联储
La Casa Blanca|The White House|白宫
El Tribunal Supremo|The Supreme Court|最高法院
La Fiscalía|The prosecutor's office|检察院
La Policía|Police|警方
"""

_GIVEN = (
    "Carmen 卡门 María 玛丽亚 José 何塞 Juan 胡安 Antonio 安东尼奥 Luis 路易斯 Carlos 卡洛斯 "
    "Pedro 佩德罗 Ana 安娜 Isabel 伊莎贝尔 Jorge 豪尔赫 Francisco 弗朗西斯科 Manuel 曼努埃尔 "
    "Rafael 拉斐尔 Miguel 米格尔 Fernando 费尔南多 Pablo 巴勃罗 Alberto 阿尔韦托 Ricardo 里卡多 "
    "Roberto 罗伯托 Elena 埃莱娜 Laura 劳拉 Marta 玛尔塔 Lucía 露西亚 Gabriel 加夫列尔 "
    "Diego 迭戈 Andrés 安德烈斯 Javier 哈维尔 Sergio 塞尔希奥 Claudia 克劳迪娅 "
    "Patricia 帕特里夏 Daniel 丹尼尔 David 大卫 Michael 迈克尔 John 约翰 James 詹姆斯 "
    "Robert 罗伯特 Mary 玛丽 Sarah 萨拉 Emma 埃玛 Peter 彼得 Paul 保罗 Thomas 托马斯 "
    "Joseph 约瑟夫 George 乔治 William 威廉 Charles 查尔斯 Alice 艾丽斯 Helen 海伦"
).split()
_FAMILY = (
    "Rojas 罗哈斯 García 加西亚 Martínez 马丁内斯 López 洛佩斯 González 冈萨雷斯 "
    "Hernández 埃尔南德斯 Pérez 佩雷斯 Rodríguez 罗德里格斯 Sánchez 桑切斯 Ramírez 拉米雷斯 "
    "Torres 托雷斯 Flores 弗洛雷斯 Rivera 里韦拉 Gómez 戈麦斯 Díaz 迪亚斯 Vargas 巴尔加斯 "
    "Castro 卡斯特罗 Ortega 奥尔特加 Morales 莫拉莱斯 Mendoza 门多萨 Silva 席尔瓦 Ruiz 鲁伊斯 "
    "Fernández 费尔南德斯 Jiménez 希门尼斯 Moreno 莫雷诺 Romero 罗梅罗 Navarro 纳瓦罗 "
    "Herrera 埃雷拉 Medina 梅迪纳 Castillo 卡斯蒂略 Guzmán 古斯曼 Smith 史密斯 Johnson 约翰逊 "
    "Williams 威廉斯 Brown 布朗 Wilson 威尔逊 Taylor 泰勒 Anderson 安德森 Miller 米勒 "
    "Davis 戴维斯 Clark 克拉克 Walker 沃克 Schmidt 施密特 Robinson 鲁宾逊 Thompson 汤普森"
).split()
_CURRENCIES = (
    ("dólares", "dollars", "美元"),
    ("dólares", "dollars", "美元"),
    ("euros", "euros", "欧元"),
    ("euros", "euros", "欧元"),
    ("libras", "pounds", "英镑"),
    ("yuanes", "yuan", "元"),
    ("pesos", "pesos", "比索"),
)
_TERRITORIES = (
    "AF AO AR AU AT BE BO BR CA CL CN CO CR CU CZ DE DK DO EC EG ES ET FI FR GR GT HN HU ID IE IL "
    "IN IQ IR IT JP KE KR LB LY MA MX MY NG NI NL NO NZ PA PE PH PK PL PT PY RO RU SA SE SV SY TH "
    "TR UA US UY VE VN YE ZA"
).split()


def sentences(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Return ``count`` sentences in Spanish, English and Chinese, determined by the seed."""
    return _made(_FRAMES, count, random.Random(seed))  # noqa: S311


def headlines(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Return the same in headline style; a third of the English ones have capitals."""
    generator = random.Random(seed)  # noqa: S311
    for headline in _made(_HEADLINES, count, generator):
        if generator.random() < _SHARE_IN_CAPITALS:
            headline["en"] = in_capitals(headline["en"])
        yield headline


def _made(templates: str, count: int, generator: random.Random) -> Iterator[dict[str, str]]:
    frames = [dict(zip(_TAGS, line.split("|"), strict=True)) for line in templates.splitlines()]
    for _ in range(count):
        frame = generator.choice(frames)
        slots = {
            name + suffix: fill(generator)
            for name, fill in _FILLS.items()
            for suffix in ("", "2")
            if f"{{{name}{suffix}}}" in frame["es"]
        }
        sentence = {
            tag: frame[tag].format_map({name: texts[tag] for name, texts in slots.items()})
            for tag in _TAGS
        }
        sentence["es"] = re.sub(r"\by (?=H?[IÍ](?![aeo]))", "e ", sentence["es"])
        yield {tag: text[:1].upper() + text[1:] for tag, text in sentence.items()}


def pairs(count: int, seed: int) -> list[Pair]:
    """Return the sentences as pairs: Spanish-English, English-Chinese and Spanish-Chinese."""
    return _pairs(sentences(count, seed), ORIGIN)


def headline_pairs(count: int, seed: int) -> list[Pair]:
    """Return the headlines as pairs."""
    return _pairs(headlines(count, seed), HEADLINE_ORIGIN)


def _pairs(made: Iterable[Mapping[str, str]], origin: str) -> list[Pair]:
    return [
        Pair(source, target, texts[source], texts[target], origin)
        for texts in made
        for source, target in (("es", "en"), ("en", "zh-Hans"), ("es", "zh-Hans"))
    ]


def _same(text: str) -> Text:
    return dict.fromkeys(_TAGS, text)


def _texts(*texts: str) -> Text:
    return dict(zip(_TAGS, texts, strict=True))


def _grouped(number: Decimal | int) -> Text:
    """1234.5 → "1.234,5", "1,234.5", "1234.5"; Chinese groups only from five digits on."""
    english = f"{number:,}"
    swapped = english.translate(str.maketrans(".,", ",."))
    return _texts(swapped, english, english if number >= 10_000 else english.replace(",", ""))


def in_han_units(number: int) -> str:
    """Return the number with 万 or 亿 if two decimals are enough: 3,400,000 ⇒ 340万; 80,006."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if number >= unit and number % (unit // 100) == 0:
            return f"{(Decimal(number) / unit).normalize():f}{name}"
    return str(number)


def _money(generator: random.Random) -> Text:
    spanish, english, chinese = generator.choice(_CURRENCIES)
    if generator.random() < 0.15:
        thousands = generator.choice([5, 12, 20, 35, 50, 80, 120, 250, 400, 750]) * 1000
        amount = _grouped(thousands)
        return _texts(
            f"{amount['es']} {spanish}",
            f"{amount['en']} {english}",
            in_han_units(thousands) + chinese,
        )
    millions = generator.choice(
        [
            Decimal(generator.randint(1, 99)),
            Decimal(generator.randint(11, 99)) / 10,
            Decimal(generator.randint(10, 99) * 10),
            Decimal(generator.randint(100, 999)),
            Decimal(generator.randint(11, 99) * 100),
            Decimal(generator.randint(105, 999) * 10),
            Decimal(generator.randint(10, 99) * 1000),
        ]
    )
    plural = "millón de" if millions == 1 else "millones de"
    many = _grouped(millions)
    in_english = (
        f"{(millions / 1000).normalize():f} billion"
        if millions >= 1000
        else (f"{many['en']} million")
    )
    return _texts(
        f"{many['es']} {plural} {spanish}",
        f"{in_english} {english}",
        in_han_units(int(millions * 10**6)) + chinese,
    )


def _percent(generator: random.Random) -> Text:
    if generator.random() < 0.3:
        number = str(generator.randint(1, 95))
    else:
        number = f"{generator.randint(0, 45)}.{generator.randint(1, 9)}"
    return _texts(f"{number.replace('.', ',')} %", f"{number}%", f"{number}%")


def _people(generator: random.Random) -> Text:
    number = generator.choice(
        [
            generator.randint(2, 99) * 1000,
            generator.randint(11, 99) * 10_000,
            generator.randint(1001, 9999),
            generator.randint(10_001, 99_999),
            generator.randint(100, 990),
        ]
    )
    amount = _grouped(number)
    return _texts(amount["es"], amount["en"], in_han_units(number))


def _count(generator: random.Random) -> Text:
    return _same(str(generator.randint(11, 299)))


@cache
def _cldr() -> dict[str, Locale]:
    return {tag: Locale.parse(tag, sep="-") for tag in _TAGS}


def _country(generator: random.Random) -> Text:
    code = generator.choice(_TERRITORIES)
    names = {tag: str(locale.territories[code]) for tag, locale in _cldr().items()}
    # Some English names need an article in a sentence.
    if code in {"US", "NL", "PH", "DO"}:
        names["en"] = f"the {names['en'].removeprefix('the ')}"
    return names


def _month(generator: random.Random) -> Text:
    number = generator.randint(1, 12)
    names = {tag: str(locale.months["format"]["wide"][number]) for tag, locale in _cldr().items()}
    return {**names, "zh-Hans": f"{number}月"}


def _weekday(generator: random.Random) -> Text:
    number = generator.randint(0, 6)
    names = {tag: str(locale.days["format"]["wide"][number]) for tag, locale in _cldr().items()}
    spanish = generator.choice(["este", "el"])
    return {**names, "es": f"{spanish} {names['es']}", "en": f"on {names['en']}"}


def _day(generator: random.Random) -> datetime.date:
    return datetime.date(2008, 1, 1) + datetime.timedelta(days=generator.randint(0, 7000))


def _date(generator: random.Random) -> Text:
    day = _day(generator)
    locales = _cldr()
    month = {tag: locales[tag].months["format"]["wide"][day.month] for tag in ("es", "en")}
    return _texts(
        f"{day.day} de {month['es']}", f"{month['en']} {day.day}", f"{day.month}月{day.day}日"
    )


def _fulldate(generator: random.Random) -> Text:
    day = _day(generator)
    locales = _cldr()
    month = {tag: locales[tag].months["format"]["wide"][day.month] for tag in ("es", "en")}
    return _texts(
        f"{day.day} de {month['es']} de {day.year}",
        f"{month['en']} {day.day}, {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
    )


def _year(generator: random.Random) -> Text:
    year = str(generator.randint(1985, 2035))
    return _texts(year, year, f"{year}年")


def _person(generator: random.Random) -> Text:
    given = generator.randrange(len(_GIVEN) // 2) * 2
    family = generator.randrange(len(_FAMILY) // 2) * 2
    western = f"{_GIVEN[given]} {_FAMILY[family]}"
    return _texts(western, western, f"{_GIVEN[given + 1]}·{_FAMILY[family + 1]}")


def _who(generator: random.Random) -> Text:
    if generator.random() < 0.4:
        return _person(generator)
    texts = _texts(*generator.choice(_ORGANIZATIONS.splitlines()).split("|"))
    return {**texts, "es": texts["es"][:1].lower() + texts["es"][1:],
            "en": texts["en"].replace("The ", "the ", 1)}  # fmt: skip


def _place(generator: random.Random) -> Text:
    """A country as headlines name it."""
    names = _country(generator)
    if names["zh-Hans"] == "美国":
        return _texts("EE. UU.", "US", "美国")
    return {**names, "en": names["en"].removeprefix("the ")}


def _desk(generator: random.Random) -> Text:
    """An organization as headlines name it; "Police" is left out, as it is plural."""
    texts = _texts(*generator.choice(_ORGANIZATIONS.splitlines()[:-1]).split("|"))
    return {**texts, "en": texts["en"].removeprefix("The ")}


def _line(lines: str) -> _Fill:
    return lambda generator: _texts(*generator.choice(lines.splitlines()).split("|"))


def _score(generator: random.Random) -> Text:
    one, other = generator.randint(1, 5), generator.randint(0, 4)
    return _texts(f"{one}-{other}", f"{one}-{other}", f"{one}比{other}")


def _decimal(low: int, high: int) -> _Fill:
    def fill(generator: random.Random) -> Text:
        number = f"{generator.randint(low, high)}.{generator.randint(1, 9)}"
        return _texts(number.replace(".", ","), number, number)

    return fill


_FILLS: Mapping[str, _Fill] = {
    "money": _money,
    "percent": _percent,
    "people": _people,
    "tons": _people,
    "hectares": _people,
    "count": _count,
    "country": _country,
    "month": _month,
    "weekday": _weekday,
    "date": _date,
    "fulldate": _fulldate,
    "year": _year,
    "person": _person,
    "who": _who,
    "place": _place,
    "desk": _desk,
    "work": _line(_WORKS),
    "sector": _line(_SECTORS),
    "score": _score,
    "age": lambda generator: _same(str(generator.randint(19, 88))),
    "few": lambda generator: _texts(
        *generator.choice([("dos", "two", "两"), ("tres", "three", "三"), ("cuatro", "four", "四")])
    ),
    "magnitude": _decimal(4, 7),
    "price": _decimal(40, 120),
}
