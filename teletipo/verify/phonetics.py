"""Finds Western names in Chinese text by their consonants: Kavanaugh, 卡瓦诺 (ka-wa-nuo)."""

import os
import re
from functools import lru_cache

from teletipo.verify.readers.words import fold

# Phrases are not needed here, and their table takes half a second to load.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import lazy_pinyin

# Characters used to write foreign names (after the tables of 《世界人名翻译大辞典》, Xinhua).
CHARACTERS = (
    "阿埃艾爱安昂敖奥澳巴拔白柏拜班邦保鲍贝本比彼毕宾波伯博勃布蔡查察昌车彻茨慈次聪存措达戴黛丹当道德得登邓狄迪底地蒂帝第"
    "蒙丁东都杜敦顿多厄恩儿尔耳法凡范方芳菲费芬冯佛夫弗伏福富盖甘冈高戈哥格葛根贡古瓜圭国果哈海汉汗豪赫黑亨洪胡华怀惠霍基吉"
    "季加佳迦贾简杰金京久居卡凯坎康考柯科可克肯孔库夸奎昆拉腊莱兰朗劳勒雷蕾累黎里理利莉立丽莲连廉良列烈林琳龙隆卢鲁路伦罗洛吕"
    "律马玛迈麦曼芒毛茂梅门米密敏明缪摩莫默墨穆姆木拿那娜纳乃奈南内嫩尼妮年涅宁纽农努诺女欧帕派潘庞佩彭皮匹平珀朴普奇齐契恰"
    "钱强乔切钦琴青丘曲屈热仁日荣茹儒瑞若撒萨塞赛桑瑟森莎沙山尚绍舍申生圣胜施什石史士舒朔司丝斯思松苏素索塔泰坦汤唐陶特腾提"
    "田铁廷通图土托脱娃瓦万旺威韦维魏温文翁沃渥乌武西希锡悉席喜夏香肖谢辛欣兴匈休许雪逊雅亚延扬杨耶叶伊依以易因英尤于约赞泽"
    "曾扎詹章哲珍芝知治朱祖卓兹子佐茱蜜薇妲婕琪奚恺莹茅玻劭仑帅塔蕊"
)
_RUN = re.compile(f"[{CHARACTERS}·•\\-]{{2,}}")
_INITIALS = {
    **dict.fromkeys(("b", "p"), "P"),
    **dict.fromkeys(("d", "t"), "T"),
    **dict.fromkeys(("g", "k"), "K"),
    **dict.fromkeys(("j", "q"), "J"),
    **dict.fromkeys(("zh", "ch", "sh", "z", "c", "s", "x"), "S"),
    **dict.fromkeys(("l", "r"), "L"),
    **{"m": "M", "n": "N", "f": "F", "w": "F", "h": "H"},
}
_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqrzcsxw])?([a-zü]*?)(ng|n)?$")
_LETTERS = (
    (r"sch|sh|ch|tch|cz|sz|[szj]|c(?=[eiy])|ß", "S"),
    (r"ph|[fvw]", "F"),
    (r"g(?=[eiy])", "J"),
    (r"th|[dt]", "T"),
    (r"ck|qu?|[ckg]|x", "K"),
    (r"[bp]", "P"),
    (r"m", "M"),
    (r"n", "N"),
    (r"[lr]", "L"),
    (r"h(?=[aeiouy])", "H"),
)
_LATIN = re.compile(
    "|".join(f"(?P<c{index}>{pattern})" for index, (pattern, _) in enumerate(_LETTERS))
)
# The costs of substituting, adding and losing a sound.
_CLOSE = {
    frozenset(pair)
    for pair in ("FH", "JK", "JS", "JL", "MN", "TS", "KH", "KS", "PF", "NL", "HS", "JH")
}
_CLOSE_COST, _ADDED, _LOST = 0.35, 0.6, 1.0
_EASILY_LOST = {"L": 0.4, "H": 0.2, "N": 0.5, "F": 0.6, "K": 0.7, "M": 0.6, "T": 0.7, "P": 0.8}


def similarity(name: str, chinese: str) -> float | None:
    """Return how closely a Chinese text contains a name's sound, from 0 to 1.

    None for a name of fewer than two consonants, which is too little evidence.
    """
    wanted = _latin_sounds(name)
    if len(wanted) < 2:
        return None
    return max((_aligned(wanted, run) for run in _runs(chinese)), default=0.0)


def sounds_as(name: str, chinese: str) -> bool:
    """Whether a Chinese name has exactly a Western one's consonants, even if only one."""
    wanted = _latin_sounds(name)
    return bool(wanted) and wanted == _chinese_sounds(chinese)


def consonants(name: str) -> int:
    """Return the number of a name's consonants, as counted for ``similarity``."""
    return len(_latin_sounds(name))


@lru_cache(maxsize=4_000)
def _latin_sounds(name: str) -> str:
    folded = re.sub(r"([a-z])\1", r"\1", fold(name))
    return "".join(_LETTERS[int(str(match.lastgroup)[1:])][1] for match in _LATIN.finditer(folded))


@lru_cache(maxsize=256)
def _runs(chinese: str) -> tuple[str, ...]:
    """The sounds of each run of characters that could be a foreign name."""
    return tuple(map(_chinese_sounds, _RUN.findall(chinese)))


def _chinese_sounds(name: str) -> str:
    return "".join(_syllable_sounds(syllable) for syllable in lazy_pinyin(name))


def _syllable_sounds(syllable: str) -> str:
    if syllable == "er":
        return "L"
    match = _SYLLABLE.match(syllable)
    if match is None:
        return ""
    return _INITIALS.get(match[1] or "", "") + ("N" if match[3] else "")


def _aligned(wanted: str, run: str) -> float:
    """One minus the cost per sound of finding ``wanted`` somewhere in ``run``."""
    row = [0.0] * (len(run) + 1)
    for sound in wanted:
        lost = _EASILY_LOST.get(sound, _LOST)
        following = [row[0] + lost]
        for place, other in enumerate(run):
            cost = 0.0 if sound == other else _CLOSE_COST
            if sound != other and frozenset((sound, other)) not in _CLOSE:
                cost = _LOST
            following.append(
                min(row[place] + cost, row[place + 1] + lost, following[place] + _ADDED)
            )
        row = following
    return max(0.0, 1.0 - min(row) / len(wanted))
