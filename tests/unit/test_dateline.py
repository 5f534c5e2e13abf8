"""Datelines as each language writes them."""

import pytest

from teletipo.dateline import Dateline, render

_BEIJING = Dateline("Beijing, Mar 14 (EFE).-", "en", "Beijing", 3, 14, None, "EFE")
_MADRID = Dateline("埃菲社马德里2022年11月3日电", "zh-Hans", "马德里", 11, 3, 2022, "埃菲社")


@pytest.mark.parametrize(
    ("dateline", "language", "rendered"),
    [
        (_BEIJING, "es", "Pekín, 14 mar (EFE).-"),
        (_BEIJING, "en", "Beijing, Mar 14 (EFE).-"),
        (_BEIJING, "zh-Hans", "埃菲社北京3月14日电"),
        (_MADRID, "es", "Madrid, 3 nov 2022 (EFE).-"),
        (_MADRID, "en", "Madrid, Nov 3, 2022 (EFE).-"),
        (
            Dateline("x", "en", "UNITED NATIONS", 1, 2, None, "AP"),
            "es",
            "Naciones Unidas, 2 ene (AP).-",
        ),
        (
            Dateline("x", "es", "Madrid/París", 1, 2, None, "EFE"),
            "zh-Hans",
            "埃菲社马德里/巴黎1月2日电",
        ),
        (
            Dateline("x", "en", "ANKARA, Turkey", 1, 2, None, "AP"),
            "zh-Hans",
            "美联社安卡拉1月2日电",
        ),
        (Dateline("x", "en", "Moscow", None, None, None, "AP"), "es", "Moscú (AP).-"),
    ],
)
def test_place_date_and_agency_by_rule(dateline: Dateline, language: str, rendered: str) -> None:
    assert render(dateline, language) == (rendered, True)


def test_a_place_without_a_known_name_is_kept_and_said_so() -> None:
    dateline = Dateline("x", "es", "Villarriba", 3, 14, None, "EFE")
    assert render(dateline, "en") == ("Villarriba, Mar 14 (EFE).-", False)


def test_a_day_that_is_none_is_left_out() -> None:
    dateline = Dateline("Madrid, 29 feb 2023 (EFE).-", "es", "Madrid", 2, 29, 2023, "EFE")
    assert dateline.calendar_date is None
    assert render(dateline, "en") == ("Madrid (EFE).-", True)
