"""Is what is denied still denied, and what may be still only possible?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.alignment import Alignment, align, nearest
from teletipo.verify.fault import Fault
from teletipo.verify.lexicon import lexicon

# What denies beyond doubt, in its language: where it appears, the other language has to deny too.
_CLEAR: Mapping[str, str] = {
    "es": r"no|nunca|jamás|nadie|ning[uú]n|ninguna|niega\w*|negó|negaron|negad[oa]s?|niegue\w*"
    r"|negaba\w*|desmi(?:ente|nti)\w*|desment\w+",
    "en": r"not|no|never|nobody|nothing|neither|cannot|\w+n['’]t|den(?:y|ies|ied|ying)",
    "zh": r"没有(?!错|其他|什么不)|不(?:会|能|是(?!吗)|想|应|可(?!思议|避免|或缺|不|告人|估量)|愿|让|要(?!么|紧|是)|需|具有|构成|存在|喜欢|认为|相信"
    r"|希望|打算|允许|同意|支持|接受|考虑|属于|在(?!乎))|并不|并未|并没|从未|从不|从没|绝不|绝非|尚未|未能|未曾|无法|否认|毫无"
    r"|不(?=知(?!名)|太|必(?!要)|用|懂|包[含括]|像|该|做|容易|记得|被|说|认识|吃|重要|敢|值得|信(?!任)|了解|习惯|符|推荐|满意|提供|显示|适用|执行|赞|完全|感|够|听|总是)|未(?=[被在找给发经获达有对作做参提公透受])"
    r"|没(?=[能人想被说去做看用时听来见在发必什收这那告给打到])|(?<![\u4e00-\u9fff])不(?=[、，。！])",
}
# What stands for a denial too, so that one in the other language is no surprise.
_BROAD: Mapping[str, str] = {
    "es": r"sin|ni|tampoco|nada|ileso|ilesa|cesó|confus\w+|ningun[oa]s|apenas|carec\w+|carez\w+|falt[aóe]\w*|ausen\w+|imposib\w+|incap\w+|insufic\w+"
    r"|inam\w+|inalter\w+|inmut\w+|invari\w+|indef\w+|intol\w+|inest\w+|insost\w+|inm[oó]v\w+|inneg\w+|innec\w+|inc[oó]mod\w+|inciert\w+|increíble\w*|involunt\w+|incomp\w+|frustr\w+|otro lado|inúti\w+|inusual\w*|invict\w+|injust\w+|ileg\w+|irregul\w+|irr(?!ump|up)\w{4,}|(?:aún|todavía) t(?:ien|en[ií])\w+ que|imp(?:ed|id|íd|rob|un|ens)\w+|imparab\w+"
    r"|des(?:con|ap|ac|igual|cart|cuid|hon|conf|ment|oc|obed|fav)\w+|prohib\w+|prohíb\w*|evit\w+|dej(?:ó|ar|ado|a|aron|an) de|rechaz\w+|rehus\w*|rehús\w*|neg(?:ar|ando|ase|arse|arle)|en vez de|en lugar de"
    r"|lejos de|retos?|desaf[ií]\w+|fals[oa]s?|falsedad\w*|mient(?!ras)\w+|mentir\w*|deshonest\w+|cancel\w+|oponer\w*|opon\w+|opus\w+|fracas\w+|poc[oa]|rar[oa]s?|ignor\w+|difícil\w*|dific\w+|impugn\w+|suspend\w+|libre de|exent\w+|abst(?:en|ien|uv|in)\w+|contra(?:ri|dec|dij)\w+|anti(?!gu|cip)\w+",
    "en": r"without|none|nor|nowhere|exempt\w*|obsolete|indoors|hard|fewer|stay\w* away|hardly|barely|scarcely|rarely|rare|seldom|lack\w*|fail\w*|unable|unless|refus\w+|reject\w*|rebuff\w*|denial\w*"
    r"|un(?!der|til|it|ion|ivers|iq|less|cles?\b|if|anim|ico|veil|pack|load|lock|rest\b|fold|earth)\w{3,}|(?!regard|count)\w{3,}less|im(?:poss|penetr|prob|mun|pract|patien)\w*|outside of|exclu\w+|hate[ds]?|dread\w*|in(?:valid|toler|cap|abil|suffic|adequa|complet|visib|effectiv|justi)\w+|dis(?:agre|lik|trust|satisf|approv|belie|obe|regard|qualif)\w*|mistrust\w*|frustrat\w*|little|ill(?:eg|ic|it)\w*|ir(?:reg|resp|rel)\w*"
    r"|non(?!etheless)\w*|avoid\w*|prevent\w*|ban(?:s|ned|ning)?|prohibit\w*|miss(?:es|ed|ing)?|absen\w+|instead|rather than|far from|yet to"
    r"|challeng\w+|dishonest\w*|less than|declin\w+|stop\w*|halt\w*|resist\w*|abandon\w*|difficult\w*|ignor\w*|short of|beyond|other than|clueless|look\w* away|barr(?:ed|ing|s)|contrary",
    "zh": r"[不无未没非否拒勿莫毋别难缺免罕禁]|避免|(?:防|阻)止|受阻|停止|除了|除非|前提|排除|驳|失(?:败|去|灵|明|控|效)",
}
# Of these the ones that nine of ten translations into the others have some sign of (of Chinese too),
# as counted in the training data.
_FIRM: Mapping[str, str] = {
    "es": r"en lugar de|en vez de|evit\w+|tampoco|imposib\w+|ignor\w+|prohib\w+|prohíb\w*",
    "en": r"without|avoid\w*|impossible|unable|refuse[ds]?|prohibit\w*|unknown|insufficient|unclear",
    "zh": r"并非|不再|无(?:需|人|家|关|路|暇|条件)|不(?:信任|予|受|清楚|一定|仅仅|确定|理解|使用|带|完整|改变|必)|尚不|还没|还未|[找买听看想]不到"
    r"|不是(?:第一|.{0,12}而是)",
}
_NEVER = frozenset({"nunca", "jamás"})
_CONCORD = _NEVER | frozenset({"nadie", "ningún", "ningun", "ninguna"})
# "Impedir que nadie entre" denies as little as "impedir que alguien entre".
_PREVENTS = re.compile(
    r"\b(?:imp(?:ed|id)\w+|evit\w+|prohib\w+|prohíb\w+|antes de)\b[^.;:]*$", re.IGNORECASE
)
_REPEATED = frozenset("ni nada tampoco sin ya".split())
_HALVES = frozenset({"ni", "nada"})
_CONCORD_REACH = 80
# Behind its verb such a word wants another denial before it: "ha conseguido ninguna" lost its "no".
# Of what ends like a verb these stand before one: "el mes pasado nadie lo vio".
_NO_VERBS = "ayer|sábado|pasado|partido|estado|mercado|mujer|lugar|líder|militar|poder|titular"
_INFINITIVE = r"\w{2,}[aeií]r"
_BEHIND_AN_INFINITIVE = re.compile(rf"\b(?!(?:{_NO_VERBS}) ){_INFINITIVE} $", re.IGNORECASE)
_BEHIND_A_VERB = re.compile(
    rf"\b(?!(?:{_NO_VERBS}) )(?:{_INFINITIVE}"
    r"|\w{2,}(?:[aeií]do|aban?|ábamos|íamos|ían|aron|ieron|[aei]rán?|[aei]ría|ó)"
    r"|hay|hubo|haya|(?:hab|ten|exist|hac|quer|pod|sab|pertenec)ía|tienen?|tengo|existen?"
    r"|hacen?|hizo|dicen?|dijo|quieren?|pueden?|saben?|v(?:eo|en?|io)|quedan?|dan?|dio|deben?"
    r"|es|son|era|fue|están?)(?: (?:a|con|de|en|para))? $",
    re.IGNORECASE,
)
_IN_CLAUSE = re.compile(r"\w $")
_DENIED_BEFORE = re.compile(
    r"\b(?:no|sin|ni|nunca|nadie|nada|jamás|tampoco|ning\w+)\b", re.IGNORECASE
)
# Characters of denial in words that deny nothing, and in names.
_NEUTRAL_CHINESE = re.compile(
    r"不(?:断|同|少|久|过|管|论|但|安|时|只|至于|光|错|良|已|停)|[是能可会]否|免疫|[辨区]别|非凡|[南东西北中]非|无核|[避遇罹]难|短缺|难过|缺口|禁区|差不多|不一样|非[常洲裔正]|别[的人墅处名克]|[特分区级性个告识]别|无(?:论|人机|线|数|疑|比|聊|辜|症)|未来|免费"
    r"|[莫][斯拉里雷尔桑罗汉]|[难灾]民|灾难|否则|(?<=[·\u4e00-\u9fff])莫|莫(?=·)|尼[非莫]"
)
_NOT_DENIALS = {
    "es": r"casi (?:nunca|nadie|ning\w+)|no\b[^.,;]{1,40} (?:sino )?hasta|no (?:mucho )?después|no mucho (?:más tarde|antes)|no más tarde|no (?:es|era|fue|ser[áí]\w*|ha sido) (?:la primera|el primer[oa]?)|a menos que|ni más ni menos|innegable\w*|no olvid\w+|que nunca|que jamás|o no|ni siquiera|ni tan siquiera|no h\w+ más que|más \w+ que jamás|no solo|no sólo|no solamente|no obstante|nada más|sin embargo|sin duda|no más de|no menos de|¿no\b|si no|no\?|hasta que no|nada menos|a no ser|no cabe duda|no hay duda|no deja\w* de",
    "en": r"almost (?:never|no|nobody)|no later than|not the first|not long (?:after|before)|(?:\w+n['’]t|not)\b[^.,;]{1,40} until|unless|no further|not only|not just|no doubt|nothing but|no more than|no fewer than|no less than|no\.\s?\d+|(?-i:No) \d+|(?:\w+n['’]t|not) (?:mind|hesitate)|more often than not|no problem|whether or not|or not|not to mention|not least|why not|if not|not until|no sooner|no matter",
    "zh": r"密不可分|坚不可摧|无处不在|不尽相同|没来得及|不能动弹|动弹不得|不是第一|([\u4e00-\u9fff])不\1|不知所措|不足为奇|不可知|不可否认|(?:无可|毋庸|不容)(?:否认|置疑|争辩)|不可没|而不是|不要忘|别忘|不是吗|不得|不再|不仅|不只|不光|不得不|是不是|能不能|有没有|要不要|会不会|可不可以|不亚于|不乏|毫无疑问|不知不觉|不单|了不起|对不起|不好意思|不可不|不一会|要不是"
    r"|若不是|不明飞行物|从不到|不到|不(?:会)?超过|不少于|不会有事|没(?:事|问题|关系)|不是件?(?:很|太)?容易|不容易|不得而知|不时|不断|供不应求|不一|不如|不幸|不禁|不是.{0,12}(?:就是|而是)",
}
# Of these the ones beside which the other language denies no oftener than anywhere, as counted in
# the training data.
_EMPTY: Mapping[str, str] = {
    "es": r"no obstante|sin embargo|sin duda",
    "en": r"no matter|no\.?\s?\d+",
    "zh": r"([\u4e00-\u9fff])不\1|不好意思|了不起|是不是|能不能|会不会|要不要|有没有|可不可以|对不起"
    r"|不断|不时|不得不",
}
_MODAL: Mapping[str, str] = {
    "es": r"podr[ií]a\w*|quizás?|tal vez|acaso|posible\w*|probable\w*|puede que|presunt\w+|supuest\w+|al parecer",
    "en": r"may|might|could|possib\w+|perhaps|maybe|probab\w+|likely|alleged\w*|reportedly|apparently",
    "zh": r"可能|或许|也许|大概|或将|恐怕|疑似|据称|涉嫌|估计|似乎|看来",
}
_BROAD_MODAL: Mapping[str, str] = {
    "es": _MODAL["es"] + r"|pued\w+|pod\w+|pud\w+|parec\w+|cre\w+|esper\w+|prev\w+|debe\w*|debí\w+"
    r"|\w+r[ií]an?|\w+ríamos|si|según|hip\w+|estim\w+|suger\w+|sugier\w+|quizá|plante\w+|amenaz\w+|riesgo|\w+[aei]rá\w*|\w+(?:ara|iera|ase|iese)n?",
    "en": _MODAL["en"]
    + r"|can|would|should|seem\w*|believ\w*|expect\w*|think\w*|suggest\w*|if|suppos\w*|accus\w*"
    r"|must|estimat\w*|potential\w*|appear\w*|will|able|suspect\w*|risk|threat\w*|capab\w*|due|claim\w*|opportunit\w*|said to|chance\w*|prospect\w*|plan\w*|according|ability",
    "zh": _MODAL["zh"]
    + r"|可以|能|会|将|预计|认为|希望|应|如果|倘若|若|据|有望|潜在|要|指控|所谓|怀疑|风险|威胁|可|推测|机会|想|预期|料",
}


def check_negation(source_text: str, output_text: str, source: str, target: str) -> list[Fault]:
    """A denial that appeared or disappeared; a possibility told as a fact.

    Denials are counted; and each is looked for at its place, which the words around it tell.

    What it cannot see: opposites ("rose" for "fell"), a denial that became a weak one or moved by a
    word or two, and one among words that the word tables do not know.
    """
    one, other = source[:2], target[:2]
    if one not in _CLEAR or other not in _CLEAR:
        return []
    faults = []
    theirs, ours = _denials(source_text, one), _denials(output_text, other)
    said, told = theirs.clear, ours.clear
    lost: Sequence[Span] = ()
    added: Sequence[Span] = ()
    if len(said) > len(told) and (
        len(said) > ours.possible or (not told and theirs.certain > ours.possible)
    ):
        lost = said
    if len(told) > len(said) and (
        len(told) > theirs.possible or (not said and ours.certain > theirs.possible)
    ):
        added = told
    if (said or told) and one != other and (table := lexicon(source, target)):
        forth = align(source_text, output_text, table)
        back = forth.mirrored()
        if _all_there(said, ours, forth) and _all_there(told, theirs, back):
            lost, added = (), ()
        patience = 1.0
        if len(said) == len(told) == 1 and _in_like_clauses(
            source_text, said[0], output_text, told[0]
        ):
            patience = _PATIENCE
        lost = lost or _missing(said, ours, forth, patience)
        added = added or _missing(told, theirs, back, patience)
    if not ours.possible:
        lost = lost or _firm(source_text, one, other)
    if not theirs.possible:
        added = added or _firm(output_text, other, one)
    if lost:
        faults.append(
            Fault(
                "negation_lost",
                f"The article denies (“{_text(source_text, lost[0])}”), this does not.",
                source=tuple(lost),
            )
        )
    if added:
        faults.append(
            Fault(
                "negation_added",
                f"“{_text(output_text, added[0])}” denies what the article does not.",
                output=tuple(added),
            )
        )
    maybe, may = _find(_MODAL, source_text, one), _find(_BROAD_MODAL, output_text, other)
    if maybe and not may:
        faults.append(
            Fault(
                "modality_lost",
                f"The article says that it may be (“{_text(source_text, maybe[0])}”), this that "
                "it is.",
                Severity.WARNING,
                source=tuple(maybe),
            )
        )
    return faults


def _text(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _clear(text: str, shown: str, language: str) -> list[Span]:
    """What denies beyond doubt in ``shown``, where what only seems to is hidden."""
    found = _find(_CLEAR, shown, language)
    if language != "es":
        return found
    # Spanish denies twice what it denies once: "no dijo nada a nadie".
    return [
        span
        for place, span in enumerate(found)
        if _text(text, span).casefold() not in _CONCORD
        or not (
            any(0 < span.start - other.end < _CONCORD_REACH for other in found[:place])
            or _PREVENTS.search(text, max(0, span.start - _CONCORD_REACH), span.start)
            or _lacks_its_denial(text, span)
        )
    ]


def _lacks_its_denial(text: str, span: Span) -> bool:
    """The Spanish word is half of a denial, and stands where the other half must come before."""
    word, before = _text(text, span).casefold(), text[: span.start]
    if word not in _CONCORD | _HALVES or _DENIED_BEFORE.search(before):
        return False
    # Behind a participle "never" may well stand before its verb: "el acusado nunca lo dijo".
    verb = _BEHIND_AN_INFINITIVE if word in _NEVER else _BEHIND_A_VERB
    return bool(verb.search(before)) or (word == "ni" and bool(_IN_CLAUSE.search(before)))


def _firm(text: str, language: str, other: str) -> list[Span]:
    """Chinese says too much otherwise of what the others do not say plainly."""
    return _find(_FIRM, text, language) if other != "zh" else []


@dataclass(frozen=True)
class _Denials:
    """How many words of a text deny or stand for a denial; and those that only look like one."""

    clear: Sequence[Span]
    """What denies beyond doubt."""
    certain: int
    places: Sequence[float]
    """The middles of all of them, those that only look like one too, in characters, in order."""

    @property
    def possible(self) -> int:
        return len(self.places)


# By so many of the words nearest to a denial, within such a share of its sentence, its place in the
# other one is known: when so many agree that nothing within such a share of that denies, it is
# missing, and when one has something still nearer, it is there. Short sentences order their words so
# freely that in them less than so many characters (of the longer one) are no distance. Chosen on
# NTREX-128 and FLORES-200.
_MISSING_WORDS, _MISSING_REACH, _MISSING_LEAST, _MISSING_DISTANCE = 3, 0.1, 2, 0.15
_LEAST_DISTANCE = 26
# So many times the distance, where each sentence denies once and in the same clause.
_PATIENCE = 1.5
_CLAUSE_END = re.compile(r"[,;:，；：]|[—–]|\.\s")
_THERE_WORDS, _THERE_REACH, _THERE_DISTANCE = 2, 0.2, 0.05


def _in_like_clauses(text: str, span: Span, other_text: str, other: Span) -> bool:
    """The same clause, counted from the beginning or from the end."""

    def clauses(text: str, span: Span) -> tuple[int, int]:
        before, behind = text[: span.start], text[span.end :]
        return len(_CLAUSE_END.findall(before)), len(_CLAUSE_END.findall(behind))

    return any(
        one == another
        for one, another in zip(clauses(text, span), clauses(other_text, other), strict=True)
    )


def _missing(
    denials: Sequence[Span], others: _Denials, alignment: Alignment, patience: float
) -> list[Span]:
    """Those at whose place, as far as it is known, nothing denies."""
    distance = patience * max(_MISSING_DISTANCE, _LEAST_DISTANCE / max(alignment.lengths))
    found = []
    for span in denials:
        places = alignment.counterparts(_middle(span), count=_MISSING_WORDS, reach=_MISSING_REACH)
        if len(places) >= _MISSING_LEAST and not _near(
            places, others, distance * alignment.lengths[1]
        ):
            found.append(span)
    return found


def _all_there(denials: Sequence[Span], others: _Denials, alignment: Alignment) -> bool:
    """Each has at its very place something that denies."""
    return all(
        _near(
            alignment.counterparts(_middle(span), count=_THERE_WORDS, reach=_THERE_REACH),
            others,
            _THERE_DISTANCE * alignment.lengths[1],
        )
        for span in denials
    )


def _near(places: Sequence[float], denials: _Denials, distance: float) -> bool:
    return bool(denials.places) and any(
        abs(nearest(denials.places, place) - place) < distance for place in places
    )


def _middle(span: Span) -> float:
    return (span.start + span.end) / 2


# A source is read once for all of a sentence's hypotheses.
@lru_cache(maxsize=64)
def _denials(text: str, language: str) -> _Denials:
    seeming: list[Span] = []

    def hide(match: re.Match[str]) -> str:
        seeming.append(Span(*match.span()))
        return "\0" * len(match[0])

    clear = _clear(text, _pattern(_NOT_DENIALS[language], language).sub(hide, text), language)
    shown = text
    if language == "zh":
        shown = _NEUTRAL_CHINESE.sub(lambda match: "\0" * len(match[0]), text)
    broad = [
        span
        for span in _find(_BROAD, shown, language)
        if not any(
            span.start < other.end and other.start < span.end for other in (*clear, *seeming)
        )
        and not (language == "es" and _lacks_its_denial(text, span))
    ]
    hidden = [
        span
        for span in seeming
        if not _pattern(_EMPTY[language], language).fullmatch(_text(text, span))
    ]
    possible = [*clear, *broad, *hidden]
    if language == "es" and clear:
        broad = [span for span in broad if _text(text, span).casefold() not in _REPEATED]
    return _Denials(clear, len(clear) + len(broad), sorted(_middle(span) for span in possible))


def _find(patterns: Mapping[str, str], text: str, language: str) -> list[Span]:
    pattern = _pattern(patterns[language], language)
    return [Span(*match.span()) for match in pattern.finditer(text)]


def _pattern(alternatives: str, language: str) -> re.Pattern[str]:
    if language == "zh":
        return re.compile(alternatives)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)
