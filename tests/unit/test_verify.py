"""What each check finds and what it accepts; no check raises an exception."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from teletipo.findings import Finding
from teletipo.terminology import Term, Terminology, read_terminology
from teletipo.verify import checks, pair, verify_summary
from teletipo.verify.checks.attribution import check_attribution
from teletipo.verify.checks.coverage import check_coverage, check_support
from teletipo.verify.checks.dates import check_dates
from teletipo.verify.checks.figures import check_figures
from teletipo.verify.checks.form import check_form
from teletipo.verify.checks.names import check_names
from teletipo.verify.checks.negation import check_negation
from teletipo.verify.checks.offices import check_offices
from teletipo.verify.checks.quotations import check_quotations
from teletipo.verify.context import Context
from teletipo.verify.overlap import kinship_features
from teletipo.verify.pair import SentencePair
from tests.checking import run, verified

_ALL = (
    check_form,
    check_figures,
    check_dates,
    check_names,
    check_negation,
    check_quotations,
    check_attribution,
    check_offices,
    check_coverage,
)
_ES = "El presidente de Chile, Gabriel Boric, negó este martes que la OTAN vaya a enviar tropas."


def codes(findings: list[Finding], severity: str = "error") -> list[str]:
    return [finding.code for finding in findings if finding.severity == severity]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("en", "Chile's president, Gabriel Boric, denied on Tuesday that NATO would send troops."),
        ("zh-Hans", "智利总统加夫列尔·博里奇周二否认北约将派遣军队。"),
    ],
)
def test_a_fair_translation_has_no_error(target: str, text: str) -> None:
    assert codes(verified(_ES, text, "es", target)) == []


@pytest.mark.parametrize(
    ("text", "target", "output"),
    [
        ("El Gobierno iraquí firmó con Irán.", "en", "Iraq's government signed with Iran."),
        ("Sudán del Sur firmó con Uganda.", "zh-Hans", "南苏丹与乌干达签署了协议。"),
        ("Moscú negó el ataque.", "en", "Russia denied the attack."),
        ("El Gobierno español y México.", "en", "The Spanish government and Mexico."),
    ],
)
def test_a_countrys_name_in_another_form_is_the_same(text: str, target: str, output: str) -> None:
    assert [each for each in codes(verified(text, output, "es", target)) if "name" in each] == []


@pytest.mark.parametrize(
    ("source", "text", "target", "output", "code"),
    [
        ("es", "Habló Gabriel Boric.", "en", "Sebastián Kowalski spoke.", "name_changed"),
        ("es", "Viajó a Alemania.", "en", "He travelled to Poland.", "name_changed"),
        ("es", "Lo dijo la ONU.", "en", "NATO said so.", "name_changed"),
        ("en", "He travelled to Germany.", "zh-Hans", "他前往波兰。", "name_changed"),
        ("es", "El ministro habló.", "en", "Minister Kowalski spoke.", "name_added"),
        ("en", "Iraq signed the treaty.", "es", "Irán firmó el tratado.", "name_changed"),
        ("en", "Niger signed the treaty.", "es", "Nigeria firmó el tratado.", "name_changed"),
        ("en", "They met in Budapest.", "es", "Se reunieron en Bucarest.", "name_changed"),
        ("en", "India signed the treaty.", "zh-Hans", "印度尼西亚签署了条约。", "name_changed"),
        ("zh-Hans", "罗马尼亚签署了条约。", "en", "Armenia signed the treaty.", "name_changed"),
        ("es", "No dimitirá.", "en", "She will resign.", "negation_lost"),
        ("es", "Dimitirá mañana.", "en", "She will not resign tomorrow.", "negation_added"),
        ("en", "He denied it.", "zh-Hans", "他承认了。", "negation_lost"),
        ("zh-Hans", "他没有去。", "es", "Fue allí.", "negation_lost"),
        ("zh-Hans", "沙特宣布减产。", "en", "Turkey announced a cut.", "name_changed"),
        (
            "es",
            "Hace tres meses que no cobra.",
            "en",
            "He was paid for three months.",
            "negation_lost",
        ),
        ("es", "No dudó de la versión.", "en", "He doubted the version.", "negation_lost"),
        ("en", "He spoke.", "zh-Hans", "他說話了。", "traditional_characters"),
        ("es", "Habló.", "en", "He <b>spoke</b>.", "stray_markup"),
        ("es", _ES, "en", _ES, "source_echo"),
        ("es", _ES, "en", "她在上海开了一家小书店。", "wrong_language"),
        (
            "es",
            "El precio de la vivienda subió en las grandes ciudades por la falta de obra nueva.",
            "en",
            "Researchers found a colony of penguins on an island that nobody had ever visited.",
            "unrelated",
        ),
        (
            "en",
            "House prices rose in the big cities because too few new homes are being built.",
            "zh-Hans",
            "研究人员在一座从未有人到访过的岛屿上发现了一个企鹅群，它们以小鱼为食。",
            "unrelated",
        ),
    ],
)
def test_an_error_is_found(source: str, text: str, target: str, output: str, code: str) -> None:
    assert code in codes(verified(text, output, source, target))


@pytest.mark.parametrize(
    ("source", "text", "target", "output", "code"),
    [
        ("es", "Habló Gabriel Boric.", "en", "He spoke.", "name_missing"),
        ("es", "Podría dimitir.", "en", "She resigned.", "modality_lost"),
        ("es", "Así será, según el ministro.", "en", "It will be so.", "attribution_lost"),
        (
            "es",
            "Rajoy viajará a Bruselas, dijo Pedro Sánchez.",
            "en",
            "Sánchez will travel to Brussels, said Rajoy.",
            "speaker_changed",
        ),
        ("es", "“Es tarde”, dijo.", "en", "“It is late, he said.", "quotation_open"),
        ("es", "Lo llamó chapuza.", "en", "He called it a “botch”.", "quotation_added"),
        (
            "es",
            "El Gobierno aprobó la ley, que entrará en vigor cuando la publique el boletín.",
            "en",
            "The government approved the law.",
            "clause_missing",
        ),
    ],
)
def test_a_doubt_is_reported(source: str, text: str, target: str, output: str, code: str) -> None:
    assert code in codes(verified(text, output, source, target), "warning")


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("es", "Viajó a EE. UU.", "en", "He travelled to the U.S."),
        ("es", "Viajó a EE. UU.", "zh-Hans", "他前往美国。"),
        ("es", "La ONU y la UE.", "en", "The UN and the EU."),
        ("es", "El Tribunal Supremo de Suecia.", "en", "The Swedish Supreme Court."),
        ("es", "Isabel II y el papa Francisco.", "en", "Elizabeth II and Pope Francis."),
        ("en", "Angela Merkel.", "zh-Hans", "安格拉·默克尔。"),
        ("zh-Hans", "默克尔在柏林。", "es", "Merkel, en Berlín."),
        ("es", "Madrid la considera ilegal.", "zh-Hans", "西班牙政府视其为非法。"),
        ("en", "Greece insisted.", "es", "Atenas insistió."),
        ("es", "Informó el Abogado.", "zh-Hans", "据《倡导者》（Advocate）报道。"),
        ("es", "La primera ministra Theresa May.", "zh-Hans", "首相特雷莎·梅。"),
        ("es", "Lloverá en el escarpe Mogollón.", "zh-Hans", "Mogollon Rim 将会降雨。"),
        ("es", "Empezó en Lima hacia las 9:30.", "zh-Hans", "BST 9:30左右在利马开始。"),
        ("zh-Hans", "BBC Scotland的记者。", "es", "Un periodista de BBC Escocia."),
        ("zh-Hans", "沙特宣布减产。", "en", "Saudi Arabia announced a cut."),
        ("zh-Hans", "拉美贩毒集团壮大。", "en", "Latin America’s drug gangs have grown."),
        ("zh-Hans", "北美也出现病例。", "es", "También hay casos en América del Norte."),
        ("zh-Hans", "二战结束后，他回国了。", "en", "He returned after World War II."),
        ("en", "The summit in St Petersburg.", "es", "La cumbre de San Petersburgo."),
        ("zh-Hans", "湖南美食节今天开幕。", "en", "The Hunan food festival opens today."),
        ("zh-Hans", "他一战成名。", "en", "One battle made him famous."),
        ("es", "«¿CÓMO LOS ENCONTRAMOS?», gritó.", "en", "“HOW DO WE FIND THEM?” he cried."),
        ("en", "The latter resigned.", "es", "Éste último dimitió."),
        ("es", "Habló el gobernador tejano.", "en", "The Texas governor spoke."),
        ("es", "Trabajan en el este de Europa.", "en", "They work in Eastern Europe."),
        ("en", "The French archives.", "es", "Los archivos de Francia."),
        ("es", "Las cárceles de Centroamérica y del Líbano.", "zh-Hans", "中美洲和黎巴嫩的监狱。"),
        ("es", "Señora Presidenta, tiene razón.", "en", "Madam President, you are right."),
        ("en", "The doctor saw ten cases.", "es", "La Dra. vio diez casos."),
        ("en", "Members within NZ.", "es", "Los miembros en Nueva Zelanda."),
    ],
)
def test_a_name_in_another_language_is_the_same(
    source: str, text: str, target: str, output: str
) -> None:
    assert run(check_names, text, output, source, target) == []


@pytest.mark.parametrize(
    ("text", "target", "output", "office"),
    [
        ("Lo calculó el Ministerio.", "zh-Hans", "根据财政部的计算。", "财政部"),
        (
            "Lo dijo la ministra de Obras Públicas.",
            "en",
            "The Transport Minister said so.",
            "Transport Minister",
        ),
        (
            "Habló el ministro de Exteriores.",
            "en",
            "The Minister of Defence spoke.",
            "Minister of Defence",
        ),
    ],
)
def test_another_ministry_is_an_error(text: str, target: str, output: str, office: str) -> None:
    (finding,) = run(check_offices, text, output, "es", target)
    (span,) = finding.output_spans
    assert (finding.code, finding.severity) == ("name_added", "error")
    assert output[span.start : span.end] == office


@pytest.mark.parametrize(
    ("text", "output", "severity"),
    [
        ("La NSF lo niega.", "The National Foundation denies it.", "warning"),
        ("The UNFCCC meets today.", "La CMNUCC se reúne hoy.", "warning"),
        ("The EU meets today.", "La OTAN se reúne hoy.", "error"),
    ],
)
def test_an_acronym_that_may_be_spelled_out_or_translated_is_a_warning(
    text: str, output: str, severity: str
) -> None:
    source, target = ("es", "en") if text.startswith("La") else ("en", "es")
    found = verified(text, output, source, target)
    assert [each.severity for each in found if each.code == "name_changed"] == [severity]


def test_a_small_letter_with_an_accent_begins_no_name() -> None:
    found = verified("This one goes on.", "Sigue, y éste, ávido, vuelve.", "en", "es")
    assert not [each for each in found if each.code.startswith("name")]


@pytest.mark.parametrize(
    ("source", "text", "target", "output", "severity"),
    [
        ("es", "Abre otra planta en Colombia.", "en", "Another plant opens.", "error"),
        ("en", "A second plant opens in Santiago.", "es", "Abre una segunda planta.", "error"),
        ("en", "Talks in Canada begin.", "zh-Hans", "会谈开始。", "error"),
        ("es", "Habló Gabriel Boric.", "en", "He spoke.", "warning"),
        ("en", "Talks in North Korea begin.", "zh-Hans", "朝美会谈开始。", "warning"),
        ("zh-Hans", "英国国家队赢了。", "en", "The national team won.", "warning"),
    ],
)
def test_a_missing_name_is_an_error_if_it_is_a_place(
    source: str, text: str, target: str, output: str, severity: str
) -> None:
    found = run(check_names, text, output, source, target)
    assert {(each.code, each.severity) for each in found} == {("name_missing", severity)}


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("es", "Los bancos suizos ganaron.", "en", "The Swiss banks won."),
        ("es", "Actuó en Birmania.", "en", "It acted in Burma."),
        ("en", "It rains in the United Arab Emirates.", "es", "Llueve en Emiratos."),
        ("en", "It rains in South Korea.", "zh-Hans", "南韩下雨。"),
        ("en", "Shares in Hong Kong fell.", "zh-Hans", "港股下跌。"),
        ("en", "It lost HK$5 million.", "zh-Hans", "亏损500万港元。"),
        ("es", "Los suecos no quieren.", "en", "The Swedes do not want it."),
        ("en", "It was built in World War 2.", "es", "Se hizo en la II Guerra Mundial."),
    ],
)
def test_a_place_people_or_war_by_another_name_is_no_change(
    source: str, text: str, target: str, output: str
) -> None:
    assert run(check_names, text, output, source, target) == []
    assert run(check_names, output, text, target, source) == []


@pytest.mark.parametrize(
    ("text", "output", "written", "suggestion"),
    [
        ("A plant opens in Antofagasta.", "安托加斯塔的工厂开业。", "安托加斯塔", "安托法加斯塔"),
        (
            "A plant opens in Antofagasta.",
            "安托法加斯特的工厂开业。",
            "安托法加斯特",
            "安托法加斯塔",
        ),
        ("A storm hit North Carolina.", "风暴袭击了南卡罗来纳州。", "南卡罗来纳", "北卡罗来纳"),
    ],
)
def test_a_known_name_with_a_wrong_character_is_changed(
    text: str, output: str, written: str, suggestion: str
) -> None:
    (finding,) = run(check_names, text, output, "en", "zh-Hans")
    (span,) = finding.output_spans
    found = finding.code, finding.severity, output[span.start : span.end], finding.suggestion
    assert found == ("name_changed", "warning", written, suggestion)


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("A storm hit Kentucky.", "风暴袭击了肯塔基。"),
        ("He lives in Tenerife now.", "他现在住在特内里费等地。"),
        ("Later Augustus built it.", "后来奥古斯塔斯建了它。"),
    ],
)
def test_another_form_of_a_known_name_is_not_changed(text: str, output: str) -> None:
    assert "name_changed" not in codes(verified(text, output, "en", "zh-Hans"))


@pytest.mark.parametrize("source", ["es", "en"])
def test_a_name_of_which_nothing_is_heard_in_the_chinese_is_missing(source: str) -> None:
    text = {"es": "Abre una planta en Atacama.", "en": "A plant opens in Atacama."}[source]
    (finding,) = run(check_names, text, "一家工厂开业。", source, "zh-Hans")
    assert (finding.code, finding.severity) == ("name_missing", "warning")
    assert run(check_names, text, "一家工厂在阿塔卡马开业。", source, "zh-Hans") == []


@pytest.mark.parametrize(
    ("output", "severity"),
    [("The HCoVs spread.", "warning"), ("The McDermotts spread.", "error")],
)
def test_an_abbreviation_may_stand_for_words(output: str, severity: str) -> None:
    (finding,) = run(check_names, "Los coronavirus humanos se propagan.", output, "es", "en")
    assert (finding.code, finding.severity) == ("name_added", severity)


@pytest.mark.parametrize(
    ("text", "target", "output"),
    [
        ("Lo dijo la ministra de Hacienda.", "en", "The finance minister said so."),
        ("El Tesoro emitirá deuda.", "zh-Hans", "财政部将发行债券。"),
        ("Habló el canciller chileno.", "zh-Hans", "智利外交部长讲话。"),
        ("Lo anunció el Pentágono.", "zh-Hans", "国防部宣布了这一消息。"),
        ("El ministro habló.", "en", "The minister spoke."),
    ],
)
def test_a_ministry_by_another_of_its_names_is_the_same(
    text: str, target: str, output: str
) -> None:
    assert run(check_offices, text, output, "es", target) == []


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("es", "No dijo nada a nadie.", "en", "He said nothing to anyone."),
        ("es", "No lo consiguió.", "en", "He failed."),
        ("es", "No solo habló, sino que cantó.", "en", "He spoke and sang."),
        ("en", "The ruling is unclear.", "es", "El fallo no está claro."),
        ("en", "It was not only late.", "zh-Hans", "不仅晚了。"),
        (
            "es",
            "Esta acusación sin fundamento es falsa.",
            "zh-Hans",
            "这一毫无根据的指控是虚假的。",
        ),
        ("es", "Es innegable que importa.", "zh-Hans", "不可否认的是，这很重要。"),
        ("es", "No se abrió hasta marzo.", "zh-Hans", "直到三月才开放。"),
        ("en", "It didn't open until March.", "zh-Hans", "直到三月才开放。"),
        ("es", "No logró mantener el control.", "zh-Hans", "他失去了控制。"),
        ("en", "He disagreed with her.", "zh-Hans", "他不同意她的看法。"),
        ("es", "Todavía tienen que decidir.", "zh-Hans", "他们还没有决定。"),
        ("en", "Whether they want to is unclear.", "zh-Hans", "他们愿不愿意还不清楚。"),
        ("en", "Neither of them spoke.", "es", "Ni el uno ni el otro hablaron."),
        ("es", "Hubo una operación no válida.", "en", "An invalid operation occurred."),
        ("es", "No tardaron en verlo.", "en", "They soon saw it."),
        ("es", "Es, sin duda, el mejor.", "en", "It is, without a doubt, the best."),
        ("es", "Hace tiempo que no venía.", "en", "It was a while since she had come."),
        (
            "es",
            "Aún no se repartió poco antes del voto.",
            "en",
            "It was undistributed by the vote.",
        ),
        (
            "es",
            "Hasta que no haya acuerdo, no votarán.",
            "en",
            "They won't vote until there is one.",
        ),
        (
            "es",
            "Hay contagios de personas que no tienen síntomas.",
            "zh-Hans",
            "无症状者也会传播病毒。",
        ),
        ("es", "Varias preguntas aún no se han respondido.", "zh-Hans", "一些问题尚待解答。"),
        ("es", "De esto no se sabe mucho.", "zh-Hans", "人们对此知之甚少。"),
        ("en", "She visited not long ago.", "zh-Hans", "她不久前来访。"),
        ("es", "Consiguió el trabajo enseguida.", "en", "She got the job in no time."),
        ("es", "Pidió el resultado de inmediato.", "en", "He asked for it without further delay."),
        ("en", "The area is no man’s land.", "es", "La zona es tierra de nadie."),
        ("en", "We couldn’t agree more.", "zh-Hans", "我们完全同意。"),
        ("zh-Hans", "这样做不是没有代价的。", "en", "This has a price."),
        ("zh-Hans", "增长放缓无法避免。", "en", "Slower growth is inevitable."),
        ("en", "The road has become less safe.", "zh-Hans", "这条路不再安全。"),
        ("en", "This drone is new.", "zh-Hans", "这架无人机是新的。"),
        ("en", "It runs in different threads.", "zh-Hans", "它从不同线程运行。"),
        ("es", "Se prohibió salir.", "en", "They were forbidden to go out."),
        ("es", "Recomiendan no viajar.", "en", "They advise against travel."),
        ("es", "Los resultados no son concluyentes.", "en", "The results are inconclusive."),
        ("es", "No se trata más que de una propuesta.", "en", "It is just a proposal."),
        ("es", "No es de extrañar que ganara.", "en", "She won, as expected."),
        ("es", "La incertidumbre continúa.", "zh-Hans", "不确定性仍然存在。"),
        ("en", "She was reluctant to speak.", "zh-Hans", "她不愿讲话。"),
        ("en", "They live free from violence.", "zh-Hans", "他们过着没有暴力的生活。"),
        ("en", "We must never forget it.", "zh-Hans", "我们切莫忘记。"),
        ("en", "She was asked whether she knew him.", "zh-Hans", "有人问她是否认识他。"),
        ("en", "Opinions differ.", "zh-Hans", "大家持不同意见。"),
        ("es", "Filmó «You'll Never Get Rich».", "en", "She made “You'll Never Get Rich”."),
    ],
)
def test_a_negation_in_other_words_is_the_same(
    source: str, text: str, target: str, output: str
) -> None:
    assert run(check_negation, text, output, source, target) == []


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("zh-Hans", "他不知道此事。", "en", "He knows of it."),
        ("zh-Hans", "该协议未获批准。", "en", "The agreement was approved."),
        ("zh-Hans", "他没看那份报告。", "es", "Leyó el informe."),
        ("en", "He left without a word.", "es", "Se fue con unas palabras."),
        ("es", "Lo hizo en lugar de su jefe.", "en", "He did it with his boss."),
        ("zh-Hans", "酒吧不再是会客室。", "es", "El bar es una sala de estar."),
        ("zh-Hans", "他无暇顾及此事。", "en", "He has time for this."),
        ("en", "They live without electricity.", "zh-Hans", "他们用电生活。"),
        ("en", "The company refused to pay.", "zh-Hans", "该公司同意付款。"),
        ("es", "Es imposible pagar la deuda.", "zh-Hans", "可以偿还债务。"),
    ],
)
def test_a_lost_negation_is_an_error(source: str, text: str, target: str, output: str) -> None:
    (finding,) = run(check_negation, text, output, source, target)
    assert (finding.code, finding.severity) == ("negation_lost", "error")


_RESIGNED = "El ministro no ha presentado su dimisión, pero el presidente ha convocado elecciones."
_FREED = (
    "La policía no encontró armas en la casa, y el juez ordenó la libertad de los tres detenidos."
)


@pytest.mark.parametrize(
    ("text", "target", "kept", "moved"),
    [
        (
            _RESIGNED,
            "en",
            "The minister has not presented his resignation, but the president has called an "
            "election.",
            "The minister has presented his resignation, but the president has not called an "
            "election.",
        ),
        (
            _FREED,
            "zh-Hans",
            "警方在房子里没有发现武器，法官下令释放三名被拘留者。",
            "警方在房子里发现了武器，法官没有下令释放三名被拘留者。",
        ),
    ],
)
def test_a_moved_negation_is_missing_at_its_position(
    text: str, target: str, kept: str, moved: str
) -> None:
    assert run(check_negation, text, kept, "es", target) == []
    findings = run(check_negation, text, moved, "es", target)
    assert "negation_lost" in {finding.code for finding in findings}


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("es", "Sin embargo, lo calificó de locura.", "zh-Hans", "但是，他没有称其为荒唐。"),
        ("zh-Hans", "对不起，他来晚了。", "en", "Sorry, he did not arrive late."),
        ("zh-Hans", "他从南非来。", "es", "No vino de Sudáfrica."),
    ],
)
def test_a_seeming_negation_does_not_excuse_a_lost_one(
    source: str, text: str, target: str, output: str
) -> None:
    (finding,) = run(check_negation, text, output, source, target)
    assert finding.code == "negation_added"


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("They have not won any match.", "Han conseguido ninguna victoria."),
        ("He has vowed to never use force.", "Ha prometido utilizar nunca la fuerza."),
        ("There is neither one thing nor the other.", "Hay ni una cosa ni la otra."),
        ("They did not speak any other language.", "Ellos hablaban ningún otro idioma."),
        ("There was no deadline.", "El ministro afirmó que había ningún plazo."),
    ],
)
def test_a_spanish_negation_without_its_no_is_none(text: str, output: str) -> None:
    (finding,) = run(check_negation, text, output, "en", "es")
    assert finding.code == "negation_lost"


def test_what_is_prevented_is_not_a_negation_of_its_own() -> None:
    text = "El cerdo estaba encerrado para impedir que atacase a nadie más."
    assert run(check_negation, text, "已将该头猪锁住，以防止其攻击其他人。", "es", "zh-Hans") == []


@pytest.mark.parametrize(
    "output",
    [
        "El acusado nunca lo admitió.",
        "El mes pasado nadie lo admitió.",
        "Ayer ningún acusado lo admitió.",
    ],
)
def test_a_spanish_negation_before_its_verb_is_complete(output: str) -> None:
    (finding,) = run(check_negation, "The accused admitted it.", output, "en", "es")
    assert finding.code == "negation_added"


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("en", "Gerrard praised Middleton.", "zh-Hans", "杰拉德称赞了米德尔顿。"),
        (
            "es",
            "Un gerente del mercado informó al diario de que el cerdo estaba encerrado.",
            "zh-Hans",
            "市场经理告诉报纸，那头猪已被锁住。",
        ),
    ],
)
def test_chinese_is_known_by_its_words_and_by_the_sound_of_names(
    source: str, text: str, target: str, output: str
) -> None:
    for one, other, source_, target_ in (
        (text, output, source, target),
        (output, text, target, source),
    ):
        assert "unrelated" not in codes(verified(one, other, source_, target_), "error")


def test_a_long_name_with_a_similar_sound_relates_two_sentences_more_than_a_short_one() -> None:
    def bond(text: str, output: str) -> float:
        pair = SentencePair.of(text, output, "es", "zh-Hans")
        assert pair.lexicon is not None
        return kinship_features(pair, pair.lexicon)[0]

    assert bond("Habló Middleton.", "米德尔顿讲话。") > bond("Habló Sane.", "萨内讲话。") > 0
    assert bond("Habló Middleton.", "部长讲话。") == 0


def test_a_chinese_sentence_of_another_story_is_unrelated() -> None:
    text = "El precio de la vivienda subió en las grandes ciudades por la falta de obra nueva."
    other = "研究人员在一座从未有人到访过的岛屿上发现了一个企鹅群落。"
    assert "unrelated" in codes(verified(text, other, "es", "zh-Hans"), "error")


def test_a_name_that_cannot_be_judged_says_so_and_asks_for_no_review() -> None:
    (finding,) = run(check_names, "Habló Xóchitl Gálvez.", "索奇尔讲话。", "es", "zh-Hans")
    assert (finding.code, finding.severity) == ("name_not_judged", "info")
    assert "Gálvez" in finding.message


def test_a_fault_points_into_both_texts() -> None:
    output = "Minister Kowalski spoke in Chile."
    (finding,) = run(check_names, "El ministro habló en Chile.", output, "es", "en")
    assert [output[span.start : span.end] for span in finding.output_spans] == ["Kowalski"]


def test_a_term_has_to_be_rendered_as_the_desk_has_it_and_is_then_no_strange_name() -> None:
    terms = Terminology((Term({"es": "La Moneda", "en": "Palacio Quemado"}),), "x")
    context = Context(terminology=terms)
    texts = "Habló en La Moneda.", "He spoke at Palacio Quemado.", "es", "en"
    assert codes(verified(*texts, context)) == []
    assert "term_missing" in codes(
        verified("Habló en La Moneda.", "He spoke at La Moneda.", "es", "en", context)
    )


def test_a_term_that_stands_twice_is_judged_twice_by_the_terminology_alone() -> None:
    context = Context(terminology=Terminology((Term({"es": "Kwaletsia", "en": "Corvania"}),), "x"))
    text = "Kwaletsia dijo que Kwaletsia pagará."
    found = verified(text, "Corvania said that Corvania will pay.", "es", "en", context)
    assert not [finding.code for finding in found if finding.code.startswith("name")]


def test_a_rendering_within_another_word_is_none() -> None:
    context = Context(terminology=Terminology((Term({"es": "ONU", "en": "UN"}),), "x"))
    assert "term_missing" in codes(verified("La ONU habló.", "UNICEF spoke.", "es", "en", context))
    assert codes(verified("La ONU habló.", "The UN spoke.", "es", "en", context)) == []


def test_what_stands_in_an_address_or_a_figure_need_not_be_rendered() -> None:
    terms = Terminology(
        (Term({"es": "Efe", "en": "EFE Agency"}), Term({"es": "5", "en": "V"})), "x"
    )
    texts = "El precio subió un 19,5 % (www.Efe.es).", "The price rose by 19.5% (www.Efe.es)."
    assert codes(verified(*texts, "es", "en", Context(terminology=terms))) == []


def test_a_term_in_a_quotation_is_rendered_as_the_desk_has_it() -> None:
    terms = Terminology((Term({"es": "La Moneda", "en": "the Palace"}),), "x")
    context = Context(terminology=terms)
    text = "“Volveremos a La Moneda”, dijo."
    good, bad = (f"“We will return to {name},” he said." for name in ("the Palace", "La Moneda"))
    assert codes(verified(text, good, "es", "en", context)) == []
    assert codes(verified(text, bad, "es", "en", context)) == ["term_missing"]


def test_of_a_term_that_was_left_out_the_finding_says_which_line_is_wrong() -> None:
    data = b"es,en\nLa Moneda,<b>Palace\n"
    terms = read_terminology(data, "desk.csv", skip_bad_names=True)
    texts = "Habló en La Moneda.", "He spoke at La Moneda."
    (finding,) = verified(*texts, "es", "en", Context(terminology=terms))
    assert (finding.code, finding.severity) == ("terminology_ignored", "warning")
    assert "desk.csv, line 2" in finding.message
    (span,) = finding.source_spans
    assert texts[0][span.start : span.end] == "La Moneda"


def test_a_summary_may_leave_out_but_not_add() -> None:
    evidence = (
        "El Gobierno aprobó 1.500 millones para sanidad. Lo anunció la ministra Carmen Rojas."
    )

    def found(text: str) -> list[Finding]:
        return verify_summary(SentencePair.of(evidence, text, "es", "es"))

    assert found("El Gobierno aprobó 1.500 millones.") == []
    assert found(evidence[:46]) == []
    added = found("El Gobierno de Lula aprobó 2.500 millones para sanidad.")
    assert {"figure_changed", "name_added"} & set(codes(added))


def test_a_sentence_that_its_evidence_does_not_bear_out_is_unsupported() -> None:
    evidence = "El Gobierno aprobó la reforma sanitaria en una sesión extraordinaria."
    text = "Los agricultores protestaron contra los aranceles."
    (finding,) = check_support(SentencePair.of(evidence, text, "es", "es"), None)
    assert (finding.code, finding.severity) == ("unsupported", "error")


def test_each_text_is_read_once_by_each_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: Counter[tuple[str, str]] = Counter()

    def counted(name: str) -> Callable[..., object]:
        reader = getattr(pair, name)

        def read(text: str, *others: object) -> object:
            reads[name, text] += 1
            return reader(text, *others)

        return read

    names = ("read_dates", "read_figures", "read_names", "read_negations", "read_quotations")
    for name in names:
        monkeypatch.setattr(pair, name, counted(name))
    for target, output in (
        ("en", "The president did not deny it on May 3."),
        ("zh-Hans", "他否认。"),
    ):
        reads.clear()
        verified(_ES, output, "es", target)
        assert {name for name, _ in reads} == set(names)
        # English weekdays are looked for in every language: a second language's dates.
        assert all(count == 1 + (name == "read_dates" and text == _ES)
                   for (name, text), count in reads.items())  # fmt: skip


def test_a_check_that_breaks_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[Finding]:
        raise RecursionError("the article's text")

    line = broken.__code__.co_firstlineno + 1
    monkeypatch.setitem(checks.CHECKS, "figures", broken)
    (finding,) = [
        each for each in verified("Uno.", "One.", "es", "en") if each.code == "check_failed"
    ]
    assert finding.severity == "warning"
    assert finding.message == (
        "The check of figures failed, so read this sentence with care "
        f"(RecursionError in broken, line {line})."
    )


_PIECES = st.sampled_from(
    [
        *("1.500", "12,5 %", "dos millones", "a half", "第三", "百分之", "½", "²", "٣", "1.2.3.4"),
        *("“", "”", '"', "'", "«", "EE. UU.", "U.S.", "OTAN", "·", "马克·", "不", "no", "否认"),
        *("24 de febrero", "31 de febrero", "Feb 30", "13月32日", "周八", "ayer", "May"),
        *("مرحبا", "שלום", "😀", "👩‍🚀", "\u202e", "\u200b", "\x00", "\ud7ff", "<b>", "&amp;"),
        *("dijo", "said", "表示", "X" * 300, "。", ".", "\n", "\u00a0", "IV", "XXI", "一亿", "零"),
    ]
)
_TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(_PIECES, max_size=12).map(" ".join),
    st.lists(_PIECES).map("".join),
)
_LANGUAGES = st.sampled_from(["es", "en", "zh-Hans"])


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _TEXTS, _LANGUAGES, _LANGUAGES)
def test_no_check_ever_raises_and_every_span_lies_inside_its_text(
    source_text: str, output_text: str, source: str, target: str
) -> None:
    for check in _ALL:
        for finding in run(check, source_text, output_text, source, target):
            assert all(0 <= s.start <= s.end <= len(source_text) for s in finding.source_spans), (
                check
            )
            assert all(0 <= s.start <= s.end <= len(output_text) for s in finding.output_spans), (
                check
            )


@settings(max_examples=200, deadline=None)
@given(_TEXTS, _LANGUAGES)
@example("':0000000000000000000000 '", "es")
def test_identical_text_never_yields_an_error(text: str, language: str) -> None:
    assert verified(text, text, language, language) == []
    for check in (check_dates, check_names, check_negation, check_quotations, check_attribution):
        assert codes(run(check, text, text, language, language)) == [], check


@pytest.mark.parametrize("language", ["es", "en", "zh-Hans"])
def test_five_thousand_characters_without_a_stop_are_checked(language: str) -> None:
    text = ("la ministra Carmen Rojas dijo que no 1.500 " * 120)[:5000]
    assert "check_failed" not in [
        finding.code for finding in verified(text, text[:4000], "es", language)
    ]


def test_a_suggestion_stands_in_the_finding_and_in_none_of_the_others() -> None:
    own = SentencePair.of("Habló.", "He spoke.", "es", "en")
    finding = own.finding("name_changed", "x", output=[own.output.whole], suggestion="She spoke.")
    assert (finding.suggestion, finding.output_spans[0].end) == ("She spoke.", 9)
    assert own.finding("name_changed", "x").suggestion is None
