"""Who did what to whom: names that changed sides, where the voice of the verb is clear."""

import pytest

from teletipo.verify.checks.roles import check_roles
from tests.checking import ids, run

_CHANGED = [
    ("en", "es", "Spain beat Italy 2-1.", "Italia venció a España por 2-1."),
    ("en", "es", "Russia attacked Ukraine.", "Ucrania atacó a Rusia."),
    ("en", "es", "Italy was beaten by Spain.", "España fue derrotada por Italia."),
    ("en", "es", "China criticized Japan.", "Japón criticó a China."),
    ("en", "es", "Google sued Microsoft.", "Microsoft demandó a Google."),
    ("es", "en", "España venció a Italia.", "Italy beat Spain."),
    ("es", "en", "Rusia bombardeó Ucrania.", "Ukraine bombed Russia."),
    ("es", "en", "Sánchez acusó a Feijóo.", "Feijóo accused Sánchez."),
    ("es", "en", "Italia fue derrotada por España.", "Italy beat Spain."),
    ("es", "en", "Microsoft compró Nokia.", "Nokia bought Microsoft."),
    ("en", "zh-Hans", "Spain beat Italy.", "意大利队击败西班牙队。"),
    ("en", "zh-Hans", "Russia attacked Ukraine.", "俄罗斯被乌克兰袭击。"),
    ("en", "zh-Hans", "China criticized Japan.", "日本批评中国。"),
    ("en", "zh-Hans", "Iran sanctioned France.", "法国制裁伊朗。"),
    ("en", "zh-Hans", "Google sued Microsoft.", "Microsoft起诉Google。"),
    ("zh-Hans", "en", "西班牙击败意大利。", "Italy beat Spain."),
    ("zh-Hans", "en", "俄罗斯袭击了乌克兰。", "Russia was attacked by Ukraine."),
    ("zh-Hans", "en", "日本支持印度。", "India supported Japan."),
    ("zh-Hans", "en", "伊朗警告以色列。", "Israel warned Iran."),
    ("zh-Hans", "en", "德国被法国击败。", "France was beaten by Germany."),
    ("es", "zh-Hans", "España venció a Italia.", "意大利击败西班牙。"),
    ("es", "zh-Hans", "Rusia atacó a Ucrania.", "乌克兰袭击了俄罗斯。"),
    ("es", "zh-Hans", "Irán acusó a Israel.", "以色列指责伊朗。"),
    ("es", "zh-Hans", "Brasil derrotó a Chile.", "巴西被智利击败。"),
    ("es", "zh-Hans", "Japón apoyó a India.", "印度支持日本。"),
    ("zh-Hans", "es", "西班牙击败意大利。", "Italia venció a España."),
    ("zh-Hans", "es", "俄罗斯袭击了乌克兰。", "Ucrania atacó a Rusia."),
    ("zh-Hans", "es", "以色列指责伊朗。", "Irán acusó a Israel."),
    ("zh-Hans", "es", "巴西被智利击败。", "Brasil derrotó a Chile."),
    ("zh-Hans", "es", "日本支持印度。", "India apoyó a Japón."),
]
_SAME = [
    ("en", "es", "Spain beat Italy 2-1.", "España venció a Italia por 2-1."),
    ("en", "es", "Spain beat Italy 2-1.", "Italia fue derrotada por España por 2-1."),
    (
        "en",
        "es",
        "Spain beat Italy and Italy beat France.",
        "Italia venció a Francia y España venció a Italia.",
    ),
    ("en", "es", "Spain beat Italy.", "A Italia la venció España."),
    ("en", "es", "Google sued Microsoft.", "Google demandó a Microsoft."),
    ("es", "en", "España venció a Italia.", "Spain beat Italy."),
    ("es", "en", "España venció a Italia.", "Italy was beaten by Spain."),
    ("es", "en", "Italia perdió con España.", "Spain beat Italy."),
    ("es", "en", "Sánchez acusó a Feijóo.", "Sánchez accused Feijóo."),
    ("es", "en", "Habló con Italia y venció a España.", "He spoke to Italy and beat Spain."),
    ("en", "zh-Hans", "Spain beat Italy.", "西班牙队击败意大利队。"),
    ("en", "zh-Hans", "Spain beat Italy.", "意大利被西班牙击败。"),
    ("en", "zh-Hans", "Russia attacked Ukraine.", "乌克兰遭到俄罗斯袭击。"),
    ("en", "zh-Hans", "China criticized Japan.", "中国批评日本。"),
    ("en", "zh-Hans", "Iran was warned.", "伊朗受到警告。"),
    ("zh-Hans", "en", "西班牙击败意大利。", "Spain beat Italy."),
    ("zh-Hans", "en", "意大利被西班牙击败。", "Spain beat Italy."),
    ("zh-Hans", "en", "俄罗斯袭击了乌克兰。", "Ukraine was attacked by Russia."),
    ("zh-Hans", "en", "日本支持印度。", "Japan supported India."),
    ("zh-Hans", "en", "伊朗警告以色列。", "Iran warned Israel."),
    ("es", "zh-Hans", "España venció a Italia.", "西班牙击败意大利。"),
    ("es", "zh-Hans", "Rusia atacó a Ucrania.", "乌克兰被俄罗斯袭击。"),
    ("es", "zh-Hans", "Irán acusó a Israel.", "伊朗指责以色列。"),
    ("es", "zh-Hans", "A Israel lo acusó Irán.", "伊朗指责以色列。"),
    ("es", "zh-Hans", "Japón apoyó a India.", "日本支持印度。"),
    ("zh-Hans", "es", "西班牙击败意大利。", "España venció a Italia."),
    ("zh-Hans", "es", "巴西被智利击败。", "Chile derrotó a Brasil."),
    ("zh-Hans", "es", "以色列指责伊朗。", "Israel acusó a Irán."),
    ("zh-Hans", "es", "俄罗斯袭击了乌克兰。", "Ucrania fue atacada por Rusia."),
    ("zh-Hans", "es", "日本支持印度。", "Japón apoyó a India."),
]


@pytest.mark.parametrize(("source", "target", "text", "output"), _CHANGED, ids=ids(_CHANGED))
def test_names_that_changed_sides_are_an_error(
    source: str, target: str, text: str, output: str
) -> None:
    (finding,) = run(check_roles, text, output, source, target)
    assert (finding.code, finding.severity) == ("roles_changed", "error")
    assert (len(finding.source_spans), len(finding.output_spans)) == (2, 2)


@pytest.mark.parametrize(("source", "target", "text", "output"), _SAME, ids=ids(_SAME))
def test_the_same_roles_in_any_voice_are_none(
    source: str, target: str, text: str, output: str
) -> None:
    assert run(check_roles, text, output, source, target) == []
