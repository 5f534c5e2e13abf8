"""Chinese names against pinyin: another syllable is an error."""

import pytest

from teletipo.verify.checks.pinyin import check_pinyin
from tests.checking import ids, run

_CHANGED = [
    ("zh-Hans", "en", "王建国说，他会去。", "Li Xiaoming said he would go.", "Wang Jianguo"),
    ("zh-Hans", "en", "校长王建国致辞。", "Headmaster Wang Jianhua spoke.", "Wang Jianguo"),
    (
        "zh-Hans",
        "en",
        "外交部长王毅表示欢迎。",
        "Foreign minister Wang Fei welcomed it.",
        "Wang Yi",
    ),
    ("zh-Hans", "en", "赵丽颖出演。", "Starring Zhao Liping.", "Zhao Liying"),
    ("zh-Hans", "en", "记者陈安娜报道。", "Chen Anli reports.", "Chen Anna"),
    ("zh-Hans", "es", "王建国说，他会去。", "Li Xiaoming dijo que iría.", "Wang Jianguo"),
    ("zh-Hans", "es", "总经理刘大海辞职。", "El director Liu Dahu dimitió.", "Liu Dahai"),
    ("zh-Hans", "es", "专家周明认为可行。", "El experto Zhou Gang lo ve posible.", "Zhou Ming"),
    ("zh-Hans", "es", "李克强访问西班牙。", "Li Keming visitó España.", "Li Keqiang"),
    ("zh-Hans", "es", "孙小燕获胜。", "Ganó Sun Daiyan.", "Sun Xiaoyan"),
    ("en", "zh-Hans", "Wang Jianguo said so.", "王建华如此表示。", None),
    ("en", "zh-Hans", "Zhang Weidong won.", "张卫星获胜。", None),
    ("en", "zh-Hans", "Wang Jianguo said he would go.", "李小明说他会去。", None),
    ("en", "zh-Hans", "Premier Li Keqiang spoke.", "李克明总理讲话。", None),
    ("en", "zh-Hans", "Liu Xiang retired.", "记者刘伟表示退役。", None),
    ("es", "zh-Hans", "Lo dijo Wang Jianguo.", "王建华如此表示。", None),
    ("es", "zh-Hans", "Ganó Zhang Weidong.", "张卫星获胜。", None),
    ("es", "zh-Hans", "Li Keqiang viajó a Madrid.", "李克明前往马德里。", None),
    ("es", "zh-Hans", "Según Zhou Ming, es posible.", "专家周刚认为可行。", None),
    ("es", "zh-Hans", "Dimitió Liu Dahai.", "刘大虎辞职。", None),
]
_SAME = [
    ("zh-Hans", "en", "王建国说，他会去。", "Wang Jianguo said he would go."),
    ("zh-Hans", "en", "王建国说，他会去。", "Jianguo Wang said he would go."),
    ("zh-Hans", "en", "李嘉诚说不会。", "Li Ka-shing said no."),
    ("zh-Hans", "en", "金正恩说不会。", "Kim Jong Un said no."),
    ("zh-Hans", "en", "林志玲说不会。", "Lin Chi-ling said no."),
    ("zh-Hans", "en", "吕方表示遗憾。", "Lü Fang regrets it."),
    ("zh-Hans", "en", "曾国藩说过。", "Zeng Guofan said so."),
    ("zh-Hans", "en", "马云表示欢迎。", "Jack Ma welcomed it."),
    ("zh-Hans", "es", "王毅表示欢迎。", "Wang Yi lo celebró."),
    ("zh-Hans", "es", "习近平说，他会去。", "Xi Jinping dijo que iría."),
    ("zh-Hans", "es", "安娜说她会去。", "Anna dijo que iría."),
    ("zh-Hans", "es", "李外长说不会。", "Li Wei dijo que no."),
    ("zh-Hans", "es", "陈安娜报道。", "Informa Chen Anna."),
    ("en", "zh-Hans", "Wang Jianguo said so.", "王建国如此表示。"),
    ("en", "zh-Hans", "Sun Life said so.", "永明金融如此表示。"),
    ("en", "zh-Hans", "Wang Jian'an won.", "王建安获胜。"),
    ("en", "zh-Hans", "Ang Lee said so.", "李安如此表示。"),
    ("en", "zh-Hans", "Ren Zhengfei spoke.", "任正非讲话。"),
    ("es", "zh-Hans", "Ganó Zhang Weidong.", "张卫东获胜。"),
    ("es", "zh-Hans", "Lo dijo Juan Ma.", "胡安·马如此表示。"),
    ("es", "zh-Hans", "Habló Han Zheng.", "韩正讲话。"),
    ("es", "zh-Hans", "Habló Lai Ching-te.", "赖清德讲话。"),
    ("es", "zh-Hans", "Li Na ganó.", "李娜获胜。"),
    ("es", "en", "Habló Li Na.", "Li Nan spoke."),
]


@pytest.mark.parametrize(
    ("source", "target", "text", "output", "suggestion"),
    _CHANGED,
    ids=ids(_CHANGED),
)
def test_another_syllable_is_an_error(
    source: str, target: str, text: str, output: str, suggestion: str | None
) -> None:
    (found,) = run(check_pinyin, text, output, source, target)
    assert (found.code, found.severity) == ("name_changed", "error")
    assert found.suggestion == suggestion


@pytest.mark.parametrize(
    ("source", "target", "text", "output"),
    _SAME,
    ids=ids(_SAME),
)
def test_the_same_name_and_other_ways_to_spell_are_left_alone(
    source: str, target: str, text: str, output: str
) -> None:
    assert run(check_pinyin, text, output, source, target) == []
