"""Repairs, pivots and findings, with a scripted runtime instead of models."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from teletipo import translation
from teletipo.confidence import Estimator, PairScores
from teletipo.draft import Draft, DraftSentence
from teletipo.errors import TargetNotServed
from teletipo.findings import Finding
from teletipo.ports import Hop, Hypothesis, ModelInfo, Pack, Quality
from teletipo.spans import Span
from teletipo.terminology import Term, Terminology
from teletipo.translation import select, translate_requests
from teletipo.translation.plan import Request, Task
from teletipo.translation.terms import find, put
from teletipo.verify import verify
from teletipo.verify.context import NO_CONTEXT, Context
from teletipo.verify.pair import SentencePair

_ES = "El presidente negó este martes las acusaciones de la oposición."
_EN = "The president denied the opposition's accusations on Tuesday."
_ZH = "总统周二否认了反对派的指控。"


@dataclass
class ScriptedPack:
    """Answers by text and width of the search, and keeps what it was asked."""

    answers: dict[tuple[str, bool], str]
    calls: list[tuple[list[tuple[str, Hop]], bool]] = field(default_factory=list)
    widens: bool = True
    name: str = "scripted"
    version: str = "1"
    runtime: str = "script"
    quantization: str = "none"
    models: tuple[ModelInfo, ...] = ()
    sources: frozenset[str] = frozenset({"es"})
    direct: tuple[str, str] | None = None
    weight: float = 0.0
    keeps: bool = False
    own_estimator: Estimator | None = None
    scores: dict[str, PairScores] = field(default_factory=dict)

    def route(self, source: str, target: str) -> tuple[Hop, ...] | None:
        routes = {
            ("es", "en"): (Hop("es", "en"),),
            ("en", "zh-Hans"): (Hop("en", "zh-Hans"),),
            ("zh-Hans", "en"): (Hop("zh-Hans", "en"),),
            ("es", "zh-Hans"): (Hop("es", "en"), Hop("en", "zh-Hans")),
        }
        return routes.get((source, target))

    def detour(self, source: str, target: str) -> tuple[Hop, ...] | None:
        return (Hop(source, target),) if (source, target) == self.direct else None

    def quality(self, source: str, target: str) -> Quality | None:
        return Quality(40, 60, "test", draft=False) if target == "en" else None

    def abstracter(self, language: str) -> None:
        return None

    def embedder(self, language: str) -> None:
        return None

    def can_widen(self, hop: Hop) -> bool:
        return self.widens

    def estimator(self, source: str, target: str) -> Estimator | None:
        return self.own_estimator

    def score(
        self, pairs: Sequence[tuple[str, str]], source: str, target: str
    ) -> list[PairScores | None]:
        return [self.scores.get(output) for _, output in pairs]

    def keeps_terms(self, hop: Hop) -> bool:
        return self.keeps

    def coverage_weight(self, hop: Hop) -> float:
        return self.weight

    def translate_each(
        self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
    ) -> list[Hypothesis]:
        self.calls.append((list(asked), wider))
        return [Hypothesis(self.answers[text, wider], finished=True) for text, _ in asked]


def translate(draft: Draft, target: str, pack: Pack, context: Context = NO_CONTEXT) -> Draft:
    (result,) = translation.translate([(draft, target, context)], pack)
    return result


def draft(*texts: str, headline: str | None = None) -> Draft:
    return Draft("es", headline, tuple(DraftSentence(text, (Span(0, 9),)) for text in texts))


def test_a_good_translation_keeps_its_evidence_and_has_no_finding() -> None:
    pack = ScriptedPack({(_ES, False): _EN})
    result = translate(draft(_ES), "en", pack)
    assert result.sentences == (DraftSentence(_EN, (Span(0, 9),)),)
    assert (result.translated, result.language, result.findings) == (True, "en", ())


def test_what_fails_greedily_is_decoded_again_with_a_beam() -> None:
    pack = ScriptedPack({(_ES, False): _ES, (_ES, True): _EN})
    result = translate(draft(_ES), "en", pack)
    assert result.sentences[0].text == _EN
    assert result.findings == ()
    assert [wider for _, wider in pack.calls] == [False, True]


def test_a_model_without_a_wider_search_is_asked_once() -> None:
    pack = ScriptedPack({(_ES, False): _ES}, widens=False)
    assert [f.code for f in translate(draft(_ES), "en", pack).findings] == ["source_echo"]
    assert len(pack.calls) == 1


def test_what_fails_twice_stands_as_in_the_article_with_an_error() -> None:
    pack = ScriptedPack({(_ES, False): _ES, (_ES, True): _ES})
    result = translate(draft(_ES), "en", pack)
    assert result.sentences[0].text == _ES
    assert [(f.code, f.severity, f.sentence) for f in result.findings] == [
        ("source_echo", "error", 0)
    ]


def test_a_second_try_that_is_worse_is_not_taken() -> None:
    cut = "The president denied the opposition's"
    pack = ScriptedPack({(_ES, False): cut, (_ES, True): _ES})
    result = translate(draft(_ES), "en", pack)
    assert result.sentences[0].text == cut
    assert [f.code for f in result.findings if f.severity == "error"] == ["stopped_early"]


def test_of_two_equal_failures_the_one_that_renders_more_is_taken() -> None:
    text = "El Gobierno aprobó 30 proyectos de riego para los agricultores."
    short = "The government approved 40 projects."
    full = "The government approved 40 irrigation projects for the farmers."
    for first, second in ((short, full), (full, short)):
        pack = ScriptedPack({(text, False): first, (text, True): second})
        result = translate(draft(text), "en", pack)
        assert result.sentences[0].text == full
        assert [finding.code for finding in result.findings] == ["figure_changed"]


def test_a_pivot_goes_through_both_steps_and_says_so() -> None:
    pack = ScriptedPack({(_ES, False): _EN, (_EN, False): _ZH})
    result = translate(draft(_ES), "zh-Hans", pack)
    assert result.sentences[0].text == _ZH
    assert result.route == ("es", "en", "zh-Hans")


@pytest.mark.parametrize(
    "wrong",
    ["总统周三否认了反对派的指控。", "加泰罗尼亚总统周二否认了反对派的指控。"],
    ids=["an error", "a name that may be invented"],
)
def test_what_fails_through_a_pivot_goes_directly_too(wrong: str) -> None:
    pack = ScriptedPack(
        {(_ES, False): _EN, (_EN, False): wrong}, widens=False, direct=("es", "zh-Hans")
    )

    def answer(asked: Sequence[tuple[str, Hop]], *, wider: bool = False) -> list[Hypothesis]:
        direct = Hop("es", "zh-Hans")
        return [
            Hypothesis(_ZH if hop == direct else pack.answers[text, wider], True)
            for text, hop in asked
        ]

    pack.translate_each = answer  # type: ignore[method-assign]
    result = translate(draft(_ES), "zh-Hans", pack)
    assert (result.sentences[0].text, result.repairs) == (_ZH, ("detour",))
    assert not [finding for finding in result.findings if finding.severity == "error"]


def test_what_drafts_have_in_common_goes_down_once_and_together() -> None:
    other = "La oposición pidió su dimisión."
    answers = {_ES: _EN, other: "The opposition asked for her resignation.", _EN: _ZH}
    answers["The opposition asked for her resignation."] = "反对派要求她辞职。"
    pack = ScriptedPack({(text, False): answer for text, answer in answers.items()})
    english = Draft("en", None, (DraftSentence(_EN, (Span(0, 9),)),))
    jobs = [
        (draft(_ES), "zh-Hans"),
        (draft(_ES, other), "en"),
        (english, "zh-Hans"),
        (draft(other, headline=_ES), "zh-Hans"),
    ]
    results = translation.translate([(*job, NO_CONTEXT) for job in jobs], pack)
    sources = [[hop.source for _, hop in asked] for asked, _ in pack.calls]
    assert sources == [["es", "es"], ["en", "en"]]
    assert results[3].headline == results[0].sentences[0].text == _ZH


def test_steps_that_lead_to_each_other_in_a_circle_are_all_done() -> None:
    ring = ("es", "en", "zh-Hans")
    hops = {name: Hop(name, ring[(index + 1) % 3]) for index, name in enumerate(ring)}
    routes = [
        (hops["es"], hops["en"]),
        (hops["en"], hops["zh-Hans"]),
        (hops["zh-Hans"], hops["es"]),
    ]
    answers = {"uno": "one", "one": "一个", "two": "两个", "两个": "dos", "三个": "tres"}
    answers["tres"] = "three"
    pack = ScriptedPack({(text, False): answer for text, answer in answers.items()})
    texts = ("uno", "two", "三个")
    requests = [Request(Task(text), route) for text, route in zip(texts, routes, strict=True)]
    results = translation.translate_requests(requests, pack, {})
    assert [result.text for result in results] == ["一个", "dos", "three"]


def test_a_fault_of_the_first_step_is_reported_and_its_language_not_published() -> None:
    cut = "The president denied the opposition's"
    pack = ScriptedPack({(_ES, False): cut, (_ES, True): cut, (cut, False): "总统否认指控"})
    result = translate(draft(_ES), "zh-Hans", pack)
    assert result.sentences[0].text == "总统否认指控"
    assert [f.code for f in result.findings] == ["draft_quality", "stopped_early", "date_missing"]


def test_what_a_pivot_cannot_reach_stands_as_in_the_article() -> None:
    answers = {(_ES, False): _EN, (_EN, False): _EN, (_EN, True): _EN}
    result = translate(draft(_ES), "zh-Hans", ScriptedPack(answers))
    assert result.sentences[0].text == _ES
    assert [f.code for f in result.findings] == ["draft_quality", "source_echo"]


def test_an_unmeasured_pair_is_said_to_be_draft_quality() -> None:
    pack = ScriptedPack({(_ES, False): _EN, (_EN, False): _ZH})
    (finding,) = translate(draft(_ES), "zh-Hans", pack).findings
    assert (finding.code, finding.severity) == ("draft_quality", "info")


def test_a_repeated_text_is_decoded_once() -> None:
    pack = ScriptedPack({(_ES, False): _EN})
    result = translate(draft(_ES, _ES, headline=_ES), "en", pack)
    assert result.headline == _EN
    assert [asked for asked, _ in pack.calls] == [[(_ES, Hop("es", "en"))]]


def test_all_languages_go_in_one_call_on_the_first_try_and_on_each_other() -> None:
    answers = {(text, wide): _EN if wide else text for text in (_ES, _ZH) for wide in (False, True)}
    pack = ScriptedPack(answers)
    chinese = Draft("zh-Hans", None, (DraftSentence(_ZH, (Span(0, 9),)),))
    jobs = [(draft(_ES), "en", NO_CONTEXT), (chinese, "en", NO_CONTEXT)]
    translation.translate(jobs, pack)
    each = [(_ES, Hop("es", "en")), (_ZH, Hop("zh-Hans", "en"))]
    assert pack.calls == [(each, False), (each, True)]


def test_a_target_without_a_route_is_refused() -> None:
    with pytest.raises(TargetNotServed, match="German"):
        translate(draft(_ES), "de", ScriptedPack({}))


def test_of_one_search_the_first_hypothesis_that_passes_is_published() -> None:
    wrong = "The president confirmed the opposition's accusations on Thursday."

    class Beam(ScriptedPack):
        def translate_each(
            self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
        ) -> list[Hypothesis]:
            self.calls.append((list(asked), wider))
            return [Hypothesis(wrong, True, others=(Hypothesis(_EN, True),)) for _ in asked]

    pack = Beam({})
    result = translate(draft(_ES), "en", pack)
    assert (result.sentences[0].text, result.findings) == (_EN, ())
    assert (result.repairs, len(pack.calls)) == (("hypothesis",), 1)


def test_hypotheses_are_ranked_by_score_and_words_rendered_where_the_pack_says_so() -> None:
    text = "El Gobierno aprobó la ley de aguas para los agricultores."
    short = Hypothesis("The government approved the law for the farmers.", True, score=-0.5)
    full = Hypothesis("The government approved the water law for the farmers.", True, score=-0.6)

    class Beam(ScriptedPack):
        def translate_each(
            self, asked: Sequence[tuple[str, Hop]], *, wider: bool = False
        ) -> list[Hypothesis]:
            return [replace(short, others=(full,)) for _ in asked]

    for weight, best in ((0.0, short), (2.0, full)):
        assert translate(draft(text), "en", Beam({}, weight=weight)).sentences[0].text == best.text


def test_a_weekday_for_yesterday_is_judged_by_the_articles_date() -> None:
    text, output = "El ministro dimitió ayer.", "The minister resigned on Sunday."
    pack = ScriptedPack({(text, False): output, (text, True): output})
    result = translate(draft(text), "en", pack, Context(written=datetime.date(2022, 3, 14)))
    assert (result.findings, len(pack.calls)) == ((), 1)
    other = translate(draft(text), "en", pack, Context(datetime.date(2022, 3, 17)))
    assert [finding.code for finding in other.findings] == ["date_added", "date_missing"]


def test_articles_of_two_days_are_judged_each_by_its_own() -> None:
    text, output = "El ministro dimitió ayer.", "The minister resigned on Sunday."
    pack = ScriptedPack({(text, wide): output for wide in (False, True)})
    jobs = [(draft(text), "en", Context(datetime.date(2022, 3, day))) for day in (14, 17)]
    one, other = translation.translate(jobs, pack)
    assert (len(one.findings), len(other.findings)) == (0, 2)


def test_a_pair_of_texts_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[SentencePair] = []

    def counted(pair: SentencePair, context: Context) -> list[Finding]:
        verified.append(pair)
        return verify(pair, context)

    monkeypatch.setattr(select, "verify", counted)
    translate(draft(_ES), "en", ScriptedPack({(_ES, False): _EN}))
    translate(draft(_ES), "zh-Hans", ScriptedPack({(_ES, False): _EN, (_EN, False): _ZH}))
    assert len(verified) == 1 + 3


def test_what_no_search_gets_right_is_tried_clause_by_clause() -> None:
    text = "El Gobierno aprobó 300 millones para sanidad, según informó la ministra Carmen Rojas."
    parts = [f"{text.split(', ')[0]},", text.split(", ")[1]]
    bad = "The government approved 30 million for health, the minister Carmen Rojas said."
    answers = {
        (text, False): bad,
        (text, True): bad,
        (parts[0], False): "The government approved 300 million for health,",
        (parts[1], False): "according to minister Carmen Rojas.",
    }
    result = translate(draft(text), "en", ScriptedPack(answers))
    assert result.sentences[0].text == (
        "The government approved 300 million for health, according to minister Carmen Rojas."
    )
    assert result.repairs == ("clauses",)


def test_a_term_that_was_not_used_is_put_in_before() -> None:
    terms = Terminology((Term({"es": "La Moneda", "en": "the Palace"}),), "x")
    text, placed = "El ministro habló en La Moneda.", "El ministro habló en the Palace."
    answers = {
        (text, False): "The minister spoke at La Moneda.",
        (text, True): "The minister spoke at La Moneda.",
        (placed, False): "The minister spoke at the Palace.",
        ("El ministro habló en XQ1.", False): "The minister spoke at XQ1.",
    }
    pack = ScriptedPack(answers)
    result = translate(draft(text), "en", pack, Context(terminology=terms))
    assert result.sentences[0].text == "The minister spoke at the Palace."
    assert (result.findings, result.repairs) == ((), ("terms",))


def test_a_model_that_keeps_terms_is_asked_with_them_and_without_if_it_fails() -> None:
    terms = Terminology((Term({"es": "La Moneda", "en": "the Palace"}),), "x")
    text, placed = "El ministro habló en La Moneda.", "El ministro habló en the Palace."
    good = "The minister spoke at the Palace."
    pack = ScriptedPack({(placed, False): good}, keeps=True)
    result = translate(draft(text), "en", pack, Context(terminology=terms))
    assert (result.sentences[0].text, result.findings, result.repairs) == (good, (), ())
    answers = {(placed, False): "The minister spoke at the the.", (text, False): good}
    result = translate(
        draft(text), "en", ScriptedPack(answers, keeps=True), Context(terminology=terms)
    )
    assert (result.sentences[0].text, result.repairs) == (good, ("plain",))


def test_names_of_the_gazetteer_are_put_into_the_text_for_chinese() -> None:
    text = "La planta está en Antofagasta."
    pack = ScriptedPack(
        {("La planta está en 安托法加斯塔.", False): "工厂位于安托法加斯塔。"}, keeps=True
    )
    (result,) = translate_requests([Request(Task(text), (Hop("es", "zh-Hans"),))], pack, {})
    assert (result.text, result.findings) == ("工厂位于安托法加斯塔。", ())


@pytest.mark.parametrize(
    ("text", "english", "placed", "chinese"),
    [
        # The gazetteer has 贝尔法斯特 for the Spanish "Belfast" alone.
        (
            "El tribunal de Belfast cerró.",
            "Belfast's court closed.",
            "贝尔法斯特's court closed.",
            "贝尔法斯特法院关闭。",
        ),
        # The name begins like a common word of English.
        ("Llueve en Brighton.", "It rains in Brighton.", "It rains in 布莱顿.", "布莱顿下雨。"),
    ],
)
def test_a_name_of_the_article_is_known_on_the_way_through_english_as_well(
    text: str, english: str, placed: str, chinese: str
) -> None:
    pack = ScriptedPack({(text, False): english, (placed, False): chinese}, keeps=True)
    route = (Hop("es", "en"), Hop("en", "zh-Hans"))
    (result,) = translate_requests([Request(Task(text), route)], pack, {})
    assert result.text == chinese


def test_a_text_that_lost_a_name_is_decoded_again() -> None:
    text, placed = "La planta está en Antofagasta.", "La planta está en 安托法加斯塔."
    lost, kept = "工厂位于加斯塔。", "工厂位于安托法加斯塔。"
    route = (Hop("es", "zh-Hans"),)
    pack = ScriptedPack(
        {(placed, False): lost, (text, False): lost, (placed, True): kept}, keeps=True
    )
    (result,) = translate_requests([Request(Task(text), route)], pack, {})
    assert (result.text, result.repair) == (kept, "wider")


@pytest.mark.parametrize(
    ("text", "name", "rendering"),
    [
        ("Véase https://example.com/19/La-Moneda.", "La-Moneda", "the Palace"),
        ("Subió un 19,5 %.", "19", "nineteen"),
        ("Subió un 19,5 %.", "5", "five"),
        ("Habló.", "Habló", "He spoke at very great length."),
    ],
)
def test_a_term_in_an_address_or_a_figure_is_left_out(text: str, name: str, rendering: str) -> None:
    terms = Terminology((Term({"es": name, "en": rendering}),), "x")
    assert find(text, Hop("es", "en"), terms) == []


def test_the_longer_of_two_terms_is_put_in_and_the_desk_goes_before_the_gazetteer() -> None:
    terms = Terminology(
        (
            Term({"es": "Antofagasta", "zh-Hans": "安城"}),
            Term({"es": "Banco de Chile", "zh-Hans": "智银"}),
        ),
        "x",
    )
    text = "El Banco de Chile abrió en Antofagasta y en Guayaquil."
    found = find(text, Hop("es", "zh-Hans"), terms)
    assert put(text, found) == "El 智银 abrió en 安城 y en 瓜亚基尔."


def test_a_rendering_may_be_longer_in_letters_than_the_chinese_for_it() -> None:
    terms = Terminology((Term({"es": "Unión Europea", "zh-Hans": "欧盟"}),), "x")
    (found,) = find("欧盟反对。", Hop("zh-Hans", "es"), terms)
    assert found.rendering == "Unión Europea"


def test_a_rendering_longer_than_its_sentence_is_not_put_in_and_its_absence_is_found() -> None:
    long = "Organization for the Prohibition of Chemical Weapons"
    terms = Terminology((Term({"es": "OPAQ", "en": long}),), "x")
    text, output = "La OPAQ se negó a ello.", "OPAQ refused to do so."
    answers = {
        (text, False): output,
        (text, True): output,
        ("La XQ1 se negó a ello.", False): output,
    }
    result = translate(
        draft(text), "en", ScriptedPack(answers, keeps=True), Context(terminology=terms)
    )
    assert result.sentences[0].text == output
    assert "term_missing" in [finding.code for finding in result.findings]


def test_a_term_in_a_quotation_is_put_in() -> None:
    terms = Terminology((Term({"es": "La Moneda", "en": "the Palace"}),), "x")
    text = "“Volveremos a La Moneda”, dijo."
    assert put(text, find(text, Hop("es", "en"), terms)) == "“Volveremos a the Palace”, dijo."


def test_a_finding_points_into_the_article_and_into_the_sentence() -> None:
    text = "Costó 1.500 millones de euros."
    wrong = "It cost 1.5 million euros."
    pack = ScriptedPack({(text, False): wrong, (text, True): wrong})
    source = Draft("es", None, (DraftSentence(text, (Span(100, 100 + len(text)),)),))
    (finding,) = translate(source, "en", pack).findings
    (there,), (here,) = finding.source_spans, finding.output_spans
    assert text[there.start - 100 : there.end - 100] == "1.500 millones"
    assert wrong[here.start : here.end] == "1.5 million"


def test_a_pivot_is_checked_beside_the_article_not_beside_its_first_step() -> None:
    text, middle, end = "Costó 1.500 millones.", "It cost 1.5 million.", "耗资150万。"
    answers = {(text, wide): middle for wide in (False, True)}
    answers |= {(middle, wide): end for wide in (False, True)}
    result = translate(draft(text), "zh-Hans", ScriptedPack(answers))
    assert "figure_changed" in [finding.code for finding in result.findings]


def test_without_repair_the_first_answer_stands_with_its_findings() -> None:
    pack = ScriptedPack({(_ES, False): _ES, (_ES, True): _EN})
    (result,) = translation.translate([(draft(_ES), "en", NO_CONTEXT)], pack, repair=False)
    assert [f.code for f in result.findings] == ["source_echo"]
    assert len(pack.calls) == 1
