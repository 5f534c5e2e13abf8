"""Prompts for translating and summarizing with language models.

The few-shot examples are our own, in wire style: a headline, figures, a quotation.
"""

from collections.abc import Mapping

LANGUAGE_NAMES: Mapping[str, str] = {"es": "Español", "en": "English", "zh-Hans": "中文"}

EXAMPLES: tuple[Mapping[str, str], ...] = (
    {
        "es": "La inflación cayó al 2,3 % en octubre, el dato más bajo en tres años, "
        "según el instituto de estadística.",
        "en": "Inflation fell to 2.3% in October, the lowest figure in three years, "
        "according to the statistics institute.",
        "zh-Hans": "据统计局称，10月份通货膨胀率降至2.3%，为三年来最低。",
    },
    {
        "es": "La oposición denuncia falta de transparencia en los contratos",
        "en": "Opposition denounces lack of transparency in contracts",
        "zh-Hans": "反对派谴责合同缺乏透明度",
    },
    {
        "es": "“Hemos perdido demasiado tiempo”, afirmó la alcaldesa, "
        "que pidió más fondos para los hospitales.",
        "en": "“We have lost too much time,” said the mayor, "
        "who called for more funding for hospitals.",
        "zh-Hans": "“我们已经失去了太多时间，”市长说，她要求为医院提供更多资金。",
    },
    {
        "es": "El presidente negó haber recibido dinero de la empresa, "
        "pero no quiso responder a las preguntas.",
        "en": "The president denied having received money from the company "
        "but declined to answer questions.",
        "zh-Hans": "总统否认从该公司收取过资金，但拒绝回答提问。",
    },
    {
        "es": "Ella llegó al estadio poco antes del partido y saludó a los jugadores uno por uno.",
        "en": "She arrived at the stadium shortly before the match "
        "and greeted the players one by one.",
        "zh-Hans": "她在比赛开始前不久到达体育场，逐一向球员们问好。",
    },
    {
        "es": "Al menos 14 personas murieron y otras 40 resultaron heridas cuando el autobús "
        "se salió de la carretera cerca de la frontera.",
        "en": "At least 14 people died and another 40 were injured when the bus veered "
        "off the road near the border.",
        "zh-Hans": "一辆公交车在边境附近冲出公路，造成至少14人死亡，另有40人受伤。",
    },
)

# Requests are in the target language, so that the model answers in it.
_NAMES_IN = {
    "es": {"en": "inglés", "zh-Hans": "chino"},
    "en": {"es": "Spanish", "zh-Hans": "Chinese"},
    "zh-Hans": {"es": "西班牙语", "en": "英语"},
}
_TRANSLATION_REQUESTS = {
    "es": "Traduce del {source} al español la siguiente frase de una noticia. "
    "Responde solo con la traducción.",
    "en": "Translate the following sentence of a news story from {source} into English. "
    "Answer with the translation only.",
    "zh-Hans": "请将下面这句新闻从{source}翻译成简体中文，只回答译文。",
}
_SUMMARY_REQUESTS = {
    "es": "Resume la siguiente noticia en dos o tres frases, sin añadir nada que no diga.",
    "en": "Summarize the following news story in two or three sentences, "
    "adding nothing that it does not say.",
    "zh-Hans": "请用两三句话概括下面的新闻，不要添加原文没有的内容。",
}


def examples_prompt(source: str, target: str) -> str:
    """Return the prompt's fixed part: the examples for a language pair."""
    return "".join(
        f"{sentence_prompt(example[source], source, target)} {example[target]}\n"
        for example in EXAMPLES
    )


def sentence_prompt(text: str, source: str, target: str) -> str:
    """Return the prompt's part for one sentence; the model ends its answer with a newline."""
    return f"{LANGUAGE_NAMES[source]}: {text}\n{LANGUAGE_NAMES[target]}:"


def echoes_examples(text: str, source_text: str, target: str) -> bool:
    """Return whether a translation repeats an example instead of translating its sentence.

    True if at least half of the text's five-character shingles come from one example and the
    source sentence is not that example.
    """
    shingles = _shingles(text)
    if not shingles:
        return False
    for example in EXAMPLES:
        if len(shingles & _shingles(example[target])) < len(shingles) / 2:
            continue
        if not any(source_text.strip() == words for words in example.values()):
            return True
    return False


def _shingles(text: str) -> set[str]:
    letters = "".join(char for char in text.casefold() if char.isalnum())
    return {letters[start : start + 5] for start in range(len(letters) - 4)}


def translation_request(source: str, target: str) -> str:
    """Return an instruct model's request before a sentence, in the target language."""
    return _TRANSLATION_REQUESTS[target].format(source=_NAMES_IN[target][source])


def summary_request(language: str) -> str:
    """Return an instruct model's request before an article, in the article's language."""
    return _SUMMARY_REQUESTS[language]


ANSWER_END = "\n"
"""The piece that ends a prompted model's answer."""


def answer(text: str, target: str) -> str:
    """Return an answer as it follows its prompt: after a space, except in Chinese."""
    return text if target.startswith("zh") else f" {text}"
