"""Is who said it still who said it?"""

import re
from collections.abc import Mapping

from teletipo.article import Span
from teletipo.findings import Severity
from teletipo.verify.fault import Fault
from teletipo.verify.lexicon import lexicon
from teletipo.verify.names import Name, counterpart, read_names

_SPEECH: Mapping[str, str] = {
    "es": r"dij\w+|dice\w*|señal[aóo]\w*|indic[aóo]\w*|añad\w+|agreg\w+|explic\w+|afirm\w+|asegur\w+|declar\w+|inform\w+|anunci\w+"
    r"|manifest\w+|apunt\w+|subray\w+|coment\w+|advirti\w+|advert\w+|sostuv\w+|sostien\w+|recalc\w+|según|prosigui\w+|reconoc\w+|asever\w+|cont[óa]|escrib\w+|respond\w+|pregunt\w+|acus\w+|cuenta\w*|concluy\w+|neg\w+|admit\w+|expres\w+|critic\w+|destac\w+|opin\w+|denunci\w+|insist\w+|tuite\w+|public\w+|revel\w+|pid\w+|exig\w+",
    "en": r"said|says?|saying|told|tells?|add(?:ed|s|ing)|explain\w*|stat(?:ed|es|ing|ement)|declar\w*|announc\w*|report(?:ed|s|edly)|claim\w*|comment\w*|warn\w*"
    r"|according|insist\w*|argu\w+|wrote|writes?|written|asked|asks|replied|responded|acknowledg\w*|admit\w*|den(?:y|ies|ied)|tweet\w*|suggest\w*|not(?:ed|es)|describ\w*|accus\w*|continued|call(?:ed|s)|believ\w+|reveal\w*|confirm\w*|testif\w*|express\w*|criti\w+|quot\w+|hint\w*|urg\w+|demand\w+|point\w*",
    "zh": r"说|表示|称|指出|补充|强调|宣布|告诉|透露|认为|写道|问|回答|警告|否认|承认|声明|据|报道|介绍|坦言|解释|评论|提到|提出|指责|批评|呼吁|回应|发推|道",
}
_CLEAR_SPEECH: Mapping[str, str] = {
    "es": r"dijo|dijeron|señaló|añadió|agregó|afirmó|aseguró|declaró|explicó|manifestó|según",
    "en": r"said|says|added|told|according to",
    "zh": r"表示|指出|说[：，,“]|称[：，,“]|补充道|写道",
}
_THAT = re.compile(r"\s(?:que|that)\b")
_NEAR = 30


def check_attribution(source_text: str, output_text: str, source: str, target: str) -> list[Fault]:
    """A speaker who is another than the article's, and words that nobody says any more.

    What it cannot see: speakers without a name, and in Chinese most names.
    """
    one, other = source[:2], target[:2]
    table = lexicon(source, target)
    if table is None or one not in _SPEECH:
        return []
    said = _find(_CLEAR_SPEECH, source_text, one)
    told = _find(_SPEECH, output_text, other)
    if said and not told:
        return [
            Fault(
                "attribution_lost",
                "The article says who said this; here nobody does.",
                Severity.WARNING,
                source=tuple(said),
            )
        ]
    speakers = _speakers(source_text, source, _find(_SPEECH, source_text, one))
    ours = _speakers(output_text, target, _find(_CLEAR_SPEECH, output_text, other))
    if not speakers or len(ours) != 1:
        return []
    (speaker,) = ours
    if any(
        counterpart(speaker, theirs.text, target, source, table, forward=False) is not False
        for theirs in speakers
    ):
        return []
    if not counterpart(speaker, source_text, target, source, table, forward=False):
        # That is a name that the article does not have: the names' business.
        return []
    return [
        Fault(
            "speaker_changed",
            f"“{speaker.text}” says this here; in the article it is “{speakers[0].text}”.",
            Severity.WARNING,
            source=tuple(Span(name.start, name.end) for name in speakers),
            output=(Span(speaker.start, speaker.end),),
        )
    ]


def _find(patterns: Mapping[str, str], text: str, language: str) -> list[Span]:
    pattern = patterns[language]
    if language != "zh":
        pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
    return [Span(*match.span()) for match in re.finditer(pattern, text, re.IGNORECASE)]


def _speakers(text: str, language: str, verbs: list[Span]) -> list[Name]:
    """The name that is nearest to each word of saying, and not of what is said: "dijo que Ruiz…"."""
    names = read_names(text, language)
    found = []
    for verb in verbs:
        said = verb.end if _THAT.match(text, verb.end) else len(text)
        near = [
            (max(verb.start - name.end, name.start - verb.end), name)
            for name in names
            if max(verb.start - name.end, name.start - verb.end) <= _NEAR and name.start < said
        ]
        if near:
            found.append(min(near, key=lambda each: each[0])[1])
    return list(dict.fromkeys(found))
