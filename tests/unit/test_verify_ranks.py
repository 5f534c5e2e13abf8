"""Former, deputy and acting offices."""

import pytest

from teletipo.verify.checks.ranks import check_ranks
from tests.checking import run


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("es", "Habló el expresidente Lula.", "en", "President Lula spoke."),
        ("en", "Former President Trump spoke.", "zh-Hans", "总统特朗普发表讲话。"),
        ("zh-Hans", "前总统特朗普发表讲话。", "es", "El presidente Trump habló."),
        ("en", "Vice President Harris spoke.", "es", "La presidenta Harris habló."),
        ("en", "The prime minister resigned.", "zh-Hans", "副首相辞职。"),
        ("es", "El presidente interino viajó.", "en", "The president travelled."),
    ],
)
def test_another_rank_is_found(source: str, text: str, target: str, output: str) -> None:
    assert [each.code for each in run(check_ranks, text, output, source, target)] == [
        "rank_changed"
    ]


@pytest.mark.parametrize(
    ("source", "text", "target", "output"),
    [
        ("es", "Habló el expresidente Lula.", "en", "Lula, who was president until 2010, spoke."),
        ("en", "Former President Trump spoke.", "zh-Hans", "特朗普发表讲话。"),
        ("zh-Hans", "目前总统在访问。", "en", "The president is visiting now."),
        ("zh-Hans", "国家副主席韩正出席。", "en", "Vice President Han Zheng attended."),
        ("es", "El alcalde en funciones dimitió.", "en", "The acting mayor resigned."),
        ("es", "Hay subdirectorios del director.", "en", "The director has subdirectories."),
    ],
)
def test_the_same_rank_is_none(source: str, text: str, target: str, output: str) -> None:
    assert run(check_ranks, text, output, source, target) == []
